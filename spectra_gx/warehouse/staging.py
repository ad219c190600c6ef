"""Where a run builds its tables before they are judged, and how a dead run's are cleared away."""

from __future__ import annotations

import logging
import re
import shutil
from typing import TYPE_CHECKING, Self

from spectra_gx.contract.model import QUARANTINE_COLUMNS
from spectra_gx.errors import ConfigurationError, WarehouseError
from spectra_gx.warehouse.delta import handles, reads, schemas, writes
from spectra_gx.warehouse.locks import refuse_link, try_lock
from spectra_gx.warehouse.warehouse import table_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pyarrow as pa
    from deltalake import DeltaTable
    from filelock import FileLock

    from spectra_gx.warehouse.warehouse import Warehouse

logger = logging.getLogger(__name__)

_EXECUTION_ID = re.compile(r"\w[\w .-]*")
_LOCK = ".lock"


class Staging:
    """A run's own folder of tables, there for the length of a `with` block.

    The run holds a kernel lock in it, which ends with the process however that ends. Folders are
    made, swept and removed under one lock of the warehouse, so an unheld one is always dead.
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
        self.folder = _all_staging(warehouse) / execution_id
        self._warehouse = warehouse
        self._whole: dict[str, int] = {}
        """Table → the version of it that holds every row."""
        self._tables: dict[str, int] = {}
        """Table → the version of it that is to be judged and published."""
        self._aside: dict[str, int] = {}
        """Table → how many of its rows were set aside."""
        self._lock: FileLock | None = None

    def __enter__(self) -> Self:
        with self._warehouse.lock("staging", by=self.execution_id):
            try:
                self.folder.mkdir(parents=True)
                self._lock = try_lock(self.folder / _LOCK)
            except OSError as error:
                raise WarehouseError(
                    f"staging cannot be made at `{self.folder}`: {error.strerror or error}; check "
                    "that the warehouse may be written to and that no other run has this id"
                ) from None
        return self

    def __exit__(self, *_: object) -> None:
        try:
            with self._warehouse.lock("staging", by=self.execution_id):
                if self._lock is not None:
                    self._lock.release()
                shutil.rmtree(self.folder)
                _remove_if_empty(self.folder.parent)
        except (OSError, WarehouseError) as error:
            # What the run found matters more than its leftovers, which the next sweep removes.
            logger.warning("staging `%s` could not be removed: %s", self.folder, error)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables built so far, in order."""
        return tuple(self._tables)

    def uri(self, name: str) -> str:
        """Return where a table stands, or would stand: `<folder>/<schema>/<table>`."""
        return table_path(self.folder, name)

    def open(self, name: str) -> DeltaTable:
        """Return a pinned handle on a table built by this run.

        Raises:
            TableNotFoundError: This run has not built it.
        """
        return handles.open_table(self.uri(name), name, self._tables.get(name))

    def write(self, name: str, data: pa.Table) -> None:
        """Build a table, in place of what this run may have built under that name.

        Raises:
            WarehouseError: A column holds what a table cannot keep exactly, or nothing was written.
        """
        table = self.open(name) if name in self._tables else None
        self._whole[name] = self._tables[name] = writes.replace(
            table, self.uri(name), name, data, execution_id=self.execution_id, rebuild=True
        )

    def write_rows(self, name: str, columns: Mapping[str, str], parts: Iterable[pa.Table]) -> None:
        """Build a table as `write` does, of columns and their types, a few rows at a time."""
        self._whole[name] = self._tables[name] = writes.write_stream(
            self.open(name) if name in self._tables else None,
            self.uri(name),
            name,
            columns,
            parts,
            execution_id=self.execution_id,
        )

    # -- rows set aside ---------------------------------------------------------------------------

    @property
    def set_aside(self) -> Mapping[str, int]:
        """The tables that rows of were set aside, and how many."""
        return dict(self._aside)

    def aside(self, name: str) -> DeltaTable:
        """Return a handle on the rows of a table that were set aside."""
        return handles.open_table(self._aside_uri(name), name)

    def split(self, name: str, good: Iterable[pa.Table], bad: Iterable[pa.Table]) -> None:
        """Set rows of a table aside; only the good ones are judged and published then.

        Args:
            name: The table.
            good: Rows that stay, with the table's columns.
            bad: Rows set aside, with the columns of a quarantine table; at least one.
        """
        table, uri = self.open(name), self._aside_uri(name)
        columns = schemas.columns_of(table)
        before = handles.open_table(uri, name) if name in self._aside else None
        aside = {**columns, **QUARANTINE_COLUMNS}
        run = self.execution_id
        writes.write_stream(before, uri, name, aside, bad, execution_id=run, append=True)
        self._tables[name] = writes.write_stream(
            table, self.uri(name), name, columns, good, execution_id=run
        )
        self._aside[name] = reads.row_count(self.aside(name))

    def put_back(self) -> None:
        """Let every table be whole again, as if nothing had been set aside."""
        self._tables = dict(self._whole)
        for name in self._aside:
            shutil.rmtree(self._aside_uri(name))
        self._aside = {}

    def _aside_uri(self, name: str) -> str:
        return table_path(self.folder / "_aside", name)


def sweep(warehouse: Warehouse) -> list[str]:
    """Remove the staging of dead runs; return their execution ids, sorted."""
    staging = _all_staging(warehouse)
    if not staging.is_dir():
        return []
    with warehouse.lock("staging", by="the removal of dead staging"):
        dead = _dead(staging)
        for folder in dead:
            try:
                shutil.rmtree(folder)
            except OSError as error:
                logger.warning("dead staging `%s` could not be removed: %s", folder, error)
        _remove_if_empty(staging)
    return [folder.name for folder in dead]


def dead_runs(warehouse: Warehouse, *, wait: float) -> list[str]:
    """Return the execution ids of dead runs that left staging behind, sorted; leave it there.

    Raises:
        WarehouseError: Another run kept changing staging for `wait` seconds.
    """
    staging = _all_staging(warehouse)
    if not staging.is_dir():
        return []
    with warehouse.lock("staging", by="a look for dead staging", wait=wait):
        return [folder.name for folder in _dead(staging)]


def _dead(staging: Path) -> list[Path]:
    return [folder for folder in sorted(staging.glob("*")) if _is_dead(folder)]


def _all_staging(warehouse: Warehouse) -> Path:
    folder = warehouse.files / "_staging"
    refuse_link(folder)
    return folder


def _is_dead(folder: Path) -> bool:
    """Return whether a run left this behind; files and links are not a run's."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    try:
        lock = try_lock(folder / _LOCK)
    except OSError as error:
        logger.warning("staging `%s` cannot be looked at: %s", folder, error)
        return False
    if lock is None:
        return False
    lock.release()
    return True


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
