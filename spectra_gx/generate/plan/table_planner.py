"""Plan how the rows of a table are made: one step per column, each in its turn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from spectra_gx.generate.plan.keys import plan_keys
from spectra_gx.generate.plan.making_order import making_order
from spectra_gx.generate.plan.null_plan import plan_nulls
from spectra_gx.generate.plan.row_orders import plan_orders
from spectra_gx.generate.plan.statistics_plan import plan_statistics
from spectra_gx.generate.plan.step_builder import StepBuilder, column_key
from spectra_gx.generate.plan.stored_values import has_null
from spectra_gx.generate.plan.table_parts import TAKEN
from spectra_gx.generate.rows.choosers import Chooser, Newest
from spectra_gx.generate.rows.distributions import NO_OTHERS, Others
from spectra_gx.generate.rows.steps import values_apart
from spectra_gx.generate.rows.table_rows import TableRows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.generate.plan.table_parts import TableParts
    from spectra_gx.generate.rows.steps import Nulls, Step
    from spectra_gx.generate.values.streams import Rows


def plan_table(parts: TableParts) -> TableRows:
    """Return a table, ready to make any of its rows."""
    keys = plan_keys(parts.rules.keys, parts.units(), parts.count, parts.around.seed)
    parts.unbuilt |= keys.unbuilt
    plan_orders(parts, keys)
    nulls = _plan_nulls(parts)
    choosers: dict[str, Chooser] = dict(keys.digits)
    _plan_statistics(parts, choosers, nulls)
    _plan_freshness(parts, choosers, nulls)
    order = making_order(parts, choosers)
    builder = StepBuilder(parts, choosers, nulls, order.reads)
    steps: list[Step] = []
    before: list[str] = []
    for name in order.names:
        steps.append(builder.step(name, before))
        before += steps[-1].columns
    return TableRows(parts.table.name, tuple(parts.columns), parts.count, steps, parts.unbuilt)


def _plan_nulls(parts: TableParts) -> dict[str, Nulls]:
    never = {
        *parts.sequences,
        *(column for rule in parts.rules.orders for column in rule.columns),
        *parts.around.referred(parts.table.name),
        *(rule.columns[0] for rule in parts.rules.same_sets),
    }
    if not has_null(parts.table):
        never |= parts.columns.keys()
    never |= {source for name, (source, _) in parts.equal.items() if name in never}
    found = {}
    for name, column in parts.columns.items():
        nulls, unbuilt = plan_nulls(
            column, parts.rules, parts.count, parts.around, may_be_null=name not in never
        )
        parts.unbuilt |= unbuilt
        found[name] = nulls
    for first, rule in parts.references.items():  # null together, or not at all
        fewest = min((found[name] for name in rule.columns), key=lambda nulls: nulls.count)
        unless = tuple(one for name in rule.columns for one in found[name].unless)
        found[first] = replace(fewest, unless=unless)
    return found


def _plan_statistics(
    parts: TableParts, choosers: dict[str, Chooser], nulls: Mapping[str, Nulls]
) -> None:
    comparisons = parts.domains.comparisons
    busy = {*choosers, *parts.sequences, *comparisons.equal, *comparisons.columns}
    busy |= {column for rule in parts.references.values() for column in rule.columns}
    for name, rules in parts.rules.statistics.items():
        column = parts.columns[name]
        free = name not in busy and not parts.domains.cases(column)
        others = _others(parts, name, nulls[name])
        found = plan_statistics(
            column, rules, parts.domains, nulls[name], parts.count, free=free, others=others
        )
        parts.unbuilt |= found.unbuilt
        parts.planned.pop(name, None)
        if found.curve is not None:
            parts.planned[name] = found.domain
            choosers[name] = found.curve


def _others(parts: TableParts, name: str, nulls: Nulls) -> Others:
    """Return the rows in which a column breaks a rule about its values, or one against null."""
    breaks = parts.around.breaks.rows
    together: dict[int, tuple[Rows, set[str]]] = {}
    for rule in parts.rules.values[name]:
        if rule.id in breaks:
            rows = breaks[rule.id]
            together.setdefault(int(rows[0]), (rows, set()))[1].add(rule.id)
    domain_in = parts.domains.domain_in(parts.columns[name], ())
    key = column_key(parts, name)
    values = [
        values_apart(domain_in(frozenset(), frozenset(ids)), rows, key)
        for rows, ids in together.values()
    ]
    chosen = [rows for rows, _ in together.values()]
    chosen += [] if nulls.broken is None else [nulls.broken]
    if not chosen:
        return NO_OTHERS
    ranks = nulls.shuffle(np.concatenate(chosen)).astype(np.float64) - nulls.count
    return Others(ranks, pa.concat_arrays(values) if values else None)


def _plan_freshness(
    parts: TableParts, choosers: dict[str, Chooser], nulls: Mapping[str, Nulls]
) -> None:
    filled = {column for rule in parts.references.values() for column in rule.columns}
    for name, rules in parts.rules.freshness.items():
        if name in choosers or name in filled or name in parts.equal:
            parts.unbuilt |= {rule.id: TAKEN for rule in rules if rule.where is None}
        elif any(rule.where is None for rule in rules):
            choosers[name] = Newest(nulls[name].count, nulls[name].shuffle)
