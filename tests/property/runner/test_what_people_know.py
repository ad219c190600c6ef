"""Whatever a stage goes through, people know how it is, and are not told twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.errors import AuthenticationError, AuthorizationError
from spectra_gx.runner.alerts.notifications import NotificationPolicy, notify
from spectra_gx.runner.calls import Call
from spectra_gx.runner.log_records import fingerprint, log_rows
from spectra_gx.runner.parameters import RunParameters
from tests.drawing import drawn
from tests.fakes.activity_log import FakeActivityLog
from tests.fakes.notifier import FakeNotifier
from tests.fakes.runs import NOW, PASSED, rule, run, stage, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.runner.run_result import RunResult

RUNS = (
    PASSED,
    *(
        stage(table("t", [rule(name, "failed") for name in names]))
        for names in (("a",), ("b",), ("a", "b"))
    ),
    stage(table("t", [rule("a", "errored")])),
    stage(table("t", [rule("w", "failed", "warning")])),
    stage(replace(table("t", [rule("a")]), quarantined=2)),
)
CALLS = (
    (),
    (Call("GET /x", 0.1, 1, AuthorizationError("403")),),
    (Call("GET /x", 0.1, 1, AuthenticationError("401")),),
)


@dataclass(frozen=True)
class Step:
    """One run, and what the webhook makes of a message."""

    checked: int
    outcome: str = "sent"
    preview: bool = False
    calls: int = 0
    recorded: bool = True
    """Whether the run lives to commit its row; people may have been told."""


def steps(**kinds: st.SearchStrategy) -> st.SearchStrategy[list[Step]]:
    # Most runs pass or fail in one way, so that failures go on for long and come to an end.
    checked = st.sampled_from([0, 0, 0, 1, 1, 1, *range(len(RUNS))])
    calls = st.sampled_from([0, 0, 0, 1, 2])
    return st.lists(st.builds(Step, checked, calls=calls, **kinds), min_size=4, max_size=25)


OUTCOMES = st.sampled_from(["sent", "failed", "timed out"])
MANNERS = st.builds(
    NotificationPolicy,
    extra_severities=st.sampled_from([(), ("warning",)]),
    reminder=st.none() | st.just(timedelta(hours=2)),
)


def play(
    taken: Sequence[Step], policy: NotificationPolicy
) -> list[tuple[RunResult, list[tuple[str, str]]]]:
    """Return each run as it ended, and the messages of it that arrived."""
    log, notifier = FakeActivityLog(), FakeNotifier()
    played = []
    for hour, step in enumerate(taken):
        parameters = RunParameters(preview=step.preview)
        result = run(RUNS[step.checked], parameters=parameters, calls=CALLS[step.calls])
        started = NOW + timedelta(hours=hour)
        identity = replace(result.identity, execution_id=f"run_{hour}", started=started)
        notifier.sent.clear()
        notifier.outcome = step.outcome
        ended = replace(result, identity=identity, ended=started)
        ended = notify(ended, log, notifier, policy, log_address="log")
        if step.recorded:
            log.append(identity.execution_id, log_rows(ended, recorded_at=started))
        arrived = step.outcome == "sent"
        played.append((ended, [(m.kind, m.trouble) for m in notifier.sent if arrived]))
    return played


def matters(result: RunResult, policy: NotificationPolicy) -> str | None:
    """Return what there is to know after a run, in one text; None when all is well."""
    if result.trouble == "warnings" and "warning" not in policy.extra_severities:
        return None
    return fingerprint(result)


@drawn(100)
@given(
    steps(),
    st.sampled_from([NotificationPolicy(), NotificationPolicy(extra_severities=("warning",))]),
)
def test_where_every_message_arrives_there_is_one_for_each_change(taken, policy):
    before = None
    sent = matters_told = 0
    kinds = set()
    for result, messages in play(taken, policy):
        now = matters(result, policy)
        sent += len(messages)
        matters_told += now != before
        kinds |= {kind for kind, _ in messages}
        # What gets better but not well is told in two: it is over; and, if it stays, what is left.
        before = None if messages and messages[0][0] == "recovery" else now
    assert sent == matters_told
    assert "reminder" not in kinds


@drawn(100)
@given(steps(outcome=OUTCOMES, preview=st.sampled_from([False, False, False, True])), MANNERS)
def test_people_are_told_what_they_do_not_know_and_nothing_else(taken, policy):
    """A message says something new, or repeats what may not have arrived, or reminds."""
    known: str | None = None
    doubtful = False
    since_told = 0
    for (result, messages), step in zip(play(taken, policy), taken, strict=True):
        since_told += 1
        if step.preview:
            assert messages == []
            continue
        now = matters(result, policy)
        overdue = now is not None and policy.reminder is not None and since_told >= 2
        assert bool(messages) == (step.outcome == "sent" and (now != known or doubtful or overdue))
        for kind, _ in messages:
            known = None if kind == "recovery" else now
            doubtful, since_told = False, 0
        if result.notification in ("failed", "timed out"):
            doubtful = True


@drawn(100)
@given(steps(outcome=OUTCOMES, recorded=st.booleans()), st.integers(0, len(RUNS) - 1))
def test_people_know_how_it_is_once_a_message_arrives(taken, last):
    """Outages, runs that were killed: two more runs that end alike, and people know it."""
    policy = NotificationPolicy(extra_severities=("warning",))
    played = play([*taken, Step(last), Step(last), Step(last)], policy)
    result, messages = played[-1]
    assert messages == []
    known: str | None = None
    for (ended, arrived), step in zip(played, [*taken, *[Step(last)] * 3], strict=True):
        for kind, _ in arrived if step.recorded else ():
            known = None if kind == "recovery" else matters(ended, policy)
    assert known == matters(result, policy)
    assert result.notification == ("unchanged" if known else None)


@drawn(100)
@given(steps(outcome=OUTCOMES))
def test_a_quiet_stage_tells_nothing(taken):
    for result, messages in play(taken, NotificationPolicy(runs=False)):
        assert messages == []
        assert (result.notification is None) == (matters(result, NotificationPolicy()) is None)
