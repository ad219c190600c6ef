"""Build the batch of a run, table after table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.runner.building.build_tables import build_tables
from spectra_gx.runner.building.run import Run
from spectra_gx.runner.building.run_tables import RunTables
from spectra_gx.runner.quarantine.quarantining import quarantine_bad_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.runner.building.builder_access import BuilderAccess
    from spectra_gx.runner.building.stage_plan import StagePlan
    from spectra_gx.runner.ports import Builder
    from spectra_gx.runner.publishing.stage_publisher import StagePublisher
    from spectra_gx.runner.run_result import RunIdentity
    from spectra_gx.validation.run.stage import StageOutcome
    from spectra_gx.validation.snapshot.clock import RunClock
    from spectra_gx.warehouse.staging import Staging


@dataclass(frozen=True)
class BatchBuild:
    """Builds the tables of a plan into staging."""

    plan: StagePlan
    contract: StageContract
    staging: Staging
    publisher: StagePublisher
    identity: RunIdentity
    access: BuilderAccess
    clock: RunClock
    log: Callable[[Mapping[str, object]], None]
    """Adds a row to the run's log entry."""

    published: Snapshot
    """Every table that builders may read, as it is pinned for the run."""

    validate: Callable[[tuple[Table, ...], Snapshot], StageOutcome]

    def build(self) -> float:
        """Build every table; return how many seconds staging them took.

        Raises:
            SpectraError: A builder failed, or gave what its table cannot have.
        """
        candidate = partial(self.publisher.candidates.as_it_will_be, self.staging)
        tables = RunTables(self.published, self.staging, self.plan.tables, candidate)
        run_for, limit = partial(self._run_for, tables), self.access.time_limit
        staged = build_tables(self.plan, self.contract, self.staging, run_for, limit)
        seconds = 0.0
        for builder, took in zip(self.plan.builders, staged, strict=True):
            seconds += took
            self._quarantine_needed(builder)
        self.publisher.leave_out(self.staging)
        return seconds

    def _run_for(self, tables: RunTables, builder: Builder) -> Run:
        """Return the run as a builder sees it."""
        own = builder.tables[0] if len(builder.tables) == 1 else ""
        table = self.contract.table(own)
        column = table and table.column(self.plan.options_of(own).watermark or "")
        return Run(
            self.identity,
            tables,
            self.access,
            self.log,
            needs=builder.needs,
            own=own,
            watermarks=self.publisher.watermarks_of(builder),
            watermark_type=column.type if column else None,
            batch_day=self.publisher.batch_day,
            conditions=self.publisher.candidates.conditions,
        )

    def _quarantine_needed(self, builder: Builder) -> None:
        """Quarantine bad rows of what was just built, before builders that need it read them."""
        needed = {*builder.tables} & {*self.staging.tables} & self.plan.needed
        tables = tuple(
            table for table in self.contract.tables if table.quarantine and table.name in needed
        )
        if tables:
            quarantine_bad_rows(
                self.contract,
                self.publisher.candidates.view(self.staging),
                self.staging,
                self.clock,
                partial(self.validate, tables),
                self.publisher.candidates,
            )
