"""Rows that have no value of their own, because rules are broken there."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from spectra_gx.generate.values.streams import NO_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spectra_gx.contract.model import Rule
    from spectra_gx.generate.plan.surroundings import Breaks
    from spectra_gx.generate.plan.table_rules import TableRules
    from spectra_gx.generate.values.streams import Rows


def lost_rows(rules: TableRules, columns: Iterable[str], breaks: Breaks) -> Rows:
    """Return the rows whose values of columns are null on purpose, or those of an earlier row."""
    nulls = [null_rows(rules, column, breaks) for column in columns]
    alike = [rows[1:] for rows in alike_rows(rules, columns, breaks)]
    return _together([rows for rows in (*nulls, *alike) if rows is not None])


def null_rows(rules: TableRules, column: str, breaks: Breaks) -> Rows | None:
    """Return the rows in which a column is null although a rule forbids it; None without one."""
    against: list[Rule] = [*rules.required[column], *rules.required_if[column]]
    found = [breaks.rows[rule.id] for rule in breaks.of(against) if rule.kind != "primary_key"]
    return _together(found) if found else None


def alike_rows(rules: TableRules, columns: Iterable[str], breaks: Breaks) -> tuple[Rows, ...]:
    """Return the rows that all have one key, for each broken rule about a key of these columns."""
    return tuple(
        breaks.rows[rule.id]
        for rule, key in rules.keys
        if rule.id in breaks.rows and set(columns) & set(key)
    )


def _together(found: list[Rows]) -> Rows:
    return reduce(np.union1d, found, NO_ROWS)
