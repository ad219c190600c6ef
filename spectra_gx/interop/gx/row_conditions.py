"""Row conditions of GX as SQL."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_literal, quote_name
from spectra_gx.contract.sql.tokens import SqlRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPARISONS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class UnsupportedConditionError(Exception):
    """A row condition that cannot be converted to SQL."""


def render_condition(condition: Any) -> str:
    """Return a row condition of a suite as a SQL expression.

    Raises:
        UnsupportedConditionError: It is code of another language, or of an unknown shape.
    """
    if not isinstance(condition, dict):
        raise UnsupportedConditionError("its row condition is not SQL; write it as `where`")
    try:
        return _sql(condition)
    except (KeyError, TypeError, AttributeError):
        raise UnsupportedConditionError(
            "its row condition has an unknown shape; write it as `where`"
        ) from None


def sql_comparisons(text: str) -> Iterator[tuple[str, Any]]:
    """Yield each column of a SQL condition with each value that it is compared to."""
    from sqlglot import exp  # noqa: PLC0415  # sqlglot is slow to import

    from spectra_gx.contract.sql.syntax import parse_condition  # noqa: PLC0415

    try:
        tree = parse_condition(text)
    except SqlRefused:
        return
    for column in tree.find_all(exp.Column):
        beside = column.parent
        if isinstance(beside, (exp.Binary, exp.In, exp.Between)) and column is beside.this:
            for literal in beside.iter_expressions():
                if literal.is_number or literal.is_string or isinstance(literal, exp.Boolean):
                    value = literal.to_py()
                    yield column.name, float(value) if isinstance(value, Decimal) else value


def _sql(condition: dict[str, Any]) -> str:
    match condition["type"]:
        case "pass_through":
            return str(condition["pass_through_filter"])
        case "and" | "or" as word:
            return f" {word} ".join(f"({_sql(part)})" for part in condition["conditions"])
        case "nullity":
            return f"{_column(condition)} is {'' if condition['is_null'] else 'not '}null"
        case "comparison":
            operator, parameter = condition["operator"], condition["parameter"]
            if operator in ("IN", "NOT_IN"):
                values = ", ".join(map(_literal, parameter))
                return f"{_column(condition)} {operator.replace('_', ' ').lower()} ({values})"
            return f"{_column(condition)} {_COMPARISONS[operator]} {_literal(parameter)}"
    raise KeyError(condition["type"])


def _column(condition: dict[str, Any]) -> str:
    name: str = condition["column"]["name"]
    return quote_name(name)


def _literal(value: Any) -> str:
    if not isinstance(value, str | bool | int | float):
        raise TypeError(value)
    return quote_literal(value)
