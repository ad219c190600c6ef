"""One run of a stage, in its seven steps.

    Parameters → Context → Initialise → Execute → Validate → Record → Finalise

Record and Finalise always run.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.contract.model import OnFailure
from spectra_gx.errors import HeadMovedError, NotebookError, SpectraError, WarehouseError
from spectra_gx.runner.checks.incremental import validate_in_parts
from spectra_gx.runner.events import Events, RunStarted
from spectra_gx.runner.finaliser import Finaliser
from spectra_gx.runner.handoff.consumed_stages import (
    check_pinned,
    refuse_unready,
    take_correlation_id,
)
from spectra_gx.runner.handoff.next_stage import initialise, refuse_other_schemas
from spectra_gx.runner.log_records import RunRecorder, log_rows
from spectra_gx.runner.publishing.batch_build import BatchBuild
from spectra_gx.runner.publishing.earlier_run import earlier_run
from spectra_gx.runner.publishing.held_back_tables import hold_back_tables
from spectra_gx.runner.publishing.run_findings import BackfillVersions, RunFindings, clock_of
from spectra_gx.runner.publishing.run_snapshot import RunSnapshot
from spectra_gx.runner.publishing.stage_publisher import StagePublisher
from spectra_gx.runner.quarantine.quarantining import (
    check_good_rows,
    discard_rows_of_dead_runs,
    warn_of_idle_quarantines,
)
from spectra_gx.runner.run_result import RunIdentity, RunResult
from spectra_gx.runner.steps import Steps, as_spectra_error
from spectra_gx.validation.results import Status
from spectra_gx.validation.run.job import ValidationJob
from spectra_gx.validation.run.progress import NoProgress
from spectra_gx.warehouse.staging import Staging, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.runner.building.stage_plan import StagePlan
    from spectra_gx.runner.events import Listener
    from spectra_gx.runner.handoff.consumed_stages import CheckConsumed
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.services import RunServices
    from spectra_gx.validation.run.progress import Progress
    from spectra_gx.validation.run.stage import StageOutcome
    from spectra_gx.validation.snapshot.pinning import Contracts

logger = logging.getLogger(__name__)


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
        check_consumed: CheckConsumed | None = None,
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
            check_consumed: Checks whether the stages that it consumes are ready, if they must be.
        """
        self._contract = contract
        self._contracts = contracts
        self._parameters = parameters
        self._identity = identity
        self._services = services
        self._make_plan = plan
        self._backfill = backfill
        self._clock = clock_of(identity, backfill)
        self._check_consumed = check_consumed
        self._events = Events(listeners, required=RunRecorder(services.log))
        self._steps = Steps(self._events, RunStarted(identity, contract, parameters=parameters))
        self._open = ExitStack()
        versions = backfill.versions if backfill else None
        tables = RunSnapshot(services.warehouse, contract, contracts, versions)
        self._tables = self._open.enter_context(closing(tables))
        self._publisher = StagePublisher(
            contract, identity, parameters, services, tables, self._open
        )
        self._staging: Staging | None = None
        self._planned: StagePlan | None = None
        self._findings = RunFindings()
        self.activities: list[Mapping[str, object]] = []
        """Rows that somebody logs by hand, as `activity_row` makes them."""

    def run(self) -> RunResult:
        """Go through all the steps; whatever happens is in the result, and in the log."""
        error: SpectraError | None = None
        try:
            self.initialise()
            if self._has_batch:
                return self._earlier_run()
            self.execute()
            self.validate()
        except BaseException as stopped:  # noqa: BLE001 - Record and Finalise always run
            error = as_spectra_error(stopped)
        return self.finalise(self.record(error))

    @property
    def _has_batch(self) -> bool:
        """Return whether every table that would be built has the batch already."""
        plan, left = self._planned, self._findings.plan
        return plan is not None and left is not None and bool(plan.tables) and not left.tables

    def _earlier_run(self) -> RunResult:
        """Return the run that published the batch; nothing is built, and nothing recorded."""
        with self._open:
            run = earlier_run(self._result(None, {}), self._services.log, self._publisher.batch)
        return self._events.end(run)

    def initialise(self) -> None:
        """Refuse what is not ready, clear away what dead runs left, and open the run's staging."""
        with self._steps.take("Initialise"):
            self._initialise()

    def _initialise(self) -> None:
        warehouse = self._services.warehouse
        self._findings.dead_runs = sweep(warehouse)
        for dead in self._findings.dead_runs:
            logger.warning("run `%s` died before its end; its staging was removed", dead)
        discard_rows_of_dead_runs(warehouse, self._contracts, self._findings.dead_runs)
        refuse_other_schemas(warehouse, self._contract, self._contracts)
        if self._make_plan is not None:
            self._planned = self._make_plan()
            self._findings.plan = self._publisher.begin(self._planned)
        if not self._has_batch:
            self._pin_tables()
        if self._planned is not None:
            staging = Staging(warehouse, self._identity.execution_id)
            self._staging = self._open.enter_context(staging)
        elif self._backfill is None:
            warn_of_idle_quarantines(self._contract)

    def _pin_tables(self) -> None:
        """Pin what the run reads, once what it consumes is ready."""
        if self._check_consumed is None:
            self._tables.pin()
            return
        needed = self._parameters.handoff
        found = check_pinned(self._check_consumed, self._tables.pin, needed=needed)
        self._findings.consumed = found
        self._identity = take_correlation_id(self._identity, found)
        if needed:
            refuse_unready(self._contract.name, found)

    def execute(self) -> None:
        """Build the stage's tables in staging; nothing for a stage without a builder."""
        with self._steps.take("Execute"):
            self._execute()

    def _execute(self) -> None:
        plan, staging = self._findings.plan, self._staging
        if plan is None or staging is None:
            return
        batch = BatchBuild(
            plan,
            self._contract,
            staging,
            self._publisher,
            self._identity,
            self._services.access,
            self._clock,
            self.activities.append,
            self._tables.pinned,
            self._validate_tables,
        )
        self._findings.build(batch.build, staging, preview=self._parameters.preview)
        self._findings.built = staging.tables

    def validate(self) -> None:
        """Check every table, quarantine bad rows, and publish what was built if it passes."""
        with self._steps.take("Validate"):
            self._validate()
            self._findings.raise_stopped()

    def _validate(self) -> None:
        if (staging := self._staging) is None:
            self._findings.outcome = self._check(self._tables.pinned)
            return
        try:
            self._publish(staging, self._check_staged(staging))
        except HeadMovedError as moved:
            if self._findings.published:
                raise
            logger.info("%s; it is checked once more", moved.message)
            staging.restore()
            self._publisher.check_again()
            self._publish(staging, self._check_staged(staging))

    def _check_staged(self, staging: Staging) -> StageOutcome:
        """Check the tables as they will be, with the good rows of those that are quarantined."""
        snapshot = self._publisher.candidates.view(staging)
        outcome = check_good_rows(
            self._check(snapshot),
            self._contract,
            snapshot,
            staging,
            self._clock,
            self._check,
            self._publisher.candidates,
        )
        if not self._parameters.publish_anyway:
            selection = hold_back_tables(
                outcome,
                self._contract,
                staging,
                self._tables.pinned,
                partial(self._publisher.candidates.view, staging),
                self._publisher.needs,
                self._check,
            )
            outcome, self._findings.held_back = selection.outcome, selection.held_back
        self._findings.outcome = outcome.published(self._findings.built, {})
        return outcome

    def _check(self, snapshot: Snapshot, only: AbstractSet[str] | None = None) -> StageOutcome:
        built = self._findings.built
        tables = tuple(
            one
            for one in self._contract.tables
            if (self._parameters.test or not built or one.name in built)
            and (only is None or one.name in only)
        )
        return self._validate_tables(tables, snapshot, self._events)

    def _validate_tables(
        self, tables: tuple[Table, ...], snapshot: Snapshot, progress: Progress | None = None
    ) -> StageOutcome:
        job = ValidationJob(
            self._contract,
            self._contracts,
            self._services.warehouse,
            snapshot,
            self._clock,
            tables,
            progress=progress or NoProgress(),
        )
        return validate_in_parts(job, self._publisher.find_added_rows(tables, snapshot))

    def _publish(self, staging: Staging, outcome: StageOutcome) -> None:
        passed = outcome.result.verdict is Status.PASSED
        continues = self._contract.on_failure is OnFailure.CONTINUE
        some = continues and len(self._findings.held_back) < len(staging.tables)
        if self._parameters.preview or not (passed or self._parameters.publish_anyway or some):
            return
        try:
            self._findings.published = self._publisher.publish(
                staging, partial(self._log_rows, outcome), self._findings.held_back
            )
            self._findings.settled = True
        except WarehouseError as error:
            # `publish` puts a mapping there; the values of a context are not typed.
            published = error.context.get("published", {})
            self._findings.published = dict(published)  # type: ignore[call-overload]
            raise
        finally:
            done = self._findings.published
            self._findings.outcome = self._publisher.published(outcome, staging.tables, done)
        if passed:
            self._findings.initialised = initialise(
                self._services.warehouse, self._contract, self._contracts
            )

    def _log_rows(
        self, outcome: StageOutcome, versions: Mapping[str, int]
    ) -> list[dict[str, object]]:
        """Return what is recorded of this run once its tables have these versions."""
        self._findings.outcome = self._publisher.published(outcome, self._findings.built, versions)
        result = self._result(None, versions)
        return log_rows(result, recorded_at=result.ended)

    def record(self, error: SpectraError | None = None) -> RunResult:
        """Collect what the run was, and what stopped it, if anything did."""
        missing = self._steps.missing
        self._steps.begin("Record")
        if error is None and missing:
            error = NotebookError(
                f"the run was recorded without {' and '.join(f'`{call}`' for call in missing)}; "
                "call every step in its order",
                code="unfinished",
            )
        return self._result(error, self._findings.published)

    def _result(self, error: SpectraError | None, published: Mapping[str, int]) -> RunResult:
        found = self._findings
        return RunResult(
            identity=self._identity,
            contract=self._contract,
            parameters=self._parameters,
            ended=datetime.now(UTC),
            stage=found.outcome.result if found.outcome else None,
            error=error,
            calls=(*found.calls, *self._services.access.calls()),
            built=found.built,
            versions=self._tables.recorded_versions(published),
            published=published,
            held_back=found.held_back,
            counts=self._publisher.counts,
            watermarks=self._publisher.watermarks,
            table_creation_ms=found.table_creation_ms,
            publish_seconds=self._publisher.publish_seconds,
            selects=found.selects,
            initialised=found.initialised,
            consumed=found.consumed,
            dead_runs=found.dead_runs,
            completed_runs=self._publisher.completed,
            steps=self._steps.took(),
            activities=tuple(self.activities),
        )

    def finalise(self, run: RunResult) -> RunResult:
        """Store GX's results, notify people, record the run, and write its pages."""
        self._steps.begin("Finalise")
        finaliser = Finaliser(self._services, self._events, silent=self._backfill is not None)
        # The stage stays locked, and what is staged stays there, until the run is recorded.
        with self._open:
            run = finaliser.finalise(run, self._findings.outcome)
            if self._staging is not None and self._findings.settled and run.recorded:
                self._staging.settle()
        return self._events.end(run)
