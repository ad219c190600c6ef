"""Select tables and columns with only some of their rules, and the column of a rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from spectra_gx.contract.model import Column, Rule, Table

    _Conversion = Callable[[tuple[Rule, ...]], tuple[Rule, ...]]


def select_rules(table: Table, rules: Container[str]) -> Table:
    """Return a table with no other rules than those of these ids."""
    return _with_rules(table, lambda given: tuple(rule for rule in given if rule.id in rules))


def map_rules(table: Table, change: Callable[[Rule], Rule]) -> Table:
    """Return a table with every rule changed."""
    return _with_rules(table, lambda given: tuple(map(change, given)))


def _with_rules(table: Table, convert: _Conversion) -> Table:
    """Return a table with the rules of every place converted, however deep they lie."""

    def column(one: Column) -> Column:
        return replace(
            one,
            rules=convert(one.rules),
            fields=tuple(map(column, one.fields)),
            items=None if one.items is None else column(one.items),
        )

    return replace(
        table,
        columns=tuple(map(column, table.columns)),
        table_rules=convert(table.table_rules),
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
