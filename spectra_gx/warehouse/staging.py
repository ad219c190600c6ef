"""Staging folders of runs, and removal of what interrupted runs left."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.contract.table_storage import QUARANTINE_COLUMNS
from spectra_gx.errors import ConfigurationError, WarehouseError
from spectra_gx.warehouse.delta import handles, reads, schemas, writes
from spectra_gx.warehouse.delta.table_place import TablePlace
from spectra_gx.warehouse.warehouse import FILES, LOCKS, STAGING, Warehouse, table_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deltalake import DeltaTable

    from spectra_gx.store.store import Claim

logger = logging.getLogger(__name__)

_EXECUTION_ID = re.compile(r"\w[\w .-]*")
_LOCK = "staging"
_WRITTEN = (f"{FILES}/docs", f"{FILES}/results", f"{FILES}/validations", LOCKS)
"""Where runs write, and may die while they do."""

PENDING = "publish.json"
"""The file in a run's folder that says what it has decided to publish."""


class Staging:
    """A run's own folder of tables, for the length of a `with` block.

    The run claims the folder, so that it is known to be dead when its process is. Folders are
    made, swept and deleted under one lock of the warehouse.
    """

    def __init__(self, warehouse: Warehouse, execution_id: str) -> None:
        """Name the folder after the run.

        Raises:
            ConfigurationError: The id cannot name a folder.
        """
        if not _EXECUTION_ID.fullmatch(execution_id):
            raise ConfigurationError(
                f"{execution_id!r} cannot be an execution id; begin it with a letter, a digit or "
                "`_`, and go on with these, `-`, `.` or spaces"
            )
        self.execution_id = execution_id
        self.folder = f"{STAGING}/{execution_id}"
        """Below the warehouse's root."""
        self._warehouse = warehouse
        self._complete: dict[str, int] = {}
        """Table → the version of it with every row."""
        self._tables: dict[str, int] = {}
        """Table → the version of it that is to be checked and published."""
        self._quarantined: dict[str, int] = {}
        """Table → how many of its rows are quarantined."""
        self._claim: Claim | None = None
        self._pending = False
        self._folders = 0

    def __enter__(self) -> Self:
        with self._warehouse.lock(_LOCK, by=self.execution_id):
            self._claim = self._warehouse.store.claim(self.folder)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            with self._warehouse.lock(_LOCK, by=self.execution_id):
                if self._claim is not None:
                    self._claim.release()
                if not self._pending:
                    self._warehouse.store.delete_folder(self.folder)
        except (OSError, WarehouseError) as error:
            if self._claim is not None:
                self._claim.release()
            # What the run found matters more than its leftovers, which the next sweep deletes.
            logger.warning("staging `%s` could not be deleted: %s", self.folder, error)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables built so far, in order."""
        return tuple(self._tables)

    def place(self, name: str) -> TablePlace:
        """Return where a table is, or would be: `<folder>/<schema>/<table>`."""
        return TablePlace(self._warehouse.store, table_path(self.folder, name))

    def open(self, name: str) -> DeltaTable:
        """Return a pinned handle on a table built by this run.

        Raises:
            TableNotFoundError: This run has not built it.
        """
        return handles.open_table(self.place(name), name, self._tables.get(name))

    def write(self, name: str, data: pa.Table, partition_by: Sequence[str] = ()) -> None:
        """Build a table, in place of what this run may have built under that name.

        Args:
            name: The table.
            data: Its rows.
            partition_by: Columns by which its files are partitioned when it is new.

        Raises:
            WarehouseError: A table cannot store a column exactly, or nothing was written.
        """
        table = self.open(name) if name in self._tables else None
        self._complete[name] = self._tables[name] = writes.replace(
            table,
            self.place(name),
            name,
            _without_empty_texts(data, partition_by),
            execution_id=self.execution_id,
            rebuild=True,
            partition_by=partition_by,
        )

    def write_rows(
        self,
        name: str,
        columns: Mapping[str, str],
        parts: Iterable[pa.Table],
        partition_by: Sequence[str] = (),
    ) -> None:
        """Build a table as `write` does, of columns and their types, a few rows at a time."""
        self._complete[name] = self._tables[name] = writes.write_stream(
            self.open(name) if name in self._tables else None,
            self.place(name),
            name,
            columns,
            (_without_empty_texts(part, partition_by) for part in parts),
            execution_id=self.execution_id,
            partition_by=partition_by,
        )

    def forget(self, name: str) -> None:
        """Take a table for one that this run has not built."""
        del self._tables[name], self._complete[name]

    def new_folder(self) -> TablePlace:
        """Return a folder that nothing is in yet."""
        self._folders += 1
        return TablePlace(self._warehouse.store, f"{self.folder}/_candidates/{self._folders}")

    # -- publishing -------------------------------------------------------------------------------

    def decide(self, content: bytes) -> None:
        """Store what the run is about to publish; from now on the folder outlives it.

        Raises:
            WarehouseError: Nothing was stored, and nothing may be published.
        """
        self._pending = True
        self._warehouse.store.write(f"{self.folder}/{PENDING}", content)

    def settle(self) -> None:
        """Let the folder go with the run again: nothing is left to publish.

        Where the store refuses, the next run of the stage finds nothing to publish, and does it.
        """
        try:
            self._warehouse.store.delete(f"{self.folder}/{PENDING}")
        except WarehouseError as error:
            logger.warning("what was staged is left to the next run of the stage: %s", error)
            return
        self._pending = False

    # -- quarantined rows -------------------------------------------------------------------------

    @property
    def quarantined(self) -> Mapping[str, int]:
        """Table → how many of its rows are quarantined; tables without such rows are left out."""
        return dict(self._quarantined)

    def open_quarantined(self, name: str) -> DeltaTable:
        """Return a handle on the quarantined rows of a table."""
        return open_quarantined(self._warehouse, self.folder, name)

    def split(self, name: str, good: Iterable[pa.Table], bad: Iterable[pa.Table]) -> None:
        """Quarantine rows of a table; only the others are checked and published then.

        `good` rows have the table's columns, `bad` ones those of a quarantine table; of these
        there is at least one.
        """
        table, place = self.open(name), self._quarantine_place(name)
        columns = schemas.columns_of(table)
        before = handles.open_table(place, name) if name in self._quarantined else None
        run = self.execution_id
        writes.write_stream(
            before,
            place,
            name,
            {**columns, **QUARANTINE_COLUMNS},
            bad,
            execution_id=run,
            append=True,
        )
        self._tables[name] = writes.write_stream(
            table, self.place(name), name, columns, good, execution_id=run
        )
        self._quarantined[name] = reads.row_count(self.open_quarantined(name))

    def restore(self) -> None:
        """Return every quarantined row to its table."""
        self._tables = dict(self._complete)
        for name in self._quarantined:
            self._warehouse.store.delete_folder(self._quarantine_path(name))
        self._quarantined = {}

    def _quarantine_path(self, name: str) -> str:
        return _quarantine_path(self.folder, name)

    def _quarantine_place(self, name: str) -> TablePlace:
        return TablePlace(self._warehouse.store, self._quarantine_path(name))


def open_quarantined(warehouse: Warehouse, folder: str, name: str) -> DeltaTable:
    """Return a handle on the quarantined rows of a table in some run's staging."""
    place = TablePlace(warehouse.store, _quarantine_path(folder, name))
    return handles.open_table(place, name)


