"""Files of every format, opened as `check` opens them, so that both see the same types.

A CSV column gets the narrowest type that all its values can be read as.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.contract.files.csv_format import PLAIN_CSV, CsvFormat
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Column, Table
from spectra_gx.errors import WarehouseError
from spectra_gx.profile.csv_detection import FoundFormat, detect_format
from spectra_gx.profile.csv_value_formats import find_value_formats
from spectra_gx.profile.json_types import find_types
from spectra_gx.warehouse.arrow_types import arrow_type, plain_types
from spectra_gx.warehouse.datafusion_sessions import new_session
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.file_formats.csv_files import read_header
from spectra_gx.warehouse.file_formats.csv_values import read_as
from spectra_gx.warehouse.file_formats.table_files import first_files, partition_values

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from deltalake import QueryBuilder

    from spectra_gx.profile.table_scan import Query, Register
    from spectra_gx.warehouse.file_formats.locations import Location
    from spectra_gx.warehouse.file_formats.table_files import TableFiles
    from spectra_gx.warehouse.warehouse import Warehouse

_WIDE = "decimal(38,0)"
_NARROWEST_FIRST = ("boolean", "long", _WIDE, "double", "date", "timestamp", "timestamp_ntz")
_WHOLE = r"\A-?\d{39,}\z"
"""Whole numbers that need a string: a double would lose most of their digits."""

_CODE = r"\A-?0\d|\A\+\d{7,}\z"
"""Digits that are not a number: `007` would lose its zeros, and `+431234567` is a telephone."""

_LONG = r"\A[^eE]*(\d\.?){16}"
"""Numbers of which a double may lose digits."""

_SAMPLE = 10_000
"""Rows by which formats of values are chosen; all rows decide on types."""


@dataclass(frozen=True)
class OpenFiles:
    """Files that can be queried."""

    types: Mapping[str, str]
    """Column → type text."""

    query: Query
    register: Register
    csv: CsvFormat = PLAIN_CSV
    remarks: tuple[str, ...] = ()
    """What was guessed, for a person to look at."""


def open_files(table: Table, warehouse: Warehouse) -> OpenFiles:
    """Open Parquet, CSV, JSON lines or Iceberg files.

    Args:
        table: Where they are, and their format; its columns are not known yet.
        warehouse: Where relative locations begin.

    Raises:
        TableNotFoundError: There is no such file.
        WarehouseError: A file cannot be read, or they do not form one table; names it.
    """
    location = warehouse.locate(table.location or "", table.credentials)
    remarks: tuple[str, ...] = ()
    types: Mapping[str, str] = {}
    if table.format is TableFormat.CSV:
        table, types, remarks = _examine_csv(table, location, warehouse)
    elif table.format is TableFormat.JSONL:
        with first_files(location) as found:
            types = find_types(found)
    elif table.format is TableFormat.PARQUET:
        folders = partition_values(location)
        types = {column: _narrowest_of(texts) for column, texts in folders.items()}
    return replace(_typed(table, types, warehouse), remarks=remarks)


def open_declared_files(table: Table, warehouse: Warehouse) -> OpenFiles:
    """Open the files of a declared table as its contract reads them, new columns included.

    Arguments and errors are as for `open_files`, but that the columns are known.
    """
    declared = {column.name: column.type for column in table.columns}
    if table.format is not TableFormat.CSV:
        return open_files(table, warehouse)
    if not table.csv.header:
        return _typed(table, declared, warehouse)
    with first_files(warehouse.locate(table.location or "", table.credentials), most=1) as files:
        [(shown, path)] = files.items()
        as_texts = dict.fromkeys(read_header(shown, path, table.csv), "string")
    texts = warehouse.pin_files(_with_columns(table, as_texts))
    with translate_errors(f"the files at `{table.location}` cannot be read"):
        found = _narrowest(texts, table.csv)
    known = {column: type_ for column, type_ in declared.items() if column in found}
    return _typed(table, {**found, **known}, warehouse)


def _typed(table: Table, types: Mapping[str, str], warehouse: Warehouse) -> OpenFiles:
    """Return files as a table of these types, as far as values can be read as such."""
    unknown = {column: type_ for column, type_ in types.items() if not _is_type(type_)}
    files = warehouse.pin_files(_with_columns(table, types, but=unknown))
    opened = query_files(files, table.location)
    return replace(opened, types={**files.types, **unknown}, csv=table.csv)


def _examine_csv(
    table: Table, location: Location, warehouse: Warehouse
) -> tuple[Table, Mapping[str, str], tuple[str, ...]]:
    """Return a table with how its files are written, the types of its columns, and remarks."""
    found, header = _detect(location)
    as_texts = dict.fromkeys(header, "string")
    table = replace(table, csv=found.format)
    texts = warehouse.pin_files(_with_columns(table, as_texts))
    with translate_errors(f"the files at `{table.location}` cannot be read"):
        values = find_value_formats(_first_rows(texts), table.csv)
        if values.format.null_values != table.csv.null_values:
            texts = warehouse.pin_files(_with_columns(replace(table, csv=values.format), as_texts))
        types = {**_narrowest(texts, values.format), **dict.fromkeys(values.unsure, "string")}
    return replace(table, csv=values.format), types, (*found.remarks, *values.remarks)


def _is_type(text: str) -> bool:
    try:
        arrow_type(text)
    except WarehouseError:
        return False
    return True


def _detect(location: Location) -> tuple[FoundFormat, Sequence[str]]:
    """Return how the first of a table's files is written, and the names of its columns."""
    with first_files(location, most=1 if location.remote else None) as files:
        found = detect_format(files)
        return found, found.names or read_header(*next(iter(files.items())), found.format)


