"""The last notification of a stage, read from the activity log."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.alerts.messages import FAILED, SENT, TIMED_OUT, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from spectra_gx.runner.run_result import Trouble

_RANK: dict[Trouble | None, int] = {
    None: 0,
    "warnings": 1,
    "quarantine": 2,
    "calls": 3,
    "failure": 4,
}


@dataclass(frozen=True)
class NotificationState:
    """The last message that arrived, and a later one that may not have."""

    trouble: Trouble | None = None
    """What it was about; None after a recovery, or without any message."""

    fingerprint: str | None = None
    failing: frozenset[str] = frozenset()
    """Ids of the rules that the message was about."""

    notified_at: datetime | None = None
    undelivered: Trouble | None = None
    """What a later message was about that failed or timed out."""

    severity: str = "critical"
    """Of the message that arrived or, without one, of the one that may not have."""

    failed_runs: int = 0
    """How many of the newest runs failed in a row."""

    since: datetime | None = None
    """When the first of them started."""

    last_success: datetime | None = None
    """When the newest run that was a Success ended."""


def read_notification_state(runs: Sequence[Mapping[str, Any]]) -> NotificationState:
    """Return the state after these run rows of one stage and system, oldest first."""
    streak = [*takewhile(lambda row: row["status"] == "Failed", reversed(runs))]
    successes = [row["end_time"] for row in runs if row["status"] == "Success"]
    state = _with_messages(runs)
    return replace(
        state,
        failed_runs=len(streak),
        since=streak[-1]["start_time"] if streak else None,
        last_success=successes[-1] if successes else None,
    )


def choose_message_kind(
    trouble: Trouble | None, fingerprint: str | None, state: NotificationState, *, due: bool
) -> Kind | None:
    """Return the kind of message that a run's trouble needs; None when people know it already.

    `fingerprint` is what the trouble has in common with others of the same cause; `due` is whether
    it is time for a reminder.
    """
    if trouble is None and state.trouble is None:
        return "recovery" if state.undelivered else None
    if _RANK[trouble] < _RANK[state.trouble]:
        return "recovery"
    if trouble != state.trouble:
        return "first"
    if fingerprint != state.fingerprint:
        return "changed"
    return "reminder" if state.undelivered or due else None


def _with_messages(runs: Sequence[Mapping[str, Any]]) -> NotificationState:
    """Return the last message that arrived, and a doubtful one after it."""
    facts: dict[str, Any] = {}
    for row in reversed(runs):
        kind, trouble, severity = _message(row)
        if kind == "success":
            continue  # it reports no trouble, and the end of none
        if row["notification"] in (FAILED, TIMED_OUT):
            facts = {"undelivered": trouble, "severity": severity, **facts}
        if row["notification"] != SENT:
            continue
        facts |= {"notified_at": row["end_time"], "severity": severity}
        if kind != "recovery":
            facts |= {
                "trouble": trouble,
                "fingerprint": row["fingerprint"],
                "failing": frozenset(json.loads(row["failing_rules"] or "[]")),
            }
        break
    return NotificationState(**facts)


def _message(row: Mapping[str, Any]) -> tuple[str, Trouble, str]:
    """Return kind, trouble and severity of the message that a row records.

    Older versions recorded no kind: they sent failures and, with no fingerprint, recoveries.
    """
    message = json.loads(row["metadata"] or "{}").get("notification")
    if message is None:
        return ("first" if row["fingerprint"] else "recovery"), "failure", "critical"
    return message["kind"], message["trouble"], message["severity"]
