"""Screens, whole."""

import pytest

from spectra_gx.errors import AuthenticationError
from spectra_gx.render.text import log_text, readiness_text, run_text, stage_text
from spectra_gx.runner.handoff import Check, Readiness
from spectra_gx.runner.parameters import RunParameters
from tests.fakes.runs import ERRORED, FAILED, IDENTITY, rule, run, stage, table

FAILED_SCREEN = """\
✗ source.config  failed   0/2 rules  6 rows  version 3  0.25 s
    ✗ source.config.rows (critical): 5 rows, not 6
    ✗ source.config.old (warning): \n\
✗ source 1.2.3 failed: 2 rules, 0 passed, 2 failed, 0 errored"""

FAILED_RUN = f"""\
{FAILED_SCREEN}
published: nothing; the tables published before stay as they are
notification: sent
data docs: Files/docs/index.html
what to do: docs/source/OPERATIONAL-RUNBOOK.md#validation, or ask #data-platform
Failed in 1.5 s, run {IDENTITY.execution_id}"""

STOPPED_RUN = f"""\
! source could not be run: `GET /project/details` answered 401; create a new token
run `source_zephyr_1` died before its end; what it left in staging was removed
the run is not in the activity log
what to do: docs/source/OPERATIONAL-RUNBOOK.md#authentication, or ask #data-platform
Failed in 1.5 s, run {IDENTITY.execution_id}"""

PASSED_RUN = f"""\
✓ source.config  passed   1/1 rules  6 rows  version 3  0.25 s
✓ source 1.2.3 passed: 1 rules, 1 passed, 0 failed, 0 errored
published: source.config v3
initialised for the next stage: prepare._schema
Success in 1.5 s, run {IDENTITY.execution_id}"""


def test_a_stage_that_failed():
    assert stage_text(FAILED) == FAILED_SCREEN


def test_many_rules_that_end_alike_say_why_once():
    lost = [rule(f"source.config.{n}", "errored", message="no such table") for n in "abcdef"]
    shown = stage_text(stage(table("source.config", [*lost, rule("source.config.rows")], None)))
    assert shown.splitlines()[1:3] == [
        "    ! 6 rules: no such table",
        "        source.config.a, source.config.b, source.config.c and 3 more",
    ]


def test_runs():
    assert (
        run_text(
            run(FAILED, built=["source.config"], notification="sent", docs="Files/docs/index.html")
        )
        == FAILED_RUN
    )
    error = AuthenticationError("`GET /project/details` answered 401; create a new token")
    stopped = run(None, error=error, dead_runs=["source_zephyr_1"], recorded=False)
    assert run_text(stopped) == STOPPED_RUN
    passed = run(published={"source.config": 3}, initialised=["prepare._schema"])
    assert run_text(passed) == PASSED_RUN
    assert "this was a preview" in run_text(
        run(built=["source.config"], parameters=RunParameters(preview=True))
    )


def test_what_could_not_be_judged_comes_first():
    both = stage(*FAILED.tables, *ERRORED.tables)
    assert [line[0] for line in stage_text(both).splitlines() if line[0] != " "] == ["!", "✗", "!"]
    assert "no rows read" not in stage_text(both)
    assert "not published" in stage_text(both)


def test_a_few_samples_with_their_keys():
    broken = rule(
        "t.method.enum",
        "failed",
        message="4 values",
        sample=("PATCH", "HEAD", "TRACE", "OPTIONS"),
        keys=({"path": "/a"}, {"path": "/b"}, {"path": "/c"}, {"path": "/d"}),
    )
    lines = stage_text(stage(table("t", [broken]))).splitlines()
    assert lines[2:5] == [
        '        "PATCH"  at {"path": "/a"}',
        '        "HEAD"  at {"path": "/b"}',
        '        "TRACE"  at {"path": "/c"}',
    ]
    assert len(lines) == 6


@pytest.mark.parametrize(
    ("passed", "answer"),
    [(True, "ready: consume run r1"), (False, "not ready: do not proceed")],
)
def test_readiness(passed, answer):
    text = readiness_text(Readiness("source", "r1", (Check("fresh-enough", passed, "why"),)))
    assert text == f"{'✓' if passed else '✗'} fresh-enough: why\n{answer}"


def test_an_empty_log():
    assert log_text([]) == "the log is empty"
