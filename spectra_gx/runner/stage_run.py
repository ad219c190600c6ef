"""One run of a stage, in its seven steps.

    Parameters → Context → Initialise → Execute → Validate → Record → Finalise

Record and Finalise always run. The log commit is the completion marker: it comes last of all but
the pages that tell of it.
"""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spectra_gx.errors import (
    ActivityLogError,
    NotebookError,
    RunInterruptedError,
    SpectraError,
    WarehouseError,
)
from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.next_stage import initialise, refuse_other_schemas
from spectra_gx.runner.notifications import NotificationPolicy, notify
from spectra_gx.runner.quarantine.quarantining import check_good_rows, discard_rows_of_dead_runs
from spectra_gx.runner.run_result import RunIdentity, RunResult
from spectra_gx.runner.steps import Steps
from spectra_gx.validation.results import Status
from spectra_gx.validation.run.progress import NoProgress
from spectra_gx.validation.run.stage import StageOutcome, validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from spectra_gx.validation.snapshot.pinning import Contracts, take_snapshot
from spectra_gx.warehouse.publishing import publish
from spectra_gx.warehouse.staging import Staging, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from spectra_gx.contract.model import StageContract
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.ports import ActivityLog, Builder, Notifier, Reporter
    from spectra_gx.validation.run.progress import Progress
    from spectra_gx.warehouse.warehouse import Warehouse

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunServices:
    """What a run works on and speaks to."""

    warehouse: Warehouse
    log: ActivityLog
    notifier: Notifier
    reporter: Reporter
    log_address: str
    """Where people find the log."""

    manners: NotificationPolicy = field(default_factory=NotificationPolicy)
    """How people want to be told."""


@dataclass
class _Findings:
    """What a run has found so far; a run that ends early is recorded with as much."""

    judgement: StageOutcome | None = None
    builder: Builder | None = None
    built: tuple[str, ...] = ()
    published: Mapping[str, int] = field(default_factory=dict)
    table_creation_ms: int | None = None
    initialised: Sequence[str] = ()
    dead_runs: Sequence[str] = ()


@dataclass(frozen=True)
class BackfillVersions:
    """Stored versions that stand in for the newest, and when they were the newest."""

    versions: Mapping[str, int]
    as_of: datetime


def as_spectra_error(stopped: BaseException) -> SpectraError:
    """Return what stopped a run as an error that can be recorded and told."""
    if isinstance(stopped, SpectraError):
        return stopped
    if isinstance(stopped, KeyboardInterrupt):
        return RunInterruptedError("interrupted; run it again")
    logger.debug("the run ended early", exc_info=stopped)
    return SpectraError(
        f"the run ended early with {type(stopped).__name__}; this is a defect of spectra-gx: "
        "run again with `--debug` and report what it prints",
        # Another defect is told anew: what repeats is known by its code.
        code=f"internal_{type(stopped).__name__}",
    )


@contextmanager
def _docs_fail_no_run() -> Iterator[None]:
    """Warn of whatever keeps data docs from being written."""
    try:
        yield
    except Exception as error:  # GX renders, and may raise anything
        reason = error.message if isinstance(error, SpectraError) else type(error).__name__
        logger.warning("the data docs could not be written: %s", reason)
        logger.debug("writing the data docs", exc_info=True)


