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
from spectra_gx.store.addresses import is_store_address
from spectra_gx.warehouse.delta import data_files, handles, reads, schemas
from spectra_gx.warehouse.delta.table_place import TablePlace
from spectra_gx.warehouse.iceberg.metadata_files import is_iceberg, is_metadata_file
from spectra_gx.warehouse.warehouse import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deltalake import DeltaTable

    from spectra_gx.profile.table_scan import Query
    from spectra_gx.warehouse.file_formats.locations import Location
    from spectra_gx.warehouse.warehouse import Warehouse

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*")
_UNFIT = re.compile(r"\W+", re.ASCII)
_FORMATS = {
    ".parquet": TableFormat.PARQUET,
    **dict.fromkeys((".csv", ".tsv", ".tab"), TableFormat.CSV),
    **dict.fromkeys((".jsonl", ".ndjson"), TableFormat.JSONL),
}
_COMPRESSED = (".gz", ".zst", ".bz2")


@dataclass(frozen=True)
class OpenTable:
    """A table that can be queried, pinned to a version."""

    name: str
    """`schema.table`; the schema is empty if the stage decides it."""

    types: Mapping[str, str]
    """Canonical type texts, by column."""

    query: Query
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

    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column that no contract can declare → reason."""


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
    opened = _open(named, warehouse, credentials)
    left_out: dict[str, str] = {}
    declared: dict[str, str] = {}
    for column, text in opened.types.items():
        reason = _find_obstacle(column, text)
        if reason is None and opened.format is TableFormat.DELTA and column.lower() in declared:
            other = declared[column.lower()]
            reason = f'differs from "{other}" only by case, which Delta refuses; rename one'
        if reason is None:
            declared[column.lower()] = column
        else:
            left_out[column] = reason
    if len(left_out) == len(opened.types):
        column, reason = next(iter(left_out.items()))
        raise UsageError(f"no column of `{named}` can be declared: column {quote(column)} {reason}")
    types = {column: text for column, text in opened.types.items() if column not in left_out}
    return replace(opened, types=types, left_out=left_out)


def _open(named: str, warehouse: Warehouse, credentials: str | None) -> OpenTable:
    if is_store_address(named):
        return _open_location(
            named, *_outside(named.rstrip("/"), warehouse, credentials), warehouse
        )
    is_file = Path(named).exists() or _suffix(PurePosixPath(named)) in _FORMATS
    if _NAME.fullmatch(named) and (warehouse.exists(named) or not is_file):
        table = data_files.verify_files(warehouse.open(named), named)
        return _of_delta(named, table)
    path = Path(named).absolute()
    below = warehouse.store.path_of(os.path.normpath(path))
    location = path.as_posix() if below in (None, ".") else str(below)
    return _open_location(named, location, None, warehouse)


def _outside(address: str, warehouse: Warehouse, credentials: str | None) -> tuple[str, str | None]:
    """Return the location of an address, and what opens it: the warehouse's own what is in it."""
    below = warehouse.store.path_of(address)
    return (address, credentials) if below is None else (below, None)


def _open_location(
    named: str, location: str, credentials: str | None, warehouse: Warehouse
) -> OpenTable:
    found = warehouse.locate(location, credentials)
    name = "." + _word(PurePosixPath(location))
    place = TablePlace(found.store, found.path)
    if (found.remote or Path(found.uri).is_dir()) and handles.is_table(place):
        folder, _, steps = location.partition("/")
        inside = steps.replace("/", ".")
        table = data_files.verify_files(handles.open_table(place, named), named)
        if folder == TABLES and _NAME.fullmatch(inside) is not None:
            return _of_delta(inside, table)
        return replace(_of_delta(name, table), location=location, credentials=credentials)
    if is_metadata_file(found.path):
        name = "." + _word(PurePosixPath(location).parent.parent)
    format_ = _format_of(found)
    if format_ is None:
        raise TableNotFoundError(
            f"there is no table at `{named}`; name one as `schema.table`, the folder of a Delta or "
            "Iceberg table, or files that end in `.parquet`, `.csv`, `.tsv` or `.jsonl`"
        )
    from spectra_gx.profile.file_access import open_files  # noqa: PLC0415  # few tables are files

    table = Table(name, (), (), location=location, credentials=credentials, format=format_)
    opened = open_files(table, warehouse)
    return OpenTable(
        name,
        opened.types,
        opened.query,
        location=location,
        credentials=credentials,
        format=format_,
        csv=opened.csv,
        remarks=opened.remarks,
    )


def _of_delta(name: str, table: DeltaTable) -> OpenTable:
    types = schemas.columns_of(table)
    return OpenTable(name, types, lambda sql: reads.query(table, sql), table.version())


def _format_of(location: Location) -> TableFormat | None:
    """Return the format by the suffix of a file or pattern, or of the first file in a folder."""
    if is_metadata_file(location.path) or is_iceberg(location):
        return TableFormat.ICEBERG
    if format_ := _FORMATS.get(_suffix(PurePosixPath(location.path))):
        return format_
    inside = map(PurePosixPath, sorted(location.store.sizes(location.path)))
    return next((_FORMATS[_suffix(file)] for file in inside if _suffix(file) in _FORMATS), None)


def _suffix(path: PurePosixPath) -> str:
    """Return the ending of a file's name, or of what it was before it was compressed."""
    plain = path.with_suffix("") if path.suffix in _COMPRESSED and path.name else path
    return plain.suffix.lower()


def _word(path: PurePosixPath) -> str:
    """Return the name of a table for a path: its last part that is not a pattern."""
    plain = path.with_suffix("") if path.suffix in _COMPRESSED else path
    for part in (plain.stem if _suffix(path) in _FORMATS else path.name, *path.parts[-2::-1]):
        word = _UNFIT.sub("_", part).strip("_")
        if word:
            return word if not word[0].isdigit() else f"_{word}"
    return "table"


def _find_obstacle(column: str, text: str) -> str | None:
    """Return why no contract can declare a column; None if one can."""
    if not column.strip() or not column.isprintable():
        return "has a name that no contract can declare; give it one of printable characters"
    try:
        canonical_type(text)
    except ValueError:
        return f"is stored as {text}, which is not a type of the contract language"
    return None
