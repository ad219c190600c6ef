"""The Python SDK: everything that can be done with a project, one short method each.

What a method needs is imported when it is called: GX alone takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.linting import Lint, lint_named, lint_project
from spectra_gx.project.workspace import (
    Workspace,
    classified_contracts,
    declared_contracts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from great_expectations.data_context.data_context.file_data_context import FileDataContext

    from spectra_gx.doctor.findings import Finding
    from spectra_gx.notify.digest_message import SentDigest
    from spectra_gx.notify.webhook_test import WebhookResult
    from spectra_gx.review.git.github_event import Event
    from spectra_gx.review.project_review import ProjectReview
    from spectra_gx.review.review_result import Review
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.quarantine.release import Release
    from spectra_gx.runner.readiness import Readiness
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.sources.faults import Fault
    from spectra_gx.validation.results import StageResult
    from spectra_gx.warehouse.quarantine_tables import QuarantineEntry


@dataclass(frozen=True)
class Project(Workspace):
    """A project folder, and everything that can be done with it."""

    # -- contracts ---------------------------------------------------------------------------------

    def lint(self, named: Sequence[str] = ()) -> Lint:
        """Return every problem of these contracts, or of all, and notes on what is allowed.

        Raises:
            UsageError: There is none of that name.
        """
        return lint_named(named, self.root) if named else lint_project(self.root)

    def init(self, tables: Sequence[str], *, stage: str | None = None) -> str:
        """Return the text of a contract that these tables pass; nothing is written.

        Args:
            tables: Each `schema.table` of the warehouse, a Delta folder, or Parquet or CSV files.
            stage: The contract's stage; without it the schema of the first table that has one.

        Raises:
            ContractError: A contract cannot express something about them, such as a column's name.
            UsageError: One is named twice, or contains a type that a contract cannot name.
            WarehouseError: One does not exist, or cannot be read.
        """
        from spectra_gx.profile.profiler import profile
        from spectra_gx.warehouse.sensitivity import Classifications

        known = Classifications(declared_contracts(self).values(), self.warehouse.root)
        return profile(tables, self.warehouse, stage, known)

    def fmt(self, named: Sequence[str] = (), *, write: bool = True) -> Sequence[str]:
        """Rewrite these contract files, or all, in canonical form; return those that were not.

        Raises:
            ContractError: Some cannot be parsed; none was changed.
            UsageError: There is none of that name.
        """
        from spectra_gx.contract.formatting import format_files

        return format_files(named, self.root, write=write)

    def compile(self) -> Sequence[str]:
        """Bring the GX artefacts up to date; return the paths that changed."""
        from spectra_gx.compiler.artefacts import compile_project, write_artefacts

        return write_artefacts(compile_project(self.contracts.values()), self.root)

    def stale(self) -> Sequence[str]:
        """Return the paths of GX artefacts that `compile` would change."""
        from spectra_gx.compiler.artefacts import compile_project, stale_artefacts

        return stale_artefacts(compile_project(self.contracts.values()), self.root)

    # -- changes of contracts ----------------------------------------------------------------------

    def diff(
        self,
        paths: Sequence[str] = (),
        *,
        against: str | None = None,
        fix: bool = False,
        replay: int = 0,
    ) -> Review:
        """Return what changed in contracts, what it breaks, and the version it needs.

        Args:
            paths: Files, folders or stages to look at, all without any; two YAML files, when
                `against` is not given, are compared with each other.
            against: The commit to compare the work tree with; the merge base with the default
                branch without it.
            fix: Whether to write the versions that are needed, with changelog entries.
            replay: On how many stored versions of each table the changed rules are checked.

        Raises:
            ContractError: A contract that is compared is invalid.
            UsageError: There is no such commit or path, no repository, or the policy is wrong.
            WarehouseError: An activity log cannot be read.
        """
        from spectra_gx.project.reviews import diff_contracts

        return diff_contracts(self, paths, against=against, fix=fix, replay=replay)

    def event(self, file: str | Path | None = None) -> Event | None:
        """Return what a CI job runs for, as GitHub or GitLab describe it; None outside of a job.

        Args:
            file: GitHub's file about its event; that of the job without it.

        Raises:
            UsageError: It cannot be read, or is not such a file.
        """
        from spectra_gx.project.reviews import read_ci_event

        return read_ci_event(file)

    def review(
        self, event: Event | None = None, *, against: str | None = None, replay: int = 0
    ) -> ProjectReview:
        """Return what lint, `compile --check` and `diff` find in a pull request, in one.

        Args:
            event: What it is done for.
            against: The commit to compare with; without it that of the pull request, or else the
                merge base with the default branch.
            replay: On how many stored versions of each table the changed rules are checked; never
                where the event is of a fork.

        Raises:
            UsageError: There is no contract, no repository or no such commit.
            WarehouseError: An activity log cannot be read.
        """
        from spectra_gx.project.reviews import review_changes

        return review_changes(self, event, against=against, replay=replay)

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

        return check_stage(
            self,
            named,
            table=table,
            version=version,
            as_of=as_of,
            record=record,
            engine=engine,
            spark=spark,
            changed=changed,
        )

    def run(
        self,
        named: str,
        parameters: RunParameters,
        *,
        sandbox: bool = False,
        faults: Sequence[Fault] = (),
        correlation_id: str | None = None,
    ) -> RunResult:
        """Run a stage: build its tables where it has a builder, validate, publish, log and notify.

        Args:
            named: The stage.
            parameters: How to behave.
            sandbox: Whether the source is the sandbox, started for this run and stopped after it.
            faults: What the sandbox does wrong.
            correlation_id: Execution id of the run whose output is consumed.

        Raises:
            UsageError: Something that is asked for has no effect on this stage.
        """
        from spectra_gx.project.runs import run_stage

        return run_stage(self, named, parameters, sandbox, faults, correlation_id)

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

    def test_webhooks(self) -> Sequence[WebhookResult]:
        """Send a test message to every webhook that is set; return how each took it.

        Raises:
            ConfigurationError: None is set.
        """
        from spectra_gx.notify.webhook_test import try_webhooks

        return try_webhooks(self.settings.named_webhooks())

    def docs(self) -> Path:
        """Return the first page of the data docs.

        Raises:
            UsageError: No run has written them yet.
        """
        from spectra_gx.project.records import find_docs

        return find_docs(self)

    def build_docs(self) -> int:
        """Write the data docs anew from the logs and the stored results; return how many runs.

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
            *diagnose(self.root, lambda: self.settings, lambda: self.warehouse, sandbox=sandbox)
        ]

    def context(self) -> FileDataContext:
        """Open the project's compiled artefacts in GX, over the tables as they are now."""
        from spectra_gx.validation.gx.project_context import open_context

        return open_context(self.root, classified_contracts(self), self.warehouse)
