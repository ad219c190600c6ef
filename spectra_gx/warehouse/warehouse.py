"""The warehouse: `Tables/`, with only Delta tables in it, and `Files/`."""

from __future__ import annotations

import re
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.errors import ConfigurationError
from spectra_gx.store.access import StoreAccess
from spectra_gx.store.kernel_locks import KernelLock
from spectra_gx.store.opening import open_store
from spectra_gx.warehouse.arrow_types import arrow_schema, plain_types
from spectra_gx.warehouse.delta import commits, data_files, handles, reads, schemas, writes
from spectra_gx.warehouse.delta.table_place import TablePlace
from spectra_gx.warehouse.file_formats.locations import find_partitioned_files, locate
from spectra_gx.warehouse.file_formats.table_files import TableFiles, pin_files
from spectra_gx.warehouse.iceberg.metadata_files import find_metadata
from spectra_gx.warehouse.iceberg.reading import commit_time_of, pin_iceberg, snapshots_of
from spectra_gx.warehouse.memory import MEGABYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa
    from deltalake import DeltaTable

    from spectra_gx.contract.model import Table
    from spectra_gx.store.store import Lock, Store
    from spectra_gx.warehouse.file_formats.locations import Location
    from spectra_gx.warehouse.iceberg.reading import IcebergSnapshot

__all__ = ["LOCK_WAIT", "Warehouse", "plain_types", "table_path"]

_NAME = re.compile(r"([A-Za-z0-9_]+)\.([A-Za-z0-9_]+)")

LOCK_WAIT = 60.0
"""Seconds that a run waits for another one's lock."""

TABLES = "Tables"
FILES = "Files"
STAGING = f"{FILES}/_staging"
DOCS_INDEX = f"{FILES}/docs/index.html"
"""Where the data docs begin, once a run has written them."""

LOCKS = f"{FILES}/_locks"


