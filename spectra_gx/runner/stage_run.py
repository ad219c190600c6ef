"""One run of a stage, in its seven steps.

    Parameters → Context → Initialise → Execute → Validate → Record → Finalise

Record and Finalise always run.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.errors import (
    NotebookError,
    RunInterruptedError,
    SpectraError,
    WarehouseError,
)
from spectra_gx.runner.building.build_tables import build_tables
from spectra_gx.runner.building.run import offer_run
from spectra_gx.runner.building.run_tables import RunTables
from spectra_gx.runner.consumed_stages import refuse_unready
from spectra_gx.runner.events import Events
from spectra_gx.runner.finaliser import Finaliser
from spectra_gx.runner.log_records import RunRecorder
from spectra_gx.runner.next_stage import initialise, refuse_other_schemas
from spectra_gx.runner.quarantine.quarantining import check_good_rows, discard_rows_of_dead_runs
from spectra_gx.runner.run_result import RunIdentity, RunResult
from spectra_gx.runner.steps import Steps
from spectra_gx.validation.results import Status
from spectra_gx.validation.run.job import ValidationJob
from spectra_gx.validation.run.stage import StageOutcome, validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from spectra_gx.validation.snapshot.pinning import Contracts, take_snapshot
from spectra_gx.warehouse.publishing.publish import publish
from spectra_gx.warehouse.staging import Staging, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.runner.building.stage_plan import StagePlan
    from spectra_gx.runner.events import Listener
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.readiness import Readiness
    from spectra_gx.runner.services import RunServices

logger = logging.getLogger(__name__)


@dataclass
class _Findings:
    """What a run has found so far; a run that ends early is recorded with as much."""

    outcome: StageOutcome | None = None
    plan: StagePlan | None = None
    built: tuple[str, ...] = ()
    published: Mapping[str, int] = field(default_factory=dict)
    table_creation_ms: int | None = None
    initialised: Sequence[str] = ()
    consumed: Sequence[Readiness] = ()
    dead_runs: Sequence[str] = ()
    stopped: SpectraError | None = None


@dataclass(frozen=True)
class BackfillVersions:
    """Stored versions to check in place of the newest, and when they were the newest."""

    versions: Mapping[str, int]
    as_of: datetime


def as_spectra_error(stopped: BaseException) -> SpectraError:
    """Return what stopped a run as an error that can be recorded and shown."""
    if isinstance(stopped, SpectraError):
        return stopped
    if isinstance(stopped, KeyboardInterrupt):
        return RunInterruptedError("interrupted; run it again")
    logger.debug("the run ended early", exc_info=stopped)
    return SpectraError(
        f"the run ended early with {type(stopped).__name__}; this is a defect of spectra-gx: "
        "run again with `--debug` and report what it prints",
        # Another defect is another message: what repeats is known by its code.
        code=f"internal_{type(stopped).__name__}",
    )


class StageRun:
    """A run of one stage, step by step, or all steps at once with `run`."""

    def __init__(
        self,
        contract: StageContract,
        contracts: Contracts,
        parameters: RunParameters,
        identity: RunIdentity,
        services: RunServices,
        plan: Callable[[], StagePlan] | None = None,
        backfill: BackfillVersions | None = None,
        listeners: Sequence[Listener] = (),
        check_consumed: Callable[[datetime], Sequence[Readiness]] | None = None,
    ) -> None:
        """Take everything a run needs; nothing happens yet.

        Args:
            contract: The stage.
            contracts: The project's contracts, by stage.
            parameters: How to behave.
            identity: Who runs, and when: the clock.
            services: What is read, written and spoken to.
            plan: Plans what the run builds; None where something else builds the stage's tables.
            backfill: Stored versions to check in place of the newest.
            listeners: Who hears of its events.
            check_consumed: Checks at an instant whether the stages that it consumes are ready.
        """
        self._contract = contract
        self._contracts = contracts
        self._parameters = parameters
        self._identity = identity
        self._services = services
        self._make_plan = plan
        self._backfill = backfill
        self._check_consumed = check_consumed
        self._events = Events(listeners, required=RunRecorder(services.log))
        self._steps = Steps(self._events)
        self._open = ExitStack()
        self._staging: Staging | None = None
        self._findings = _Findings()
        self.activities: list[Mapping[str, object]] = []
        """Rows that somebody logs by hand, as `activity_row` makes them."""

    def run(self) -> RunResult:
        """Go through all the steps; whatever happens is in the result, and in the log."""
        error: SpectraError | None = None
        try:
            self.initialise()
            self.execute()
            self.validate()
        except BaseException as stopped:  # noqa: BLE001 - Record and Finalise always run
            error = as_spectra_error(stopped)
        return self.finalise(self.record(error))

    def initialise(self) -> None:
        """Clear away what dead runs left, and open the run's own staging."""
        with self._steps.take("Initialise"):
            self._initialise()

    def _initialise(self) -> None:
        self._take_over()
        warehouse = self._services.warehouse
        self._findings.dead_runs = sweep(warehouse)
        for dead in self._findings.dead_runs:
            logger.warning("run `%s` died before its end; its staging was removed", dead)
        discard_rows_of_dead_runs(warehouse, self._contracts, self._findings.dead_runs)
        refuse_other_schemas(warehouse, self._contract, self._contracts)
        if self._make_plan is not None:
            self._findings.plan = self._make_plan()
            staging = Staging(warehouse, self._identity.execution_id)
            self._staging = self._open.enter_context(staging)
        elif self._backfill is None:
            self._warn_of_idle_quarantines()

    def _take_over(self) -> None:
        """Take the correlation id from the run that is consumed; refuse one that is not ready."""
        if self._check_consumed is None:
            return
        try:
            found = self._check_consumed(datetime.now(UTC))
        except WarehouseError as error:
            if self._parameters.handoff:
                raise
            logger.warning("nobody knows whether what it consumes is ready: %s", error.message)
            return
        self._findings.consumed = found
        consumed = next((one.execution_id for one in found if one.execution_id), None)
        if consumed is not None and self._identity.correlation_id == self._identity.execution_id:
            self._identity = replace(self._identity, correlation_id=consumed)
        if self._parameters.handoff:
            refuse_unready(self._contract.name, found)

    def _warn_of_idle_quarantines(self) -> None:
        idle = [f"`{table.name}`" for table in self._contract.tables if table.quarantine]
        if idle:
            logger.warning(
                "`quarantine` of %s does nothing: this run checks existing tables and builds none",
                ", ".join(idle),
            )

    def execute(self) -> None:
        """Build the stage's tables in staging; nothing for a stage without a builder."""
        with self._steps.take("Execute"):
            self._execute()

    def _execute(self) -> None:
        plan, staging = self._findings.plan, self._staging
        if plan is None or staging is None:
            return
        tables = RunTables(self._take_snapshot(), staging, plan.tables)
        access = self._services.access
        run_for = partial(offer_run, self._identity, tables, access, self.activities.append)
        staged = build_tables(plan, self._contract, staging, run_for, access.time_limit)
        seconds = 0.0
        try:
            for took in staged:
                seconds += took
        except SpectraError as error:
            if not (self._parameters.preview and staging.tables):
                raise
            self._findings.stopped = error
        self._findings.built = staging.tables
        self._findings.table_creation_ms = round(seconds * 1000)

    def validate(self) -> None:
        """Check every table and, if the contract passes, publish those that were built.

        Rows that break critical rules are quarantined first, where the contract asks for it.

        Raises:
            SpectraError: In a preview, what stopped a builder: what it had built is checked first.
        """
        with self._steps.take("Validate"):
            self._validate()
            if self._findings.stopped is not None:
                raise self._findings.stopped

    def _validate(self) -> None:
        snapshot = self._take_snapshot()
        outcome = self._check(snapshot)
        if self._staging is not None:
            outcome = check_good_rows(
                outcome, self._contract, snapshot, self._staging, self._clock, self._check
            )
        self._findings.outcome = outcome.published(self._findings.built, {})
        if self._staging is not None:
            self._publish(self._staging, outcome)

    def _take_snapshot(self) -> Snapshot:
        return take_snapshot(
            self._services.warehouse,
            self._contract,
            self._contracts,
            staging=self._staging,
            versions=self._backfill.versions if self._backfill else None,
        )

    @property
    def _clock(self) -> RunClock:
        as_of = self._backfill.as_of if self._backfill else self._identity.started
        return RunClock(as_of, self._identity.execution_id)

    def _check(self, snapshot: Snapshot) -> StageOutcome:
        built = self._findings.built
        tables = tuple(
            table
            for table in self._contract.tables
            if self._parameters.test or not built or table.name in built
        )
        return validate_stage(
            ValidationJob(
                self._contract,
                self._contracts,
                self._services.warehouse,
                snapshot,
                self._clock,
                tables,
                progress=self._events,
            )
        )

    def _publish(self, staging: Staging, outcome: StageOutcome) -> None:
        passed = outcome.result.verdict is Status.PASSED
        if self._parameters.preview or not (passed or self._parameters.publish_anyway):
            return
        try:
            self._findings.published = publish(
                self._services.warehouse,
                staging,
                staging.tables,
                self._contract.name,
                rebuild=self._parameters.rebuild,
            )
        except WarehouseError as error:
            # `publish` puts a mapping there; the values of a context are not typed.
            published = error.context.get("published", {})
            self._findings.published = dict(published)  # type: ignore[call-overload]
            raise
        finally:
            self._findings.outcome = outcome.published(staging.tables, self._findings.published)
        if passed:
            self._findings.initialised = initialise(
                self._services.warehouse, self._contract, self._contracts
            )

    def record(self, error: SpectraError | None = None) -> RunResult:
        """Collect what the run was, and what stopped it, if anything did."""
        missing = self._steps.missing
        self._steps.begin("Record")
        self._open.close()
        found = self._findings
        if error is None and missing:
            error = NotebookError(
                f"the run was recorded without {' and '.join(f'`{call}`' for call in missing)}; "
                "call every step in its order",
                code="unfinished",
            )
        return RunResult(
            identity=self._identity,
            contract=self._contract,
            parameters=self._parameters,
            ended=datetime.now(UTC),
            stage=found.outcome.result if found.outcome else None,
            error=error,
            calls=found.plan.calls if found.plan else (),
            built=found.built,
            versions=self._versions(),
            published=found.published,
            table_creation_ms=found.table_creation_ms,
            initialised=found.initialised,
            consumed=found.consumed,
            dead_runs=found.dead_runs,
            steps=self._steps.took(),
            activities=tuple(self.activities),
        )

    def _versions(self) -> dict[str, int | None]:
        """Return the version of every declared table at the end of this run."""
        versions: dict[str, int | None] = {}
        pinned = self._findings.outcome.result.inputs if self._findings.outcome else {}
        for table in self._contract.tables:
            version = self._findings.published.get(table.name, pinned.get(table.name))
            if version is None:
                with suppress(WarehouseError):
                    version = self._services.warehouse.current_version(table)
            versions[table.name] = version
        return versions

    def finalise(self, run: RunResult) -> RunResult:
        """Store GX's results, notify people, record the run, and write its pages."""
        self._steps.begin("Finalise")
        silent = self._backfill is not None
        finaliser = Finaliser(self._services, self._events, silent=silent)
        return finaliser.finalise(run, self._findings.outcome)
