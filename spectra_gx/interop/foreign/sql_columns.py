"""The columns that conditions of a table use, and which of them are numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.placeholders import quote_placeholders

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from sqlglot import exp


def used_columns(content: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the columns that the rules of a table use in SQL, with a type that SQL gives away.

    Queries of other tables are not looked at, nor are quoted names that no column has, which some
    dialects mean as texts.
    """
    found: dict[str, str | None] = {}
    compared: list[tuple[str, str]] = []
    known = content.get("columns", {}).keys()
    for text in dict.fromkeys(_texts(content)):
        for name, guess, other in _columns(text, known):
            found[name] = found.get(name) or guess
            compared += [(name, other)] if other else []
    for name, other in compared:
        found[name] = found.get(name) or found.get(other)
    return found


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    for rule in content.get("rules", ()):
        if isinstance(rule.get("sql"), str):
            yield rule["sql"]
        if isinstance(rule.get("where"), str):
            yield f"select 1 from {{table}} where {rule['where']}"
    for column in content.get("columns", {}).values():
        for value in column.values() if isinstance(column, dict) else ():
            if isinstance(value, dict) and isinstance(value.get("where"), str):
                yield f"select 1 from {{table}} where {value['where']}"


def _columns(text: str, known: Container[str]) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield each column, what its use says of its type, and the column that it is compared to."""
    import sqlglot  # noqa: PLC0415  # sqlglot is slow to import
    from sqlglot import exp  # noqa: PLC0415  # as above
    from sqlglot.errors import SqlglotError  # noqa: PLC0415  # as above

    try:
        tree = sqlglot.parse_one(quote_placeholders(text), dialect="postgres")
    except (SqlglotError, ValueError, RecursionError):
        return
    if {table.name for table in tree.find_all(exp.Table)} != {"{table}"}:
        return
    aliases = {alias.alias for alias in tree.find_all(exp.Alias)}
    for column in tree.find_all(exp.Column):
        quoted = not isinstance(column.this, exp.Identifier) or column.this.quoted
        if (not quoted or column.name in known) and not column.table and column.name not in aliases:
            yield column.name, *_guess(column, exp)


def _guess(column: exp.Column, exp: Any) -> tuple[str | None, str | None]:
    """Return a type for a column that is calculated with or compared, or the other column."""
    arithmetic = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
    inner, outer = column, column.parent
    while isinstance(outer, (exp.Paren, exp.Neg)):
        inner, outer = outer, outer.parent
    if isinstance(outer, (*arithmetic, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Stddev)):
        return "double", None
    if not isinstance(outer, (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)):
        return None, None
    beside = (outer.expression if outer.this is inner else outer.this).unnest()
    if isinstance(beside, arithmetic):
        return "double", None
    if isinstance(beside, exp.Boolean):
        return "boolean", None
    if isinstance(beside, exp.Literal) and not beside.is_string:
        return ("long" if beside.is_int else "double"), None
    return None, beside.name if isinstance(beside, exp.Column) else None
