"""The result of a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult, Rows
from spectra_gx.errors import AuthenticationError, SpectraError
from spectra_gx.runner.alerts.silences import Silences
from spectra_gx.runner.calls import CallFigures, CallPurpose, summarize_calls
from spectra_gx.runner.table_ages import table_ages
from spectra_gx.validation.result_tables import rules_table
from spectra_gx.validation.results import StageResult, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import pandas as pd
    import pyarrow as pa

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.calls import Call
    from spectra_gx.runner.handoff.readiness import Readiness
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.trouble import Trouble
    from spectra_gx.warehouse.publishing.watermarks import Watermark

SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True)
class TableCounts:
    """What became of the rows that a run built of a table."""

    mode: str
    """replace, append, merge or replace_where."""

    staged: int
    """Rows that were published, or are stale: built = staged + quarantined + deleted."""

    quarantined: int
    deleted: int
    """Rows that deleted the published row of their key."""

    stale: int
    """Rows older than the published row of their key, which stays."""


@dataclass(frozen=True)
class RunIdentity:
    """Who ran what, where, when: the envelope of every row in the activity log."""

    execution_id: str
    correlation_id: str
    """Execution id of the run whose output this one consumes; its own, for the first stage."""

    batch_id: str
    notebook_name: str
    system: str
    source_name: str
    execution_mode: str
    """interactive or pipeline."""

    sdk_version: str
    started: datetime
    """UTC; also the run's clock."""

    workspace_id: str | None = None
    lakehouse_id: str | None = None
    lakehouse_name: str | None = None
    environment: str | None = None
    """Whose overrides of the contract are applied; None for none."""


