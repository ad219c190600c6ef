"""Select tables and columns with only some of their rules, and the column of a rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from spectra_gx.contract.model import Column, Rule, Table


def select_rules(table: Table, rules: Container[str]) -> Table:
    """Return a table with no other rules than those of these ids."""
    return replace(
        table,
        columns=tuple(_column_with_rules(column, rules) for column in table.columns),
        table_rules=tuple(rule for rule in table.table_rules if rule.id in rules),
    )


def _column_with_rules(column: Column, rules: Container[str]) -> Column:
    return replace(
        column,
        rules=tuple(rule for rule in column.rules if rule.id in rules),
        fields=tuple(_column_with_rules(field, rules) for field in column.fields),
        items=None if column.items is None else _column_with_rules(column.items, rules),
    )


def column_of(rule: Rule, table: Table) -> Column | None:
    """Return the column that a rule of one column is about, however deep it lies."""
    if len(rule.columns) != 1:
        return None
    column = table.column(rule.columns[0])
    for step in rule.path:
        if column is None:
            return None
        fields = {field.name: field for field in column.fields}
        column = column.items if step is None else fields.get(step)
    return column


def map_rules(table: Table, change: Callable[[Rule], Rule]) -> Table:
    """Return a table with every rule changed."""
    return replace(
        table,
        columns=tuple(_column_of_changed(column, change) for column in table.columns),
        table_rules=tuple(change(rule) for rule in table.table_rules),
    )


def _column_of_changed(column: Column, change: Callable[[Rule], Rule]) -> Column:
    return replace(
        column,
        rules=tuple(change(rule) for rule in column.rules),
        fields=tuple(_column_of_changed(field, change) for field in column.fields),
        items=None if column.items is None else _column_of_changed(column.items, change),
    )
