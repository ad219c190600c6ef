"""What metrics say of a run, and that their labels have few values."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from spectra_gx.errors import ActivityLogError, ExternalServiceError
from spectra_gx.runner.calls import Call, CallPurpose
from spectra_gx.runner.events import RunEnded
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.telemetry.current_runs import is_current
from spectra_gx.telemetry.metrics.catalogue import METRICS
from spectra_gx.telemetry.metrics.samples import take_samples
from tests.fakes.contracts import contract_of
from tests.fakes.runs import ERRORED, FAILED, NOW, PASSED, rule, run, stage, table

REFUSED = ExternalServiceError("GET /x answered 503")
CALLS = (
    Call("GET /a", 0.2, 1, purpose=CallPurpose.PROBE),
    Call("GET /b", 0.4, 1, error=REFUSED, purpose=CallPurpose.PROBE),
    Call("GET /c", 0.6, 1),
)


def values(ended, name, *labels):
    """Return the values of a metric by its labels of these names."""
    return {
        tuple(one.labels[label] for label in labels): one.value
        for one in take_samples(ended)
        if one.metric.name == f"spectra_gx_{name}"
    }


@pytest.mark.parametrize(
    ("checked", "status"), [(PASSED, "passed"), (FAILED, "failed"), (ERRORED, "errored")]
)
def test_a_status_is_one_and_the_others_are_zero(checked, status):
    assert values(run(checked), "run_status", "status") == {
        (one,): float(one == status) for one in ("passed", "failed", "errored")
    }
    assert values(run(checked), "table_status", "table", "status")["source.config", status] == 1


def test_rules_are_counted_by_severity_and_status():
    counts = values(run(FAILED), "rules", "severity", "status")
    assert {labels: count for labels, count in counts.items() if count} == {
        ("critical", "failed"): 1,
        ("warning", "failed"): 1,
    }
    assert len(counts) == 9
    found = values(run(FAILED), "rule_unexpected_rows", "rule", "severity")
    assert found == {("source.config.old", "warning"): 2}
    statuses = values(run(FAILED), "rule_status", "rule", "status")
    assert statuses["source.config.rows", "failed"] == 1
    assert statuses["source.config.rows", "passed"] == 0


def test_a_run_says_when_it_ended_and_when_it_was_last_a_success():
    before = NOW - timedelta(days=1)
    passed, failed = run(PASSED), run(FAILED, earlier_success=before)
    assert values(passed, "last_success_timestamp_seconds") == {(): passed.ended.timestamp()}
    assert values(failed, "last_success_timestamp_seconds") == {(): before.timestamp()}
    assert values(failed, "last_run_timestamp_seconds") == {(): failed.ended.timestamp()}
    assert values(run(FAILED), "last_success_timestamp_seconds") == {}


def test_each_declared_table_says_when_it_was_last_published():
    before = NOW - timedelta(days=1)
    earlier = {"shop.orders": before, "shop.items": before, "shop.gone": before}
    declared = "shop.{}:\n  columns: {{id: string}}\n"
    contract = contract_of("".join(map(declared.format, ("orders", "items", "never"))))
    ended = run(PASSED, contract=contract, earlier_published=earlier, published={"shop.items": 4})
    assert values(ended, "table_last_published_timestamp_seconds", "table") == {
        ("shop.orders",): before.timestamp(),
        ("shop.items",): ended.ended.timestamp(),
    }
    assert ended.to_dict()["last_published"]["shop.orders"] == before.isoformat()


def test_what_did_not_arrive_is_a_metric():
    lost = run(PASSED, recorded=False, error=ActivityLogError("gone"), notification="timed out")
    assert values(lost, "log_failed") == values(lost, "notification_failed") == {(): 1.0}
    assert values(run(), "log_failed") == values(run(), "notification_failed") == {(): 0.0}
    assert values(lost, "run_status", "status")[("errored",)] == 1


def test_calls_to_the_source_are_counted_and_measured():
    ended = run(calls=CALLS)
    assert values(ended, "source_endpoints", "system", "status") == {
        ("zephyr", "succeeded"): 1,
        ("zephyr", "failed"): 1,
    }
    assert values(ended, "source_calls", "status") == {("succeeded",): 2, ("failed",): 1}
    assert values(ended, "source_call_duration_seconds", "percentile") == {
        ("50",): 0.4,
        ("90",): 0.6,
        ("99",): 0.6,
        ("100",): 0.6,
    }


def test_a_run_that_checked_nothing_has_the_facts_of_a_run_alone():
    names = {one.metric.name for one in take_samples(run(None, error=REFUSED))}
    assert names == {
        f"spectra_gx_{name}"
        for name in (
            "contract_info",
            "run_status",
            "run_duration_seconds",
            "last_run_timestamp_seconds",
            "log_failed",
            "notification_failed",
        )
    }


def test_labels_have_few_values_and_none_of_a_run():
    one, other = (
        run(replace(FAILED, execution_id=f"source_{number}"), steps=(("Validate", 1.0),))
        for number in (1, 2)
    )
    assert [sample.labels for sample in take_samples(one)] == [
        sample.labels for sample in take_samples(other)
    ]
    names = {name for sample in take_samples(run(FAILED, calls=CALLS)) for name in sample.labels}
    assert names < {*["stage", "environment", "version", "step", "severity", "status"]} | {
        *["table", "rule", "system", "percentile"]
    }


def test_names_follow_the_conventions():
    names = [metric.name for metric in METRICS]
    assert len({*names}) == len(names)
    for metric in METRICS:
        assert re.fullmatch(r"spectra_gx_[a-z_]+", metric.name)
        assert not metric.name.endswith(("_total", "_count", "_sum", "_bucket"))
        assert metric.name.endswith("_seconds") == (metric.unit == "s")


@pytest.mark.parametrize(
    ("facts", "operation", "current"),
    [
        ({}, "run", True),
        ({"recorded": False}, "run", True),
        ({"parameters": RunParameters(preview=True)}, "run", False),
        ({"parameters": RunParameters(backfill=True)}, "run", False),
        ({"already_published": "Success"}, "run", False),
        ({}, "check", False),  # of a contract of no table, of which one was checked
        ({"stage": stage()}, "check", True),
        ({"stage": stage(), "recorded": False}, "check", False),
        ({"stage": None}, "check", True),
        ({"stage": stage(), "parameters": RunParameters(backfill=True)}, "check", False),
    ],
)
def test_a_look_at_the_past_or_at_a_part_is_not_how_a_stage_is_now(facts, operation, current):
    assert is_current(RunEnded(run(**facts), operation)) == current


FRESH = contract_of(
    """
    shop.orders:
      columns:
        at: timestamp
        day: date
        wall: {type: timestamp_ntz, timezone: Europe/Berlin}
      rules:
        - {id: at-fresh, freshness: {column: at, max_age: 2d}}
        - {id: day-fresh, freshness: {column: day, max_age: 2d}}
        - {id: wall-fresh, freshness: {column: wall, max_age: 2d}}
    """
)


@pytest.mark.parametrize(
    ("own", "observed", "age"),
    [
        ("at", "2026-11-21T03:05:06.000789+00:00", 3600),
        ("day", "2026-11-21", 4 * 3600 + 306.000789),
        ("wall", "2026-11-21T05:05:06.000789", 0),  # an hour before UTC says so
        ("at", "‹redacted›", None),
        ("at", None, None),
    ],
)
def test_the_age_of_a_table_is_what_its_freshness_rule_saw(own, observed, age):
    checked = table("shop.orders", [rule(f"shop.orders.{own}-fresh", observed=observed)])
    ended = run(stage(checked), contract=FRESH)
    assert values(ended, "table_age_seconds", "table") == (
        {} if age is None else {("shop.orders",): pytest.approx(age)}
    )
