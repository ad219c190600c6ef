"""Validate a stage: one checkpoint per table, and the rules that are the stage's own."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from spectra_gx.engines.machine import available_bytes, available_processors
from spectra_gx.errors import WarehouseError
from spectra_gx.validation.results import (
    RuleResult,
    StageResult,
    Status,
    roll_up_rules,
    roll_up_verdicts,
)
from spectra_gx.validation.run.checkpoint import CheckpointRunner
from spectra_gx.validation.run.checkpoint_data import (
    CheckpointInputs,
    CheckpointOutcome,
    EarlierRows,
)
from spectra_gx.validation.run.parallel import validate_in_parallel
from spectra_gx.validation.run.worker_plan import plan_workers
from spectra_gx.validation.snapshot.clock_limits import fill_in_clock
from spectra_gx.validation.snapshot.earlier_values import past_parameters
from spectra_gx.validation.snapshot.pinning import Contracts, declared_types
from spectra_gx.warehouse.added_rows import content_hash
from spectra_gx.warehouse.log.run_history import rows_of_last_passed_run

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.run.job import ValidationJob
    from spectra_gx.validation.snapshot.clock import RunClock
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class StageOutcome:
    """A stage's result, and the GX results behind it."""

    result: StageResult
    checkpoints: tuple[CheckpointOutcome, ...]

    def published(
        self,
        built: Collection[str],
        versions: Mapping[str, int],
        published_contents: Mapping[str, str] | None = None,
    ) -> StageOutcome:
        """Return the outcome with built tables under the versions they were published as.

        A built table that was not published has none.

        Args:
            built: Tables that were checked in staging.
            versions: Table → the version that it was published as.
            published_contents: Built table → hash of the files of that version.
        """
        checkpoints = tuple(
            replace(
                one,
                result=replace(one.result, delta_version=versions.get(one.result.table)),
            )
            if one.result.table in built
            else one
            for one in self.checkpoints
        )
        inputs = {
            table: versions.get(table) if table in built else version
            for table, version in self.result.inputs.items()
        }
        contents = {
            table: content for table, content in self.result.contents.items() if table not in built
        } | dict(published_contents or {})
        tables = tuple(one.result for one in checkpoints)
        return StageOutcome(
            replace(self.result, tables=tables, inputs=inputs, contents=contents), checkpoints
        )

    def with_quarantined(self, rows: Mapping[str, int]) -> StageOutcome:
        """Return the outcome with how many rows of each table were quarantined before."""
        checkpoints = tuple(
            replace(one, result=replace(one.result, quarantined=rows.get(one.result.table, 0)))
            for one in self.checkpoints
        )
        tables = tuple(one.result for one in checkpoints)
        return StageOutcome(replace(self.result, tables=tables), checkpoints)


def validate_stage(job: ValidationJob) -> StageOutcome:
    """Validate tables of a stage over one snapshot, several at once where that pays."""
    types = declared_types(job.contract, job.contracts)
    job = _with_clock(job, types)
    inputs = CheckpointInputs(
        job.contract,
        job.snapshot,
        types,
        job.clock,
        _earlier_rows(job.contract, job.warehouse, job.clock),
        job.engine,
        _past(job.contract, job.warehouse, job.clock),
    )
    checkpoints = _run_checkpoints(job, inputs)
    rules = (_undeclared_tables(job.contract, job.contracts, job.warehouse),)
    return StageOutcome(
        StageResult(
            contract=job.contract.name,
            version=job.contract.version,
            execution_id=job.clock.execution_id,
            as_of=job.clock.as_of,
            verdict=roll_up_verdicts(
                [roll_up_rules(rules), *(one.result.verdict for one in checkpoints)]
            ),
            tables=tuple(one.result for one in checkpoints),
            rules=rules,
            inputs={name: pinned.version for name, pinned in job.snapshot.tables.items()},
            contents=_contents(job.snapshot, job.tables) if job.engine.incremental else {},
        ),
        checkpoints,
    )