class StageRun:
    """A run of one stage, step by step, or all steps at once with `run`."""

    def __init__(
        self,
        contract: StageContract,
        contracts: Contracts,
        parameters: RunParameters,
        identity: RunIdentity,
        world: RunServices,
        builder: Callable[[], Builder] | None = None,
        restored: BackfillVersions | None = None,
        progress: Progress = NoProgress(),  # noqa: B008 - it holds nothing
    ) -> None:
        """Take everything a run needs; nothing happens yet.

        Args:
            contract: The stage.
            contracts: The project's contracts, by stage.
            parameters: How to behave.
            identity: Who runs, and when: the clock.
            world: What is read, written and spoken to.
            builder: Makes the stage's builder; None for a stage whose tables something else builds.
            restored: Stored versions to judge in place of the newest, for a backfill.
            progress: Who watches.
        """
        self._contract = contract
        self._contracts = contracts
        self._parameters = parameters
        self._identity = identity
        self._world = world
        self._make_builder = builder
        self._restored = restored
        self._progress = progress
        self._steps = Steps(progress)
        self._open = ExitStack()
        self._staging: Staging | None = None
        self._found = _Findings()
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
        warehouse = self._world.warehouse
        self._found.dead_runs = sweep(warehouse)
        for dead in self._found.dead_runs:
            logger.warning("run `%s` died before its end; its staging was removed", dead)
        discard_rows_of_dead_runs(warehouse, self._contracts, self._found.dead_runs)
        refuse_other_schemas(warehouse, self._contract, self._contracts)
        if self._make_builder is not None:
            self._found.builder = self._make_builder()
            staging = Staging(warehouse, self._identity.execution_id)
            self._staging = self._open.enter_context(staging)
        elif self._restored is None:
            self._warn_of_idle_quarantines()

    def _warn_of_idle_quarantines(self) -> None:
        idle = [f"`{table.name}`" for table in self._contract.tables if table.quarantine]
        if idle:
            logger.warning(
                "`quarantine` of %s does nothing: this run builds no table, and judges rows where "
                "they stand",
                ", ".join(idle),
            )

    def execute(self) -> None:
        """Build the stage's tables in staging; nothing for a stage without a builder."""
        with self._steps.take("Execute"):
            self._execute()

    def _execute(self) -> None:
        builder, staging = self._found.builder, self._staging
        if builder is None or staging is None:
            return
        writing = 0.0

        def add(name: str, table: pa.Table) -> None:
            nonlocal writing
            began = time.perf_counter()
            staging.write(name, table)
            writing += time.perf_counter() - began

        builder.build(add)
        self._found.built = staging.tables
        self._found.table_creation_ms = round(writing * 1000)

    def validate(self) -> None:
        """Judge every table and, if the contract passes, publish those that were built.

        Rows that break critical rules are set aside first, where the contract says so.
        """
        with self._steps.take("Validate"):
            self._validate()

    def _validate(self) -> None:
        snapshot = self._take_snapshot()
        judgement = self._judge(snapshot)
        if self._staging is not None:
            judgement = check_good_rows(
                judgement, self._contract, snapshot, self._staging, self._clock, self._judge
            )
        self._found.judgement = judgement.published(self._found.built, {})
        if self._staging is not None:
            self._publish(self._staging, judgement)

    def _take_snapshot(self) -> Snapshot:
        return take_snapshot(
            self._world.warehouse,
            self._contract,
            self._contracts,
            staging=self._staging,
            versions=self._restored.versions if self._restored else None,
        )

    @property
    def _clock(self) -> RunClock:
        as_of = self._restored.as_of if self._restored else self._identity.started
        return RunClock(as_of, self._identity.execution_id)

    def _judge(self, snapshot: Snapshot) -> StageOutcome:
        built = self._found.built
        tables = [
            table
            for table in self._contract.tables
            if self._parameters.test or not built or table.name in built
        ]
        return validate_stage(
            self._contract,
            self._contracts,
            snapshot,
            self._world.warehouse,
            self._clock,
            tables,
            self._progress,
        )

    def _publish(self, staging: Staging, judgement: StageOutcome) -> None:
        passed = judgement.result.verdict is Status.PASSED
        if self._parameters.preview or not (passed or self._parameters.publish_anyway):
            return
        try:
            self._found.published = publish(
                self._world.warehouse,
                staging,
                staging.tables,
                self._contract.name,
                rebuild=self._parameters.rebuild,
            )
        except WarehouseError as error:
            self._found.published = dict(error.context.get("published", {}))  # type: ignore[call-overload]
            raise
        finally:
            self._found.judgement = judgement.published(staging.tables, self._found.published)
        if passed:
            self._found.initialised = initialise(
                self._world.warehouse, self._contract, self._contracts
            )

    # -- Record -----------------------------------------------------------------------------------

    def record(self, error: SpectraError | None = None) -> RunResult:
        """Collect what the run was; needs to be told only what stopped it, if anything did."""
        missing = self._steps.missing
        self._steps.begin("Record")
        self._open.close()
        found = self._found
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
            stage=found.judgement.result if found.judgement else None,
            error=error,
            calls=tuple(found.builder.calls) if found.builder else (),
            built=found.built,
            versions=self._standing_versions(),
            published=found.published,
            table_creation_ms=found.table_creation_ms,
            initialised=found.initialised,
            dead_runs=found.dead_runs,
            steps=self._steps.took(),
            activities=tuple(self.activities),
        )

    def _standing_versions(self) -> dict[str, int | None]:
        """Return every declared table's version as this run leaves it."""
        versions: dict[str, int | None] = {}
        pinned = self._found.judgement.result.inputs if self._found.judgement else {}
        for table in self._contract.tables:
            version = self._found.published.get(table.name, pinned.get(table.name))
            if version is None:
                with suppress(WarehouseError):
                    version = self._world.warehouse.current_version(table)
            versions[table.name] = version
        return versions

    # -- Finalise ---------------------------------------------------------------------------------

    def finalise(self, run: RunResult) -> RunResult:
        """Keep what GX found, tell people, commit the log: the completion marker; then show it.

        The pages come after the commit, so that they never claim a run that the log does not have.
        """
        self._steps.begin("Finalise")
        try:
            run = self._report(run)
            run = self._tell(run)
        except KeyboardInterrupt:
            # What was published must not lose its row because somebody cannot wait.
            logger.warning("interrupted at the end of the run; it is recorded first")
        run = self._commit(run)
        with _docs_fail_no_run():
            self._world.reporter.show(run)
        return run

    def _commit(self, run: RunResult) -> RunResult:
        try:
            self._world.log.append(
                run.identity.execution_id, log_rows(run, recorded_at=datetime.now(UTC))
            )
        except Exception as stopped:  # noqa: BLE001 - people must hear that no row stands
            # Without its row nobody may take the run for a Success; say so, whatever it found.
            if run.error is not None:
                logger.error("%s", run.error.message)
            ended = replace(run, error=self._unrecorded(run, stopped))
            return self._tell(ended, unrecorded=True)
        return replace(run, recorded=True)

    def _unrecorded(self, run: RunResult, stopped: Exception) -> ActivityLogError:
        if isinstance(stopped, ActivityLogError):
            return stopped
        logger.debug("recording the run", exc_info=stopped)
        return ActivityLogError(
            f"run `{run.identity.execution_id}` could not be recorded ({type(stopped).__name__}); "
            f"check that a log stands at `{self._world.log_address}`, and nothing else"
        )

    def _report(self, run: RunResult) -> RunResult:
        """Have GX's pages written, and say where a run's pages are."""
        reporter, judgement = self._world.reporter, self._found.judgement
        with _docs_fail_no_run():
            if judgement is not None and run.stage is not None:
                pages = reporter.report(judgement)
                tables = [replace(one, docs=pages.get(one.table)) for one in run.stage.tables]
                run = replace(run, stage=replace(run.stage, tables=tuple(tables)))
            page = reporter.page(run.identity.execution_id)
            run = replace(run, docs=reporter.index, page=page)
        return run  # noqa: RET504 - the block may have ended early

    def _tell(self, run: RunResult, *, unrecorded: bool = False) -> RunResult:
        if self._restored is not None:
            return run
        world = self._world
        return notify(
            run,
            world.log,
            world.notifier,
            world.manners,
            log_address=world.log_address,
            unrecorded=unrecorded,
        )