class Warehouse:
    """The Delta tables of one folder or object store, by their names `schema.table`."""

    def __init__(
        self,
        root: str | Path,
        access: StoreAccess = StoreAccess(),  # noqa: B008 - frozen
        memory: int = MEGABYTES,
        processors: int | None = None,
        credentials: str | None = None,
    ) -> None:
        """Take the place, which need not exist yet.

        Args:
            root: A folder, or the address of an object store, such as `s3://bucket/lake`.
            access: How object stores are reached.
            memory: Megabytes that queries of a table may use.
            processors: How many they may use; all that there are without it.
            credentials: The name of what opens an object store; the usual settings without one.

        Raises:
            ConfigurationError: Nothing is known to read it, or Delta cannot.
        """
        self.store: Store = open_store(str(root), access, credentials)
        self.memory = memory
        self.processors = processors
        self.fence: Lock = KernelLock()
        """The lock under which a stage's tables are committed; see `publishing`."""

        self._access = access

    @property
    def address(self) -> str:
        """Where it is: the absolute path of a folder, or the address of an object store."""
        return self.store.uri("")

    def table_uri(self, name: str) -> str:
        """Return where a table is, or would be: `<address>/Tables/<schema>/<table>`."""
        return self.store.uri(table_path(TABLES, name))

    def place(self, name: str) -> TablePlace:
        """Return where a table is, or would be."""
        return TablePlace(self.store, table_path(TABLES, name))

    def exists(self, name: str) -> bool:
        """Return whether there is such a table."""
        return handles.is_table(self.place(name))

    def version(self, name: str) -> int | None:
        """Return a table's newest version; None when there is no table."""
        if not self.exists(name):
            return None
        version: int = self.open(name).version()
        return version

    def open(self, name: str, version: int | None = None) -> DeltaTable:
        """Return a handle pinned at `version`, or at the newest version there is now.

        Raises:
            TableNotFoundError: There is no such table.
            WarehouseError: That version is gone, or the table cannot be read.
        """
        return handles.open_table(self.place(name), name, version)

    def commit_time(self, table: Table, version: int) -> datetime:
        """Return when a version of a table was committed, UTC; of Iceberg, a snapshot by its id.

        Raises:
            WarehouseError: That commit was never written, or has expired.
        """
        if table.format is TableFormat.ICEBERG:
            return commit_time_of(self._location_of(table), version)
        return commits.commit_time(self._place_of(table), table.name, version)

    def keeps_rows(self, table: Table, since: int, until: int) -> bool:
        """Return whether the commits of a Delta table after a version changed none of its rows.

        Args:
            table: The table.
            since: The version.
            until: The last version whose commit is looked at.
        """
        return commits.keep_rows(self._place_of(table), range(since + 1, until + 1))

    # -- declared tables, wherever they are -------------------------------------------------------

    def open_declared(self, table: Table, version: int | None = None) -> DeltaTable:
        """Return a handle on a Delta table, as `open` does, that may have a `location`.

        Raises:
            TableNotFoundError: There is no such table.
            WarehouseError: That version is gone, or the table or one of its files cannot be read.
        """
        opened = handles.open_table(self._place_of(table), table.name, version)
        return data_files.verify_files(opened, table.name)

    def newest_version(self, table: Table) -> int:
        """Return the newest version of a declared Delta table, whatever became of its files.

        Raises:
            TableNotFoundError: There is no such table.
            WarehouseError: It cannot be opened.
        """
        version: int = handles.open_table(self._place_of(table), table.name).version()
        return version

    def snapshots(self, table: Table) -> list[IcebergSnapshot]:
        """Return the snapshots that led to the current one of an Iceberg table, newest first.

        Raises:
            ConfigurationError: What reads it is not installed.
            TableNotFoundError: There is no such table.
            WarehouseError: It cannot be read.
        """
        return snapshots_of(self._location_of(table))

    def _location_of(self, table: Table) -> Location:
        return self.locate(table.location or "", table.credentials)

    def _place_of(self, table: Table) -> TablePlace:
        if table.location is None:
            return self.place(table.name)
        location = self.locate(table.location, table.credentials)
        return TablePlace(location.store, location.path)

    def locate(self, location: str, credentials: str | None = None) -> Location:
        """Return where the files or the table are that a contract's `location` names.

        `credentials` is the name of what opens it, if it is in an object store.

        Raises:
            FileError: Nothing of that kind can be read.
            ConfigurationError: It needs credentials that are not set.
        """
        return locate(location, self.store, self._access, credentials)

    def login(self, credentials: str) -> Mapping[str, str]:
        """Return the options of the credential of a database, valid now.

        Raises:
            ConfigurationError: There is none of that name, or it cannot be used.
        """
        return self._access.login(credentials)

    def pin_files(self, table: Table, version: int | None = None) -> TableFiles:
        """Pin the files of a table that is not Delta; of Iceberg, a snapshot by its id.

        Raises:
            ConfigurationError: What reads them is not installed.
            TableNotFoundError: There is none.
            WarehouseError: One cannot be read, or they do not make one table; names it.
        """
        location = self._location_of(table)
        return (
            pin_iceberg(location, version)
            if table.format is TableFormat.ICEBERG
            else pin_files(table, location)
        )

    def current_version(self, table: Table) -> int | None:
        """Return a declared table's newest version; None where it is kept as files.

        Of a table in a database, nothing is looked at.

        Raises:
            TableNotFoundError: It does not exist.
            WarehouseError: It cannot be read.
        """
        if table.format is TableFormat.DELTA:
            version: int = self.open_declared(table).version()
            return version
        if table.format is TableFormat.DATABASE:
            return None
        location = self._location_of(table)
        if table.format is TableFormat.ICEBERG:
            find_metadata(location)
        else:
            find_partitioned_files(location)
        return None

    def list_tables(self, schemas: Iterable[str]) -> list[str]:
        """Return the names of all tables in the schemas, sorted."""
        found = (
            (TablePlace(self.store, f"{TABLES}/{schema}/{folder}"), f"{schema}.{folder}")
            for schema in set(schemas)
            for folder in self.store.folders(f"{TABLES}/{schema}")
        )
        return sorted(
            name
            for place, name in found
            if "_delta_log" in self.store.folders(place.path) and handles.is_table(place)
        )

    schema = staticmethod(schemas.columns_of)
    read = staticmethod(reads.read)
    row_count = staticmethod(reads.row_count)

    def differences(self, name: str, columns: Mapping[str, str]) -> list[str]:
        """Return what replacing a table by these columns would change; none if it is not there."""
        if not self.exists(name):
            return []
        return schemas.schema_differences(self.schema(self.open(name)), columns)

    def create_empty(
        self, name: str, schema: pa.Schema, configuration: Mapping[str, str] | None = None
    ) -> None:
        """Create a table without rows; one that exists with that very schema is left alone.

        `configuration` has Delta table properties.

        Raises:
            SchemaMismatchError: It exists with another schema.
        """
        columns = schemas.storable(name, schema)
        if not self.exists(name):
            # One at a time: racing creations fail, or commit twice, whatever their `mode`.
            with self.lock("create", by=f"the creation of {name}"):
                writes.create_table(
                    self.place(name), name, arrow_schema(columns), configuration or {}
                )
        schemas.refuse_schema_changes({name: self.differences(name, columns)})

    def write(self, name: str, data: pa.Table, *, execution_id: str, rebuild: bool = False) -> int:
        """Replace a table's rows in one commit, or create it with them; return the new version.

        Names, types and order of the columns must be the stored ones; `rebuild` replaces them too.

        Raises:
            SchemaMismatchError: They differ; nothing was written.
            WarehouseError: Nothing was written, or another writer was faster.
        """
        table = self.open(name) if self.exists(name) else None
        return writes.replace(
            table, self.place(name), name, data, execution_id=execution_id, rebuild=rebuild
        )

    def lock(self, name: str, *, by: str, wait: float = LOCK_WAIT) -> AbstractContextManager[Lock]:
        """Keep one of the warehouse's locks for the length of a `with` block; see `Store.lock`."""
        return self.store.lock(f"{LOCKS}/{name}", by=by, wait=wait)

    @contextmanager
    def publishing(self, stage: str, *, by: str, wait: float = LOCK_WAIT) -> Iterator[Warehouse]:
        """Keep a stage's lock; yield the warehouse as its holder has it.

        Commits through that make sure that the lock is not lost, and name its token.
        """
        with self.lock(f"publish-{stage}", by=by, wait=wait) as lock:
            fenced = copy(self)
            fenced.fence = lock
            yield fenced

    def held_locks(self) -> dict[str, str]:
        """Return the locks that somebody has now → who, in words."""
        return self.store.held_locks(LOCKS)


def table_path(folder: str, name: str) -> str:
    """Return `<folder>/<schema>/<table>` of a table's name.

    Raises:
        ConfigurationError: It is no name of a table.
    """
    parts = _NAME.fullmatch(name)
    if parts is None:
        raise ConfigurationError(
            f"{name!r} is not a table's name; write `schema.table` in letters, digits and `_`"
        )
    return f"{folder}/{parts[1]}/{parts[2]}"
