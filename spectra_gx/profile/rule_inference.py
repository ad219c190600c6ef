"""Infer rules from a profile that next month's data should pass, too."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import BITS, NUMBERS, Family, family
from spectra_gx.contract.excerpts import looks_secret
from spectra_gx.profile.column_names import classify_name, is_increasing, natural_range
from spectra_gx.profile.column_profile import TableProfile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.profile.column_profile import ColumnProfile

ENOUGH = 10
"""Least number of rows to infer that values are never null, or never negative."""

MANY = 100
"""Least number of rows to infer bounds or a format."""

_LARGEST_WHOLE = 2**53
_VERY_MANY = 1000
_OFTEN = 5
"""Least count of every value of an enum, so that an unseen value is unlikely."""

_ROWS_A_VALUE = 20
_LONGEST_WORD = 40
_DIFFERENT = 10
"""Least number of distinct values to infer one length or format."""

_FIELD = re.compile(r"[<,](`(?:[^`]|``)+`|[^:<>,`]+):")


def infer_rules(column: ColumnProfile, table: TableProfile) -> dict[str, Any]:
    """Return the keys of a column in a contract, `type` first; without those of its parts."""
    keys: dict[str, Any] = {"type": column.type}
    never_null = column.never_null or column.rows >= ENOUGH
    if column.name in table.key or (not column.nulls and never_null):
        keys["required"] = True
    if column.unique and table.key != (column.name,):
        keys["unique"] = True
    level = infer_classification(column)
    if family(column.type) is Family.TEXT:
        keys |= _infer_text_rules(column, is_key=table.key == (column.name,), private=bool(level))
    elif family(column.type) in NUMBERS and not level:
        keys |= _infer_number_rules(column, is_key=_is_part_of_key(column, table))
    return {**keys, "classification": level} if level else keys


def _is_part_of_key(column: ColumnProfile, table: TableProfile) -> bool:
    """Return whether values are those of a key, of this table or of another."""
    referring = {name for one in table.references for name in one.columns}
    return column.name in table.key or column.name in referring


def infer_classification(column: ColumnProfile) -> str | None:
    """Return a column's classification: from a contract, its values or its name."""
    if column.classified is not None:
        return column.classified
    if family(column.type) is Family.TEXT:
        shown = [column.low, column.high, *(value for value, _ in column.values or ())]
        if any(looks_secret(text) for text in shown if text):
            return "confidential"
        if column.formats["email"]:
            return "pii"
    by_name = _classify_by_name(column)
    if column.suspected is not None and by_name != "confidential":
        return column.suspected.level
    return by_name


def _classify_by_name(column: ColumnProfile) -> str | None:
    if family(column.type) is Family.BOOLEAN:
        return None
    inside = () if column.parts else _FIELD.findall(column.type)
    return classify_name(column.name, *inside)


def is_spelled_out(column: ColumnProfile) -> bool:
    """Return whether more can be said of what is nested in a column than that it is never null."""
    if infer_classification(column) is not None:
        return False
    none = TableProfile("", column.rows, ())
    return any(
        infer_rules(part, none).keys() - {"type", "required"} or is_spelled_out(part)
        for part in column.parts
    )


def describe_values(column: ColumnProfile, *, private: bool, nulls: bool = True) -> str:
    """Describe a column's values for a comment, without values of a private column.

    `nulls` is whether to count them, too.
    """
    if not column.filled:
        return "only nulls" if column.rows else ""
    parts = [f"{column.nulls:,} null"] if column.nulls and nulls else []
    if column.distinct is not None and family(column.type) is not Family.BOOLEAN:
        count = len(column.values) if column.values is not None else column.distinct
        about = "" if column.values is not None or count <= 1 else "about "
        parts.append(f"{about}{count:,} value{'s'[: count != 1]}")
    if column.odd:
        parts.append(f"{column.odd:,} NaN or infinite")
    if family(column.type) is Family.TEXT:
        lengths = _span(column.shortest, column.longest)
        parts.append(f"{lengths} character{'s'[: lengths != '1']}")
    elif column.low is not None and not private:
        parts.append(_span(column.low, column.high))
    return ", ".join(parts)


