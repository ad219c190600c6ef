"""Find columns with personal data by their values.

E-mail addresses, IBANs, telephone numbers, numbers of cards, personal identity numbers.

What a number may be is decided by its digits alone, so most of a column's numbers have to be valid;
one valid IBAN is enough, since chance writes none.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import Family, family
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.profile.column_profile import Suspicion

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spectra_gx.profile.column_profile import ColumnProfile
    from spectra_gx.profile.table_scan import Query

_SAMPLE = 20_000
"""Rows, spread over the table, that are looked at."""

_MOST_TEXTS = 2000
"""Different values of a column that are looked at."""

_MOST_NUMBERS = 200
_LEAST_DIFFERENT = 20
_MOSTLY = 0.9
_LEAST_CARDS = 5
_LEAST_DIGITS = 8
_LONGEST_NUMBER = 20
_ROW = '"#row"'

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PHONE = re.compile(r"(?<!\w)(?:\+|00)[1-9][\d ()./-]{5,18}\d(?!\w)")
_CARD = re.compile(r"(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d.-])")
_ISSUED = re.compile(
    r"4\d{12}|4\d{15}|4\d{18}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|5\d\d)\d{12}"
    r"|62\d{14,17}"
)
"""What numbers of cards begin with, and how long they are then."""

_IDENTITY = (
    "at.vnr", "be.nn", "bg.egn", "br.cpf", "ch.ssn", "cn.ric", "cz.rc", "de.idnr", "ee.ik",
    "es.dni", "es.nie", "fi.hetu", "fr.nir", "gr.amka", "ie.pps", "in_.aadhaar",
    "is_.kennitala", "it.codicefiscale", "kr.rrn", "lt.asmens", "mx.curp", "nl.bsn",
    "no.fodselsnummer", "pl.pesel", "pt.cc", "ro.cnp", "se.personnummer", "tr.tckimlik", "us.ssn",
    "za.idnr",
)  # fmt: skip
"""Modules of python-stdnum about numbers of persons; those that firms have as well are left out."""


def find_personal_data(
    columns: Sequence[ColumnProfile], query: Query, rows_of: str = "t"
) -> tuple[ColumnProfile, ...]:
    """Return the profiles with what their values look like, by one scan for a sample of rows.

    Args:
        columns: Of what is selected from `rows_of`.
        query: Runs a SELECT.
        rows_of: What to select from.
    """
    looked_at = [column for column in columns if _may_be_personal(column)]
    if not looked_at:
        return tuple(columns)
    names = ", ".join(quote_name(column.name) for column in looked_at)
    step = max(1, looked_at[0].rows // _SAMPLE)
    numbered = f"(SELECT {names}, row_number() OVER () AS {_ROW} FROM {rows_of}) AS r"
    sample = query(f"SELECT {names} FROM {numbered} WHERE {_ROW} % {step} = 0")
    found = {}
    for column in looked_at:
        values = sample[column.name].drop_null().unique().slice(0, _MOST_TEXTS)
        found[column.name] = classify_values([str(value) for value in values.to_pylist()])
    return tuple(replace(column, suspected=found.get(column.name)) for column in columns)


def _may_be_personal(column: ColumnProfile) -> bool:
    if not column.filled:
        return False
    if family(column.type) is Family.WHOLE:
        return bool(column.low >= 10 ** (_LEAST_DIGITS - 1))
    return column.type == "string"


def classify_values(values: Sequence[str]) -> Suspicion | None:
    """Return what the different values of a column look like; None if nothing personal."""
    text = "\n".join(values)
    if _MAIL.search(text):
        return Suspicion("pii", "e-mail addresses")
    if any(_is_iban(match[0]) for match in _IBAN.finditer(text)):
        return Suspicion("pii", "IBANs")
    if any(_is_phone(match[0]) for match in _PHONE.finditer(text)):
        return Suspicion("pii", "telephone numbers")
    if _are_cards([re.sub(r"[ -]", "", match[0]) for match in _CARD.finditer(text)]):
        return Suspicion("confidential", "card numbers")
    if _are_of_persons(values):
        return Suspicion("pii", "personal identity numbers")
    return None


def _is_iban(text: str) -> bool:
    from stdnum import iban  # noqa: PLC0415  # few texts look like one

    return bool(iban.is_valid(text))


def _is_phone(text: str) -> bool:
    import phonenumbers  # noqa: PLC0415  # slow, and few texts look like one

    international = re.sub(r"^00", "+", text)
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(international, None)))
    except phonenumbers.NumberParseException:
        return False


def _are_cards(numbers: Sequence[str]) -> bool:
    from stdnum import luhn  # noqa: PLC0415  # few columns have such numbers

    valid = {one for one in numbers if _ISSUED.fullmatch(one) and luhn.is_valid(one)}
    return len(valid) >= _LEAST_CARDS and len(valid) >= len(set(numbers)) / 2


def _are_of_persons(values: Sequence[str]) -> bool:
    """Return whether nearly all values are valid as the numbers of persons in one country."""
    numbers = [value for value in values[:_MOST_NUMBERS] if _is_like_number(value)]
    if len(numbers) < max(_LEAST_DIFFERENT, _MOSTLY * len(values[:_MOST_NUMBERS])):
        return False
    if _are_mostly(numbers, _validator("isbn")):
        return False
    return any(_are_mostly(numbers, _validator(name)) for name in _IDENTITY)


def _is_like_number(value: str) -> bool:
    digits = sum(letter.isdigit() for letter in value)
    return digits >= _LEAST_DIGITS - 1 and len(value) <= _LONGEST_NUMBER


def _are_mostly(numbers: Sequence[str], is_valid: Callable[[str], Any]) -> bool:
    least = _MOSTLY * len(numbers)
    invalid = 0
    for number in numbers:
        invalid += not is_valid(number)
        if invalid > len(numbers) - least:
            return False
    return True


@cache
def _validator(name: str) -> Callable[[str], Any]:
    module = importlib.import_module(f"stdnum.{name}")
    is_valid: Callable[[str], Any] = module.is_valid
    return is_valid
