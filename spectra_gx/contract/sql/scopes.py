"""Which tables and columns contract SQL names, and what it returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.sql.syntax import NAME_TABLES
from spectra_gx.contract.sql.tokens import SqlRefused

Sources = Mapping[str, tuple[str, Mapping[str, bool]]]
"""Placeholder, braces included → table and its columns."""


@dataclass(frozen=True)
class Outputs:
    """What the outermost SELECT of a query returns."""

    sources: tuple[str, ...]
    """Placeholders in its FROM and JOINs."""

    plain: tuple[tuple[str | None, str | None], ...]
    """(placeholder, column) of what is a column under its own name; None for any and for `*`."""

    made: frozenset[str]
    """Names given to anything else."""


def check_columns(tree: exp.Expr, sources: Sources) -> frozenset[tuple[str, str]]:
    """Return every (table, column) a tree names; refuse tables and columns that do not exist."""
    try:
        return frozenset(_named_columns(tree, sources))
    except SqlglotError as error:
        reason = str(error).partition("\n")[0]
        raise SqlRefused(f"this SQL cannot be followed: {reason}") from None
    except (RecursionError, LookupError, AttributeError, TypeError):
        raise SqlRefused("this SQL cannot be followed; write it more simply") from None


def _named_columns(tree: exp.Expr, sources: Sources) -> Iterator[tuple[str, str]]:
    tables = 0
    for scope in traverse_scope(tree):
        # An alias given twice is refused, whether a column names it or not.
        _selected(scope, sources)
        for node in scope.walk():
            if isinstance(node, exp.Table):
                tables += 1
                _check_source(node, scope, sources)
    if tables < sum(1 for _ in tree.find_all(exp.Table)):
        raise SqlRefused("this SQL cannot be followed; write it more simply")
    columns = 0
    for _, owners in columns_with_owners(tree, sources):
        columns += 1
        yield from owners
    if columns < sum(not isinstance(node.this, exp.Star) for node in tree.find_all(exp.Column)):
        raise SqlRefused("this SQL cannot be followed; write it more simply")


def columns_with_owners(
    tree: exp.Expr, sources: Sources
) -> Iterator[tuple[exp.Column, tuple[tuple[str, str], ...]]]:
    """Yield every column that is named, and the (table, column) that it can mean.

    Raises:
        SqlRefused: It does not exist.
    """
    for scope in traverse_scope(tree):
        for node in scope.walk():
            if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
                yield node, tuple(_owners(node, scope, sources))


def _check_source(node: exp.Table, scope: Scope, sources: Sources) -> None:
    """Refuse a table that is neither a placeholder nor a CTE in reach."""
    if node.name in sources:
        return
    if not any(name == node.name for name in scope.cte_sources):
        raise SqlRefused(f"table {quote(node.name)} is not declared; {NAME_TABLES}")


def _owners(column: exp.Column, scope: Scope, sources: Sources) -> Iterator[tuple[str, str]]:
    """Yield the (table, column) that a column can mean; nothing for what a subquery hands out."""
    seen: dict[str, None] = {}
    level: Scope | None = scope
    while level is not None:
        tables, derived = _selected(level, sources)
        if column.table:
            if column.table in derived:
                return
            tables = {name: held for name, held in tables.items() if name == column.table}
        owners = [held[0] for held in tables.values() if column.name in held[1]]
        if owners:
            yield from ((owner, column.name) for owner in owners)
            return
        if not column.table and (derived or column.name in _aliases(level)):
            return
        seen.update(dict.fromkeys(name for _, held in tables.values() for name in held))
        level = level.parent if level.is_subquery or level.is_set_operation else None
    raise SqlRefused(_unknown(column, seen))


def _selected(
    scope: Scope, sources: Sources
) -> tuple[dict[str, tuple[str, Mapping[str, bool]]], set[str]]:
    """Return the tables and the derived tables that a scope selects from, by alias."""
    tables, derived = {}, set()
    for alias, (node, _) in scope.selected_sources.items():
        if isinstance(node, exp.Table) and node.name in sources:
            tables[alias] = sources[node.name]
        else:
            derived.add(alias)
    return tables, derived


def _aliases(scope: Scope) -> list[str]:
    """Return the names that a SELECT gives to what it selects; ORDER BY and HAVING may use them."""
    tree: Any = scope.expression
    if isinstance(tree, exp.SetOperation):
        return list(tree.named_selects)
    return [item.alias for item in tree.expressions if isinstance(item, exp.Alias)]


def _unknown(column: exp.Column, known: Mapping[str, None]) -> str:
    name = column.name
    twin = next((other for other in known if other.lower() == name.lower()), None)
    if twin is not None:
        return f'column {quote(name)} does not exist; names are case-sensitive, write `"{twin}"`'
    whole = f"{column.table}.{name}" if column.table else name
    return f"column {quote(whole)} does not exist" + (did_you_mean(name, known) or f"; {_LITERAL}")


_LITERAL = "texts are written in single quotes"


def plain_outputs(tree: exp.Expr) -> Outputs | None:
    """Return what the outermost SELECT returns, or None when it is a union or the like."""
    if not isinstance(tree, exp.Select):
        return None
    scope = traverse_scope(tree)[-1]
    sources: dict[str, str | None] = {
        alias: node.name if isinstance(node, exp.Table) and node.name.startswith("{") else None
        for alias, (node, _) in scope.selected_sources.items()
    }
    derived = None in sources.values()
    plain: list[tuple[str | None, str | None]] = []
    made: set[str] = set()
    for projection in tree.expressions:
        column = projection.unalias()
        own_name = isinstance(column, exp.Column) and projection.output_name == column.name
        everything = projection.is_star
        source = sources.get(column.table) if isinstance(column, exp.Column) else None
        if everything and (source is None) and (derived or not isinstance(projection, exp.Star)):
            return None
        if everything:
            plain.append((source, None))
        elif own_name and (source is not None or not (column.table or derived)):
            plain.append((source, column.name))
        else:
            made.add(projection.output_name)
    return Outputs(tuple(name for name in sources.values() if name), tuple(plain), frozenset(made))