def _with_clock(job: ValidationJob, types: Mapping[str, Mapping[str, str]]) -> ValidationJob:
    """Return the job with its instant in the SQL of rules."""
    known = {
        table: {column: types.get(table, {}).get(column) for column in columns}
        for table, columns in job.snapshot.readable.items()
    }

    def filled(table: Table) -> Table:
        declared = job.contract.tables
        return fill_in_clock(table, declared, job.snapshot.readable, known, job.clock.as_of)

    contract = replace(job.contract, tables=tuple(map(filled, job.contract.tables)))
    return replace(job, contract=contract, tables=tuple(map(filled, job.tables)))


def _run_checkpoints(job: ValidationJob, inputs: CheckpointInputs) -> tuple[CheckpointOutcome, ...]:
    """Run checkpoints in parallel where that pays, and one after another what is left then."""
    snapshot = job.snapshot
    found: dict[str, CheckpointOutcome] = {}

    def began(table: Table) -> None:
        job.progress.began(table.name, _rows(snapshot, table))

    def ended(outcome: CheckpointOutcome) -> None:
        found[outcome.result.table] = outcome
        job.progress.ended(outcome.result)

    cells = {table.name: _cells(snapshot, table) for table in job.tables}
    plan = plan_workers(
        [*cells.values()],
        snapshot.processors or available_processors(),
        available_bytes(),
        snapshot.memory << 20,
    )
    if plan.workers > 1 and job.engine.parallel and sys.executable:
        largest_first = sorted(job.tables, key=lambda table: cells[table.name] or 0, reverse=True)
        validate_in_parallel(inputs, largest_first, plan, began, ended)
    if left := [table for table in job.tables if table.name not in found]:
        with CheckpointRunner(inputs) as runner:
            for table in left:
                began(table)
                ended(runner.run(table))
    return tuple(found[table.name] for table in job.tables)


def _contents(snapshot: Snapshot, tables: Sequence[Table]) -> dict[str, str]:
    contents = {}
    for table in tables:
        pinned = snapshot.tables.get(table.name)
        if pinned is not None and pinned.delta is not None:
            with suppress(Exception):  # then the next check reads it whole
                contents[table.name] = content_hash(pinned.delta)
    return contents


def _rows(snapshot: Snapshot, table: Table) -> int | None:
    if table.name in snapshot.tables:
        with suppress(Exception):  # whatever is wrong with the log, the checkpoint reports
            return snapshot.tables[table.name].logged_rows
    return None


def _cells(snapshot: Snapshot, table: Table) -> int | None:
    """Return how many values a table contains; None where nobody has counted them."""
    rows = _rows(snapshot, table)
    if table.name not in snapshot.tables:
        return 0
    return None if rows is None else rows * len(snapshot.tables[table.name].types)


def _earlier_rows(contract: StageContract, warehouse: Warehouse, clock: RunClock) -> EarlierRows:
    """Return the row counts of the last passed run, or why they are not known."""
    if not any(rule.kind == "rows" and "change" in rule.argument for rule in contract.rules()):
        return {}
    try:
        before = clock.as_of if clock.historical else None
        return rows_of_last_passed_run(warehouse, contract.name, before)
    except WarehouseError as error:
        return error.message


def _past(
    contract: StageContract, warehouse: Warehouse, clock: RunClock
) -> Mapping[str, Any] | str:
    """Return what is known of the earlier runs of rules, or why nothing is."""
    try:
        before = clock.as_of if clock.historical else None
        return past_parameters(contract.rules(), warehouse, contract.name, clock.as_of, before)
    except WarehouseError as error:
        return error.message


def _undeclared_tables(
    contract: StageContract, contracts: Contracts, warehouse: Warehouse
) -> RuleResult:
    """Return whether a table is stored in a schema of the contract that no contract names."""
    rule = contract.undeclared_tables_rule
    declared = {table.name for other in (*contracts.values(), contract) for table in other.tables}
    schemas = {table.name.split(".")[0] for table in contract.tables}
    undeclared = [name for name in warehouse.list_tables(schemas) if name not in declared]
    listed = ", ".join(f"`{name}`" for name in undeclared)
    return RuleResult(
        id=rule.id,
        status=Status.FAILED if undeclared else Status.PASSED,
        severity=str(rule.severity),
        expectation=None,
        observed=undeclared,
        message=f"no contract names {listed}" if undeclared else "",
    )
