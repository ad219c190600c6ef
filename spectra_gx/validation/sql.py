"""SQL text for DataFusion: names, literals by column type, and the condition that breaks each rule.

A condition is true for an offending row and is asked only of rows whose columns are not null.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from spectra_gx.contract.durations import duration

Values = Mapping[str, Any]
"""A metric's value arguments, as GX names them."""

_FLOATS = ("double", "float")
_LARGEST_FLOAT = 3.4028234663852886e38


@dataclass(frozen=True)
class Operand:
    """A value that a rule speaks of: a column, or what is nested in one."""

    sql: str
    type: str
    """Delta type text, as stored."""

    within: str | None = None
    """What holds it: null there, and it is not missing but was never to be."""


Condition = Callable[[Sequence[Operand], Values], str]


def name(identifier: str) -> str:
    """Quote an identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Write a text literal."""
    return "'" + value.replace("'", "''") + "'"


def literal(value: Any, type_text: str) -> str:
    """Write a value so that it compares exactly with a column of the type."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if type_text in _FLOATS and isinstance(value, int | float | Decimal):
        return _float(float(value), type_text)
    if isinstance(value, int | float | Decimal):
        return _number(Decimal(str(value)))
    if type_text == "date":
        return f"CAST({text(_day(value))} AS DATE)"
    if type_text == "timestamp":
        return f"arrow_cast({text(_instant(value))}, 'Timestamp(Microsecond, Some(\"UTC\"))')"
    if type_text == "timestamp_ntz":
        return f"arrow_cast({text(_instant(value))}, 'Timestamp(Microsecond, None)')"
    return text(str(value))


def _float(value: float, type_text: str) -> str:
    # A 32-bit column holds no 0.1, only the 32-bit number next to it: that is what is meant.
    fits = type_text == "float" and abs(value) <= _LARGEST_FLOAT
    return f"CAST({text(repr(value))} AS {'FLOAT' if fits else 'DOUBLE'})"


def _number(value: Decimal) -> str:
    """Write an exact number; what fits in 64 bits stays an integer."""
    if value == value.to_integral_value() and -(2**63) <= value < 2**63:
        return str(int(value))
    digits = format(value, "f").lstrip("-")
    whole, _, fraction = digits.partition(".")
    # No digit more than needed: a common type of two wide decimals would overflow.
    precision, scale = len(whole.lstrip("0")) + len(fraction), len(fraction)
    return f"CAST({text(format(value, 'f'))} AS DECIMAL({max(precision, 1)}, {scale}))"


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)[:10]


def _instant(value: Any) -> str:
    """Write an instant as UTC wall time; one without a zone is UTC already."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return str(value.isoformat())


def both(*conditions: str | None) -> str:
    """Join conditions with AND, leaving out what is always true."""
    return " AND ".join(f"({condition})" for condition in conditions if condition) or "true"


def column(identifier: str, type_text: str) -> Operand:
    """Return a column of the table as an operand."""
    return Operand(name(identifier), type_text)


def field(outer: Operand, identifier: str, type_text: str) -> Operand:
    """Return a struct's field as an operand."""
    return Operand(f"{outer.sql}[{text(identifier)}]", type_text, outer.sql)


def all_present(operands: Sequence[Operand]) -> str:
    """Be true where none is null."""
    return " AND ".join(f"{operand.sql} IS NOT NULL" for operand in operands)


def _is_null(operands: Sequence[Operand], values: Values) -> str:
    del values
    return f"{operands[0].sql} IS NULL"


def _in_set(operands: Sequence[Operand], values: Values) -> str:
    [operand] = operands
    members = ", ".join(literal(value, operand.type) for value in values["value_set"])
    return f"{operand.sql} IN ({members})" if members else "false"


def _outside_set(operands: Sequence[Operand], values: Values) -> str:
    broken = f"NOT ({_in_set(operands, values)})"
    # Spelled out because Delta's statistics leave NaN out, and a filter skips files by them.
    return _or_nan(broken, operands)


def _outside_range(operands: Sequence[Operand], values: Values) -> str:
    # DataFusion sorts NaN above every number; the language says it breaks every bound.
    return _or_nan(_outside(operands[0], values), operands)


