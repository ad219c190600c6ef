"""Set the time zone of ages and clocks: which zone's wall clock a column without one shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.clocks import clock_of, with_timezone
from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.rules.catalogue import CATALOGUE
from spectra_gx.contract.yaml.nodes import TOP

if TYPE_CHECKING:
    from spectra_gx.contract.model import Column, Rule, Table
    from spectra_gx.contract.problems import Report

_AGES = frozenset(kind.key for kind in CATALOGUE if kind.clocked)


def set_time_zones(table: Table, report: Report) -> Table:
    """Return the table with the zone in the argument of every rule about an age or the clock.

    An age of a `timestamp_ntz` column that has no `timezone` is reported.
    """
    columns = tuple(_column(column, report) for column in table.columns)
    by_name = {column.name: column for column in table.columns}
    rules = tuple(
        _rule(rule, by_name[rule.columns[0]], report)
        if rule.columns and rule.columns[0] in by_name
        else rule
        for rule in table.table_rules
    )
    return replace(table, columns=columns, table_rules=rules)


def _column(column: Column, report: Report) -> Column:
    if not column.parts and not any(map(_is_timed, column.rules)):
        return column
    return replace(
        column,
        rules=tuple(_rule(rule, column, report) for rule in column.rules),
        fields=tuple(_column(field, report) for field in column.fields),
        items=None if column.items is None else _column(column.items, report),
    )


def _is_timed(rule: Rule) -> bool:
    return rule.kind in _AGES or clock_of(rule) is not None


def _rule(rule: Rule, column: Column, report: Report) -> Rule:
    if rule.argument is None or rule.kind not in _AGES:
        return with_timezone(rule, column.timezone)
    if column.type == "timestamp_ntz" and column.timezone is None:
        message = f"{quote(rule.id)} needs the `timezone` of column {quote(column.name)}"
        report.add(rule.place or TOP, f"{message}, a timestamp_ntz; add it there")
    bounds = rule.argument if isinstance(rule.argument, dict) else {"max_age": rule.argument}
    return replace(rule, argument={**bounds, "timezone": column.timezone})
