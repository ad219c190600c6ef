"""Replay changed rules on the stored versions of tables: would they have passed?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spectra_gx.contract.table_storage import storage_text
from spectra_gx.errors import TableNotFoundError, WarehouseError
from spectra_gx.review.replay.changed_rules import changed_rules
from spectra_gx.review.replay.historical_snapshot import (
    CommitTimes,
    reduce_contract,
    snapshot_at_commit,
)
from spectra_gx.review.replay.past_runs import PastRuns
from spectra_gx.review.replay.replay_result import ReplayedTable, ReplayedVersion
from spectra_gx.validation.results import Status, TableResult
from spectra_gx.validation.snapshot.clock import RunClock, execution_id
from spectra_gx.warehouse.sensitivity import Classifications

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from spectra_gx.contract.model import Column, StageContract, Table
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.review.review_result import Review
    from spectra_gx.warehouse.warehouse import Warehouse

_HIDDEN = "confidential"
"""Classification of a column whose values are masked."""


def replay_review(
    review: Review, contracts: Mapping[str, StageContract], warehouse: Warehouse, count: int
) -> Review:
    """Return a review with the results of its changed rules on the stored tables.

    `count` is how many versions of each table are replayed, the newest first.

    Raises:
        WarehouseError: An activity log cannot be read.
    """
    sides = [contract.sides for contract in review.contracts]
    changed = {
        new.name: (mask_columns(new, old), changed_rules(old, new))
        for old, new in sides
        if new is not None
    }
    around = {**contracts, **{name: contract for name, (contract, _) in changed.items()}}
    before = [old for old, _ in sides if old is not None]
    known = Classifications([*before, *contracts.values(), *around.values()], warehouse.address)
    around = {name: known.applied(contract) for name, contract in around.items()}
    found = [
        table
        for name, (_, rules) in changed.items()
        for table in replay_rules(around[name], rules, around, warehouse, count)
    ]
    return replace(review, replayed=tuple(found))


def mask_columns(new: StageContract, old: StageContract | None) -> StageContract:
    """Return a contract whose columns are sensitive unless the old one showed them, too.

    A replay is posted where many read it, before anybody agreed to the change: one that drops `pii`
    must not show the values that it hid.
    """
    return replace(
        new,
        tables=tuple(
            _mask(table, None if old is None else old.table(table.name)) for table in new.tables
        ),
    )


def _mask(table: Table, before: Table | None) -> Table:
    def hidden(column: Column) -> Column:
        earlier = None if before is None else before.column(column.name)
        shown = earlier is not None and not earlier.sensitive
        return column if shown else replace(column, classification=_HIDDEN)

    return replace(table, columns=tuple(map(hidden, table.columns)))


def replay_rules(
    contract: StageContract,
    rules: Mapping[str, Collection[str]],
    contracts: Mapping[str, StageContract],
    warehouse: Warehouse,
    count: int,
) -> Iterator[ReplayedTable]:
    """Yield the results of rules of a contract on the stored versions of its tables.

    Only these rules are run, only the columns that they name are read, and the clock is that of
    each version's commit.

    Raises:
        WarehouseError: The activity log cannot be read.
    """
    if not rules:
        return
    runs = PastRuns(warehouse, contract.name)
    history = CommitTimes(warehouse)
    for name, chosen in rules.items():
        only = reduce_contract(contract, name, chosen, contracts)
        yield _Past(only, contracts, warehouse, history, runs).of(name, count)


@dataclass(frozen=True)
class _Past:
    """The stored versions of tables, and a contract reduced to the rules to replay."""

    contract: StageContract
    contracts: Mapping[str, StageContract]
    warehouse: Warehouse
    history: CommitTimes
    runs: PastRuns

    def of(self, name: str, count: int) -> ReplayedTable:
        """Return the results of the rules of a table on its newest versions."""
        table = self.contract.table(name)
        assert table is not None  # noqa: S101 - the contract was reduced around it
        found = ReplayedTable(self.contract.name, name, tuple(rule.id for rule in table.rules))
        if not table.format.has_versions:
            reason = f"not possible, since {storage_text(table.format)} have no versions"
            return replace(found, obstacle=reason)
        try:
            numbers = self.history.versions(table)[:count]
        except TableNotFoundError:
            return replace(found, obstacle="it does not exist in this warehouse")
        except WarehouseError as error:
            return replace(found, obstacle=error.message)
        return replace(found, versions=tuple(self._version(table, number) for number in numbers))

    def _version(self, table: Table, number: int) -> ReplayedVersion:
        found = ReplayedVersion(
            number, Status.ERRORED, logged=self.runs.verdict(table.name, number)
        )
        try:
            committed = self.history.committed(table, number)
        except WarehouseError as error:
            return replace(found, gone=error.message)
        found = replace(found, committed=committed)
        with snapshot_at_commit(
            self.warehouse,
            self.contract,
            self.contracts,
            table,
            number,
            self.history,
            self.runs,
        ) as snapshot:
            gone = snapshot.unreadable.get(table.name)
            if gone is not None:
                return replace(found, gone=gone.message)
            result = self._validate(table, snapshot, committed)
        absent = _absent_columns(table, snapshot)
        return replace(
            found,
            verdict=result.verdict,
            rules=result.rules,
            rows=result.rows,
            absent=absent,
            pending=frozenset(_pending(table, result, set(absent))),
        )

    def _validate(self, table: Table, snapshot: Snapshot, committed: datetime) -> TableResult:
        # GX takes seconds to import: only where it validates.
        from spectra_gx.validation.run.job import ValidationJob  # noqa: PLC0415
        from spectra_gx.validation.run.stage import validate_stage  # noqa: PLC0415

        clock = RunClock(committed, execution_id("replay", committed), historical=True)
        job = ValidationJob(
            self.contract, self.contracts, self.warehouse, snapshot, clock, (table,)
        )
        [result] = validate_stage(job).result.tables
        return result


def _absent_columns(table: Table, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the columns that rules of a table name and that the pinned version does not have."""
    stored = snapshot.tables[table.name].types
    named = dict.fromkeys(name for rule in table.rules for name in rule.columns)
    return tuple(name for name in named if name not in stored)


def _pending(table: Table, result: TableResult, absent: set[str]) -> Iterator[str]:
    """Yield the rules that did not pass for nothing but absent columns."""
    rules = {rule.id: rule for rule in table.rules}
    for found in result.rules:
        rule = rules[found.id]
        if found.status is Status.FAILED and rule.kind == "columns":
            waits = not found.observed["extra"] and absent.issuperset(found.observed["missing"])
        else:
            waits = found.status is Status.ERRORED and not absent.isdisjoint(rule.columns)
        if waits:
            yield found.id
