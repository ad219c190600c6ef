"""Delta tables whose files other engines wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from spectra_gx.warehouse.delta import writes
from spectra_gx.warehouse.delta.table_place import local_place

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


def delta_of(file: Path, schema: pa.Schema) -> None:
    """Make a Delta table of the folder that a Parquet file stands in, whatever wrote it.

    Args:
        file: The only file of the table.
        schema: What the log says of it.
    """
    writes.create_table(local_place(file.parent), file.parent.name, schema, {})
    add = {
        "path": file.name,
        "size": file.stat().st_size,
        "partitionValues": {},
        "modificationTime": 0,
        "dataChange": True,
    }
    (file.parent / "_delta_log" / f"{1:020}.json").write_text(json.dumps({"add": add}))
