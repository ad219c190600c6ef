"""GX's row conditions as SQL."""

from __future__ import annotations

from typing import Any

_COMPARISONS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class NotSqlError(Exception):
    """A row condition cannot be written as SQL."""


def condition_sql(condition: Any) -> str:
    """Return a row condition, as a suite holds it, as a SQL expression.

    Raises:
        NotSqlError: It is code of another language, or of a shape that is not known.
    """
    if not isinstance(condition, dict):
        raise NotSqlError("its row condition is code of another language; write it as `where`")
    try:
        return _sql(condition)
    except (KeyError, TypeError, AttributeError):
        raise NotSqlError("its row condition has an unknown shape; write it as `where`") from None


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
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    raise TypeError(value)