def _first_rows(files: TableFiles) -> dict[str, pa.Array]:
    """Return the texts of each column in the first rows."""
    answer = _builder(files).execute(f"SELECT * FROM t LIMIT {_SAMPLE}")
    rows = pa.RecordBatchReader.from_stream(answer).read_all()
    return {name: rows[name].combine_chunks().cast(pa.string()) for name in rows.column_names}


def _with_columns(table: Table, types: Mapping[str, str], but: Collection[str] = ()) -> Table:
    columns = tuple(Column(column, text, ()) for column, text in types.items() if column not in but)
    return replace(table, columns=columns)


def query_files(files: TableFiles, location: str | None) -> OpenFiles:
    """Return pinned files as a table that can be queried; messages call it by its location."""
    builder = _builder(files)

    def query(sql: str) -> pa.Table:
        with translate_errors(f"the files at `{location}` cannot be read"):
            # The builder reads files that `files` keeps open.
            files.check_unchanged()
            return plain_types(pa.RecordBatchReader.from_stream(builder.execute(sql)).read_all())

    def register(session: QueryBuilder, name: str) -> None:
        files.check_unchanged()
        for statement in files.statements(name):
            session.execute(statement).read_all()

    return OpenFiles(files.types, query, register)


def _builder(files: TableFiles) -> QueryBuilder:
    builder = new_session()
    for statement in files.statements("t"):
        builder.execute(statement).read_all()
    return builder


def _narrowest_of(values: Sequence[str | None]) -> str:
    texts = pa.array(values, pa.string()).drop_null()
    kinds = [kind for kind in _NARROWEST_FIRST if len(texts) and _reads_as(texts, kind, PLAIN_CSV)]
    return kinds[0] if kinds else "string"


def _narrowest(files: TableFiles, written: CsvFormat) -> dict[str, str]:
    """Return the narrowest type of each column that all its values can be read as."""
    # Dates without separators could be read as numbers, too.
    kinds = sorted(_NARROWEST_FIRST, key=lambda one: one != "date" or written.date_format is None)
    left = {column: list(kinds) for column in files.types}
    filled: set[str] = set()
    answer = _builder(files).execute("SELECT * FROM t")
    for batch in pa.RecordBatchReader.from_stream(answer):
        for column, values in zip(batch.schema.names, batch.columns, strict=True):
            texts = values.cast(pa.string()).drop_null()
            if len(texts):
                filled.add(column)
                left[column] = [kind for kind in left[column] if _reads_as(texts, kind, written)]
    return {
        column: kinds[0] if kinds and column in filled else "string"
        for column, kinds in left.items()
    }


def _reads_as(texts: pa.Array, kind: str, written: CsvFormat) -> bool:
    unfit = {"long": _CODE, _WIDE: _CODE, "double": f"{_CODE}|{_WHOLE}"}.get(kind)
    if unfit is not None and pc.any(pc.match_substring_regex(texts, unfit)).as_py():
        return False
    values = read_as(texts, kind, written)
    return bool(values.null_count == 0 and (kind != "double" or _keeps_digits(texts, values)))


def _keeps_digits(texts: pa.Array, values: pa.Array) -> bool:
    """Return whether the shortest text of each double is the same number as the text it is of."""
    long = pc.match_substring_regex(texts, _LONG)
    pairs = zip(texts.filter(long).to_pylist(), values.filter(long).to_pylist(), strict=True)
    return all(_digits(text) == _digits(f"{Decimal(repr(value)):f}") for text, value in pairs)


def _digits(text: str) -> str:
    """Return the digits of a number but for zeros at its ends."""
    return re.sub(r"\D", "", text).strip("0")
