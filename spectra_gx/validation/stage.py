"""Judge a whole stage: a checkpoint a table, and the rules that are the stage's own."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spectra_gx.errors import WarehouseError
from spectra_gx.validation.checkpoint import CheckpointRunner, Judged
from spectra_gx.validation.engines import DATAFUSION, Engine
from spectra_gx.validation.machine import free_bytes_here, processors_here
from spectra_gx.validation.pinning import Contracts, declared_types
from spectra_gx.validation.progress import Unwatched
from spectra_gx.validation.results import (
    RuleResult,
    StageResult,
    Status,
    roll_up_rules,
    roll_up_verdicts,
)
from spectra_gx.validation.sharing import share
from spectra_gx.validation.side_by_side import judge_side_by_side
from spectra_gx.warehouse.added import content_of
from spectra_gx.warehouse.log_reading import rows_of_last_passed_run

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.validation.clock import RunClock
    from spectra_gx.validation.preflight import EarlierRows
    from spectra_gx.validation.progress import Progress
    from spectra_gx.validation.snapshot import Snapshot
    from spectra_gx.validation.worker import Asked
    from spectra_gx.warehouse.tables import Warehouse


@dataclass(frozen=True)
class Judgement:
    """A stage's result, and the GX results behind it."""

    result: StageResult
    judged: tuple[Judged, ...]

    def published(self, built: Collection[str], versions: Mapping[str, int]) -> Judgement:
        """Return the judgement with built tables under the versions they were published as.

        A built table that was not published has none.
        """
        judged = tuple(
            replace(
                one,
                result=replace(one.result, delta_version=versions.get(one.result.table)),
            )
            if one.result.table in built
            else one
            for one in self.judged
        )
        inputs = {
            table: versions.get(table) if table in built else version
            for table, version in self.result.inputs.items()
        }
        contents = {
            table: content for table, content in self.result.contents.items() if table not in built
        }
        tables = tuple(one.result for one in judged)
        return Judgement(
            replace(self.result, tables=tables, inputs=inputs, contents=contents), judged
        )

    def after_setting_aside(self, rows: Mapping[str, int]) -> Judgement:
        """Return the judgement with how many rows of each table were set aside before."""
        judged = tuple(
            replace(one, result=replace(one.result, quarantined=rows.get(one.result.table, 0)))
            for one in self.judged
        )
        tables = tuple(one.result for one in judged)
        return Judgement(replace(self.result, tables=tables), judged)


def judge(
    contract: StageContract,
    contracts: Contracts,
    snapshot: Snapshot,
    warehouse: Warehouse,
    clock: RunClock,
    tables: Sequence[Table],
    progress: Progress = Unwatched(),  # noqa: B008 - it holds nothing
    engine: Engine = DATAFUSION,
) -> Judgement:
    """Judge tables of a stage over one snapshot, several at once where that pays.

    Args:
        contract: The stage.
        contracts: The project's contracts.
        snapshot: What is read.
        warehouse: Where it stands.
        clock: The run's name and instant.
        tables: Which of the contract's tables are judged.
        progress: Who watches.
        engine: What answers for the tables.
    """
    asked = (
        contract,
        snapshot,
        declared_types(contract, contracts),
        clock,
        _earlier_rows(contract, warehouse, clock),
    )
    judged = _judged(asked, tables, progress, engine)
    rules = (_undeclared_tables(contract, contracts, warehouse),)
    return Judgement(
        StageResult(
            contract=contract.name,
            version=contract.version,
            execution_id=clock.execution_id,
            as_of=clock.as_of,
            verdict=roll_up_verdicts(
                [roll_up_rules(rules), *(one.result.verdict for one in judged)]
            ),
            tables=tuple(one.result for one in judged),
            rules=rules,
            inputs={name: pinned.version for name, pinned in snapshot.tables.items()},
            contents=_contents(snapshot, tables) if engine is DATAFUSION else {},
        ),
        judged,
    )


def _judged(
    asked: Asked,
    tables: Sequence[Table],
    progress: Progress,
    engine: Engine,
) -> tuple[Judged, ...]:
    """Judge tables side by side where that pays, and one after another what is left then."""
    _, snapshot, *_ = asked
    found: dict[str, Judged] = {}

    def began(table: Table) -> None:
        progress.began(table.name, _rows(snapshot, table))

    def ended(judged: Judged) -> None:
        found[judged.result.table] = judged
        progress.ended(judged.result)

    cells = {table.name: _cells(snapshot, table) for table in tables}
    chosen = share(
        [*cells.values()],
        snapshot.processors or processors_here(),
        free_bytes_here(),
        snapshot.memory << 20,
    )
    if chosen.workers > 1 and engine is DATAFUSION and sys.executable:
        largest_first = sorted(tables, key=lambda table: cells[table.name] or 0, reverse=True)
        judge_side_by_side(asked, largest_first, chosen, began, ended)
    if left := [table for table in tables if table.name not in found]:
        checkpoints = CheckpointRunner(*asked, engine)
        for table in left:
            began(table)
            ended(checkpoints.run(table))
    return tuple(found[table.name] for table in tables)


def _contents(snapshot: Snapshot, tables: Sequence[Table]) -> dict[str, str]:
    contents = {}
    for table in tables:
        pinned = snapshot.tables.get(table.name)
        if pinned is not None and pinned.delta is not None:
            with suppress(Exception):  # then the next check reads it whole
                contents[table.name] = content_of(pinned.delta)
    return contents


def _rows(snapshot: Snapshot, table: Table) -> int | None:
    if table.name in snapshot.tables:
        with suppress(Exception):  # whatever is wrong with the log is the checkpoint's to tell
            return snapshot.tables[table.name].logged_rows
    return None


def _cells(snapshot: Snapshot, table: Table) -> int | None:
    """Return how many values a table holds; None where nobody has counted them."""
    rows = _rows(snapshot, table)
    if table.name not in snapshot.tables:
        return 0
    return None if rows is None else rows * len(snapshot.tables[table.name].types)


def _earlier_rows(contract: StageContract, warehouse: Warehouse, clock: RunClock) -> EarlierRows:
    """Return the row counts of the last passed run, or why they are not known."""
    if not any(rule.kind == "rows" and "change" in rule.argument for rule in contract.rules()):
        return {}
    try:
        return rows_of_last_passed_run(warehouse, contract.name, clock.as_of)
    except WarehouseError as error:
        return error.message


def _undeclared_tables(
    contract: StageContract, contracts: Contracts, warehouse: Warehouse
) -> RuleResult:
    """Return whether a table stands in a schema of the contract that no contract names."""
    rule = contract.undeclared_tables_rule
    declared = {table.name for other in (*contracts.values(), contract) for table in other.tables}
    schemas = {table.name.split(".")[0] for table in contract.tables}
    undeclared = [name for name in warehouse.standing(schemas) if name not in declared]
    listed = ", ".join(f"`{name}`" for name in undeclared)
    return RuleResult(
        id=rule.id,
        status=Status.FAILED if undeclared else Status.PASSED,
        severity=str(rule.severity),
        expectation=None,
        observed=undeclared,
        message=f"no contract names {listed}" if undeclared else "",
    )
