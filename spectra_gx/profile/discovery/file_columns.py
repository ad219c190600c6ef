"""The columns of a file, as far as they are found without reading it all."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.errors import WarehouseError
from spectra_gx.profile.file_names import FORMATS, suffix_of
from spectra_gx.warehouse.file_formats.file_text import read_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.warehouse.file_formats.locations import Location


def columns_in(location: Location, path: str) -> tuple[str, ...] | str | None:
    """Return what tells files of one table from others: the columns, or a CSV file's first line.

    None of a format that does not say at its start. A file that cannot be read is like no other:
    why is said when it is opened.
    """
    format_ = FORMATS[suffix_of(PurePosixPath(path))]
    if format_ is TableFormat.JSONL:
        return None
    shown = location.shown(path)
    try:
        with _on_this_machine(location, path) as file:
            if format_ is TableFormat.PARQUET:
                return tuple(pq.read_schema(file).names)
            head = read_head(shown, file).splitlines()
            return head[0].decode("latin-1") if head else ""
    except (WarehouseError, pa.ArrowException, OSError, ValueError):
        return (shown,)


@contextmanager
def _on_this_machine(location: Location, path: str) -> Iterator[str]:
    if not location.remote:
        yield location.shown(path)
        return
    with tempfile.TemporaryDirectory(prefix="spectra-gx-") as scratch:
        copy = Path(scratch) / "file"
        location.store.download(path, copy)
        yield str(copy)
