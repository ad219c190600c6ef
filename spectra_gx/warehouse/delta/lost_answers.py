"""Find out whether a write that reported an error was committed: its answer may have been lost."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta.commits import commit_infos
from spectra_gx.warehouse.delta.handles import open_table

if TYPE_CHECKING:
    from spectra_gx.warehouse.delta.table_place import TablePlace


def version_despite(
    error: WarehouseError, place: TablePlace, name: str, after: int, execution_id: str
) -> int:
    """Return the newest version that a run has committed after another one.

    Args:
        error: What the write reported.
        place: Where the table is, or would be.
        name: What it is called.
        after: The version that was written on; -1 where there was no table.
        execution_id: The run, which wrote this once.

    Raises:
        WarehouseError: It has committed none, or that cannot be found out; the error.
    """
    with suppress(WarehouseError):
        for version, info in commit_infos(open_table(place, name)):
            if version <= after:
                break
            if info.get("execution_id") == execution_id:
                return version
    raise error
