"""Select tables and columns with only some of their rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from spectra_gx.contract.model import Column, Table


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
