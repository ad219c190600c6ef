"""Plan the distribution of a column from rules about all of its values together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spectra_gx.generate.rows.distributions import NO_OTHERS, Others, Statistic, fit, with_distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.contract.model import Column, Rule
    from spectra_gx.generate.plan.column_domains import ColumnDomains
    from spectra_gx.generate.rows.choosers import Curve
    from spectra_gx.generate.rows.steps import Nulls
    from spectra_gx.generate.values.domains import Domain

_LEAST = {"stdev": 2, "distinct": 0}
"""Values without which there is no such statistic."""

_BEYOND = 0.05
"""How far beyond its bounds a broken statistic is, as a share of them."""


@dataclass
class StatisticsPlan:
    """How a column is distributed."""

    domain: Domain | None = None
    curve: Curve | None = None
    unbuilt: dict[str, str] = field(default_factory=dict)
    """Id of a rule → why it may not be satisfied."""


def plan_statistics(
    column: Column,
    rules: Sequence[Rule],
    domains: ColumnDomains,
    nulls: Nulls,
    count: int,
    *,
    free: bool,
    others: Others = NO_OTHERS,
) -> StatisticsPlan:
    """Return how a column is distributed.

    `free` is whether nothing else decides its values, but for those of `others`.
    """
    bounded = [rule for rule in rules if rule.argument.keys() & {"min", "max"}]
    here = [rule for rule in bounded if rule.where is None]
    left = domains.narrow(column.name, [rule for rule in bounded if rule.where is not None])
    plan = StatisticsPlan(unbuilt={rule.id: "it has `where`" for rule in left})
    missing = (nulls.count if not nulls.unless else 0) + others.nulls
    few = [rule for rule in here if count - missing < _LEAST.get(rule.kind, 1)]
    plan.unbuilt |= {rule.id: "so few rows have no such statistic" for rule in few}
    here = [rule for rule in here if rule not in few]
    if not here:
        return plan
    if free and not nulls.unless:
        domain = domains.domain(column, _needed(here))
        wanted = _Wanted(here, domains.breaks, nulls, count - nulls.count, others)
        if domain is not None and _found(plan, domain, wanted):
            return plan
    left = domains.narrow(column.name, here)
    if others.values is not None:
        left = here
    why = "its column is filled for other rules" if not free else "no distribution was found"
    plan.unbuilt |= {rule.id: why for rule in left if not _always(rule, count - missing)}
    return plan


@dataclass(frozen=True)
class _Wanted:
    """What the values of a column should have together."""

    rules: Sequence[Rule]
    breaks: frozenset[str]
    nulls: Nulls
    present: int
    """Rows that are not null."""

    others: Others


def _found(plan: StatisticsPlan, domain: Domain, wanted: _Wanted) -> bool:
    nulls, others, present = wanted.nulls, wanted.others, wanted.present
    for side in (0, 1):
        statistics = [_statistic(rule, rule.id in wanted.breaks, side) for rule in wanted.rules]
        few = with_distinct(domain, statistics, present, others)
        if few is None:
            continue
        curve = fit(few, statistics, present, nulls.count, nulls.shuffle, others)
        if curve is not None:
            plan.domain, plan.curve = few, curve
            return True
    return False


def _needed(rules: Sequence[Rule]) -> int:
    counts = (rule.argument.get("min", 1) for rule in rules if rule.kind == "distinct")
    least: int = max([1, *counts])
    return least


def _always(rule: Rule, count: int) -> bool:
    """Return whether a statistic lies within its bounds whatever the values are."""
    bounds = rule.argument
    return (
        rule.kind == "distinct"
        and bounds.get("min", 0) <= min(count, 1)
        and bounds.get("max", count) >= count
    )


def _statistic(rule: Rule, broken: bool, side: int) -> Statistic:
    bounds = rule.argument
    low, high = bounds.get("min"), bounds.get("max")
    q = bounds.get("q", 0.5)
    if not broken:
        return Statistic(rule.kind, low, high, q)
    sides: list[tuple[float | None, float | None]] = []
    sides += [(_above(high, rule), None)] if high is not None else []
    sides += [(None, _below(low, rule))] if low is not None else []
    chosen = sides[side % len(sides)]
    return Statistic(rule.kind, *chosen, q)


def _above(bound: float, rule: Rule) -> float:
    return bound + (1 if rule.kind == "distinct" else abs(bound) * _BEYOND + 0.5)


def _below(bound: float, rule: Rule) -> float:
    return bound - (1 if rule.kind == "distinct" else abs(bound) * _BEYOND + 0.5)
