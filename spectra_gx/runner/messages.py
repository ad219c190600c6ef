"""Messages about runs: what they say, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from spectra_gx.runner.run_result import Trouble

SENT, FAILED, TIMED_OUT, NOT_CONFIGURED = "sent", "failed", "timed out", "not configured"
"""How telling people ends, as the activity log stores it."""

Kind: TypeAlias = Literal["first", "changed", "reminder", "recovery"]
"""What a message is to those who were told before."""


@dataclass(frozen=True)
class Message:
    """What people are told about a run; facts only, each notifier words and escapes them."""

    kind: Kind
    trouble: Trouble
    """What it is about; for a recovery, what is over."""

    severity: str
    """critical, warning or info: decides who is told."""

    stage: str
    system: str
    execution_id: str
    contract_version: str
    duration_seconds: float
    error: str | None = None
    """The error's sentence when the run could not be finished."""

    error_category: str | None = None
    tables: Mapping[str, str] | None = None
    """table → verdict, for tables that did not pass."""

    failing: Sequence[tuple[str, str, int | None]] = ()
    """(rule id, severity, unexpected rows) of rules that failed or errored, worst first."""

    newly_failing: Collection[str] = ()
    """Ids of those that the last message did not name; only where the trouble changed."""

    resolved: Sequence[str] = ()
    """Ids that the last message named and that pass now; likewise."""

    quarantined: Mapping[str, int] | None = None
    """table → rows set aside, for tables that lost some."""

    counts: Mapping[str, Mapping[str, int]] | None = None
    """severity → {passed, failed, errored}."""

    endpoints_reached: tuple[int, int] | None = None
    """(successful calls, calls attempted)."""

    failed_calls: Sequence[str] = ()
    """The sentence of each call to the source that failed, but for the run's error."""

    failed_runs: int = 0
    """How many runs failed in a row: up to this one, or before the one that passes again."""

    since: datetime | None = None
    """When the first of them started."""

    log: str | None = None
    """Where the log row stands."""

    docs: str | None = None
    """Where the data docs begin: an address where one is known, else a path."""

    pages: Mapping[str, str] | None = None
    """table → its page of the data docs, likewise."""

    runbook: str | None = None
    contact: str | None = None
