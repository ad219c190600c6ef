"""Choose the rows that break rules, so many of those that each rule is about."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from spectra_gx.errors import UsageError
from spectra_gx.generate.plan.broken_rules import (
    WHOLE,
    Broken,
    broken_together,
    is_about_keys,
    rules_in_the_way,
)
from spectra_gx.generate.plan.surroundings import Breaks
from spectra_gx.generate.values.domains import mask_of
from spectra_gx.generate.values.streams import NO_ROWS, Rows, key_of, shares_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.contract.model import Rule
    from spectra_gx.generate.plan.stage_plan import StagePlan

CHUNK = 131_072
"""Rows that are made at once."""

_NULLS_COUNT = ("required", "required_if")
"""Kinds that do not pass over rows where their column is null."""


def choose_rows(broken: Sequence[Broken], plan: StagePlan) -> Breaks:
    """Return which rows break which rules.

    Args:
        broken: The rules.
        plan: The tables as they are when no rule is broken.

    Raises:
        UsageError: There are not enough rows.
    """
    chosen: dict[str, Rows] = {}
    taken: dict[str, Rows] = {}
    for group in broken_together(broken, plan):
        rule = group[0].rule
        evaluated = [evaluated_rows(one.rule, plan) for one in group]
        count = _count(group, [len(rows) for rows in evaluated])
        before = taken.get(rule.table, NO_ROWS)
        left = np.setdiff1d(reduce(np.intersect1d, evaluated), before, assume_unique=True)
        for other in rules_in_the_way(rule, broken, plan):
            left = np.setdiff1d(left, evaluated_rows(other, plan), assume_unique=True)
        left = _apart(group[0], left)
        if count > len(left) or (rule.kind == "sequence" and not _has_room(group[0], count, plan)):
            raise UsageError(
                f"rule `{rule.id}` is about {len(evaluated[0]):,} rows, of which {len(left):,} can "
                f"break it; ask for fewer than {count:,}, or for more rows"
            )
        rank = np.argsort(words(key_of(plan.seed, "broken", rule.id), left), kind="stable")
        rows = np.sort(left[rank[:count]])
        chosen |= {one.rule.id: rows for one in group}
        taken[rule.table] = np.union1d(before, rows)
    return Breaks(chosen, frozenset(one.rule.id for one in broken if one.rule.kind in WHOLE))


def _has_room(broken: Broken, gaps: int, plan: StagePlan) -> bool:
    """Return whether a sequence can have so many gaps within the bounds of its column."""
    parts = plan.parts(broken.rule.table)
    [name] = broken.rule.columns
    domain = parts.domain(name)
    return domain is not None and domain.size > (parts.count + gaps) * parts.step_of(name)


def _count(group: Sequence[Broken], evaluated: Sequence[int]) -> int:
    """Return how many rows break rules together, of those that each is about.

    Raises:
        UsageError: It is not the same for all of them, or one row cannot break all.
    """
    kinds = {one.rule.kind: one.rule.id for one in group}
    if "unique" in kinds and (null := kinds.get("required") or kinds.get("required_if")):
        raise UsageError(
            f"rules `{null}` and `{kinds['unique']}` are not broken together: null repeats no "
            "value; break one of them"
        )
    least = 2 if any(is_about_keys(one.rule) for one in group) else 1
    counts = {
        one.rule.id: one.rows
        if one.rows is not None
        else max(shares_of(one.share or 0.0, rows), least)
        for one, rows in zip(group, evaluated, strict=True)
    }
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"`{rule}` in {rows:,}" for rule, rows in counts.items())
        raise UsageError(
            f"the same rows break {listed}; ask for as many rows of each, such as "
            f"`--break {group[0].rule.id}={max(counts.values())}`"
        )
    return max(counts.values())


def _apart(broken: Broken, rows: Rows) -> Rows:
    """Return the rows of which any can break a rule about the order of rows."""
    if broken.rule.kind == "sequence":
        rows = rows[rows > np.uint64(0)]
    if broken.rule.kind == "sorted":  # never two that follow each other, nor the first ones
        late = rows > np.uint64(max(len(rows) // 2, 2))
        rows = rows[late & (rows % np.uint64(2) == np.uint64(0))]
    return rows


def evaluated_rows(rule: Rule, plan: StagePlan) -> Rows:
    """Return the numbers of the rows that a rule does not pass over."""
    table = plan.table(rule.table)
    # The plan has the run's instant in place of clocks.
    rule = next(one for one in plan.tables[rule.table].rules if one.id == rule.id)
    conditions = plan.parts(rule.table).conditions
    read = set(conditions.columns(rule.where)) if rule.where else set()
    alone = rule.kind == "primary_key" or (rule.kind in _NULLS_COUNT and not rule.path)
    named = [] if alone else list(rule.columns)
    if not read and not named:
        return np.arange(table.count, dtype=np.uint64)
    parts = []
    for first in range(0, table.count, CHUNK):
        rows = np.arange(first, min(first + CHUNK, table.count), dtype=np.uint64)
        known = table.values([*read, *(name for name in named if name not in read)], rows)
        kept = np.ones(len(rows), dtype=np.bool_)
        for name in named:
            kept &= mask_of(pc.is_valid(known[name]))
        if rule.where:
            [true] = conditions.are_true([rule.where], {name: known[name] for name in read})
            kept &= true
        parts.append(rows[kept])
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)
