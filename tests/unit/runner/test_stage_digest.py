"""What a digest counts; the logs themselves are read in the integration tests."""

from dataclasses import replace
from datetime import timedelta

import pytest

from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.stage_digest import stage_digest
from tests.fakes.runs import FAILED, NOW, PASSED, rule, run, stage, table

DAY = timedelta(days=1)
REDUCED = stage(replace(table("t", [rule("t.a")]), quarantined=3))


def rows(*checked, **parameters):
    """Return the log of a stage that ran once a day, the last time now."""
    found = []
    for index, result in enumerate(checked):
        ended = NOW - DAY * (len(checked) - 1 - index)
        identity = replace(run().identity, execution_id=f"run_{index}", started=ended)
        one = run(result, identity=identity, ended=ended, parameters=RunParameters(**parameters))
        found += log_rows(one, recorded_at=ended)
    return found


def test_runs_are_counted_since_an_instant():
    found = stage_digest(
        "source", "zephyr", rows(FAILED, REDUCED, FAILED, FAILED), NOW - 2 * DAY, NOW
    )
    assert (found.runs, found.failed_runs, found.quarantined) == (3, 2, 3)
    assert (found.last, found.failing_since) == (NOW, NOW - DAY)
    assert found.failing == ("source.config.rows", "source.config.old")


def test_a_stage_that_passes_fails_since_never():
    found = stage_digest("source", "zephyr", rows(FAILED, PASSED), NOW - DAY / 2, NOW)
    assert (found.runs, found.failing_since, found.failing) == (1, None, ())


@pytest.mark.parametrize("parameters", [{"preview": True}, {"backfill": True}])
def test_what_judges_something_else_does_not_count(parameters):
    found = stage_digest("source", "zephyr", rows(FAILED, **parameters), NOW - DAY, NOW)
    assert (found.runs, found.last) == (0, None)


def test_another_system_is_another_line():
    assert stage_digest("source", "jira", rows(FAILED), NOW - DAY, NOW).runs == 0
