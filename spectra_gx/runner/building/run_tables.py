"""The tables that the builders of one run read, and what this run has built of them so far."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.sql.guard import SqlRefused, guard_condition
from spectra_gx.contract.sql.placeholders import placeholders_in, zone_literals
from spectra_gx.engines.lazy_table import LazyTable, scan_table, select_rows
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.errors import BuilderError, UsageError
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from deltalake import DeltaTable

    from spectra_gx.warehouse.staging import Staging


class RunTables:
    """Published tables at the versions pinned for the run, and staged ones as they were built."""

    def __init__(
        self,
        published: Snapshot,
        staging: Staging,
        planned: Collection[str],
        candidate: Callable[[str], DeltaTable],
    ) -> None:
        """Take what a run reads.

        Args:
            published: Every table that the contract declares or consumes, pinned.
            staging: What the run has built.
            planned: Tables that the run builds.
            candidate: Returns a staged table as it will be.
        """
        self._published = published
        self._staging = staging
        self._planned = frozenset(planned)
        self._candidate = candidate

    def read(
        self, table: str, columns: Sequence[str] | None = None, where: str | None = None
    ) -> LazyTable:
        """Return the published rows of a table."""
        self._refuse_unknown(table)
        pinned = self._published.pinned(table)
        return scan_table(self._snapshot({table: pinned}), table, columns, where)

    def staged(self, table: str, needs: Collection[str]) -> LazyTable:
        """Return this run's batch of a table alone."""
        self._refuse_unbuilt(table, needs)
        if table not in self._planned:
            raise BuilderError(f"`{table}` is not built by this run, so that it has no batch")
        return self._whole(self._batch(table))

    def built(self, table: str, needs: Collection[str]) -> LazyTable:
        """Return a table as it will be after this run."""
        self._refuse_unbuilt(table, needs)
        return self._whole(self.as_it_will_be(table))

    def select(self, text: str, own: str, needs: Collection[str]) -> LazyTable:
        """Return what a SELECT finds in tables as they will be after this run."""
        tables = {}
        for table in placeholders_in(text):
            self._refuse_unknown(table)
            if table in self._planned:
                self._refuse_unbuilt(table, needs)
            tables[table] = self.as_it_will_be(table)
        return select_rows(self._snapshot(tables), text, own)

    def check_condition(self, table: str, condition: str) -> None:
        """Refuse what is no condition over the declared columns of a table.

        Raises:
            UsageError: It is not.
        """
        self._refuse_unknown(table)
        try:
            guard_condition(
                zone_literals(condition), table=table, columns=self._published.readable[table]
            )
        except SqlRefused as refused:
            raise UsageError(f"the condition on `{table}` is refused: {refused}") from None

    def as_it_will_be(self, table: str) -> PinnedTable:
        """Return a table as it will be once this run is published.

        A table that this run has not built stays as it is published.
        """
        if table in self._staging.tables:
            return _pinned(table, self._candidate(table))
        return self._published.pinned(table)

    def _batch(self, table: str) -> PinnedTable:
        """Return the rows that this run has built of a table; none where it built nothing."""
        return _pinned(table, self._staging.open(table))

    def _whole(self, pinned: PinnedTable) -> LazyTable:
        return scan_table(self._snapshot({pinned.name: pinned}), pinned.name, None, None)

    def _snapshot(self, tables: Mapping[str, PinnedTable]) -> Snapshot:
        readable = {name: self._published.readable.get(name, {}) for name in tables}
        return replace(self._published, tables=dict(tables), unreadable={}, readable=readable)

    def _refuse_unknown(self, table: str) -> None:
        known = self._published.readable
        if table not in known:
            hint = did_you_mean(table, known) or "; declare it, or name it under `consumes`"
            raise UsageError(f"table {quote(table)} is neither declared nor consumed{hint}")

    def _refuse_unbuilt(self, table: str, needs: Collection[str]) -> None:
        self._refuse_unknown(table)
        if table in self._planned and table not in needs:
            raise BuilderError(
                f"`{table}` is read as this run builds it, but is not known to be needed; name it "
                f'in the decorator, `needs=["{table}"]`, so that it is built before',
                code="builder_needs",
            )


def _pinned(table: str, delta: DeltaTable) -> PinnedTable:
    return PinnedTable(table, delta, delta.version(), Warehouse.schema(delta))
