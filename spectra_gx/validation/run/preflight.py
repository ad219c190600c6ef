"""Find rules that a table's schema makes impossible to evaluate, and why.

Engines match names loosely and coerce types silently, so a rule that names a column which is not
there, or is of another type, is never put to one.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from spectra_gx.causes import Cause, Obstacle
from spectra_gx.contract.checks.readable_tables import (
    compared_table,
    foreign_columns,
    query_of_rule,
)
from spectra_gx.contract.earlier_runs import remembers_rows, remembers_value
from spectra_gx.contract.sql.guard import SqlRefused, guard_condition, guard_query
from spectra_gx.validation.messages import spell_path
from spectra_gx.warehouse.arrow_types import type_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.contract.model import Rule, Table
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.run.checkpoint_data import CheckpointInputs

_ABOUT_THE_TABLE = frozenset({"columns", "column_order"})
_OF_TYPES = frozenset(
    {
        "expect_column_type_to_be",
        "expect_column_values_to_be_of_type",
        "expect_column_values_to_be_in_type_list",
    }
)
_EVALUATED_ON_ANY_TYPE = frozenset({"type", "required", "required_if"})


def blocked_rules(table: Table, inputs: CheckpointInputs) -> dict[str, Obstacle]:
    """Return the rules of a table that cannot be evaluated: id → why."""
    snapshot = inputs.snapshot
    unreadable = snapshot.unreadable.get(table.name)
    if unreadable is not None:
        return {rule.id: unreadable for rule in table.rules}
    found = {}
    for rule in table.rules:
        obstacles = chain(_obstacles(rule, snapshot, inputs.types), _unknown_past(rule, inputs))
        obstacle = next(obstacles, None)
        if obstacle is not None:
            found[rule.id] = obstacle
    return found


def _obstacles(
    rule: Rule, snapshot: Snapshot, types: Mapping[str, Mapping[str, str]]
) -> Iterator[Obstacle]:
    if rule.kind in _ABOUT_THE_TABLE:
        return
    try:
        named = list(_named_columns(rule, snapshot))
    except SqlRefused as refused:
        yield Obstacle(Cause.SQL_REFUSED, f"its SQL is refused: {refused}")
        return
    if rule.path:
        yield from _nested_obstacles(rule, snapshot, types)
        named = [(table, column) for table, column in named if column not in rule.columns]
    if rule.kind == "expect" and rule.argument["type"] in _OF_TYPES:
        named = []
    for own in rule.columns:
        yield from _column_obstacles(rule.table, rule.table, own, snapshot, {})
    for table, column in named:
        yield from _column_obstacles(rule.table, table, column, snapshot, types)


def _named_columns(rule: Rule, snapshot: Snapshot) -> Iterator[tuple[str, str | None]]:
    """Yield (table, column) wherever the type matters; None means the table alone."""
    if rule.kind not in _EVALUATED_ON_ANY_TYPE:
        for column in rule.columns:
            yield rule.table, column
    if rule.where is not None:
        condition = guard_condition(
            rule.where, table=rule.table, columns=snapshot.readable[rule.table]
        )
        for column in sorted(condition.columns):
            yield rule.table, column
    foreign = foreign_columns(rule)
    if foreign is not None:
        for column in foreign[1]:
            yield foreign[0], column
    other = compared_table(rule)
    if other is not None:
        yield other, None
    sql = query_of_rule(rule)
    if sql is not None:
        query = guard_query(sql, table=rule.table, tables=snapshot.readable)
        for table in query.tables:
            yield table, None
        yield from sorted(query.columns)


def _unknown_past(rule: Rule, inputs: CheckpointInputs) -> Iterator[Obstacle]:
    if remembers_rows(rule) and isinstance(inputs.earlier_rows, str):
        yield Obstacle(
            Cause.HISTORY_UNREADABLE,
            f"the rows of the last passed run are not known: {inputs.earlier_rows}",
        )
    if remembers_value(rule) and isinstance(inputs.past, str):
        yield Obstacle(
            Cause.HISTORY_UNREADABLE,
            f"what it observed in earlier runs is not known: {inputs.past}",
        )


def _nested_obstacles(
    rule: Rule, snapshot: Snapshot, types: Mapping[str, Mapping[str, str]]
) -> Iterator[Obstacle]:
    """Yield why what is nested cannot be evaluated; what is beside it does not matter."""
    [column] = rule.columns
    stored = snapshot.tables[rule.table].types.get(column)
    declared = types.get(rule.table, {}).get(column)
    if stored is None or declared is None:
        return
    inner, wanted = type_at(stored, rule.path), type_at(declared, rule.path)
    where = spell_path(column, rule.path)
    if inner is None:
        yield Obstacle(
            Cause.COLUMN_MISSING,
            f"`{where}` does not exist; column `{column}` is stored as {stored}",
        )
    elif inner != wanted and rule.kind not in _EVALUATED_ON_ANY_TYPE:
        message = f"`{where}` is stored as {inner}, declared as {wanted}"
        yield Obstacle(Cause.TYPE_DIFFERS, message)


def _column_obstacles(
    own_table: str,
    table: str,
    column: str | None,
    snapshot: Snapshot,
    types: Mapping[str, Mapping[str, str]],
) -> Iterator[Obstacle]:
    pinned = snapshot.tables.get(table)
    if pinned is None:
        message = f"table `{table}` is not part of this run"
        yield snapshot.unreadable.get(table, Obstacle(Cause.TABLE_MISSING, message))
        return
    if column is None:
        return
    declared = types.get(table, {}).get(column)
    stored = pinned.types.get(column)
    whose = "" if table == own_table else f" of `{table}`"
    if stored is None:
        yield Obstacle(Cause.COLUMN_MISSING, f"column `{column}`{whose} does not exist")
    elif declared is not None and stored != declared:
        message = f"column `{column}`{whose} is stored as {stored}, declared as {declared}"
        yield Obstacle(Cause.TYPE_DIFFERS, message)
