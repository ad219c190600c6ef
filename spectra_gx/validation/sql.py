"""SQL text for DataFusion: names, literals by column type, and the condition that breaks each rule.

A condition is true for an offending row and is asked only of rows whose columns are not null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

Types = Mapping[str, str]
"""Column → Delta type text of the stored table."""

Values = Mapping[str, Any]
"""A metric's value arguments, as GX names them."""

_FLOATS = ("double", "float")
_LARGEST_FLOAT = 3.4028234663852886e38

Condition = Callable[[Sequence[str], Types, Values], str]


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


def all_present(columns: Sequence[str]) -> str:
    """Be true where no column is null."""
    return " AND ".join(f"{name(column)} IS NOT NULL" for column in columns)


def _is_null(columns: Sequence[str], types: Types, values: Values) -> str:
    del types, values
    return f"{name(columns[0])} IS NULL"


def _in_set(columns: Sequence[str], types: Types, values: Values) -> str:
    column = columns[0]
    members = ", ".join(literal(value, types[column]) for value in values["value_set"])
    return f"{name(column)} IN ({members})" if members else "false"


def _outside_set(columns: Sequence[str], types: Types, values: Values) -> str:
    broken = f"NOT ({_in_set(columns, types, values)})"
    # Spelled out because Delta's statistics leave NaN out, and a filter skips files by them.
    return _or_nan(broken, columns, types)


def _outside_range(columns: Sequence[str], types: Types, values: Values) -> str:
    column = columns[0]
    # DataFusion sorts NaN above every number; the language says it breaks every bound.
    return _or_nan(_outside(name(column), types[column], values), columns, types)


def _or_nan(broken: str, columns: Sequence[str], types: Types) -> str:
    floats = [column for column in columns if types[column] in _FLOATS]
    return " OR ".join([broken, *(f"isnan({name(column)})" for column in floats)])


def _outside(expression: str, type_text: str, values: Values) -> str:
    low, high = values.get("min_value"), values.get("max_value")
    broken = []
    if low is not None:
        operator = "<=" if values.get("strict_min") else "<"
        broken.append(f"{expression} {operator} {literal(low, type_text)}")
    if high is not None:
        operator = ">=" if values.get("strict_max") else ">"
        broken.append(f"{expression} {operator} {literal(high, type_text)}")
    return " OR ".join(broken) or "false"


def _no_match(columns: Sequence[str], types: Types, values: Values) -> str:
    return f"NOT ({_match(columns, types, values)})"


def _match(columns: Sequence[str], types: Types, values: Values) -> str:
    del types
    # The flag changes nothing, but without one DataFusion makes LIKE of a plain text and gets
    # a backslash in it wrong.
    return f"regexp_like({name(columns[0])}, {text(values['regex'])}, '-i')"


def _other_length(columns: Sequence[str], types: Types, values: Values) -> str:
    return f"{_length(columns[0], types)} <> {literal(values['value'], 'long')}"


def _length_outside(columns: Sequence[str], types: Types, values: Values) -> str:
    return _outside(_length(columns[0], types), "long", values)


def _length(column: str, types: Types) -> str:
    if types[column].startswith("array"):
        return f"coalesce(array_length({name(column)}), 0)"
    return f"character_length({name(column)})"


def _pair_differs(columns: Sequence[str], types: Types, values: Values) -> str:
    del types, values
    return f"{name(columns[0])} <> {name(columns[1])}"


def _pair_equal(columns: Sequence[str], types: Types, values: Values) -> str:
    del types, values
    return f"{name(columns[0])} = {name(columns[1])}"


def _pair_not_greater(columns: Sequence[str], types: Types, values: Values) -> str:
    left, right = (name(column) for column in columns)
    operator = ">=" if values.get("or_equal") else ">"
    return _or_nan(f"NOT ({left} {operator} {right})", columns, types)


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
    "rows.different": _pair_equal,
}
"""GX's map metrics that one row alone decides → the condition that breaks them."""
