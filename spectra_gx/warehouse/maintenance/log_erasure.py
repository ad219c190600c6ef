"""Erase the values of rows from the activity log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.maintenance.erased_values import ErasedValues, erase_from_log_row
from spectra_gx.warehouse.maintenance.history import delete_history

if TYPE_CHECKING:
    from collections.abc import Collection

    from spectra_gx.warehouse.warehouse import Warehouse


def count_log_rows(
    warehouse: Warehouse, stage: str, values: ErasedValues, rules: Collection[str]
) -> dict[str, int]:
    """Return the log of a stage → its rows that show values of erased rows; empty where none do.

    Raises:
        WarehouseError: The log cannot be read.
    """
    log = DeltaActivityLog(warehouse, stage)
    shown = sum(bool(erase_from_log_row(row, values, rules)) for row in log.runs())
    return {log.name: shown} if shown else {}


def erase_log_rows(
    warehouse: Warehouse, stage: str, values: ErasedValues, rules: Collection[str]
) -> None:
    """Overwrite a log with rows that show none of the values, and delete the log's history.

    Raises:
        WarehouseError: It could not be written, or not all of its history was deleted.
    """
    log = DeltaActivityLog(warehouse, stage)
    if not warehouse.exists(log.name):
        return

    def erased(rows: pa.Table) -> pa.Table | None:
        found = rows.to_pylist()
        changes = [erase_from_log_row(row, values, rules) for row in found]
        if not any(changes):
            return None
        kept = [{**row, **change} for row, change in zip(found, changes, strict=True)]
        return pa.Table.from_pylist(kept, schema=rows.schema)

    version = log.rewrite(erased, by="erasure")
    if version is not None:
        delete_history(warehouse, log.name, version)
