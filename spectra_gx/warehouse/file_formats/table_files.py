"""Tables kept as files: which files, of which columns, and how DataFusion is to read them.

Whatever the format, the engine reads Parquet files of this machine: a table's own, copies of those
in an object store, or what was made of CSV and JSON lines. Copies are in a folder that only this
user may read and that goes away with the table's handle.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.errors import FileError
from spectra_gx.warehouse.file_formats.csv_files import convert
from spectra_gx.warehouse.file_formats.json_lines import convert_json_lines
from spectra_gx.warehouse.file_formats.locations import (
    Location,
    find_files,
    find_partitioned_files,
)
from spectra_gx.warehouse.file_formats.parquet_files import Part, read_parts, statements, types_of
from spectra_gx.warehouse.file_formats.partitions import add_partitions, hide_values, read_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from spectra_gx.contract.model import Table


@dataclass(frozen=True)
class TableFiles:
    """The files of a table as they were when it was pinned."""

    types: Mapping[str, str]
    """Column → Delta type text, in the files' order."""

    parts: Sequence[Part]
    location: Location
    stamps: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    """File → what would change with it; none of files that were copied."""

    version: str | None = None
    """The snapshot that was read, of a format that has snapshots."""

    hidden: Collection[str] = ()
    """Columns whose values no message has."""

    def statements(self, name: str) -> Iterator[str]:
        """Yield the SQL that makes DataFusion know the table under a name."""
        return statements(name, list(self.types), self.parts)

    def check_unchanged(self) -> None:
        """Find out whether the files are still those that were pinned.

        Raises:
            FileError: One has changed, or is gone.
        """
        with hide_values(self.hidden):
            _check_unchanged(self.location, self.stamps)


def pin_files(table: Table, location: Location) -> TableFiles:
    """Pin the files of a table.

    Raises:
        TableNotFoundError: There is none.
        FileError: One cannot be read, or they do not make one table; names it.
    """
    with hide_values(table.sensitive_columns):
        return _pinned(table, location)


def _pinned(table: Table, location: Location) -> TableFiles:
    if table.format is TableFormat.PARQUET:
        folders = find_partitioned_files(location)
    else:
        folders = dict.fromkeys(find_files(location), ())
    names = read_names(location, folders)
    paths = tuple(folders)
    stamps = {path: location.stamp(path) for path in paths}
    scratch = Path(tempfile.mkdtemp(prefix="spectra-gx-"))
    try:
        copies = _on_this_machine(location, paths, scratch)
        if table.format is TableFormat.CSV:
            parts = [convert(copies, table, scratch / "rows.parquet")]
        elif table.format is TableFormat.JSONL:
            parts = [convert_json_lines(copies, table, scratch / "rows.parquet")]
        else:
            parts = add_partitions(read_parts(copies, scratch), names, copies, table, scratch)
        _check_unchanged(location, stamps)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    copied = location.remote or table.format in (TableFormat.CSV, TableFormat.JSONL)
    files = TableFiles(
        types_of(parts),
        parts,
        location,
        {} if copied else stamps,
        hidden=table.sensitive_columns,
    )
    weakref.finalize(files, shutil.rmtree, scratch, ignore_errors=True)
    return files


def partition_values(location: Location) -> dict[str, list[str | None]]:
    """Return partition column → its texts, by the folders of the files at a location.

    Raises:
        TableNotFoundError: There is no file.
        FileError: A folder's name cannot be read, or the files have different columns.
    """
    names = read_names(location, find_partitioned_files(location))
    return {column: names.values_of(column) for column in names.columns}


@contextmanager
def first_files(location: Location, most: int | None = None) -> Iterator[Mapping[str, str]]:
    """Give the first of the files at a location: as people know it → its path on this machine.

    Raises:
        TableNotFoundError: There is none.
        FileError: One cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="spectra-gx-") as scratch:
        yield _on_this_machine(location, find_files(location)[:most], Path(scratch))


def _on_this_machine(location: Location, paths: Sequence[str], folder: Path) -> dict[str, str]:
    """Return file as people know it → its path on this machine.

    Those in an object store are copied: a suite scans its table often, and the network is slow.
    """
    if not location.remote:
        return {location.shown(path): location.shown(path) for path in paths}
    copies = {}
    for number, path in enumerate(paths):
        copy = folder / f"{number}"
        with location.translate_errors(path):
            location.store.download(path, copy)
        copies[location.shown(path)] = str(copy)
    return copies


def _check_unchanged(location: Location, stamps: Mapping[str, tuple[object, ...]]) -> None:
    for path, stamp in stamps.items():
        if location.stamp(path) != stamp:
            raise FileError(
                f"file `{location.shown(path)}` changed while it was read; "
                "run again when nothing writes to it"
            )
