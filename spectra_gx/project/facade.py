"""The Python SDK: everything that can be done with a project, one short method each.

What a method needs is imported when it is called: GX alone takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from spectra_gx.project.contract_operations import ContractOperations
from spectra_gx.project.workspace import classified_contracts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime, timedelta
    from pathlib import Path

    from great_expectations.data_context.data_context.file_data_context import FileDataContext

    from spectra_gx.doctor.findings import Finding
    from spectra_gx.notify.digest_message import SentDigest
    from spectra_gx.notify.webhook_test import WebhookResult
    from spectra_gx.runner.handoff.readiness import Readiness
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.quarantine.release import Release
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.runner.several_runs import RunsResult
    from spectra_gx.runner.stage_run import StageRun
    from spectra_gx.sources.faults import Fault
    from spectra_gx.validation.results import StageResult
    from spectra_gx.warehouse.quarantine_tables import QuarantineEntry


@dataclass(frozen=True)
class Project(ContractOperations):
    """A project folder, and everything that can be done with it."""

    @classmethod
    def new(cls, folder: str | Path, *, system: str | None = None) -> Self:
        """Create a project that runs at once, with compiled contracts, and open it.

        Args:
            folder: A new or an empty one.
            system: The source system that it reads; without one its tables are generated.

        Raises:
            ConfigurationError: The package of that system has no contracts.
            UsageError: The folder is not empty, or there is no such system.
        """
        from spectra_gx.project.creation import create_project

        project = cls(create_project(folder, system))
        project.compile()
        return project

    # -- checks and runs ---------------------------------------------------------------------------

    def check(
        self,
        named: str,
        *,
        table: str | None = None,
        version: int | None = None,
        as_of: datetime | None = None,
        record: bool = False,
        engine: str = "datafusion",
        spark: Any = None,
        changed: bool = False,
    ) -> StageResult:
        """Check existing tables; nothing is written unless the result is to be recorded.

        Args:
            named: A stage's name, or a contract file.
            table: The only table to check; all of the contract's without it.
            version: Delta version to check in place of the newest.
            as_of: The clock, UTC; else the version's commit time, else now.
            record: Whether the result goes into the activity log.
            engine: What evaluates the rules: `datafusion`, in this process, or `spark`.
            spark: The session that Spark uses; a local one is started without it.
            changed: Whether rules about single rows are checked only on rows added since a
                recorded check in which they passed.

        Raises:
            ActivityLogError: It could not be recorded.
            ConfigurationError: Spark does not start.
            UsageError: The contract has no such table, or there is no such contract or engine.
        """
        from spectra_gx.project.runs import check_stage
        from spectra_gx.runner.checks.checking import CheckParameters

        parameters = CheckParameters(table, version, as_of, record, changed)
        return check_stage(self, named, parameters, engine, spark)

    def run(
        self,
        named: str,
        parameters: RunParameters | None = None,
        *,
        sandbox: bool = False,
        faults: Sequence[Fault] = (),
        sandbox_day: int | None = None,
        staged: Path | None = None,
        tables: Mapping[str, Any] | None = None,
        correlation_id: str | None = None,
    ) -> RunResult:
        """Run a stage: build its tables where it has a builder, validate, publish, log and notify.

        Args:
            named: The stage.
            parameters: How to behave; as a pipeline without it.
            sandbox: Whether the source is the sandbox, started for this run and stopped after it.
            faults: What the sandbox does wrong.
            sandbox_day: Which day of its data the sandbox has; its first one without it.
            staged: Folder in which a job left tables, as `<schema>/<table>`.
            tables: Table → its rows, as a builder returns them.
            correlation_id: Execution id of the run whose output is consumed.

        Raises:
            UsageError: Something that is asked for has no effect on this stage.
        """
        from spectra_gx.project.runs import open_sandboxes, run_stage
        from spectra_gx.runner.building.delivered_tables import DeliveredTables
        from spectra_gx.runner.parameters import RunParameters

        given = parameters or RunParameters()
        delivered = DeliveredTables(staged, tables)
        with open_sandboxes(self, sandbox, faults, sandbox_day) as sandboxes:
            return run_stage(self, named, given, sandboxes, correlation_id, delivered)

    def run_stages(
        self,
        stages: Sequence[str],
        parameters: RunParameters,
        *,
        sandbox: bool = False,
        sandbox_day: int | None = None,
    ) -> RunsResult:
        """Run stages in the order given, up to the first that fails.

        Args:
            stages: Their names.
            parameters: How to behave; a stage on which one has no effect ignores it.
            sandbox: Whether each source is its sandbox, one for all stages that call it.
            sandbox_day: Which day of its data a sandbox has; its first one without it.

        Raises:
            UsageError: There is no such stage, one is named twice, or something that is asked for
                has no effect on any of them. Nothing was started.
        """
        from spectra_gx.project.runs import open_sandboxes
        from spectra_gx.project.several_stages import run_stages

        with open_sandboxes(self, sandbox, (), sandbox_day) as sandboxes:
            return run_stages(self, stages, parameters, sandboxes)

    def stage_run(
        self,
        named: str,
        parameters: RunParameters,
        *,
        sandbox: bool = False,
        faults: Sequence[Fault] = (),
        staged: Path | None = None,
        tables: Mapping[str, Any] | None = None,
        correlation_id: str | None = None,
    ) -> AbstractContextManager[StageRun]:
        """Open a run whose steps the caller takes; a sandbox lives as long as the `with` block.

        Arguments as for `run`.

        Raises:
            UsageError: Something that is asked for has no effect on this stage or on such a run.
        """
        from spectra_gx.project.runs import open_run
        from spectra_gx.runner.building.delivered_tables import DeliveredTables

        delivered = DeliveredTables(staged, tables)
        return open_run(self, named, parameters, sandbox, faults, correlation_id, delivered)

    # -- what runs left ----------------------------------------------------------------------------

    def log(self, stage: str, *, limit: int | None = None) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a stage's activity log, oldest first.

        Args:
            stage: The stage.
            limit: Only the newest runs, this many, with their checkpoints and activities.

        Raises:
            UsageError: Neither a contract nor a log is of such a stage.
            WarehouseError: The log cannot be read.
        """
        from spectra_gx.project.records import read_log

        return read_log(self, stage, limit)

    def handoff(self, named: str) -> Readiness:
        """Apply the readiness checks to a stage's latest run."""
        from spectra_gx.project.records import check_readiness

        return check_readiness(self, named)

    def quarantined(self, stage: str | None = None) -> Sequence[QuarantineEntry]:
        """Return what runs quarantined and is not released, of one stage or of all."""
        from spectra_gx.runner.quarantine.quarantined_rows import quarantine_entries

        chosen = self.contracts.values() if stage is None else [self.contract(stage)]
        return quarantine_entries(self.warehouse, chosen)

    def quarantined_rows(
        self, table: str, *, run: str | None = None, rule: str | None = None, last: int = 20
    ) -> Sequence[Mapping[str, Any]]:
        """Return the newest rows in quarantine of a table, sensitive values hidden.

        Args:
            table: The table that they were meant for.
            run: Only rows that this run quarantined.
            rule: Only rows that break this rule.
            last: How many at most.

        Raises:
            UsageError: There is no such table, or it has no such rule.
        """
        from spectra_gx.project.records import read_quarantine

        return read_quarantine(self, table, run=run, rule=rule, last=last)

    def rollback(
        self, stage: str, batch: str, *, through: bool = False, wait: float = 60.0
    ) -> RunResult:
        """Bring each table that a batch published back to the version before it.

        Args:
            stage: The stage.
            batch: The id of the batch; `run` took it, or it is the run's execution id.
            through: Whether later batches are taken back, too.
            wait: Seconds to wait for a run of the stage.

        Raises:
            UsageError: No table of the stage has the batch, or later ones follow.
            WarehouseError: Something else has changed a table since, or files are gone.
        """
        from spectra_gx.project.records import roll_back

        return roll_back(self, stage, batch, through=through, wait=wait)

    def release(self, table: str, run: str) -> Release:
        """Publish the rows that a run quarantined and that pass now; the others stay there.

        Raises:
            UsageError: There is no such table, or none of its rows is in quarantine of that run.
            WarehouseError: Nothing was released, or another run kept publishing.
        """
        from spectra_gx.project.records import release_rows

        return release_rows(self, table, run)

    # -- notifications and pages -------------------------------------------------------------------

    def send_digest(self, stages: Sequence[str] = (), *, since: timedelta) -> SentDigest:
        """Send one message about what happened to stages.

        Args:
            stages: All that have run without any.
            since: How far to look back.

        Raises:
            UsageError: There is no such stage, or none has run yet.
            WarehouseError: A log cannot be read.
        """
        from spectra_gx.project.records import send_digest

        return send_digest(self, stages, since)

    tell_digest = send_digest
    """The name in 0.1.0."""

    def test_webhooks(self) -> Sequence[WebhookResult]:
        """Send a test message to every webhook that is set; return how each took it.

        Raises:
            ConfigurationError: None is set.
        """
        from spectra_gx.notify.webhook_test import send_test_messages

        return send_test_messages(self.settings.named_webhooks())

    try_webhooks = test_webhooks
    """The name in 0.1.0."""

    def docs(self) -> Path:
        """Return the first page of the data docs.

        Raises:
            UsageError: No run has written them yet.
        """
        from spectra_gx.project.records import find_docs

        return find_docs(self)

    def build_docs(self) -> int:
        """Rebuild the data docs from the logs and the stored results; return how many runs.

        Pages of Great Expectations stay as they are.

        Raises:
            ContractError: A contract is invalid.
            WarehouseError: A log cannot be read, or a run kept writing.
        """
        from spectra_gx.project.records import build_docs

        return build_docs(self)

    def doctor(self, *, sandbox: bool = False) -> Sequence[Finding]:
        """Return what keeps this project from working here, and how to fix it.

        Nothing is changed and nobody is notified; the source, if one is configured, gets one call.

        Args:
            sandbox: Whether to call a sandbox in place of the source.
        """
        from spectra_gx.doctor.diagnosis import diagnose

        return [
            *diagnose(
                self.root,
                lambda: self.settings,
                lambda: self.warehouse,
                self.lint,
                sandbox=sandbox,
            )
        ]

    def context(self) -> FileDataContext:
        """Open the project's compiled artefacts in GX, over the tables as they are now."""
        from spectra_gx.validation.gx.project_context import open_context

        return open_context(self.root, classified_contracts(self), self.warehouse)
