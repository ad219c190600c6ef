"""Which rules cannot be asked of a table as it stands, and why; decided from schemas alone.

Engines match names loosely and coerce types silently, so a rule that names a column which is not
there, or is of another type, is never put to one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.sql_guard import SqlRefused, guard_condition, guard_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.contract.model import Rule, Table
    from spectra_gx.validation.snapshot import Snapshot

_ABOUT_THE_TABLE = frozenset({"columns", "rows"})
_ASKED_WHATEVER_THE_TYPE = frozenset({"type", "required"})


def blocked_rules(
    table: Table, snapshot: Snapshot, types: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return the rules of a table that cannot be evaluated: id → reason.

    Args:
        table: What is declared.
        snapshot: What stands.
        types: Every readable table → column → declared type.
    """
    unreadable = snapshot.unreadable.get(table.name)
    if unreadable is not None:
        return {rule.id: unreadable for rule in table.rules}
    found = {}
    for rule in table.rules:
        reason = next(_reasons(rule, snapshot, types), None)
        if reason is not None:
            found[rule.id] = reason
    return found


def _reasons(
    rule: Rule, snapshot: Snapshot, types: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    if rule.kind in _ABOUT_THE_TABLE:
        return
    try:
        named = list(_named_columns(rule, snapshot))
    except SqlRefused as refused:
        yield f"its SQL is refused: {refused}"
        return
    for own in rule.columns:
        yield from _obstacles(rule.table, rule.table, own, snapshot, {})
    for table, column in named:
        yield from _obstacles(rule.table, table, column, snapshot, types)


def _named_columns(rule: Rule, snapshot: Snapshot) -> Iterator[tuple[str, str | None]]:
    """Yield (table, column) wherever the type matters; None stands for the table alone."""
    if rule.kind not in _ASKED_WHATEVER_THE_TYPE:
        for column in rule.columns:
            yield rule.table, column
    if rule.where is not None:
        condition = guard_condition(
            rule.where, table=rule.table, columns=snapshot.readable[rule.table]
        )
        for column in sorted(condition.columns):
            yield rule.table, column
    if rule.kind == "references":
        for column in rule.argument["to"]:
            yield rule.argument["table"], column
    if rule.kind == "sql":
        query = guard_query(rule.argument, table=rule.table, tables=snapshot.readable)
        for table in query.tables:
            yield table, None
        yield from sorted(query.columns)


def _obstacles(
    own_table: str,
    table: str,
    column: str | None,
    snapshot: Snapshot,
    types: Mapping[str, Mapping[str, str]],
) -> Iterator[str]:
    pinned = snapshot.tables.get(table)
    if pinned is None:
        yield snapshot.unreadable.get(table, f"table `{table}` is not part of this run")
        return
    if column is None:
        return
    declared = types.get(table, {}).get(column)
    stored = pinned.types.get(column)
    whose = "" if table == own_table else f" of `{table}`"
    if stored is None:
        yield f"column `{column}`{whose} does not exist"
    elif declared is not None and stored != declared:
        yield f"column `{column}`{whose} is stored as {stored}, declared as {declared}"
