"""The last notification of a stage, read from the activity log."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.alerts.messages import ACKNOWLEDGED, FAILED, SENT, TIMED_OUT, Kind
from spectra_gx.runner.trouble import RANKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from spectra_gx.runner.trouble import Trouble


@dataclass(frozen=True)
class NotificationState:
    """The last message that arrived, and a later one that may not have."""

    trouble: Trouble | None = None
    """What it was about; None after a recovery, or without any message."""

    fingerprint: str | None = None
    """What the trouble had in common with others of its cause, without what was muted."""

    recorded_fingerprint: str | None = None
    """The same with what was muted, as the log has it."""

    failing: frozenset[str] = frozenset()
    """Ids of the rules that the message was about; those that were muted are not among them."""

    notified_at: datetime | None = None
    notified: tuple[str, ...] = ()
    """The routes that it took, where owners have their own."""

    missed: frozenset[str] = frozenset()
    """Those of them on which it did not arrive, while it did on others."""

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

    last_published: Mapping[str, datetime] = field(default_factory=dict)
    """Table → when the newest run that published it ended."""


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
        last_published={
            table: row["end_time"]
            for row in runs
            for table in json.loads(row["published_versions"] or "{}")
        },
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
    if RANKS[trouble] < RANKS[state.trouble]:
        return "recovery"
    if trouble != state.trouble:
        return "first"
    if fingerprint != state.fingerprint:
        return "changed"
    return "reminder" if state.undelivered or due else None


def _with_messages(runs: Sequence[Mapping[str, Any]]) -> NotificationState:
    """Return the last message that arrived, and a doubtful one after it.

    What somebody has acknowledged since is known, too.
    """
    facts: dict[str, Any] = {}
    for row in reversed(runs):
        kind, trouble, severity = _message(row)
        if kind == "success":
            continue  # it reports no trouble, and the end of none
        if row["notification"] in (FAILED, TIMED_OUT):
            facts = {"undelivered": trouble, "severity": severity, **facts}
        if row["notification"] == ACKNOWLEDGED and "fingerprint" not in facts:
            facts |= _known(row)
        routes = _routes(row)
        if row["notification"] != SENT and SENT not in routes.values():
            continue
        if row["notification"] != SENT:
            lost = {route for route, outcome in routes.items() if outcome in (FAILED, TIMED_OUT)}
            facts |= {"missed": frozenset(lost)}
        facts |= {"notified_at": row["end_time"], "severity": severity, "notified": (*routes,)}
        if kind != "recovery":
            facts = {"trouble": trouble, **_known(row), **facts}
        break
    return NotificationState(**facts)


def _routes(row: Mapping[str, Any]) -> dict[str, str]:
    """Return what became of a message on each route, where owners have their own."""
    message = json.loads(row["metadata"] or "{}").get("notification") or {}
    found: dict[str, str] = message.get("routes", {})
    return found


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the message of a row reported; what was muted then is not known."""
    message = json.loads(row["metadata"] or "{}").get("notification") or {}
    failing = frozenset(json.loads(row["failing_rules"] or "[]"))
    return {
        "fingerprint": message.get("fingerprint", row["fingerprint"]),
        "recorded_fingerprint": row["fingerprint"],
        "failing": failing - {*message.get("muted", ())},
    }


def _message(row: Mapping[str, Any]) -> tuple[str, Trouble, str]:
    """Return kind, trouble and severity of the message that a row records.

    Older versions recorded no kind: they sent failures and, with no fingerprint, recoveries.
    """
    message = json.loads(row["metadata"] or "{}").get("notification")
    if message is None:
        return ("first" if row["fingerprint"] else "recovery"), "failure", "critical"
    return message["kind"], message["trouble"], message["severity"]
