"""What is muted sends nothing, what is acknowledged nothing again, and both end by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from spectra_gx.errors import ActivityLogError, ExternalServiceError
from spectra_gx.runner.alerts.notifications import NotificationPolicy, notify
from spectra_gx.runner.alerts.silence_records import (
    acknowledge_run,
    acknowledgement_row,
    mute_rows,
    unmute_rows,
)
from spectra_gx.runner.alerts.silences import Mute
from spectra_gx.runner.log_records import log_rows
from tests.fakes.activity_log import FakeActivityLog
from tests.fakes.notifier import FakeNotifier
from tests.fakes.runs import IDENTITY, NOW, rule, run, stage, table

CRASHED = ExternalServiceError("`GET /project/details` answered 500")


def tables(**rules: str):
    """Return a run of one table for each letter; `a1="failed"` is a rule of table `a`."""
    found: dict[str, list] = {}
    for name, said in rules.items():
        status, _, severity = said.partition(" ")
        found.setdefault(name[0], []).append(rule(name, status, severity or "critical"))
    return run(stage(*(table(name, listed) for name, listed in found.items())))


A = tables(a1="failed", b1="passed")
B = tables(a1="passed", b1="failed")
AB = tables(a1="failed", b1="failed")
FINE = tables(a1="passed", b1="passed")
LOST = run(stage(replace(table("a", [rule("a1")]), quarantined=3), table("b", [rule("b1")])))


class Days:
    """A stage that runs at noon of each day, and what people say between the runs."""

    def __init__(self, **policy):
        self.log = FakeActivityLog()
        self.notifier = FakeNotifier()
        self.policy = NotificationPolicy(**policy)
        self.day = 0
        self.said = 0

    @property
    def now(self):
        return NOW + timedelta(days=self.day, minutes=self.said)

    def run(self, result, outcome="sent", **options):
        self.day += 1
        self.said = 0
        name = f"run_{self.day}"
        identity = replace(result.identity, execution_id=name, started=self.now)
        result = replace(result, identity=identity, ended=self.now)
        self.notifier.outcome = outcome
        before = len(self.notifier.sent)
        ended = notify(result, self.log, self.notifier, self.policy, log_address="log", **options)
        assert (ended.exit_code, ended.status) == (result.exit_code, result.status)
        self.log.append(name, log_rows(ended, recorded_at=self.now))
        kinds = [message.kind for message in self.notifier.sent[before:]]
        return kinds[0] if kinds else ended.notification

    def _identity(self):
        self.said += 1
        return replace(IDENTITY, execution_id=f"said_{self.day}_{self.said}", started=self.now)

    def mute(self, name, days):
        """Mute something up to and with the day that is this many days ahead."""
        identity = self._identity()
        until = (NOW + timedelta(days=self.day + days)).date()
        mute = Mute("source", name, until, "the supplier mends it", identity.started)
        self._append(mute_rows([mute], identity))
        return mute

    def unmute(self, mute):
        self._append(unmute_rows([mute], self._identity(), None))

    def acknowledge(self, *names):
        rows = self.log.runs()
        newest = self.log.runs("run")[-1]
        checkpoints = [
            row
            for row in rows
            if row["record_type"] == "checkpoint" and row["execution_id"] == newest["execution_id"]
        ]
        identity = self._identity()
        found = acknowledge_run("source", names, newest, checkpoints, "Ada", identity.started)
        self._append([acknowledgement_row(found, identity)])
        return found

    def _append(self, rows):
        self.log.append(rows[0]["execution_id"], rows)

    def goes(self, *results):
        return [self.run(one) for one in results]


@pytest.mark.parametrize("name", [None, "a", "a1"])
def test_a_failure_that_is_muted_is_told_once_the_mute_is_over(name):
    days = Days()
    days.mute(name, 2)
    assert days.goes(A, A, A, A) == ["muted", "muted", "first", "unchanged"]
    assert days.run(FINE) == "recovery"


@pytest.mark.parametrize("name", [None, "a", "a1"])
def test_a_failure_that_people_know_and_mute_is_brought_up_again_afterwards(name):
    days = Days(reminder=timedelta(days=1))
    assert days.run(A) == "first"
    days.mute(name, 2)
    assert days.goes(A, A, A) == ["muted", "muted", "reminder"]


def test_a_mute_counts_on_its_last_day_and_not_a_second_longer():
    days = Days()
    mute = days.mute("a", 1)
    assert days.run(A) == "muted"
    over = datetime.combine(mute.until, time(), UTC) + timedelta(days=1)
    last = over - timedelta(microseconds=1)
    for instant, says in ((last, "muted"), (over, "first")):
        days.day, days.said = (instant - NOW).days, 0
        result = replace(A, identity=replace(A.identity, started=instant), ended=instant)
        ended = notify(result, days.log, days.notifier, days.policy, log_address="log")
        assert (ended.notification if not days.notifier.sent else "first") == says


@pytest.mark.parametrize("name", [None, "a", "a1"])
def test_what_was_told_is_told_to_be_over_although_it_is_muted(name):
    days = Days()
    days.run(A)
    days.mute(name, 9)
    assert days.goes(A, FINE, FINE) == ["muted", "recovery", None]


def test_what_nobody_heard_of_is_over_without_a_word():
    days = Days()
    days.mute("a", 9)
    assert days.goes(A, FINE) == ["muted", None]


def test_the_end_of_a_mute_is_heard_at_once():
    days = Days()
    days.run(A)
    mute = days.mute("a", 9)
    assert days.run(A) == "muted"
    days.unmute(mute)
    assert days.goes(A, A) == ["reminder", "unchanged"]


def test_a_later_mute_takes_the_place_of_an_earlier_one():
    days = Days()
    days.mute("a", 9)
    days.mute("a", 1)
    assert days.goes(A, A) == ["muted", "first"]


def test_what_is_not_muted_is_told_with_what_is():
    days = Days()
    days.mute("a", 3)
    assert days.goes(A, AB, AB) == ["muted", "first", "unchanged"]
    [message] = days.notifier.sent
    assert [name for name, *_ in message.failing] == ["b1"]
    assert message.tables == {"b": "failed"}
    assert message.muted == (
        f"a muted until {NOW.date() + timedelta(days=3)}: the supplier mends it",
    )
    # The mute ends, and what it kept is new.
    assert days.goes(AB, AB) == ["changed", "unchanged"]
    assert days.notifier.sent[-1].newly_failing == ["a1"]


def test_muting_a_part_of_what_people_know_changes_nothing():
    days = Days()
    days.run(AB)
    days.mute("a", 2)
    assert days.goes(AB, AB, AB) == ["unchanged", "unchanged", "reminder"]


def test_what_is_resolved_beside_a_muted_failure_is_told_as_a_change():
    days = Days()
    days.mute("a", 5)
    assert days.goes(AB, A, A) == ["first", "changed", "muted"]
    message = days.notifier.sent[-1]
    assert (message.resolved, message.failing, message.trouble) == (("b1",), (), "failure")
    assert days.goes(AB, FINE, FINE) == ["first", "recovery", None]


def test_what_is_muted_and_passes_beside_a_known_failure_is_not_told():
    days = Days()
    days.run(AB)
    days.mute("a", 9)
    assert days.goes(B, B) == ["unchanged", "unchanged"]


def test_a_muted_failure_does_not_hide_lost_rows():
    days = Days()
    days.mute("b1", 9)
    broken = replace(LOST, stage=stage(LOST.stage.tables[0], table("b", [rule("b1", "failed")])))
    assert days.goes(broken, broken) == ["first", "unchanged"]
    message = days.notifier.sent[-1]
    assert (message.trouble, message.severity, message.quarantined) == (
        "failure",
        "warning",
        {"a": 3},
    )
    assert days.run(FINE) == "recovery"


def test_lost_rows_of_a_muted_table_are_not_told():
    days = Days()
    days.mute("a", 9)
    assert days.goes(LOST, FINE) == ["muted", None]


def test_an_error_is_muted_with_the_stage_alone():
    days = Days()
    days.mute("a", 9)
    assert days.run(run(None, error=CRASHED)) == "first"
    days = Days()
    days.mute(None, 9)
    assert days.run(run(None, error=CRASHED)) == "muted"


def test_a_success_is_not_reported_of_a_muted_stage():
    days = Days(success=True)
    days.mute(None, 1)
    assert days.goes(FINE, FINE) == ["muted", "success"]


def test_a_run_that_is_not_recorded_is_told_although_the_stage_is_muted():
    days = Days()
    days.mute(None, 9)
    broken = replace(A, error=ActivityLogError("the disk is full"))
    assert days.run(broken, unrecorded=True) == "first"


def test_a_mute_of_another_name_counts_for_nothing():
    days = Days()
    days.mute("b", 9)
    assert days.run(A) == "first"


def test_what_is_acknowledged_is_not_brought_up_again():
    days = Days(reminder=timedelta(days=1))
    assert days.goes(A, A) == ["first", "reminder"]
    days.acknowledge()
    assert days.goes(A, A) == ["acknowledged", "acknowledged"]
    assert days.goes(FINE, A, A) == ["recovery", "first", "reminder"]


def test_what_is_acknowledged_and_gets_worse_is_told():
    days = Days(reminder=timedelta(days=1))
    days.run(A)
    days.acknowledge()
    assert days.goes(A, AB) == ["acknowledged", "changed"]
    assert days.notifier.sent[-1].newly_failing == ["b1"]
    assert days.run(run(None, error=CRASHED)) == "changed"


def test_what_is_acknowledged_and_gets_better_is_not_told_until_it_is_over():
    days = Days()
    days.run(AB)
    assert days.acknowledge().rules == {"a1", "b1"}
    assert days.goes(A, A, FINE) == ["acknowledged", "unchanged", "recovery"]


def test_a_rule_that_passed_in_between_is_not_acknowledged_any_longer():
    days = Days()
    days.run(AB)
    days.acknowledge()
    assert days.goes(A, AB) == ["acknowledged", "changed"]


def test_a_part_of_a_failure_is_acknowledged():
    days = Days(reminder=timedelta(days=1))
    days.run(AB)
    days.acknowledge("a")
    assert days.goes(AB, A) == ["reminder", "acknowledged"]


def test_an_error_is_acknowledged_until_it_is_another():
    days = Days(reminder=timedelta(days=1))
    days.run(run(None, error=CRASHED))
    days.acknowledge()
    other = ExternalServiceError("`GET /project/details` answered 503", code="http_503")
    assert days.goes(run(None, error=CRASHED), run(None, error=other)) == [
        "acknowledged",
        "changed",
    ]


def test_a_warning_that_is_acknowledged_and_becomes_critical_is_told():
    days = Days(extra_severities={"warning"})
    warned = tables(a1="failed warning")
    days.run(warned)
    days.acknowledge()
    assert days.goes(warned, A) == ["unchanged", "first"]


def test_a_message_that_did_not_arrive_is_not_sent_again_to_who_is_on_it():
    days = Days()
    assert days.run(A, "failed") == "first"
    days.acknowledge()
    assert days.run(A) == "acknowledged"


def test_a_run_says_what_is_muted_and_acknowledged():
    days = Days()
    days.run(A)
    acknowledgement, mute = days.acknowledge(), days.mute("b", 9)
    result = replace(A, ended=days.now)
    ended = notify(result, days.log, days.notifier, days.policy, log_address="log")
    said = ended.to_dict()
    assert (said["muted"], said["acknowledged"]) == ([mute.to_dict()], [acknowledgement.to_dict()])
    assert said["verdict"] == "failed"
