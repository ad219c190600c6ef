"""Whether there is anything to tell, and what."""

import pytest

from spectra_gx.errors import AuthenticationError
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.telling import message_for, runbook_page
from tests.fakes.runs import ERRORED, FAILED, PASSED, rule, run, stage, table

BEFORE = {"Failed": {"status": "Failed"}, "Success": {"status": "Success"}, None: None}
REFUSED = AuthenticationError("`GET /project/details` answered 401")


@pytest.mark.parametrize(
    ("result", "before", "outcome"),
    [
        (run(), None, None),
        (run(), "Success", None),
        (run(), "Failed", "recovery"),
        (run(parameters=RunParameters(preview=True)), "Failed", None),
        (run(FAILED), "Success", "failure"),
        (run(FAILED), "Failed", "failure"),
        (run(ERRORED), None, "failure"),
        (run(None, error=REFUSED), "Success", "failure"),
        (run(PASSED, error=REFUSED), "Success", "failure"),
    ],
)
def test_when_people_are_told(result, before, outcome):
    message = message_for(result, BEFORE[before], log="log")
    assert (message and message.outcome) == outcome


@pytest.mark.parametrize(
    ("result", "section"),
    [
        (run(FAILED), "validation"),
        (run(ERRORED), "engine"),
        (run(None, error=REFUSED), "authentication"),
        (run(ERRORED, error=REFUSED), "authentication"),
    ],
)
def test_the_page_of_the_runbook(result, section):
    page = f"docs/source/OPERATIONAL-RUNBOOK.md#{section}"
    assert runbook_page(result) == page
    message = message_for(result, None, log="log")
    assert message is not None
    assert message.runbook == page


def test_the_worst_rules_come_first():
    rules = [
        rule("t.warned", "failed", "warning", unexpected=1),
        rule("t.broken", "failed", unexpected=2),
        rule("t.fine"),
        rule("t.unasked", "errored", "info"),
    ]
    message = message_for(run(stage(table("t", rules))), None, log="log")
    assert message is not None
    assert message.failing == (
        ("t.unasked", "info", None),
        ("t.broken", "critical", 2),
        ("t.warned", "warning", 1),
    )
    assert message.tables == {"t": "errored"}
    assert message.counts == {
        "critical": {"passed": 1, "failed": 1, "errored": 0},
        "warning": {"passed": 0, "failed": 1, "errored": 0},
        "info": {"passed": 0, "failed": 0, "errored": 1},
    }


def test_the_facts_of_the_run_go_along():
    message = message_for(run(None, error=REFUSED, docs="docs"), None, log="where the log is")
    assert message is not None
    assert (message.error, message.error_category) == (REFUSED.message, "authentication")
    assert (message.log, message.docs, message.contact) == (
        "where the log is",
        "docs",
        "#data-platform",
    )
    assert (message.tables, message.failing, message.endpoints_reached) == ({}, (), None)
