"""What people know of a stage, as its log remembers it, and whether that is still so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.messages import FAILED, SENT, TIMED_OUT, Kind

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
    """What the last message that arrived said, and what was to be told since."""

    trouble: Trouble | None = None
    """What people believe; None when, for all they know, all is well."""

    fingerprint: str | None = None
    failing: frozenset[str] = frozenset()
    """Ids of the rules that the message was about."""

    told_at: datetime | None = None
    unheard: Trouble | None = None
    """What a later message was about that failed or timed out, and so may not have arrived."""

    severity: str = "critical"
    """Of the message that arrived or, without one, of the one that may not have."""

    failed_runs: int = 0
    """How many of the newest runs failed in a row."""

    since: datetime | None = None
    """When the first of them started."""


def read_notification_state(runs: Sequence[Mapping[str, Any]]) -> NotificationState:
    """Return what people know after these run rows of one stage and system, oldest first."""
    streak = [*takewhile(lambda row: row["status"] == "Failed", reversed(runs))]
    known = NotificationState(
        failed_runs=len(streak), since=streak[-1]["start_time"] if streak else None
    )
    return _with_messages(known, runs)


def choose_message_kind(
    trouble: Trouble | None, fingerprint: str | None, known: NotificationState, *, due: bool = False
) -> Kind | None:
    """Return what sort of message a run's trouble calls for; None when people know it all.

    Args:
        trouble: The run's.
        fingerprint: What it has in common with others of the same cause.
        known: What people know.
        due: Whether it is time to remind them of trouble that they know.
    """
    if trouble is None and known.trouble is None:
        return "recovery" if known.unheard else None
    if _RANK[trouble] < _RANK[known.trouble]:
        return "recovery"
    if trouble != known.trouble:
        return "first"
    if fingerprint != known.fingerprint:
        return "changed"
    return "reminder" if known.unheard or due else None


def _with_messages(
    known: NotificationState, runs: Sequence[Mapping[str, Any]]
) -> NotificationState:
    """Go back to the last message that arrived; a doubtful one after it is kept in mind."""
    facts: dict[str, Any] = {}
    for row in reversed(runs):
        kind, trouble, severity = _message(row)
        if row["notification"] in (FAILED, TIMED_OUT):
            facts = {"unheard": trouble, "severity": severity, **facts}
        if row["notification"] != SENT:
            continue
        facts |= {"told_at": row["end_time"], "severity": severity}
        if kind != "recovery":
            facts |= {
                "trouble": trouble,
                "fingerprint": row["fingerprint"],
                "failing": frozenset(json.loads(row["failing_rules"] or "[]")),
            }
        break
    return NotificationState(failed_runs=known.failed_runs, since=known.since, **facts)


def _message(row: Mapping[str, Any]) -> tuple[str, Trouble, str]:
    """Return kind, trouble and severity of the message that a row tells of.

    Versions that remembered no kind told of failures and, with no fingerprint, of recoveries.
    """
    told = json.loads(row["metadata"] or "{}").get("notification")
    if told is None:
        return ("first" if row["fingerprint"] else "recovery"), "failure", "critical"
    return told["kind"], told["trouble"], told["severity"]
