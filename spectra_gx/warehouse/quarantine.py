"""Quarantine: rows that broke critical rules, set aside when their table was published.

A quarantine table is append-only but for rows that are released or taken back. It is the one place
that holds the original values of sensitive columns beside the table itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.errors import SchemaMismatchError
from spectra_gx.warehouse import delta
from spectra_gx.warehouse.types import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deltalake import DeltaTable

    from spectra_gx.warehouse.tables import Warehouse

SCHEMA = "quarantine"
_APPENDED = 1
"""Number of the Delta transaction, named after the run, that appends its rows."""


def quarantine_table(stage: str, table: str) -> str:
    """Return the name of a table's quarantine table."""
    return f"{SCHEMA}.{stage}_{table.split('.')[1]}"


class Quarantine:
    """The quarantine tables of a stage."""

    def __init__(self, warehouse: Warehouse, stage: str) -> None:
        self._warehouse = warehouse
        self._stage = stage

    def name(self, table: str) -> str:
        """Return the name of a table's quarantine table."""
        return quarantine_table(self._stage, table)

    def append(self, table: str, rows: DeltaTable, execution_id: str) -> None:
        """Set a run's rows aside in one commit; those of a run that are there are left alone.

        Raises:
            SchemaMismatchError: A column had another type when rows were set aside before.
            WarehouseError: Nothing was stored.
        """
        name = self.name(table)
        columns = delta.columns_of(rows)
        if not self._warehouse.exists(name):
            self._warehouse.create_empty(name, arrow_schema(columns))
        stored = self._warehouse.open(name)
        if (stored.transaction_version(execution_id) or 0) >= _APPENDED:
            return
        _refuse_other_types(name, delta.columns_of(stored), columns)
        delta.write_stream(
            stored,
            self._warehouse.table_uri(name),
            name,
            columns,
            delta.stream(rows, "SELECT * FROM t"),
            execution_id=execution_id,
            append=True,
            transaction=(execution_id, _APPENDED),
        )

    def take_back(self, table: str, execution_id: str) -> None:
        """Forget a run's rows: the table that they were set aside from was not published.

        Raises:
            WarehouseError: They could not be removed.
        """
        name = self.name(table)
        if self._warehouse.exists(name):
            delta.delete(self._warehouse.open(name), name, {"execution_id": execution_id})


def _refuse_other_types(name: str, stored: Mapping[str, str], columns: Mapping[str, str]) -> None:
    changed = [
        column for column in columns if stored.get(column, columns[column]) != columns[column]
    ]
    if changed:
        column = changed[0]
        raise SchemaMismatchError(
            f"column `{column}` is `{columns[column]}`, but `{stored[column]}` in `{name}`, where "
            "rows were set aside before; release those rows or move that table away, then run again"
        )