def _quarantine_path(folder: str, name: str) -> str:
    return table_path(f"{folder}/_aside", name)


def sweep(warehouse: Warehouse) -> list[str]:
    """Delete the staging of dead runs; return their execution ids, sorted.

    Those that have decided what to publish are left to their stage.
    """
    if not warehouse.store.folders(STAGING):
        return []
    with warehouse.lock(_LOCK, by="the removal of dead staging"):
        abandoned = warehouse.store.abandoned(STAGING)
        if abandoned:
            for folder in _WRITTEN:
                warehouse.store.delete_unfinished(folder)
        dead = [one for one in abandoned if not is_pending(warehouse, one)]
        for execution_id in dead:
            try:
                warehouse.store.delete_folder(f"{STAGING}/{execution_id}")
            except WarehouseError as error:
                logger.warning(
                    "staging of the dead run `%s` was not deleted: %s", execution_id, error
                )
    return dead


def is_pending(warehouse: Warehouse, execution_id: str) -> bool:
    """Return whether a run has decided what to publish: only its own stage may end its staging."""
    return warehouse.store.exists(f"{STAGING}/{execution_id}/{PENDING}")


def dead_runs(warehouse: Warehouse, *, wait: float) -> list[str]:
    """Return the execution ids of dead runs that left staging behind, sorted; leave it there.

    Raises:
        WarehouseError: Another run kept changing staging for `wait` seconds.
    """
    if not warehouse.store.folders(STAGING):
        return []
    with warehouse.lock(_LOCK, by="a look for dead staging", wait=wait):
        return warehouse.store.abandoned(STAGING)


def _without_empty_texts(rows: pa.Table, columns: Sequence[str]) -> pa.Table:
    """Return rows with null for an empty text in some columns: those of partitions.

    Delta stores both alike there, and engines read it as one or the other: rules have to be
    checked on what everybody reads.
    """
    for name in columns:
        values = rows.column(name)
        if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
            empty = pc.equal(values, "")
            known = pc.if_else(empty, pa.scalar(None, values.type), values)
            rows = rows.set_column(rows.schema.get_field_index(name), rows.field(name), known)
    return rows
