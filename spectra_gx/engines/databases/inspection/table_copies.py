"""Copies of whole tables in databases, as files of this machine, for what profiles them."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.budget import Budget
from spectra_gx.engines.databases.session import DatabaseSession
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.store.folder import FolderStore
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.file_formats.locations import Location
from spectra_gx.warehouse.file_formats.parquet_files import read_parts
from spectra_gx.warehouse.file_formats.table_files import TableFiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.engines.database_table import DatabaseTable

_OWN = "t"


def copy_rows(table: DatabaseTable, types: Mapping[str, str], shown: str) -> TableFiles:
    """Return the rows of a table as a file that goes away with what is returned.

    Args:
        table: In its database.
        types: Column → Delta type text, of the columns to copy.
        shown: What messages call the table.

    Raises:
        EngineError: It could not be read.
    """
    snapshot = Snapshot({shown: PinnedTable(shown, None, None, types, database=table)})
    scratch = Path(tempfile.mkdtemp(prefix="spectra-gx-"))
    path = scratch / "rows.parquet"
    try:
        with DatabaseSession(table.connection, snapshot, Budget()) as session:
            session.register(_OWN, shown)
            query = f"SELECT {', '.join(map(quote_name, types))} FROM {_OWN}"
            with pq.ParquetWriter(path, arrow_schema(types)) as writer:
                for part in session.stream(query, reads=(shown,), types=types):
                    writer.write_table(part)
        parts = read_parts({shown: str(path)}, scratch)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    files = TableFiles(types, parts, Location(FolderStore(Path("/")), str(path).lstrip("/")))
    weakref.finalize(files, shutil.rmtree, scratch, ignore_errors=True)
    return files
