"""Pin a table and the tables that its rules read as of the commit of a version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.causes import Obstacle
from spectra_gx.contract.checks.readable_tables import readable_tables
from spectra_gx.contract.checks.rule_reads import tables_read
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import StageContract, Table
from spectra_gx.contract.rule_selection import select_rules
from spectra_gx.contract.table_storage import storage_text
from spectra_gx.errors import WarehouseError
from spectra_gx.validation.snapshot.pinning import Contracts, take_snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.review.replay.past_runs import PastRuns
    from spectra_gx.warehouse.warehouse import Warehouse


def reduce_contract(
    contract: StageContract, table: str, rules: Collection[str], contracts: Contracts
) -> StageContract:
    """Return a contract with only some rules of a table and the tables that these read."""
    readable = readable_tables(contract, contracts)
    chosen = [rule for rule in contract.rules() if rule.table == table and rule.id in rules]
    read = {name for rule in chosen for name in tables_read(rule, readable)}
    return replace(
        contract,
        tables=tuple(
            select_rules(one, rules if one.name == table else ())
            for one in contract.tables
            if one.name == table or one.name in read
        ),
        consumes=tuple(
            replace(need, tables={name: need.tables[name] for name in need.tables if name in read})
            for need in contract.consumes
        ),
    )


class CommitTimes:
    """Commit times of versions of tables; each commit is read once."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._times: dict[tuple[str, int], datetime] = {}
        self._snapshots: dict[str, list[int]] = {}

    def versions(self, table: Table) -> Sequence[int]:
        """Return the versions of a table, the newest first; of Iceberg, the ids of snapshots.

        Raises:
            ConfigurationError: What reads Iceberg is not installed.
            TableNotFoundError: There is no such table.
            WarehouseError: It cannot be read.
        """
        if table.format is not TableFormat.ICEBERG:
            return range(self._warehouse.newest_version(table), -1, -1)
        if table.name not in self._snapshots:
            found = self._warehouse.snapshots(table)
            self._times |= {(table.name, one.id): one.committed for one in found}
            self._snapshots[table.name] = [one.id for one in found]
        return self._snapshots[table.name]

    def committed(self, table: Table, version: int) -> datetime:
        """Return when a version was committed, UTC.

        Raises:
            WarehouseError: That commit has expired.
        """
        at = (table.name, version)
        if at not in self._times:
            self._times[at] = self._warehouse.commit_time(table, version)
        return self._times[at]

    def version_at(self, table: Table, instant: datetime) -> int:
        """Return the version that was the newest at an instant.

        Raises:
            WarehouseError: There was none, or its commit has expired.
        """
        for version in self.versions(table):
            if self.committed(table, version) <= instant:
                return version
        raise WarehouseError(f"table `{table.name}` did not exist yet")


def snapshot_at_commit(
    warehouse: Warehouse,
    contract: StageContract,
    contracts: Contracts,
    table: Table,
    version: int,
    history: CommitTimes,
    runs: PastRuns,
) -> Snapshot:
    """Return a snapshot of a version and of the other tables as of its commit.

    Tables that one run published belong together, though they were committed one after another:
    where the log knows the run, it says which versions; else the instant of the commit does.

    Raises:
        WarehouseError: The commit of the version itself has expired.
    """
    instant = history.committed(table, version)
    together = runs.published_with(table.name, version)
    declared = {one.name: one for other in contracts.values() for one in other.tables}
    versions: dict[str, int] = {table.name: version}
    unknown: dict[str, Obstacle] = {}
    for name in readable_tables(contract, contracts):
        if name == table.name:
            continue
        other = contract.table(name) or declared.get(name) or Table(name, (), ())
        try:
            known = together.get(name)
            versions[name] = _version_then(other, instant, history) if known is None else known
        except WarehouseError as error:
            unknown[name] = Obstacle(error.cause, error.message)
    snapshot = take_snapshot(warehouse, contract, contracts, versions=versions)
    return _without(snapshot, unknown)


def _version_then(table: Table, instant: datetime, history: CommitTimes) -> int:
    if not table.format.has_versions:
        raise WarehouseError(
            f"table `{table.name}` is stored as {storage_text(table.format)}, "
            "which have no versions"
        )
    return history.version_at(table, instant)


def _without(snapshot: Snapshot, unknown: Mapping[str, Obstacle]) -> Snapshot:
    """Return a snapshot in which these tables cannot be read: their current version is another."""
    return replace(
        snapshot,
        tables={name: one for name, one in snapshot.tables.items() if name not in unknown},
        unreadable={**snapshot.unreadable, **unknown},
    )
