"""Messages about runs, and their delivery status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from spectra_gx.runner.trouble import Trouble

SENT, FAILED, TIMED_OUT, NOT_CONFIGURED = "sent", "failed", "timed out", "not configured"
"""What becomes of a message, as the activity log stores it."""

MUTED, ACKNOWLEDGED = "muted", "acknowledged"
"""Why there is none, as the activity log stores it."""

Kind: TypeAlias = Literal["first", "changed", "reminder", "recovery", "success"]
"""How a message relates to the one before."""


@dataclass(frozen=True)
class Message:
    """A message about a run: facts only, each notifier words and escapes them."""

    kind: Kind
    trouble: Trouble | None
    """What it is about; for a recovery, what is over; None for a success without any."""

    severity: str
    """critical, warning or info: decides who is notified."""

    stage: str
    system: str
    execution_id: str
    contract_version: str
    duration_seconds: float
    error: str | None = None
    """The error's sentence when one stopped the run."""

    error_category: str | None = None
    tables: Mapping[str, str] | None = None
    """table → verdict, for tables that did not pass."""

    failing: Sequence[tuple[str, str, int | None]] = ()
    """(rule id, severity, unexpected rows) of rules that failed or errored, worst first."""

    newly_failing: Collection[str] = ()
    """Ids of those that the last message did not name; only where the trouble changed."""

    resolved: Sequence[str] = ()
    """Ids that the last message named and that pass now; only where the trouble changed."""

    quarantined: Mapping[str, int] | None = None
    """table → quarantined rows, for tables that lost some."""

    muted: Sequence[str] = ()
    """What does not pass either, and is muted: a line each."""

    counts: Mapping[str, Mapping[str, int]] | None = None
    """severity → {passed, failed, errored}."""

    endpoints_reached: tuple[int, int] | None = None
    """(endpoints that answered, endpoints probed)."""

    latency_ms: float | None = None
    """Within which nine of ten calls to the source were answered."""

    failed_calls: Sequence[str] = ()
    """The sentence of each call to the source that failed, but for the run's error."""

    failed_runs: int = 0
    """How many runs failed in a row: up to this one, or before the one that passes again."""

    since: datetime | None = None
    """When the first of them started."""

    log: str | None = None
    """Where the log is."""

    docs: str | None = None
    """Where the data docs begin: an address where one is known, else a path."""

    pages: Mapping[str, str] | None = None
    """table → its page of the data docs: an address or a path, as above."""

    runbook: str | None = None
    contact: str | None = None
    owner: str = ""
    """Whose tables it is about, if they have a webhook of their own; else empty."""

    elsewhere: int = 0
    """How many rules do not pass that others answer for."""

    environment: str | None = None
