"""GX's row conditions as SQL."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_literal, quote_name
from spectra_gx.contract.sql.tokens import SqlRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPARISONS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class UnsupportedConditionError(Exception):
    """A row condition cannot be written as SQL."""


def render_condition(condition: Any) -> str:
    """Return a row condition, as a suite holds it, as a SQL expression.

    Raises:
        NotSqlError: It is code of another language, or of a shape that is not known.
    """
    if not isinstance(condition, dict):
        raise UnsupportedConditionError(
            "its row condition is code of another language; write it as `where`"
        )
    try:
        return _sql(condition)
    except (KeyError, TypeError, AttributeError):
        raise UnsupportedConditionError(
            "its row condition has an unknown shape; write it as `where`"
        ) from None


def sql_comparisons(text: str) -> Iterator[tuple[str, Any]]:
    """Yield each column of a condition in SQL with each value that it is compared with."""
    from sqlglot import exp  # noqa: PLC0415  # sqlglot is slow to import

    from spectra_gx.contract.sql.syntax import parse_condition  # noqa: PLC0415

    try:
        tree = parse_condition(text)
    except SqlRefused:
        return
    for column in tree.find_all(exp.Column):
        beside = column.parent
        if isinstance(beside, (exp.Binary, exp.In, exp.Between)) and column is beside.this:
            for said in beside.iter_expressions():
                if said.is_number or said.is_string or isinstance(said, exp.Boolean):
                    value = said.to_py()
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
