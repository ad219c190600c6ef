"""Profile existing tables and write a contract that they pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.model import Column, Table
from spectra_gx.errors import UsageError
from spectra_gx.profile.column_profile import TableProfile
from spectra_gx.profile.contract_writer import render_contract
from spectra_gx.profile.key_detection import find_key
from spectra_gx.profile.table_access import OpenTable, open_table
from spectra_gx.profile.table_scan import scan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.warehouse.sensitivity import Classifications
    from spectra_gx.warehouse.warehouse import Warehouse

DEFAULT_STAGE = "stage"


def profile(
    named: Sequence[str],
    warehouse: Warehouse,
    stage: str | None = None,
    known: Classifications | None = None,
    credentials: str | None = None,
) -> str:
    """Return the text of a contract for tables, in canonical form.

    Args:
        named: Each `schema.table`, the folder of a Delta or Iceberg table, or Parquet, CSV or JSON
            lines files; folders and files by their paths, or by their addresses in an object store.
        warehouse: Contains the named tables; locations are relative to it.
        stage: The contract's stage; by default the schema of the first table that has one.
        known: Classifications in other contracts.
        credentials: The name of what opens addresses outside of the warehouse.

    Raises:
        ContractError: A contract cannot declare something, such as a column's name.
        UsageError: A table is named twice, or has no column that a contract can declare, or
            `credentials` opens nothing.
        WarehouseError: A table does not exist or cannot be read.
    """
    opened = [open_table(name, warehouse, credentials) for name in named]
    if credentials is not None and all(table.credentials is None for table in opened):
        raise UsageError(
            f"credential `{credentials}` opens none of these tables: it is for addresses outside "
            "of the warehouse; leave it out"
        )
    schemas = [table.name.partition(".")[0] for table in opened]
    stage = stage or next(filter(None, schemas), DEFAULT_STAGE)
    names = [
        table.name if schema else f"{stage.replace('-', '_')}{table.name}"
        for table, schema in zip(opened, schemas, strict=True)
    ]
    for name in names:
        if [other.lower() for other in names].count(name.lower()) > 1:
            raise UsageError(f"two of these tables would be `{name}`; run `init` for each")
    tables = [_profile_table(name, table, known) for name, table in zip(names, opened, strict=True)]
    return render_contract(stage, tables, f"{stage}.contract.yaml")


def _profile_table(name: str, opened: OpenTable, known: Classifications | None) -> TableProfile:
    rows, columns = scan(opened.types, opened.query)
    classified = _classified(name, opened, known)
    return TableProfile(
        name=name,
        rows=rows,
        columns=tuple(replace(one, classified=classified[one.name]) for one in columns),
        key=find_key(columns, rows, opened.query),
        version=opened.version,
        location=opened.location,
        credentials=opened.credentials,
        format=opened.format,
        csv=opened.csv,
        remarks=opened.remarks,
        left_out=opened.left_out,
    )


def _classified(
    name: str, opened: OpenTable, known: Classifications | None
) -> Mapping[str, str | None]:
    """Return column → its classification in another contract about the same data."""
    columns = tuple(Column(column, text, ()) for column, text in opened.types.items())
    table = Table(name, columns, (), location=opened.location, format=opened.format, csv=opened.csv)
    if known is not None:
        table = known.applied_to(table)
    return {column.name: column.classification for column in table.columns}
