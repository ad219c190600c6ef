"""From tables that exist to a contract that they pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.errors import UsageError
from spectra_gx.profile.keys import find_key
from spectra_gx.profile.opening import open_named
from spectra_gx.profile.scan import scan
from spectra_gx.profile.seen import SeenTable
from spectra_gx.profile.writing import contract_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.profile.opening import Opened
    from spectra_gx.warehouse.tables import Warehouse

DEFAULT_STAGE = "stage"


def profile(named: Sequence[str], warehouse: Warehouse, stage: str | None = None) -> str:
    """Return the text of a contract for tables, in canonical form.

    Args:
        named: Each `schema.table`, the folder of a Delta table, or Parquet or CSV files.
        warehouse: Where the former stand, and what a location is relative to.
        stage: The contract's stage; without it the schema of the first table that has one.

    Raises:
        ContractError: A contract cannot say something about them, such as a column's name.
        UsageError: One is named twice, or has no column that a contract can declare.
        WarehouseError: One does not exist, or cannot be read.
    """
    opened = [open_named(name, warehouse) for name in named]
    schemas = [table.name.partition(".")[0] for table in opened]
    stage = stage or next(filter(None, schemas), DEFAULT_STAGE)
    names = [
        table.name if schema else f"{stage.replace('-', '_')}{table.name}"
        for table, schema in zip(opened, schemas, strict=True)
    ]
    for name in names:
        if [other.lower() for other in names].count(name.lower()) > 1:
            raise UsageError(f"two of these tables would be `{name}`; give each a run of its own")
    tables = [_seen(name, table) for name, table in zip(names, opened, strict=True)]
    return contract_text(stage, tables, f"{stage}.contract.yaml")


def _seen(name: str, opened: Opened) -> SeenTable:
    rows, columns = scan(opened.types, opened.ask)
    return SeenTable(
        name=name,
        rows=rows,
        columns=columns,
        key=find_key(columns, rows, opened.ask),
        version=opened.version,
        location=opened.location,
        format=opened.format,
        left_out=opened.left_out,
    )