def _or_nan(broken: str, operands: Sequence[Operand]) -> str:
    return " OR ".join([broken, *(f"isnan({operand.sql})" for operand in _floats(operands))])


def _floats(operands: Sequence[Operand]) -> list[Operand]:
    return [operand for operand in operands if operand.type in _FLOATS]


def _outside(operand: Operand, values: Values) -> str:
    low, high = values.get("min_value"), values.get("max_value")
    broken = []
    if low is not None:
        operator = "<=" if values.get("strict_min") else "<"
        broken.append(f"{operand.sql} {operator} {literal(low, operand.type)}")
    if high is not None:
        operator = ">=" if values.get("strict_max") else ">"
        broken.append(f"{operand.sql} {operator} {literal(high, operand.type)}")
    return " OR ".join(broken) or "false"


def _no_match(operands: Sequence[Operand], values: Values) -> str:
    return f"NOT ({_match(operands, values)})"


def _match(operands: Sequence[Operand], values: Values) -> str:
    # The flag changes nothing, but without one DataFusion makes LIKE of a plain text and gets
    # a backslash in it wrong.
    return f"regexp_like({operands[0].sql}, {text(values['regex'])}, '-i')"


def _other_length(operands: Sequence[Operand], values: Values) -> str:
    return f"{_length(operands[0]).sql} <> {literal(values['value'], 'long')}"


def _length_outside(operands: Sequence[Operand], values: Values) -> str:
    return _outside(_length(operands[0]), values)


def _length(operand: Operand) -> Operand:
    if operand.type.startswith("array"):
        return Operand(f"coalesce(array_length({operand.sql}), 0)", "long")
    return Operand(f"character_length({operand.sql})", "long")


def _not_finite(operands: Sequence[Operand], values: Values) -> str:
    del values
    infinite = [
        f"{operand.sql} IN ({literal(math.inf, operand.type)}, {literal(-math.inf, operand.type)})"
        for operand in _floats(operands)
    ]
    return _or_nan(" OR ".join(infinite) or "false", operands)


def _too_old(operands: Sequence[Operand], values: Values) -> str:
    [operand] = operands
    oldest = oldest_instant(values)
    if operand.type == "date":
        # A day counts from its midnight, so the first that is young enough begins at or after it.
        midnight = oldest.replace(hour=0, minute=0, second=0, microsecond=0)
        first = midnight if midnight == oldest else midnight + timedelta(days=1)
        return f"{operand.sql} < {literal(first.date(), 'date')}"
    if operand.type == "timestamp_ntz":
        oldest = oldest.astimezone(ZoneInfo(values["timezone"])).replace(tzinfo=None)
    return f"{operand.sql} < {literal(oldest, operand.type)}"


def oldest_instant(values: Values) -> datetime:
    """Return the earliest instant that a rule about an age lets pass."""
    try:
        return datetime.fromisoformat(values["as_of"]) - duration(values["max_age"])
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _pair_differs(operands: Sequence[Operand], values: Values) -> str:
    del values
    return f"{operands[0].sql} <> {operands[1].sql}"


def _pair_equal(operands: Sequence[Operand], values: Values) -> str:
    del values
    return f"{operands[0].sql} = {operands[1].sql}"


def _pair_not_greater(operands: Sequence[Operand], values: Values) -> str:
    left, right = operands
    operator = ">=" if values.get("or_equal") else ">"
    return _or_nan(f"NOT ({left.sql} {operator} {right.sql})", operands)


CONDITIONS: dict[str, Condition] = {
    "column_values.nonnull": _is_null,
    "column_values.in_set": _outside_set,
    "column_values.not_in_set": _in_set,
    "column_values.between": _outside_range,
    "column_values.match_regex": _no_match,
    "column_values.not_match_regex": _match,
    "column_values.value_length.equals": _other_length,
    "column_values.value_length.between": _length_outside,
    "column_pair_values.equal": _pair_differs,
    "column_pair_values.a_greater_than_b": _pair_not_greater,
    "column_values.finite": _not_finite,
    "column_values.recent": _too_old,
    "rows.different": _pair_equal,
}
"""GX's map metrics that one row alone decides → the condition that breaks them."""
