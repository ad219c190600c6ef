"""The rows of files that are pinned, as the engine reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.warehouse.datafusion_sessions import new_session

if TYPE_CHECKING:
    from spectra_gx.warehouse.file_formats.table_files import TableFiles


def rows(files: TableFiles, where: str = "true") -> list[dict[str, Any]]:
    """Return the rows that satisfy a condition."""
    query = new_session()
    for statement in files.statements("t"):
        query.execute(statement).read_all()
    answer = query.execute(f"SELECT * FROM t WHERE {where}").read_all()
    found: list[dict[str, Any]] = pa.table(answer).to_pylist()
    return found
