"""Check existing tables: nothing is built or published, nobody is notified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from spectra_gx.errors import UsageError
from spectra_gx.runner.checks.incremental import check_incrementally
from spectra_gx.runner.checks.proven_rules import read_checkpoints
from spectra_gx.runner.events import Events, RunStarted
from spectra_gx.runner.log_records import log_rows
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.run_result import RunIdentity, RunResult
from spectra_gx.runner.steps import as_spectra_error
from spectra_gx.validation.run.job import ValidationJob
from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from spectra_gx.validation.snapshot.pinning import (
    Contracts,
    commit_clock,
    refuse_versions,
    take_snapshot,
)
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.engines.session import Engine
    from spectra_gx.validation.results import StageResult
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class CheckParameters:
    """What is checked, as of when, and what becomes of the result."""

    table: str | None = None
    """The only table; None for all of the contract."""

    version: int | None = None
    """Delta version to check in place of the newest."""

    as_of: datetime | None = None
    """The clock, UTC; else the version's commit time, else now."""

    record: bool = False
    changed: bool = False
    """Whether rules about single rows are checked on added rows alone, where these suffice."""


def check(
    contract: StageContract,
    contracts: Contracts,
    warehouse: Warehouse,
    identity: RunIdentity,
    parameters: CheckParameters,
    engine: Engine,
    events: Events,
) -> StageResult:
    """Validate a stage's tables, or one of them; write nothing unless it is to be recorded.

    Raises:
        ActivityLogError: It could not be recorded.
        UsageError: The contract has no such table, or the table has no versions.
    """
    tables = _chosen(contract, parameters.table)
    if parameters.version is not None:
        refuse_versions(tables)
    events.emit(RunStarted(identity, contract, "check"))
    try:
        job = _job(contract, contracts, warehouse, identity, parameters, engine, events, tables)
        with job.snapshot:
            result = _validate(job, changed=parameters.changed)
        run = _as_run(job, identity, result)
        if parameters.record:
            log = DeltaActivityLog(warehouse, contract.name)
            log.append(identity.execution_id, log_rows(run, recorded_at=run.ended))
    except BaseException as stopped:
        error = as_spectra_error(stopped)
        ended = datetime.now(UTC)
        events.end(RunResult(identity, contract, RunParameters(), ended, error=error), "check")
        raise
    events.end(replace(run, recorded=parameters.record), "check")
    return result


def _job(
    contract: StageContract,
    contracts: Contracts,
    warehouse: Warehouse,
    identity: RunIdentity,
    parameters: CheckParameters,
    engine: Engine,
    events: Events,
    tables: tuple[Table, ...],
) -> ValidationJob:
    version = parameters.version
    versions = {} if version is None else {chosen.name: version for chosen in tables}
    historical = version is not None or parameters.as_of is not None
    instant = parameters.as_of or commit_clock(warehouse, contract, versions) or identity.started
    return ValidationJob(
        contract,
        contracts,
        warehouse,
        take_snapshot(warehouse, contract, contracts, versions=versions),
        RunClock(instant, identity.execution_id, historical=historical),
        tables,
        engine,
        events,
    )


def _validate(job: ValidationJob, *, changed: bool) -> StageResult:
    """Return the result of all rows, or of added ones alone where these suffice."""
    if not changed:
        return validate_stage(job).result
    log = DeltaActivityLog(job.warehouse, job.contract.name)
    return check_incrementally(job, read_checkpoints(log))


def _chosen(contract: StageContract, name: str | None) -> tuple[Table, ...]:
    if name is None:
        return contract.tables
    table = contract.table(name)
    if table is None:
        # What all names begin with would make each of them look alike.
        own = {table.name.rpartition(".")[2]: table.name for table in contract.tables}
        near = get_close_matches(name.rpartition(".")[2], own, n=1)
        known = ", ".join(f"`{one}`" for one in own.values())
        hint = f" — did you mean '{own[near[0]]}'?" if near else f"; it has {known}"
        raise UsageError(f"contract `{contract.name}` has no table `{name}`{hint}")
    return (table,)


def _as_run(job: ValidationJob, identity: RunIdentity, result: StageResult) -> RunResult:
    """Return the result of a check as that of a run, which the log and listeners take."""
    return RunResult(
        identity=identity,
        contract=job.contract,
        # A check as of another time proves nothing about the tables of today.
        parameters=RunParameters(backfill=job.clock.historical),
        ended=datetime.now(UTC),
        stage=result,
        versions={table.name: result.inputs.get(table.name) for table in job.contract.tables},
    )
