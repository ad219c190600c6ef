"""Render what an erasure finds, and what it has erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.display import counted
from spectra_gx.render.care.maintenance_output import ranges_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.warehouse.maintenance.erasure_result import ErasedTable, Erasure


def erasure_text(erasure: Erasure) -> str:
    """Return a line for each place, and what is not reached."""
    return "\n".join(_lines(erasure))


def _lines(erasure: Erasure) -> Iterator[str]:
    for table in erasure.tables:
        yield from _table(table, applied=erasure.applied)
    for log, rows in erasure.log_rows.items():
        yield f"{log}: {counted(rows, 'row')} with their values"
    for stage, files in erasure.results.items():
        if files:
            yield f"{stage}: {counted(files, 'file')} of results and samples, which may show them"
    yield "not reached:"
    yield from (f"  {place}" for place in erasure.elsewhere)
    if erasure.applied:
        yield f"erased; recorded as run `{erasure.execution_id}`"
        command = f"spectra-gx check {erasure.stage} --table {erasure.table} --record"
        yield f"check the table now: `{command}`"
    else:
        yield "nothing was changed; `--apply` erases it for good"


def _table(table: ErasedTable, *, applied: bool) -> Iterator[str]:
    found = f"{table.table}: {counted(table.rows, 'row')}"
    if table.versions:
        found += f", and older versions {ranges_text(table.versions)}"
    if table.files:
        found += f" ({counted(table.files, 'file')}, {size_text(table.bytes)})"
    yield found
    if table.strays:
        yield f"{table.table}: {counted(table.strays, 'file')} that no version has"
    if applied and table.versions_gone:
        gone = ranges_text(table.versions_gone)
        yield f"{table.table}: version {table.published} is without them; gone: versions {gone}"
    if table.left:
        files = counted(table.left, "file")
        yield f"{table.table}: {files} of the last hour that no commit names; erase again later"
