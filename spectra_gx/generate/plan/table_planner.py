"""Plan how the rows of a table are made: one step per column, each in its turn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from spectra_gx.display import counted
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

    from spectra_gx.generate.plan.keys import KeyPlan
    from spectra_gx.generate.plan.table_parts import TableParts
    from spectra_gx.generate.rows.steps import Nulls, Step
    from spectra_gx.generate.values.streams import Rows


def plan_table(parts: TableParts) -> TableRows:
    """Return a table, ready to make any of its rows."""
    keys = plan_keys(parts.rules.keys, parts.units(), parts.count, parts.around.seed)
    parts.unbuilt |= keys.unbuilt
    _check_broken_keys(parts, keys)
    _check_shared_keys(parts, keys)
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
        if not parts.referred_rows(rule):
            found[first] = replace(fewest, count=parts.count, unless=())
            required = [one for name in rule.columns for one in parts.rules.required[name]]
            parts.unbuilt |= {one.id: "there is no row that it could refer to" for one in required}
    return found


def _check_broken_keys(parts: TableParts, keys: KeyPlan) -> None:
    """Name the keys that are repeated by rows which break other rules, for lack of values."""
    for name in keys.digits:
        for rows, ids in _broken_together(parts, name):
            size = parts.domains.domain_in(parts.columns[name], ())(frozenset(), ids).size
            if size < len(rows):
                parts.unbuilt |= {
                    rule.id: f"no more than {counted(size, 'value')} of `{name}` break "
                    + " and ".join(f"`{one}`" for one in sorted(ids))
                    for rule, key in parts.rules.keys
                    if name in key
                }


def _check_shared_keys(parts: TableParts, keys: KeyPlan) -> None:
    """Name the keys that are repeated where one that shares columns with them is broken."""
    alone = {name for name, digit in keys.digits.items() if len(digit.system.sizes) == 1}
    alone |= parts.sequences
    rules = [(rule.id, set(key)) for rule, key in parts.rules.keys]
    broken = [one for one in rules if one[0] in parts.around.breaks.rows]
    for rule, key in (one for one in rules if one not in broken):
        for other, repeated in broken:
            if key & repeated and not (key - repeated) & alone:
                parts.unbuilt[rule] = f"rows that break `{other}` may have one key"


def _broken_together(parts: TableParts, name: str) -> list[tuple[Rows, frozenset[str]]]:
    """Return the rows in which a column breaks rules about its values, with these rules."""
    rows = parts.around.breaks.rows
    together: dict[int, set[str]] = defaultdict(set)
    found = {
        int(rows[rule.id][0]): rows[rule.id] for rule in parts.rules.values[name] if rule.id in rows
    }
    for rule in parts.rules.values[name]:
        if rule.id in rows:
            together[int(rows[rule.id][0])].add(rule.id)
    return [(found[first], frozenset(ids)) for first, ids in together.items()]


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
    together = _broken_together(parts, name)
    domain_in = parts.domains.domain_in(parts.columns[name], ())
    key = column_key(parts, name)
    values = [values_apart(domain_in(frozenset(), ids), rows, key) for rows, ids in together]
    chosen = [rows for rows, _ in together]
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
