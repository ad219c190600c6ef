"""Check that the data files of a version exist and can be read."""

from __future__ import annotations

import posixpath
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from spectra_gx.errors import FileError, WarehouseError
from spectra_gx.store.opening import store_at
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.delta.live_files import is_address
from spectra_gx.warehouse.delta.table_place import place_of
from spectra_gx.warehouse.file_formats.arrow_layouts import schema_in_memory, unread_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deltalake import DeltaTable


_LOOKED_INTO = 10
"""Files whose layout is looked at before a table is read; those of one table are mostly alike."""


def verify_files(table: DeltaTable, name: str) -> DeltaTable:
    """Return the handle, once every data file of its version is known to exist.

    DataFusion reads counts and partition columns from the log alone, whatever became of files.

    Raises:
        WarehouseError: A file is missing or incomplete.
    """
    with translate_errors(f"the files of the table at `{table.table_uri}` cannot be listed"):
        listed = pa.table(table.get_add_actions(flatten=True)).select(["path", "size_bytes"])
    files = {unquote(file["path"]): file["size_bytes"] for file in listed.to_pylist()}
    damaged = _damaged_file(table, files)
    if damaged is not None:
        raise WarehouseError(
            f"version {table.version()} of table `{name}` cannot be read: its file "
            f"`{damaged.rpartition('/')[2]}` is missing or incomplete; restore it, or rebuild the "
            "table"
        )
    if not place_of(table).remote:
        _refuse_unread([_local(table, path) for path in islice(files, _LOOKED_INTO)], name)
    return table


def _damaged_file(table: DeltaTable, files: Mapping[str, int]) -> str | None:
    """Return the path of a data file that is missing or incomplete."""
    sizes = _stored_sizes(table, files) if place_of(table).remote else None
    for path, size in files.items():
        if (_local_size(table, path) if sizes is None else sizes.get(path)) != size:
            return path
    return None


def _local_size(table: DeltaTable, path: str) -> int | None:
    file = _local(table, path)
    return file.stat().st_size if file.is_file() else None


def _stored_sizes(table: DeltaTable, files: Iterable[str]) -> dict[str, int]:
    """Return path → bytes of those files in an object store that are there.

    Two listings at most, where to ask for each file would take as many requests as there are.
    """
    place = place_of(table)
    sizes = dict(place.store.sizes(place.path))
    named = [path for path in files if is_address(path)]
    if named:
        folder = posixpath.commonpath(
            [posixpath.dirname(path.partition("://")[2]) for path in named]
        )
        root = f"{named[0].partition('://')[0]}://{folder}"
        found = store_at(root, place.options).sizes("")
        sizes |= {f"{root}/{path}": size for path, size in found.items()}
    return sizes


def _local(table: DeltaTable, path: str) -> Path:
    """Return the path of a file on this machine."""
    # The log has addresses: relative to the table, but for files that a clone shares.
    return Path(unquote(urlsplit(table.table_uri).path)) / path.removeprefix("file://")


def _refuse_unread(files: Iterable[Path], name: str) -> None:
    """Refuse a dictionary that DataFusion cannot read, in those files of a table that are given."""
    for file in files:
        try:
            column = unread_column(schema_in_memory(pq.read_metadata(file)))
        except (pa.ArrowException, OSError):
            continue  # its reader reports it
        if column is not None:
            raise FileError(
                f"table `{name}` cannot be read: its file `{file.name}` stores column `{column}` "
                "as a dictionary of a type that is not supported; write it without a dictionary"
            )
