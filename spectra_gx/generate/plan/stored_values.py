"""What the way in which a table is stored leaves of the values of its columns."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import NUMBERS, Family, family
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.generate.values.grids import limits_of
from spectra_gx.generate.values.value_rules import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Column, Table

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_UNITS = {"%f": 1, "%S": _SECOND, "%M": _MINUTE}
"""Directive of strptime → the microseconds that it tells apart."""


def stored_conditions(table: Table, column: Column) -> list[Condition]:
    """Return what a value satisfies that is read as it was written."""
    if table.format is TableFormat.CSV:
        return [*_not_null(table, column), *_not_cut(table, column)]
    by = (rule.columns for rule in table.rules if rule.kind == "partitioned_by")
    is_text = family(column.type) is Family.TEXT
    named = any(column.name in columns for columns in by)
    return [Condition("at least", 1)] if is_text and named else []


def _not_null(table: Table, column: Column) -> Iterator[Condition]:
    nulls = table.csv.null_values
    kind = family(column.type)
    if kind is Family.TEXT:
        if "" in nulls:
            yield Condition("at least", 1)
        if others := tuple(one for one in nulls if one):
            yield Condition("not in", others)
    if kind in NUMBERS:
        numbers = tuple(one for text in nulls for one in _numbers(text, column.type))
        if numbers:
            yield Condition("not in", numbers)


def _numbers(text: str, type_text: str) -> Iterator[int | float | Decimal]:
    """Yield the number that a null is written as, in a column that may contain it."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return
    if not number.is_finite():
        return
    least, most = limits_of(type_text)
    if not least <= Fraction(number) <= most:
        return
    if type_text in ("float", "double"):
        yield float(number)
    elif type_text.startswith("decimal"):
        yield number
    elif number == int(number):
        yield int(number)


def _not_cut(table: Table, column: Column) -> Iterator[Condition]:
    """Yield what keeps a text without quotes in its field."""
    written = table.csv
    if family(column.type) is not Family.TEXT or written.quote is not None:
        return
    if written.escape is None:
        yield Condition("missing", rf"{re.escape(written.delimiter)}|[\r\n]")
    if written.comment is not None:
        yield Condition("missing", rf"\A{re.escape(written.comment)}")


def finest_instant(table: Table) -> int:
    """Return how many microseconds two instants are apart at least, to be read as two."""
    format_ = table.csv.timestamp_format if table.format is TableFormat.CSV else None
    if format_ is None:
        return 1
    return next((unit for name, unit in _UNITS.items() if name in format_), 60 * _MINUTE)


def has_null(table: Table) -> bool:
    """Return whether files of a table can say that a value is missing."""
    return table.format is not TableFormat.CSV or bool(table.csv.null_values)
