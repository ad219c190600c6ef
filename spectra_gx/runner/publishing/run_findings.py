"""What a run has found so far, and what it checks in place of the newest versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spectra_gx.errors import SpectraError
from spectra_gx.runner.building.kinds.sql_builder import SqlBuilder
from spectra_gx.validation.snapshot.clock import RunClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from spectra_gx.runner.building.stage_plan import StagePlan
    from spectra_gx.runner.calls import Call
    from spectra_gx.runner.handoff.readiness import Readiness
    from spectra_gx.runner.run_result import RunIdentity
    from spectra_gx.validation.run.stage import StageOutcome
    from spectra_gx.warehouse.staging import Staging


@dataclass
class RunFindings:
    """What a run has found so far; a run that ends early is recorded with as much."""

    outcome: StageOutcome | None = None
    plan: StagePlan | None = None
    built: tuple[str, ...] = ()
    published: Mapping[str, int] = field(default_factory=dict)
    settled: bool = False
    """Whether nothing is left to publish of what was decided."""

    held_back: Sequence[str] = ()
    table_creation_ms: int | None = None
    initialised: Sequence[str] = ()
    consumed: Sequence[Readiness] = ()
    dead_runs: Sequence[str] = ()
    stopped: SpectraError | None = None
    """What stopped a builder of a preview, which checks what was built before it ends."""

    @property
    def calls(self) -> Sequence[Call]:
        """Return every call that builders made to a source so far."""
        return () if self.plan is None else self.plan.calls

    @property
    def selects(self) -> Mapping[str, str]:
        """Return table → the SELECT that built it, where one did."""
        builders = () if self.plan is None else self.plan.builders
        selects = {one.table: one.select for one in builders if isinstance(one, SqlBuilder)}
        return {table: select for table, select in selects.items() if table in self.built}

    def build(self, build: Callable[[], float], staging: Staging, *, preview: bool) -> None:
        """Build tables into staging, and note how long that took.

        Args:
            build: Builds them; returns seconds.
            staging: Where the tables then are.
            preview: Whether what was built is checked, although a builder fails.

        Raises:
            SpectraError: A builder failed.
        """
        try:
            self.table_creation_ms = round(build() * 1000)
        except SpectraError as error:
            if not (preview and staging.tables):
                raise
            self.stopped = error

    def raise_stopped(self) -> None:
        """Raise what stopped a builder of a preview, if anything did."""
        if self.stopped is not None:
            raise self.stopped


@dataclass(frozen=True)
class BackfillVersions:
    """Stored versions to check in place of the newest, and when they were the newest."""

    versions: Mapping[str, int]
    as_of: datetime


def clock_of(identity: RunIdentity, backfill: BackfillVersions | None) -> RunClock:
    """Return the clock of a run, or of the versions that it checks again."""
    if backfill is not None:
        return RunClock(backfill.as_of, identity.execution_id, historical=True)
    return RunClock(identity.started, identity.execution_id, identity.batch_id)
