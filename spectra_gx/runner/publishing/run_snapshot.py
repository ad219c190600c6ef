"""What one run reads: every table as it was found at the start, pinned once."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from spectra_gx.contract.checks.rule_reads import tables_read
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.errors import WarehouseError
from spectra_gx.validation.snapshot.pinning import take_snapshot, with_tables_of
from spectra_gx.warehouse.delta.data_files import verify_files
from spectra_gx.warehouse.delta.handles import missing_table
from spectra_gx.warehouse.publishing.commits import Base, has_rows_of, open_published

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from deltalake import DeltaTable

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.snapshot.pinning import Contracts
    from spectra_gx.warehouse.warehouse import Warehouse


class RunSnapshot:
    """The published tables that a run reads, each opened once and pinned at that version."""

    def __init__(
        self,
        warehouse: Warehouse,
        contract: StageContract,
        contracts: Contracts,
        versions: Mapping[str, int] | None = None,
    ) -> None:
        """Take what may be read; nothing is opened yet.

        Args:
            warehouse: Where the tables are.
            contract: The stage.
            contracts: The project's.
            versions: Table → stored version to read in place of the newest.
        """
        self._warehouse = warehouse
        self._contract = contract
        self._contracts = contracts
        self._versions = versions
        self._heads: dict[str, DeltaTable | None] = {}
        self._pinned: Snapshot | None = None
        self._open = ExitStack()

    def head(self, name: str) -> DeltaTable | None:
        """Return a table of the warehouse as it was found; None where there was none."""
        if name not in self._heads:
            self._heads[name] = open_published(self._warehouse, name)
        return self._heads[name]

    @property
    def pinned(self) -> Snapshot:
        """Every table that the contract declares or consumes; pinned now, if it is not yet."""
        if self._pinned is None:
            self._pinned = self._take()
        return self._pinned

    @property
    def versions(self) -> dict[str, int | None]:
        """Table → the version that is pinned, None if it cannot be read; empty before that."""
        found = self._pinned
        if found is None:
            return {}
        versions = {name: table.version for name, table in found.tables.items()}
        return dict.fromkeys(found.readable) | versions

    def recorded_versions(self, published: Mapping[str, int]) -> dict[str, int | None]:
        """Return the version of every declared table that the run published, or else read."""
        versions: dict[str, int | None] = {**self.versions, **published}
        return {
            table.name: versions[table.name] if table.name in versions else self._newest(table)
            for table in self._contract.tables
        }

    def pin(self) -> Mapping[str, int | None]:
        """Pin every table as it is now; return `versions`."""
        if self._pinned is not None:
            self._heads.clear()
            self.close()
        self._pinned = self._take()
        return self.versions

    def close(self) -> None:
        """Release what databases keep of the pinned tables; closing twice is allowed."""
        self._open.close()

    def pin_own_again(self) -> None:
        """Pin the stage's own tables as they are now.

        Those of other stages stay as they were found ready, and as builders have read them.
        """
        before = self.pinned
        self._heads.clear()
        self._pinned = with_tables_of(before, self._take(), self._contract.table_names)

    def moved_beside(self, published: Collection[str]) -> str | None:
        """Return a table that has other rows now, and was read by a rule beside published ones.

        Args:
            published: Tables of the stage that are to be published.
        """
        beside: set[str] = set()
        for rule in self._contract.rules():
            read = {rule.table, *tables_read(rule, self.pinned.readable)}
            beside |= read if read & {*published} else set()
        others = (self._contract.table(name) for name in sorted(beside - {*published}))
        return next((one.name for one in others if one is not None and self._has_moved(one)), None)

    def _newest(self, table: Table) -> int | None:
        try:
            return self._warehouse.current_version(table)
        except WarehouseError:
            return None

    def _take(self) -> Snapshot:
        return self._open.enter_context(
            take_snapshot(
                self._warehouse,
                self._contract,
                self._contracts,
                versions=self._versions,
                open_delta=self._open_delta,
            )
        )

    def _has_moved(self, table: Table) -> bool:
        """Return whether a table of the stage has other rows than those that are pinned."""
        pinned = self.pinned.tables.get(table.name)
        if table.format is not TableFormat.DELTA:
            return pinned is not None and pinned.changed() is not None
        try:
            now = self._warehouse.open_declared(table)
        except WarehouseError:
            return pinned is not None
        return pinned is None or not has_rows_of(now, Base.of(pinned.delta))

    def _open_delta(self, table: Table, version: int | None) -> DeltaTable:
        """Return a handle as `Warehouse.open_declared` does."""
        if version is not None or table.location is not None:
            return self._warehouse.open_declared(table, version)
        head = self.head(table.name)
        if head is None:
            raise missing_table(self._warehouse.table_uri(table.name), table.name)
        return verify_files(head, table.name)
