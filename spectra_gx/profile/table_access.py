"""Tables named on the command line: `schema.table` of the warehouse, a path, or an address."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import canonical_type
from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.files.csv_format import PLAIN_CSV, CsvFormat
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Table
from spectra_gx.errors import TableNotFoundError, UsageError
from spectra_gx.profile.file_names import FORMATS, TEXTS, suffix_of, table_word
from spectra_gx.store.addresses import is_store_address
from spectra_gx.warehouse.delta import data_files, handles, reads, schemas
from spectra_gx.warehouse.delta.table_place import TablePlace
from spectra_gx.warehouse.delta.valid_handles import valid_now
from spectra_gx.warehouse.iceberg.metadata_files import is_iceberg, is_metadata_file
from spectra_gx.warehouse.warehouse import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deltalake import DeltaTable, QueryBuilder

    from spectra_gx.engines.databases.inspection.catalogue import DeclaredKeys
    from spectra_gx.profile.file_access import OpenFiles
    from spectra_gx.profile.table_scan import Query, Register
    from spectra_gx.warehouse.file_formats.locations import Location
    from spectra_gx.warehouse.warehouse import Warehouse

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class OpenTable:
    """A table that can be queried, pinned to a version."""

    name: str
    """`schema.table`; the schema is empty if the stage decides it."""

    types: Mapping[str, str]
    """Canonical type texts, by column."""

    query: Query
    register: Register
    version: int | None = None
    """Delta version; None for files."""

    location: str | None = None
    """As written in a contract; None for a table of the warehouse."""

    credentials: str | None = None
    """The name of what opens the location."""

    format: TableFormat = TableFormat.DELTA
    csv: CsvFormat = PLAIN_CSV
    remarks: tuple[str, ...] = ()
    """What was guessed, for a person to look at."""

    partitioned_by: tuple[str, ...] = ()
    """Of a Delta table: its partition columns."""

    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column that no contract can declare → reason."""

    declared: DeclaredKeys | None = None
    """What the database that it is in declares of it."""


def open_table(named: str, warehouse: Warehouse, credentials: str | None = None) -> OpenTable:
    """Open a table by its name, path or address.

    Args:
        named: Which.
        warehouse: Contains the tables with a name; relative locations begin there.
        credentials: The name of what opens an address outside of it.

    Raises:
        TableNotFoundError: It does not exist.
        UsageError: It has no column that a contract can declare.
        WarehouseError: It cannot be read.
    """
    opened = without_obstacles(_open(named, warehouse, credentials))
    if not opened.types:
        column, reason = next(iter(opened.left_out.items()))
        raise UsageError(f"no column of `{named}` can be declared: column {quote(column)} {reason}")
    return opened


def without_obstacles(opened: OpenTable) -> OpenTable:
    """Return a table with the columns that a contract can declare; the others are left out."""
    left_out: dict[str, str] = {}
    declared: dict[str, str] = {}
    for column, text in opened.types.items():
        reason = find_obstacle(column, text)
        if reason is None and opened.format is TableFormat.DELTA and column.lower() in declared:
            other = declared[column.lower()]
            reason = f'differs from "{other}" only by case, which Delta refuses; rename one'
        if reason is None:
            declared[column.lower()] = column
        else:
            left_out[column] = reason
    types = {column: text for column, text in opened.types.items() if column not in left_out}
    return replace(opened, types=types, left_out=left_out)


def _open(named: str, warehouse: Warehouse, credentials: str | None) -> OpenTable:
    if _is_name(named, warehouse):
        table = data_files.verify_files(warehouse.open(named), named)
        return of_delta(named, table)
    return _open_location(named, *location_of(named, warehouse, credentials), warehouse)


def locate_named(named: str, warehouse: Warehouse, credentials: str | None) -> Location | None:
    """Return the place that a path or an address names; None for the name of a table.

    Raises:
        WarehouseError: Nothing of that kind can be read.
    """
    if _is_name(named, warehouse):
        return None
    return warehouse.locate(*location_of(named, warehouse, credentials))


