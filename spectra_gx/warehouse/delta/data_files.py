"""Check that the data files of a version exist and can be read."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from spectra_gx.errors import FileError, WarehouseError
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.file_formats.arrow_layouts import schema_in_memory, unread_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deltalake import DeltaTable


_LOOKED_INTO = 10
"""Files whose layout is looked at before a table is read; those of one table are mostly alike."""


def verify_files(
    table: DeltaTable, name: str, sizes: Mapping[str, int] | None = None
) -> DeltaTable:
    """Return the handle, once every data file of its version is known to exist.

    DataFusion reads counts and partition columns from the log alone, whatever became of files.

    `sizes` is path below the table → bytes of the files in an object store.

    Raises:
        WarehouseError: A file is missing or incomplete.
    """
    with translate_errors(f"the files of the table at `{table.table_uri}` cannot be listed"):
        listed = pa.table(table.get_add_actions(flatten=True)).select(["path", "size_bytes"])
    files = {file["path"]: file["size_bytes"] for file in listed.to_pylist()}
    damaged = _damaged_file(table, files, sizes)
    if damaged is not None:
        raise WarehouseError(
            f"version {table.version()} of table `{name}` cannot be read: its file `{damaged}` "
            "is missing or incomplete; restore it, or rebuild the table"
        )
    if sizes is None:
        _refuse_unread([_local(table, path) for path in islice(files, _LOOKED_INTO)], name)
    return table


def _damaged_file(
    table: DeltaTable, files: Mapping[str, int], sizes: Mapping[str, int] | None
) -> str | None:
    """Return the name of a data file that is missing or incomplete."""
    for path, size in files.items():
        if sizes is not None:
            if sizes.get(unquote(path)) != size:
                return Path(unquote(path)).name
            continue
        file = _local(table, path)
        if not file.is_file() or file.stat().st_size != size:
            return file.name
    return None


def _local(table: DeltaTable, path: str) -> Path:
    """Return the path of a file on this machine."""
    # The log has addresses: relative to the table, but for files that a clone shares.
    return Path(unquote(urlsplit(table.table_uri).path)) / unquote(urlsplit(path).path)


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
