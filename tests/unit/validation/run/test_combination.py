"""Two checks of a table as one: of some rules on added rows, of the others on all rows."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from spectra_gx.validation.results import Scope, Status
from spectra_gx.validation.run.checkpoint_data import CheckpointOutcome
from spectra_gx.validation.run.combination import combine_checkpoints, combine_results
from tests.fakes.runs import rule, table


def declared(*names: str) -> Any:
    """Return what is read of a table: its rules in order."""
    return SimpleNamespace(rules=[SimpleNamespace(id=name) for name in names])


ABC = declared("a", "b", "c")
WHOLE = replace(table("shop.a", [rule("b"), rule("c", "failed", "warning")]), duration_seconds=1.5)
ADDED = replace(table("shop.a", [rule("a"), rule("c")]), duration_seconds=0.25)


def of_gx(**success: bool) -> Any:
    """Return what is read of GX's result of a suite."""
    results = [
        SimpleNamespace(success=passed, expectation_config=SimpleNamespace(meta={"rule": name}))
        for name, passed in success.items()
    ]
    return SimpleNamespace(results=results, success=None, statistics={})


def test_rules_are_in_the_order_of_the_table_and_those_of_all_rows_count() -> None:
    found = combine_results(ABC, WHOLE, ADDED, since=7)

    assert [(one.id, one.status, one.scope) for one in found.rules] == [
        ("a", Status.PASSED, Scope.ADDED),
        ("b", Status.PASSED, Scope.WHOLE),
        ("c", Status.FAILED, Scope.WHOLE),
    ]
    assert (found.verdict, found.duration_seconds, found.since) == (Status.PASSED, 1.75, 7)


def test_gx_results_are_combined_in_the_same_way_and_counted_again() -> None:
    whole = CheckpointOutcome(WHOLE, of_gx(b=True, c=False), "id")  # type: ignore[arg-type]
    added = CheckpointOutcome(ADDED, of_gx(c=True, a=True), "other")  # type: ignore[arg-type]

    found = combine_checkpoints(ABC, whole, added, since=7)

    assert found.gx is not None
    assert [one.success for one in found.gx.results] == [True, True, False]
    assert (found.gx.success, str(found.identifier)) == (False, "id")
    assert found.gx.statistics == {
        "evaluated_expectations": 3,
        "successful_expectations": 2,
        "unsuccessful_expectations": 1,
        "success_percent": 2 / 3 * 100,
    }
    assert [one.success for one in whole.gx.results] == [True, False]  # type: ignore[union-attr]


def test_without_one_of_gx_results_there_is_none_for_both() -> None:
    found = combine_checkpoints(
        ABC, CheckpointOutcome(WHOLE, None, None), CheckpointOutcome(ADDED, of_gx(a=True), None), 7
    )

    assert (found.gx, found.identifier) == (None, None)
