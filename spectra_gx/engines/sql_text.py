"""SQL text for DataFusion: literals by column type, columns and what is nested in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name, quote_text

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOATS = ("double", "float")
"""Types that contain NaN and infinity."""

INTEGERS = ("byte", "short", "integer", "long")

_CHAINED = 8
"""Parts that are joined in a row."""

_LONGEST_SPLIT = 10_000
"""Letters of a condition that DataFusion may split: some hundred parts, far from too many."""

_LARGEST_FLOAT = 3.4028234663852886e38


@dataclass(frozen=True)
class Operand:
    """A value that a rule is about: a column, or what is nested in one."""

    sql: str
    type: str
    """Delta type text, as stored."""

    within: str | None = None
    """What contains it; where that is null, the value is not missing."""


def literal(value: Any, type_text: str) -> str:
    """Write a value so that it compares exactly with a column of the type."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if type_text in FLOATS and isinstance(value, int | float | Decimal):
        return _float(float(value), type_text)
    if isinstance(value, int | float | Decimal):
        return _number(Decimal(str(value)))
    if type_text == "date":
        return f"CAST({quote_text(_day(value))} AS DATE)"
    if type_text == "timestamp":
        return f"arrow_cast({quote_text(_instant(value))}, 'Timestamp(Microsecond, Some(\"UTC\"))')"
    if type_text == "timestamp_ntz":
        return f"arrow_cast({quote_text(_instant(value))}, 'Timestamp(Microsecond, None)')"
    return quote_text(str(value))


def _float(value: float, type_text: str) -> str:
    # A 32-bit column cannot contain 0.1, only the 32-bit number next to it, which is meant.
    fits = type_text == "float" and abs(value) <= _LARGEST_FLOAT
    return (
        f"CAST({quote_text(repr(value + 0.0))} AS {'FLOAT' if fits else 'DOUBLE'})"  # -0.0 is 0.0
    )


def _number(value: Decimal) -> str:
    """Write an exact number; what fits in 64 bits stays an integer."""
    if value == value.to_integral_value() and -(2**63) <= value < 2**63:
        return str(int(value))
    digits = format(value, "f").lstrip("-")
    whole, _, fraction = digits.partition(".")
    # No digit more than needed: a common type of two wide decimals would overflow.
    precision, scale = len(whole.lstrip("0")) + len(fraction), len(fraction)
    return f"CAST({quote_text(format(value, 'f'))} AS DECIMAL({max(precision, 1)}, {scale}))"


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


def conjunction(*conditions: str | None) -> str:
    """Join conditions with AND, leaving out what is always true."""
    return (
        " AND ".join(f"({only_true(condition)})" for condition in conditions if condition) or "true"
    )


def any_true(conditions: Sequence[str]) -> str:
    """Join conditions with OR, however many."""
    return _balanced(conditions, " OR ") or "false"


def all_true(conditions: Sequence[str]) -> str:
    """Join conditions with AND, however many."""
    return _balanced(conditions, " AND ") or "true"


def sum_terms(terms: Sequence[str]) -> str:
    """Add terms up, however many."""
    return _balanced(terms, " + ")


def _balanced(parts: Sequence[str], operator: str) -> str:
    """Join parts as a tree as flat as can be: a chain of thousands overflows DataFusion's stack."""
    if len(parts) <= _CHAINED:
        return operator.join(parts)
    half = len(parts) // 2
    halves = (_balanced(half_of, operator) for half_of in (parts[:half], parts[half:]))
    return operator.join(f"({joined})" for joined in halves)


def only_true(condition: str) -> str:
    """Return what follows WHERE to keep the rows in which a condition is true."""
    # Split to skip files by it, a condition of thousands of parts overflows the stack.
    return f"({condition}) IS TRUE" if len(condition) > _LONGEST_SPLIT else condition


def column(identifier: str, type_text: str) -> Operand:
    """Return a column of the table as an operand."""
    return Operand(quote_name(identifier), type_text)


def field(outer: Operand, identifier: str, type_text: str) -> Operand:
    """Return a struct's field as an operand."""
    return Operand(f"{outer.sql}[{quote_text(identifier)}]", type_text, outer.sql)


def is_exact(operand: Operand) -> bool:
    """Return whether values are whole numbers or decimals, which need no rounding."""
    return operand.type in INTEGERS or operand.type.startswith("decimal")


def decimal_scale(type_text: str) -> int:
    """Return how many digits after the point the values of an exact type have."""
    return 0 if type_text in INTEGERS else int(type_text.rstrip(")").rpartition(",")[2])


def widen(operand: Operand) -> str:
    """Return exact values as numbers so wide that no sum of them wraps around."""
    if operand.type in INTEGERS:
        return f"CAST({operand.sql} AS DECIMAL(38, 0))"
    return f"arrow_cast({operand.sql}, 'Decimal256(76, {decimal_scale(operand.type)})')"


def all_present(operands: Sequence[Operand]) -> str:
    """Be true where none is null."""
    return all_true([f"{operand.sql} IS NOT NULL" for operand in operands])


def any_present(operands: Sequence[Operand]) -> str:
    """Be true where one at least is not null."""
    return any_true([f"{operand.sql} IS NOT NULL" for operand in operands])