def _span(low: Any, high: Any) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def _infer_text_rules(column: ColumnProfile, *, is_key: bool, private: bool) -> dict[str, Any]:
    if column.filled < MANY:
        return {}
    for name, count in column.formats.items():
        if count == column.filled and (column.distinct or 0) >= _DIFFERENT:
            return {"format": name}
    if private:
        return {}
    values = None if is_key else find_enum(column.values or ())
    if values is not None:
        return {"enum": values} if len(values) > 1 else {"const": values[0]}
    if column.shortest == column.longest and (column.distinct or 0) >= _DIFFERENT:
        return {"length": column.shortest}
    return {}


def find_enum(counts: Sequence[tuple[str, int]]) -> list[str] | None:
    """Return values as an enum; None unless they are few words, each seen often."""
    rows = sum(count for _, count in counts)
    if not counts or not all(_is_word(value) for value, _ in counts):
        return None
    if len(counts) == 1:
        return [counts[0][0]] if rows >= _VERY_MANY else None
    often = all(count >= _OFTEN for _, count in counts) and rows >= _ROWS_A_VALUE * len(counts)
    return sorted(value for value, _ in counts) if often else None


def _is_word(text: str) -> bool:
    return text.isprintable() and text == text.strip() and 0 < len(text) <= _LONGEST_WORD


def _infer_number_rules(column: ColumnProfile, *, is_key: bool) -> dict[str, Any]:
    if column.filled < ENOUGH or column.odd or column.low is None:
        return {}
    natural = natural_range(column.name)
    if natural and natural[0] <= column.low and column.high <= natural[1]:
        return {"min": natural[0], "max": natural[1]}
    bounds = {
        "min": _lower_bound(column),
        "max": None if is_key or is_increasing(column.name) else _upper_bound(column),
    }
    return {key: bound for key, bound in bounds.items() if bound is not None}


def _lower_bound(column: ColumnProfile) -> int | float | None:
    """Return a lower bound: 0 if no value is negative, else a generous one if values thin out."""
    if column.low >= 0:
        return 0
    return _bound(column, lower=True)


def _upper_bound(column: ColumnProfile) -> int | float | None:
    return _bound(column, lower=False)


def _bound(column: ColumnProfile, *, lower: bool) -> int | float | None:
    """Return a round number outside the values by as much as they spread.

    None if there are few values, all are alike, or some are far beyond the others.
    """
    if column.filled < MANY or column.tail is None or (column.distinct or MANY) < _DIFFERENT:
        return None
    low, high = float(column.low), float(column.high)
    first, last = column.tail
    spread = last - first
    beyond = first - low if lower else high - last
    if not 0 < spread < math.inf or beyond > spread:
        return None
    bound = _rounded(low - (high - low) if lower else high + (high - low), down=lower)
    bits = BITS.get(column.type)
    if bits is not None and not -(2 ** (bits - 1)) <= bound < 2 ** (bits - 1):
        return None
    # A float beyond 2 ** 53 is whole, too, but would be written with digits that it does not have.
    whole = bound == int(bound) and abs(bound) < _LARGEST_WHOLE
    return int(bound) if bits is not None or whole else bound


def _rounded(number: float, *, down: bool) -> float:
    """Round to the next number below or above whose only digit is 1, 2 or 5."""
    if number == 0:
        return 0.0
    outwards = (number < 0) == down
    power = math.floor(math.log10(abs(number)))
    steps = [Decimal(digit).scaleb(power) for digit in (1, 2, 5, 10)]
    size = abs(Decimal(number))
    nice = (
        min(step for step in steps if step >= size)
        if outwards
        else max(step for step in [Decimal(5).scaleb(power - 1), *steps] if step <= size)
    )
    return math.copysign(float(nice), number)
