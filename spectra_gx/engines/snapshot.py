"""Everything a run reads, pinned once at its start: tables, their versions and their types."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from uuid import NAMESPACE_URL, uuid5

import pyarrow as pa

from spectra_gx.causes import Cause, Obstacle
from spectra_gx.errors import TableUnreadableError, WarehouseError
from spectra_gx.warehouse.delta.handles import is_plain
from spectra_gx.warehouse.delta.table_place import place_of
from spectra_gx.warehouse.memory import MEGABYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deltalake import DeltaTable

    from spectra_gx.contract.sql.guard import Readable
    from spectra_gx.engines.database_table import DatabaseTable, OpenDatabases
    from spectra_gx.warehouse.file_formats.table_files import TableFiles


@dataclass(frozen=True)
class PinnedTable:
    """A stored table at one version, or its files at one time."""

    name: str
    delta: DeltaTable | None
    """None for a table that is kept as files or in a database, or that cannot be read."""

    version: int | None
    """None for a table that is kept as files or in a database."""

    types: Mapping[str, str]
    """Column → Delta type text, in the table's order."""

    files: TableFiles | None = None
    """The files of a table that is not Delta."""

    database: DatabaseTable | None = None
    """The table in its database, if it is in one."""

    @cached_property
    def logged_files(self) -> list[dict[str, Any]]:
        """The entries of the Delta log, one per file; none for a table that is kept as files."""
        if self.delta is None:
            return []
        actions = pa.table(self.delta.get_add_actions(flatten=True))
        columns = {name: _values(actions[name]) for name in actions.column_names}
        return [
            {name: values[index] for name, values in columns.items()}
            for index in range(actions.num_rows)
        ]

    @property
    def exact_files(self) -> list[dict[str, Any]]:
        """The entries of the log; none where a feature of Delta gives them another meaning."""
        return self.logged_files if self.delta is not None and is_plain(self.delta) else []

    @property
    def logged_rows(self) -> int | None:
        """The number of rows by the log; None where it is not exact."""
        counts = [file["num_records"] for file in self.exact_files]
        return sum(counts) if counts and None not in counts else None

    @property
    def remote(self) -> bool:
        """Return whether it is read from an object store."""
        return self.delta is not None and place_of(self.delta).remote

    @property
    def snapshot_id(self) -> str | None:
        """The id of what is read, by a database or an Iceberg table; None of all others."""
        if self.files is not None:
            return self.files.version
        return None if self.database is None else self.database.connection.version

    @property
    def stamps(self) -> Mapping[str, tuple[object, ...]]:
        """File → what would change with it; empty for a table that has versions."""
        return {} if self.files is None else self.files.stamps

    def changed(self) -> str | None:
        """Return how its files are no longer those that were pinned; Delta's never change."""
        try:
            if self.files is not None:
                self.files.check_unchanged()
        except WarehouseError as error:
            return error.message
        return None


@dataclass(frozen=True)
class Snapshot:
    """The tables of a run; a table is in `tables` or in `unreadable`, never in both.

    Databases keep what was pinned, and lock its tables, until the snapshot is closed.
    """

    tables: Mapping[str, PinnedTable]
    unreadable: Mapping[str, Obstacle] = field(default_factory=dict)
    """Table → why it cannot be read."""

    readable: Readable = field(default_factory=dict)
    """Table → declared column → whether its values are sensitive; what contract SQL may read."""

    memory: int = MEGABYTES
    """Megabytes that a query may use."""

    processors: int | None = None
    """How many may be kept busy; None for all that there are."""

    databases: OpenDatabases | None = None
    """The connections that were opened for it, if any could be."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections: tables in databases cannot be read after it.

        Closing twice is allowed. Snapshots that were made of this one share its connections.
        """
        if self.databases is not None:
            self.databases.close()

    @cached_property
    def id(self) -> str:
        """The versions that are pinned, as one id: equal for equal versions of equal tables."""
        pinned = {
            name: [
                *(table.version, dict(table.types), sorted(table.stamps.items())),
                *filter(None, [table.snapshot_id]),
            ]
            for name, table in self.tables.items()
        }
        return str(uuid5(NAMESPACE_URL, repr(sorted(pinned.items()))))

    def pinned(self, table: str) -> PinnedTable:
        """Return a table.

        Raises:
            TableUnreadableError: It cannot be read, for the reason given.
        """
        found = self.tables.get(table)
        if found is None:
            missing = Obstacle(Cause.TABLE_MISSING, "it is not part of this run")
            why = self.unreadable.get(table, missing)
            raise TableUnreadableError(f"table `{table}` cannot be read: {why.message}", why.cause)
        return found

    def may_leak(self, *tables: str) -> bool:
        """Return whether an engine's message about these tables could contain a sensitive value.

        Those about an object store could contain a credential.
        """
        return any(
            any(self.readable.get(table, {}).values())
            or (table in self.tables and self.tables[table].remote)
            for table in tables
        )


def _values(column: pa.ChunkedArray) -> list[Any]:
    """Return a column's values; none where a day or an instant lies outside Python's calendar."""
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        return [None] * len(column)
    return values
