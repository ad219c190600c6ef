"""The Python SDK: everything that can be done with a project, one short method each.

What a method needs is imported when it is called: GX alone takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from spectra_gx.errors import UsageError
from spectra_gx.project.alerts.operations import AlertOperations
from spectra_gx.project.workspace import classified_contracts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from great_expectations.data_context.data_context.file_data_context import FileDataContext

    from spectra_gx.doctor.findings import Finding
    from spectra_gx.project.contract_updates import ContractUpdate
    from spectra_gx.runner.handoff.readiness import Readiness
    from spectra_gx.runner.quarantine.release import Release
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.warehouse.quarantine_tables import QuarantineEntry


@dataclass(frozen=True)
class Project(AlertOperations):
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

    def update(
        self, named: str, tables: Sequence[str] = (), *, credentials: str | None = None
    ) -> ContractUpdate:
        """Add what is new in the data to a contract's file, and check the data by it.

        New columns and tables are added as `init` would write them, values that an `enum` does not
        have as comments. No byte that is there is changed; what contradicts the contract is in the
        result of the check.

        Args:
            named: A stage's name, or a contract file.
            tables: Tables to add, as for `init`; without any, those that are stored in the schemas
                of the contract and that no contract declares.
            credentials: The name of what opens addresses of these tables.

        Raises:
            ContractError: The contract is invalid.
            UsageError: There is no such contract, a table's name is taken, or the file cannot be
                changed safely.
            WarehouseError: A named table does not exist, or cannot be read.
        """
        from spectra_gx.project.contract_updates import update_contract_file

        return update_contract_file(self, named, tables, credentials)

    # -- what runs left ----------------------------------------------------------------------------

    def log(self, stage: str, *, limit: int | None = None) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a stage's activity log, oldest first.

        Args:
            stage: The stage.
            limit: Only the newest runs, this many, with their checkpoints and activities, and what
                has been recorded since that is of no run, such as mutes.

        Raises:
            UsageError: Neither a contract nor a log is of such a stage.
            WarehouseError: The log cannot be read.
        """
        from spectra_gx.project.records import read_log

        return read_log(self, stage, limit)

    def log_views(self, stage: str | None = None, *, dialect: str = "duckdb") -> str:
        """Return SQL that creates views over activity logs, for tools that draw charts.

        Args:
            stage: The stage; all that have run without it.
            dialect: Who reads them: `duckdb`, `spark` or `tsql`.

        Raises:
            UsageError: No such stage has run, or there is no such dialect.
            WarehouseError: A log cannot be read.
        """
        from spectra_gx.project.records import log_views

        return log_views(self, stage, dialect)

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

    # -- pages -------------------------------------------------------------------------------------

    def docs(self) -> Path:
        """Return the first page of the data docs, of a warehouse that is a folder.

        Raises:
            UsageError: No run has written them yet, or they are in an object store.
        """
        from pathlib import Path

        from spectra_gx.store.addresses import is_store_address

        address = self.docs_address()
        if is_store_address(address):
            raise UsageError(
                f"the data docs are in an object store, at `{address}`; see them with "
                "`spectra-gx docs serve`, or take their `docs_address()`"
            )
        return Path(address)

    def docs_address(self) -> str:
        """Return the path or the address of the first page of the data docs.

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