@dataclass(frozen=True, repr=False)
class RunResult(DisplayedResult):
    """How a run ended."""

    identity: RunIdentity
    contract: StageContract
    parameters: RunParameters
    ended: datetime
    stage: StageResult | None = None
    """None when it ended before anything was checked."""

    error: SpectraError | None = None
    """What stopped the run; None when it went to its end, whatever the verdict."""

    calls: Sequence[Call] = ()
    built: Sequence[str] = ()
    versions: Mapping[str, int | None] = field(default_factory=dict)
    """Every declared table → its version now; None where there is none."""

    published: Mapping[str, int] = field(default_factory=dict)
    held_back: Sequence[str] = ()
    """Tables that were built and, because something failed, not published."""

    table_creation_ms: int | None = None
    publish_seconds: float | None = None
    """How long publishing took; None where nothing was to be published."""

    selects: Mapping[str, str] = field(default_factory=dict)
    """Table → the SELECT that built it, where one did."""

    counts: Mapping[str, TableCounts] = field(default_factory=dict)
    """Table → what became of the rows that were built of it."""

    watermarks: Mapping[str, Watermark] = field(default_factory=dict)
    """Table → its watermark from this run on."""

    already_published: str | None = None
    """Status of the run that published the batch before; None where this run did."""

    rolled_back: Sequence[str] = ()
    """Batches that the run has taken back; such a run builds and checks nothing."""

    already_rolled_back: bool = False
    """Whether an earlier run had taken the batch back."""

    initialised: Sequence[str] = ()
    """Tables of the next stage that this run created empty."""

    consumed: Sequence[Readiness] = ()
    """Whether the stages that it consumes were ready when it began."""

    dead_runs: Sequence[str] = ()
    """Runs that died before this one and left staging behind."""

    completed_runs: Sequence[str] = ()
    """Dead runs whose batches this one has finished publishing."""

    steps: Sequence[tuple[str, float]] = ()
    """Steps that had ended when the run was recorded, and the seconds that each took."""

    activities: Sequence[Mapping[str, object]] = ()
    docs: str | None = None
    """Where the data docs begin."""

    page: str | None = None
    """Where the run's own page of the data docs is."""

    docs_url: str | None = None
    """Address of that page: where it is served or, where nothing serves it, in the warehouse."""

    addresses: Mapping[str, str] = field(default_factory=dict)
    """Every published table → its address."""

    notification: str | None = None
    """What became of the notification, or why none was sent; None without a reason for one."""

    message_kind: Mapping[str, Any] = field(default_factory=dict)
    """kind, trouble and severity of the message, if there was one."""

    silences: Silences = field(default_factory=Silences)
    """What was muted and acknowledged when it ended."""

    recorded: bool = False
    earlier_published: Mapping[str, datetime] = field(default_factory=dict)
    """Table → when the last run before this one that published it ended."""

    earlier_success: datetime | None = None
    """When the last run before this one that was a Success ended; None where none is known."""

    @property
    def success(self) -> bool:
        """Return whether the run went to its end and the contract passed."""
        if self.already_published is not None:
            return self.already_published == "Success"
        if self.rolled_back:
            return self.error is None
        return self.error is None and self.stage is not None and self.stage.verdict is Status.PASSED

    @property
    def status(self) -> str:
        """Return the completion marker of the log: Success or Failed."""
        return "Success" if self.success else "Failed"

    @property
    def verdict(self) -> Status:
        """Return the verdict of the stage, or what stopped the run makes of it."""
        if self.already_published is not None or self.rolled_back:
            return Status.PASSED if self.success else Status.FAILED
        if self.error is not None:
            return Status.FAILED if self.error.exit_code == 1 else Status.ERRORED
        return self.stage.verdict if self.stage is not None else Status.ERRORED

    @property
    def exit_code(self) -> int:
        """Return 0 passed, 1 the data failed, 2 invalid input, 3 the run failed, a rule errored."""
        if self.already_published is not None:
            return 0
        if self.error is not None:
            return self.error.exit_code
        if self.rolled_back:
            return 0
        if self.stage is None or self.stage.verdict is Status.ERRORED:
            return 3
        return 0 if self.stage.verdict is Status.PASSED else 1

    @property
    def trouble(self) -> Trouble | None:
        """Return the reason to notify people; None when all is well."""
        if not self.success:
            return "failure"
        if self.failed_calls:
            return "calls"
        if self.quarantined:
            return "quarantine"
        return "warnings" if self.stage is not None and self.stage.count(Status.FAILED) else None

    @property
    def severity(self) -> str:
        """Return how much the run's trouble matters: critical, warning or info."""
        if not self.success or any(
            isinstance(call.error, AuthenticationError) for call in self.failed_calls
        ):
            return "critical"
        rules = self.stage.all_rules() if self.stage else ()
        failing = {rule.severity for rule in rules if rule.status is not Status.PASSED}
        warned = self.failed_calls or self.quarantined or "warning" in failing
        return "warning" if warned else "info"

    @property
    def failed_calls(self) -> Sequence[Call]:
        """Return the calls to the source that failed; most of them stop no run.

        Probes are not among them: whether endpoints answer is what rules are about.
        """
        return tuple(
            call
            for call in self.calls
            if call.error is not None and call.purpose is not CallPurpose.PROBE
        )

    @property
    def quarantined(self) -> Mapping[str, int]:
        """Return how many rows were quarantined of each table that lost some."""
        tables = self.stage.tables if self.stage else ()
        return {table.table: table.quarantined for table in tables if table.quarantined}

    @property
    def duration_seconds(self) -> float:
        """Return how long the run took."""
        return (self.ended - self.identity.started).total_seconds()

    @property
    def last_success(self) -> datetime | None:
        """Return when the stage was last a Success, this run included."""
        counts = self.success and self.parameters.is_current
        return self.ended if counts else self.earlier_success

    @property
    def last_published(self) -> Mapping[str, datetime]:
        """Return when each declared table was last published, this run included."""
        known = {**self.earlier_published, **dict.fromkeys(self.published, self.ended)}
        return {one.name: known[one.name] for one in self.contract.tables if one.name in known}

    @property
    def table_ages(self) -> Mapping[str, float]:
        """Return how many seconds old each table was whose `freshness` was measured."""
        return {} if self.stage is None else table_ages(self.contract, self.stage)

    @property
    def endpoints_reached(self) -> tuple[int, int] | None:
        """Return (endpoints that answered, endpoints probed); None when the stage calls nobody."""
        figures = self.call_figures
        return None if figures is None else (figures.probes_succeeded, figures.probed)

    @property
    def call_figures(self) -> CallFigures | None:
        """Return what the calls to the source come to; None when the stage calls nobody."""
        return summarize_calls(self.calls) if self.calls else None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        result = self.stage.to_dict() if self.stage else self._without_stage()
        return {
            **result,
            "status": self.status,
            "exit_code": self.exit_code,
            "error": None if self.error is None else self.error.to_dict(),
            "duration_seconds": self.duration_seconds,
            "publish_seconds": self.publish_seconds,
            "last_success": None if self.last_success is None else self.last_success.isoformat(),
            "last_published": {name: at.isoformat() for name, at in self.last_published.items()},
            "table_age_seconds": dict(self.table_ages),
            "published": dict(self.published),
            "addresses": dict(self.addresses),
            "batch_id": self.identity.batch_id,
            "rolled_back": list(self.rolled_back),
            "already_rolled_back": self.already_rolled_back,
            "already_published": self.already_published is not None,
            "publishing": {table: asdict(counts) for table, counts in self.counts.items()},
            "watermarks": {table: mark.to_dict() for table, mark in self.watermarks.items()},
            "held_back": list(self.held_back),
            "quarantined": dict(self.quarantined),
            "versions": dict(self.versions),
            "initialised": list(self.initialised),
            "consumed": [one.to_dict() for one in self.consumed],
            "dead_runs": list(self.dead_runs),
            "completed_runs": list(self.completed_runs),
            "docs": self.docs,
            "docs_url": self.docs_url,
            "calls": None if self.call_figures is None else self.call_figures.to_dict(),
            "failed_calls": [call.failure() for call in self.failed_calls],
            "notification": self.notification,
            **self.silences.to_dict(),
            "recorded": self.recorded,
        }

    def to_arrow(self) -> pa.Table:
        """Return one row per rule; what may be of any type is JSON text."""
        return self.stage.to_arrow() if self.stage else rules_table(())

    def to_pandas(self) -> pd.DataFrame:
        """Return one row per rule; what may be of any type is JSON text."""
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame

    def _without_stage(self) -> dict[str, Any]:
        """Return the keys of a stage's result, for a run that ended before there was one."""
        return {
            "contract": self.contract.name,
            "version": self.contract.version,
            "execution_id": self.identity.execution_id,
            "as_of": self.identity.started.isoformat(),
            "verdict": str(self.verdict),
            **dict.fromkeys(("declared", *map(str, Status)), 0),
            "inputs": {},
            "rules": [],
            "tables": [],
        }

    def _headline(self) -> str:
        counts = (
            ", ".join(f"{self.stage.count(one):,} {one}" for one in Status) if self.stage else ""
        )
        reason = self.error.message if self.error else counts
        return f"{self.contract.name} {self.status} ({self.identity.execution_id}): {reason}"

    def _rows(self) -> Rows:
        tables = self.stage.tables if self.stage else ()
        return ("table", "verdict", "rows", "published version"), [
            (one.table, one.verdict, one.rows, self.published.get(one.table)) for one in tables
        ]
