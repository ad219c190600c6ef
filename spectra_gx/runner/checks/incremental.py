"""Check only rows added since a rule last passed, where that proves as much as checking all."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.rule_selection import select_rules
from spectra_gx.errors import WarehouseError
from spectra_gx.runner.checks.proven_rules import read_proven_rules
from spectra_gx.validation.results import StageResult, Status, roll_up_rules, roll_up_verdicts
from spectra_gx.validation.run.combination import CombiningProgress, combine_checkpoints
from spectra_gx.validation.run.progress import NoProgress
from spectra_gx.validation.run.stage import StageOutcome, validate_stage
from spectra_gx.warehouse.added_rows import open_added_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.model import Table
    from spectra_gx.engines.snapshot import PinnedTable, Snapshot
    from spectra_gx.validation.run.checkpoint_data import CheckpointOutcome
    from spectra_gx.validation.run.job import ValidationJob

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class AddedRows:
    """The rows that were added to a table, and the rules that passed on all others."""

    table: Table
    """With these rules alone."""

    since: int
    """The version that they passed on."""

    rows: PinnedTable


def check_incrementally(job: ValidationJob, logged: Sequence[Mapping[str, Any]]) -> StageResult:
    """Validate tables as `validate_stage` does, without reading again what cannot have changed.

    A rule is checked on added rows alone when it looks at one row at a time and passed on every row
    of an earlier version. Whatever is not certain is checked whole, as is everything by an engine
    other than our own.

    `logged` is the stage's activity log, oldest first.
    """
    with tempfile.TemporaryDirectory(prefix="spectra-gx-") as scratch:
        parts = [
            part
            for number, table in enumerate(job.tables if job.engine.incremental else ())
            if (part := _added(table, job.snapshot, logged, Path(scratch) / str(number)))
            is not None
        ]
        return validate_in_parts(job, parts).result


def _added(
    table: Table, snapshot: Snapshot, logged: Sequence[Mapping[str, Any]], folder: Path
) -> AddedRows | None:
    """Return what was added to a table; None where all of it is to be checked."""
    pinned = snapshot.tables.get(table.name)
    earlier = read_proven_rules(logged, table)
    if pinned is None or pinned.delta is None or earlier is None:
        return None
    proven = earlier.rules_of(table)
    if not proven:
        return None
    try:
        rows = open_added_rows(pinned.delta, table.name, earlier.version, earlier.content, folder)
    except WarehouseError as error:
        logger.info("`%s` is checked whole: %s", table.name, error.message)
        return None
    part = replace(pinned, delta=rows)
    return AddedRows(select_rules(table, proven), earlier.version, part)


def validate_in_parts(job: ValidationJob, parts: Sequence[AddedRows]) -> StageOutcome:
    """Validate tables as `validate_stage` does, but some of their rules on added rows alone.

    A rule that cannot be evaluated on added rows is checked on all.
    """
    if not parts:
        return validate_stage(job)
    added = _validate_added(job, parts)
    known = {
        rule.id
        for one in added.values()
        for rule in one.result.rules
        if rule.status is not Status.ERRORED  # perhaps it can be evaluated on the whole table
    }
    left = {
        table.name: select_rules(table, {rule.id for rule in table.rules} - known)
        for table in job.contract.tables
    }
    tables = {table.name: table for table in job.tables}
    since = {part.table.name: part.since for part in parts}
    results = {name: one.result for name, one in added.items()}
    rest = validate_stage(
        replace(
            job,
            contract=replace(job.contract, tables=tuple(left.values())),
            tables=tuple(left[name] for name in tables),
            progress=CombiningProgress(job.progress, tables, results, since),
        )
    )
    return _combined(rest, added, tables, since)


def _validate_added(job: ValidationJob, parts: Sequence[AddedRows]) -> dict[str, CheckpointOutcome]:
    only = replace(job.contract, tables=tuple(part.table for part in parts))
    there = {part.table.name: part.rows for part in parts}
    beside = replace(job.snapshot, tables={**job.snapshot.tables, **there})
    found = validate_stage(
        replace(job, contract=only, snapshot=beside, tables=only.tables, progress=NoProgress())
    )
    return {one.result.table: one for one in found.checkpoints}


def _combined(
    rest: StageOutcome,
    added: Mapping[str, CheckpointOutcome],
    tables: Mapping[str, Table],
    since: Mapping[str, int],
) -> StageOutcome:
    """Return one outcome of what was checked whole and what was checked on added rows."""
    checkpoints = []
    for whole in rest.checkpoints:
        name = whole.result.table
        part = added.get(name)
        checkpoints.append(
            whole if part is None else combine_checkpoints(tables[name], whole, part, since[name])
        )
    results = tuple(one.result for one in checkpoints)
    verdict = roll_up_verdicts(
        [roll_up_rules(rest.result.rules), *(one.verdict for one in results)]
    )
    return StageOutcome(replace(rest.result, tables=results, verdict=verdict), tuple(checkpoints))
