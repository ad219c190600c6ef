"""What suites need to know of earlier runs, read from the activity log."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.registry import past_parameter
from spectra_gx.contract.earlier_runs import expected_of, remembers_value
from spectra_gx.validation.snapshot.age_limits import age_in_seconds
from spectra_gx.validation.snapshot.learnt_bounds import (
    REMEMBERED,
    Observation,
    learn_bounds,
    learn_longest_age,
)
from spectra_gx.warehouse.log.run_history import values_of_passed_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from spectra_gx.contract.model import Rule
    from spectra_gx.warehouse.warehouse import Warehouse

_RUNS = 4 * REMEMBERED
"""Runs that are read: of several a day one may count."""


def past_parameters(
    rules: Iterable[Rule],
    warehouse: Warehouse,
    stage: str,
    at: datetime,
    before: datetime | None = None,
) -> dict[str, Any]:
    """Return suite parameter → what is known of the earlier runs of a rule.

    `at` is the run's instant, `before` one at which earlier runs had to be over.

    Raises:
        WarehouseError: The log cannot be read.
    """
    remembering = [rule for rule in rules if remembers_value(rule)]
    if not remembering:
        return {}
    runs = values_of_passed_runs(warehouse, stage, before, _RUNS)
    return {past_parameter(rule.id): past_of(rule, runs, at) for rule in remembering}


def past_of(rule: Rule, runs: Sequence[tuple[datetime, Any]], at: datetime) -> dict[str, Any]:
    """Return what is known of a rule from earlier runs, oldest first."""
    past: dict[str, Any] = {"previous": runs[-1][1].get(rule.id) if runs else None}
    expected = expected_of(rule)
    if expected is not None:
        observations = list(_observations(rule, runs))
        season = expected.get("season")
        sensitivity = expected["sensitivity"]
        past |= (
            learn_longest_age(observations, at, sensitivity, season)
            if rule.kind == "freshness"
            else learn_bounds(
                observations, at, sensitivity, season, whole=rule.kind in ("rows", "distinct")
            )
        )
    return past


def _observations(rule: Rule, runs: Sequence[tuple[datetime, Any]]) -> Iterator[Observation]:
    for at, values in runs:
        try:
            value = _number_of(rule, values[rule.id], at)
        except (KeyError, TypeError, ValueError):  # the rule is new, or observed no number
            continue
        if math.isfinite(value):
            yield Observation(at, value)


def _number_of(rule: Rule, observed: Any, at: datetime) -> float:
    """Return what a rule observed in a run as a number: of freshness, the age then in seconds."""
    if rule.kind != "freshness":
        return float(observed)
    newest = date.fromisoformat(observed) if len(observed) == _DAY else None
    return age_in_seconds(newest or datetime.fromisoformat(observed), at, rule.argument["timezone"])


_DAY = len("2026-01-31")