def _is_name(named: str, warehouse: Warehouse) -> bool:
    """Return whether something is the name of a table in the warehouse, rather than a file's."""
    if is_store_address(named) or not _NAME.fullmatch(named):
        return False
    is_file = Path(named).exists() or suffix_of(PurePosixPath(named)) in FORMATS
    return warehouse.exists(named) or not is_file


def location_of(
    named: str, warehouse: Warehouse, credentials: str | None
) -> tuple[str, str | None]:
    """Return the location that a contract has of a path or an address, and what opens it."""
    if is_store_address(named):
        return _outside(named.rstrip("/"), warehouse, credentials)
    path = Path(named).absolute()
    below = warehouse.store.path_of(os.path.normpath(path))
    return (path.as_posix() if below in (None, ".") else str(below)), None


def _outside(address: str, warehouse: Warehouse, credentials: str | None) -> tuple[str, str | None]:
    """Return the location of an address, and what opens it: the warehouse's own what is in it."""
    below = warehouse.store.path_of(address)
    return (address, credentials) if below is None else (below, None)


def _open_location(
    named: str, location: str, credentials: str | None, warehouse: Warehouse
) -> OpenTable:
    found = warehouse.locate(location, credentials)
    name = "." + table_word(PurePosixPath(location))
    place = TablePlace(found.store, found.path)
    if (found.remote or Path(found.uri).is_dir()) and handles.is_table(place):
        folder, _, steps = location.partition("/")
        inside = steps.replace("/", ".")
        table = data_files.verify_files(handles.open_table(place, named), named)
        if folder == TABLES and _NAME.fullmatch(inside) is not None:
            return of_delta(inside, table)
        return replace(of_delta(name, table), location=location, credentials=credentials)
    if is_metadata_file(found.path):
        name = "." + table_word(PurePosixPath(location).parent.parent)
    format_ = _format_of(found)
    if format_ is None:
        raise TableNotFoundError(
            f"there is no table at `{named}`; name one as `schema.table`, the folder of a Delta or "
            "Iceberg table, or files that end in `.parquet`, `.csv`, `.tsv`, `.txt` or `.jsonl`"
        )
    from spectra_gx.profile.file_access import open_files  # noqa: PLC0415  # few tables are files

    table = Table(name, (), (), location=location, credentials=credentials, format=format_)
    return of_files(table, open_files(table, warehouse))


def of_files(table: Table, opened: OpenFiles) -> OpenTable:
    """Return files as a table that can be queried."""
    return OpenTable(
        table.name,
        opened.types,
        opened.query,
        opened.register,
        location=table.location,
        credentials=table.credentials,
        format=table.format,
        csv=opened.csv,
        remarks=opened.remarks,
    )


def of_delta(name: str, table: DeltaTable) -> OpenTable:
    """Return a Delta table, pinned at its version, as one that can be queried."""

    def register(session: QueryBuilder, alias: str) -> None:
        session.register(alias, valid_now(table))

    return OpenTable(
        name,
        schemas.columns_of(table),
        lambda sql: reads.query(table, sql),
        register,
        table.version(),
        partitioned_by=tuple(table.metadata().partition_columns),
    )


def _format_of(location: Location) -> TableFormat | None:
    """Return the format by the suffix of a file or pattern, or of the first file in a folder."""
    if is_metadata_file(location.path) or is_iceberg(location):
        return TableFormat.ICEBERG
    suffix = suffix_of(PurePosixPath(location.path))
    if format_ := FORMATS.get(suffix):
        return format_
    if suffix in TEXTS and location.store.exists(location.path):
        return TableFormat.CSV
    inside = map(PurePosixPath, sorted(location.store.sizes(location.path)))
    return next((FORMATS[suffix_of(file)] for file in inside if suffix_of(file) in FORMATS), None)


def find_obstacle(column: str, text: str) -> str | None:
    """Return why no contract can declare a column; None if one can."""
    if not column.strip() or not column.isprintable():
        return "has a name that no contract can declare; give it one of printable characters"
    try:
        canonical_type(text)
    except ValueError:
        return f"is stored as {text}, which is not a type of the contract language"
    return None
