"""What people are told about a run, and whether they are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from spectra_gx.errors import (
    ActivityLogError,
    AuthenticationError,
    AuthorizationError,
    ExternalServiceError,
)
from spectra_gx.runner.alerts.notification_state import NotificationState
from spectra_gx.runner.alerts.notifications import (
    NotificationPolicy,
    build_message,
    notify,
    runbook_page,
)
from spectra_gx.runner.calls import Call
from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.parameters import RunParameters
from tests.fakes.activity_log import FakeActivityLog
from tests.fakes.notifier import FakeNotifier
from tests.fakes.runs import ERRORED, FAILED, NOW, PASSED, rule, run, stage, table

REFUSED = AuthenticationError("`GET /project/details` answered 401")
WARNED = stage(table("t", [rule("t.a"), rule("t.w", "failed", "warning")]))
INFORMED = stage(table("t", [rule("t.a"), rule("t.i", "failed", "info")]))
REDUCED = stage(replace(table("t", [rule("t.a")]), quarantined=3))
PREVIEW = RunParameters(preview=True)


def call(error=None):
    return Call("GET /release/project/1", 0.1, 1, error)


FORBIDDEN = AuthorizationError("`GET /release/project/1` answered 403", code="http_403")
EXPIRED = AuthenticationError("`GET /release/project/1` answered 401", code="http_401")
CRASHED = ExternalServiceError("`GET /release/project/1` answered 500", code="http_500")
CALLS = (call(), call(FORBIDDEN))


def failing(*names):
    return run(stage(table("t", [rule(name, "failed") for name in names])))


class Days:
    """A stage that runs once a day and remembers in its log."""

    def __init__(self, **policy):
        self.log = FakeActivityLog()
        self.notifier = FakeNotifier()
        self.policy = NotificationPolicy(**policy)
        self.days = 0

    def run(self, result, outcome="sent"):
        self.days += 1
        identity = replace(
            result.identity,
            execution_id=f"run_{self.days}",
            started=NOW + timedelta(days=self.days),
        )
        result = replace(result, identity=identity, ended=identity.started)
        self.notifier.outcome = outcome
        ended = notify(result, self.log, self.notifier, self.policy, log_address="log")
        self.log.append(identity.execution_id, log_rows(ended, recorded_at=ended.ended))
        return ended.notification

    @property
    def sent(self):
        return [(message.kind, message.trouble) for message in self.notifier.sent]


def message_of(result, **policy):
    return build_message(
        result, "first", NotificationState(), NotificationPolicy(**policy), log_address="log"
    )


@pytest.mark.parametrize(
    ("result", "sent"),
    [
        (run(), []),
        (run(FAILED), [("first", "failure")]),
        (run(ERRORED), [("first", "failure")]),
        (run(None, error=REFUSED), [("first", "failure")]),
        (run(PASSED, error=REFUSED), [("first", "failure")]),
        (run(REDUCED), [("first", "quarantine")]),
        (run(WARNED), []),
        (run(calls=CALLS), [("first", "calls")]),
        (run(REDUCED, calls=CALLS), [("first", "calls")]),
        (run(FAILED, calls=CALLS), [("first", "failure")]),
        (run(FAILED, parameters=PREVIEW), []),
        (run(REDUCED, parameters=PREVIEW), []),
    ],
)
def test_what_people_are_told_of(result, sent):
    days = Days()
    days.run(result)
    assert days.sent == sent


def test_a_failure_is_told_once_and_then_that_it_is_over():
    days = Days()
    outcomes = [days.run(failing("a")) for _ in range(20)]
    assert outcomes == ["sent", *["unchanged"] * 19]
    assert [days.run(run()), days.run(run())] == ["sent", None]
    assert days.sent == [("first", "failure"), ("recovery", "failure")]
    assert (days.notifier.sent[1].failed_runs, days.notifier.sent[1].since) == (
        20,
        NOW + timedelta(days=1),
    )


def test_a_failure_that_changed_says_what_is_new_and_what_is_mended():
    days = Days()
    days.run(failing("a", "b"))
    days.run(run(stage(table("t", [rule("a"), rule("b", "failed"), rule("c", "failed")]))))
    changed = days.notifier.sent[1]
    assert (changed.kind, changed.newly_failing, changed.resolved) == ("changed", ["c"], ("a",))
    assert [name for name, *_ in changed.failing] == ["b", "c"]


def test_a_rule_that_is_gone_or_could_not_be_judged_is_not_mended():
    days = Days()
    days.run(failing("a", "b"))
    days.run(failing("b"))
    days.run(run(None, error=REFUSED))
    assert [(message.kind, message.resolved) for message in days.notifier.sent[1:]] == [
        ("changed", ()),
        ("changed", ()),
    ]


@pytest.mark.parametrize("outcome", ["failed", "timed out"])
def test_what_did_not_arrive_is_told_again(outcome):
    days = Days()
    assert days.run(failing("a"), outcome) == outcome
    assert [days.run(failing("a")), days.run(failing("a"))] == ["sent", "unchanged"]
    assert days.run(run(), outcome) == outcome
    assert [days.run(run()), days.run(run())] == ["sent", None]


def test_a_failure_that_nobody_heard_of_is_told_when_it_is_over():
    days = Days()
    days.run(failing("a"), "failed")
    days.run(run())
    assert days.sent[1:] == [("recovery", "failure")]


def test_a_change_that_nobody_heard_of_and_that_is_undone_reminds_of_what_stays():
    days = Days()
    days.run(failing("a"))
    days.run(failing("b"), "timed out")
    days.run(failing("a"))
    days.run(failing("a"))
    assert [kind for kind, _ in days.sent] == ["first", "changed", "reminder"]


def test_nobody_to_tell_owes_nobody_a_recovery():
    days = Days()
    assert days.run(failing("a"), "not configured") == "not configured"
    assert days.run(run(), "not configured") is None


def test_a_reminder_comes_when_it_is_asked_for():
    days = Days(reminder=timedelta(days=3))
    for _ in range(8):
        days.run(failing("a"))
    assert [kind for kind, _ in days.sent] == ["first", "reminder", "reminder"]


def test_warnings_are_told_to_who_asked_for_them():
    days = Days(extra_severities={"warning"})
    for checked in (INFORMED, WARNED, WARNED, INFORMED, PASSED):
        days.run(run(checked))
    assert days.sent == [("first", "warnings"), ("recovery", "warnings")]
    assert {message.severity for message in days.notifier.sent} == {"warning"}


def test_what_is_worse_or_better_is_told_one_after_the_other():
    days = Days(extra_severities={"warning"})
    for result in (run(WARNED), run(FAILED), run(REDUCED), run(REDUCED), run(WARNED), run()):
        days.run(result)
    assert days.sent == [
        ("first", "warnings"),
        ("first", "failure"),
        ("recovery", "failure"),
        ("first", "quarantine"),
        ("recovery", "quarantine"),
    ]
    # Who heard that it failed hears that it is over.
    assert [message.severity for message in days.notifier.sent] == [
        "warning",
        "critical",
        "critical",
        "warning",
        "warning",
    ]


def test_runs_are_quiet_where_a_digest_tells():
    days = Days(runs=False)
    assert [days.run(failing("a")), days.run(run())] == ["left to the digest", None]
    assert days.sent == []


@pytest.mark.parametrize("quiet", [False, True])
def test_a_run_that_is_not_recorded_is_told_also_where_runs_are_quiet(quiet):
    notifier = FakeNotifier()
    unrecorded = run(FAILED, error=ActivityLogError("the disk is full"))
    for _ in range(2):
        log, policy = FakeActivityLog(), NotificationPolicy(runs=not quiet)
        notify(unrecorded, log, notifier, policy, log_address="log", unrecorded=True)
    assert [message.error_category for message in notifier.sent] == ["activity_log"] * 2


def test_a_log_of_an_older_version_is_understood():
    log = FakeActivityLog()
    notifier = FakeNotifier()

    def told_by_an_older_version(name, result):
        identity = replace(result.identity, execution_id=name)
        [*rows, row] = log_rows(replace(result, identity=identity), recorded_at=NOW)
        log.append(name, [*rows, {**row, "notification": "sent"}])

    def kinds(result):
        notifier.sent.clear()
        notify(result, log, notifier, NotificationPolicy(), log_address="log")
        return [message.kind for message in notifier.sent]

    told_by_an_older_version("one", failing("a"))
    assert (kinds(failing("a")), kinds(failing("b")), kinds(run())) == (
        [],
        ["changed"],
        ["recovery"],
    )
    told_by_an_older_version("two", run())
    assert (kinds(failing("a")), kinds(run())) == (["first"], [])


def test_a_log_that_cannot_be_read_silences_nobody(caplog):
    class Broken(FakeActivityLog):
        def runs(self, *_, **__):
            raise RuntimeError("secret")

    notifier = FakeNotifier()
    notify(run(FAILED), Broken(), notifier, NotificationPolicy(), log_address="log")
    assert [message.kind for message in notifier.sent] == ["first"]
    assert "the log of earlier runs cannot be read: RuntimeError" in caplog.text


def test_pages_have_addresses_where_the_docs_are_served():
    page = "Files/docs/tables/source config.html"
    checked = stage(replace(FAILED.tables[0], docs=page))
    assert message_of(run(checked)).pages == {"source.config": page}
    message = message_of(
        run(checked, docs="Files/docs/index.html"),
        docs_url="https://docs.example.com/x",
        runbook_url="https://docs.example.com/runbook.html",
    )
    assert message.pages == {
        "source.config": "https://docs.example.com/x/tables/source%20config.html"
    }
    assert message.docs == "https://docs.example.com/x/index.html"
    assert message.runbook == "https://docs.example.com/runbook.html#validation"


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
    assert runbook_page(result) == f"docs/source/OPERATIONAL-RUNBOOK.md#{section}"
    assert message_of(result).runbook == f"Files/docs/runbook.html#{section}"
    served = message_of(result, docs_url="https://docs.example.com/x")
    assert served.runbook == f"https://docs.example.com/x/runbook.html#{section}"


def test_the_worst_rules_come_first():
    rules = [
        rule("t.warned", "failed", "warning", unexpected=1),
        rule("t.broken", "failed", unexpected=2),
        rule("t.fine"),
        rule("t.unasked", "errored", "info"),
    ]
    message = message_of(run(stage(table("t", rules))))
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
    message = message_of(run(None, error=REFUSED, docs="docs"))
    assert (message.error, message.error_category) == (REFUSED.message, "authentication")
    assert (message.log, message.docs, message.contact) == (
        "log",
        "docs",
        "#data-platform",
    )
    assert (message.tables, message.failing, message.endpoints_reached) == ({}, (), None)


@pytest.mark.parametrize(
    ("error", "severity", "section"),
    [
        (FORBIDDEN, "warning", "authorization"),
        (CRASHED, "warning", "external_service"),
        (EXPIRED, "critical", "authentication"),
    ],
)
def test_a_call_that_fails_is_a_warning_and_a_401_is_critical(error, severity, section):
    ended = run(calls=(call(), call(error)))
    message = message_of(ended)
    assert (ended.success, ended.exit_code) == (True, 0)
    assert (message.severity, message.trouble, message.failed_calls) == (
        severity,
        "calls",
        (error.message,),
    )
    assert message.runbook.endswith(f"#{section}")


def test_a_401_among_other_failed_calls_decides():
    message = message_of(run(calls=(call(CRASHED), call(EXPIRED))))
    assert (message.severity, message.runbook[-15:]) == ("critical", "#authentication")


def test_failed_calls_are_told_once_and_anew_where_they_change():
    days = Days()
    for calls in (CALLS, CALLS, (call(EXPIRED),), (call(),), ()):
        days.run(run(calls=calls))
    days.run(run(REDUCED))
    days.run(run(REDUCED, calls=CALLS))
    days.run(run(REDUCED))
    assert days.sent == [
        ("first", "calls"),
        ("changed", "calls"),
        ("recovery", "calls"),
        ("first", "quarantine"),
        ("first", "calls"),
        ("recovery", "calls"),
    ]


def test_the_call_that_stopped_a_run_is_its_error_and_nothing_else():
    message = message_of(run(None, error=EXPIRED, calls=(call(EXPIRED),)))
    assert (message.error, message.failed_calls) == (EXPIRED.message, ())


def test_a_run_that_failed_counts_among_those_that_failed():
    days = Days()
    days.run(failing("a"))
    days.run(failing("b"))
    days.run(failing("b"))
    days.run(run())
    first, second, recovery = days.notifier.sent
    assert [one.failed_runs for one in (first, second, recovery)] == [1, 2, 3]
    assert {one.since for one in (first, second, recovery)} == {NOW + timedelta(days=1)}
