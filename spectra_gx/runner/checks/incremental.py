"""Check only rows added since a rule last passed, where that proves as much as checking all."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.rule_selection import select_rules
from spectra_gx.errors import WarehouseError
from spectra_gx.runner.checks.proven_rules import is_row_rule, read_proven_rules
from spectra_gx.validation.results import (
    Scope,
    StageResult,
    Status,
    TableResult,
    roll_up_rules,
    roll_up_verdicts,
)
from spectra_gx.validation.run.progress import NoProgress
from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.warehouse.added_rows import open_added_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.model import Table
    from spectra_gx.engines.snapshot import PinnedTable, Snapshot
    from spectra_gx.validation.run.job import ValidationJob

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Added:
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
    contract, snapshot = job.contract, job.snapshot
    with tempfile.TemporaryDirectory(prefix="spectra-gx-") as scratch:
        parts = [
            part
            for number, table in enumerate(job.tables if job.engine.incremental else ())
            if (part := _added(table, snapshot, logged, Path(scratch) / str(number))) is not None
        ]
        added: dict[str, TableResult] = {}
        if parts:
            only = replace(contract, tables=tuple(part.table for part in parts))
            there = {part.table.name: part.rows for part in parts}
            beside = replace(snapshot, tables={**snapshot.tables, **there})
            of_added = replace(
                job, contract=only, snapshot=beside, tables=only.tables, progress=NoProgress()
            )
            found = validate_stage(of_added).result
            added = {result.table: result for result in found.tables}
    known = {
        rule.id
        for result in added.values()
        for rule in result.rules
        if rule.status is not Status.ERRORED  # perhaps it can be evaluated on the whole table
    }
    left = {
        table.name: select_rules(table, {rule.id for rule in table.rules} - known)
        for table in contract.tables
    }
    of_rest = replace(
        job,
        contract=replace(contract, tables=tuple(left.values())),
        tables=tuple(left[table.name] for table in job.tables),
    )
    rest = validate_stage(of_rest).result
    since = {part.table.name: part.since for part in parts}
    return _together(rest, added, job.tables, since)


def _added(
    table: Table, snapshot: Snapshot, logged: Sequence[Mapping[str, Any]], folder: Path
) -> _Added | None:
    """Return what was added to a table; None where all of it is to be checked."""
    pinned = snapshot.tables.get(table.name)
    earlier = read_proven_rules(logged, table)
    if pinned is None or pinned.delta is None or earlier is None:
        return None
    proven = {
        rule.id for rule in table.rules if is_row_rule(rule) and earlier.contains(rule, table)
    }
    if not proven:
        return None
    try:
        rows = open_added_rows(pinned.delta, table.name, earlier.version, earlier.content, folder)
    except WarehouseError as error:
        logger.info("`%s` is checked whole: %s", table.name, error.message)
        return None
    part = replace(pinned, delta=rows)
    return _Added(select_rules(table, proven), earlier.version, part)


def _together(
    rest: StageResult,
    added: Mapping[str, TableResult],
    tables: Sequence[Table],
    since: Mapping[str, int],
) -> StageResult:
    """Return one result of what was checked whole and what was checked on added rows."""
    results = []
    for table, whole in zip(tables, rest.tables, strict=True):
        part = added.get(table.name)
        if part is None:
            results.append(whole)
            continue
        rules = {rule.id: replace(rule, scope=Scope.ADDED) for rule in part.rules}
        rules |= {rule.id: rule for rule in whole.rules}
        ordered = tuple(rules[rule.id] for rule in table.rules)
        results.append(
            replace(
                whole,
                rules=ordered,
                verdict=roll_up_rules(ordered),
                duration_seconds=whole.duration_seconds + part.duration_seconds,
                since=since[table.name],
            )
        )
    verdict = roll_up_verdicts([roll_up_rules(rest.rules), *(one.verdict for one in results)])
    return replace(rest, tables=tuple(results), verdict=verdict)
