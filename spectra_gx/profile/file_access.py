"""Parquet and CSV files, opened as `check` opens them, so that both see the same types.

A CSV column gets the narrowest type that all its values can be read as.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Column, Table
from spectra_gx.warehouse.arrow_types import plain_types
from spectra_gx.warehouse.datafusion_sessions import new_session
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.file_formats.csv_files import read_as
from spectra_gx.warehouse.file_formats.table_files import first_header, partition_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deltalake import QueryBuilder

    from spectra_gx.profile.table_scan import Query
    from spectra_gx.warehouse.file_formats.table_files import TableFiles
    from spectra_gx.warehouse.warehouse import Warehouse

_WIDE = "decimal(38,0)"
_NARROWEST_FIRST = ("boolean", "long", _WIDE, "double", "date", "timestamp", "timestamp_ntz")
_WHOLE = r"\A-?\d{39,}\z"
"""Whole numbers that need a string: a double would lose most of their digits."""

_CODE = r"\A-?0\d"
"""Digits that are not a number: `007` would lose its zeros."""


def open_files(table: Table, warehouse: Warehouse) -> tuple[Mapping[str, str], Query]:
    """Return the column types of Parquet or CSV files, and a function that queries them.

    Args:
        table: Where they are, and their format; its columns are not known yet.
        warehouse: Where relative locations begin.

    Raises:
        TableNotFoundError: There is no such file.
        WarehouseError: A file cannot be read, or they do not form one table; names it.
    """
    types: Mapping[str, str]
    location = warehouse.locate(table.location or "", table.credentials)
    if table.format is TableFormat.PARQUET:
        folders = partition_values(location)
        types = {column: _narrowest_of(texts) for column, texts in folders.items()}
    elif table.format is TableFormat.ICEBERG:
        types = {}
    else:
        # Other problems of a file are reported when it is read.
        header = first_header(location)
        texts = warehouse.pin_files(_with_columns(table, dict.fromkeys(header, "string")))
        with translate_errors(f"the files at `{table.location}` cannot be read"):
            types = _narrowest(texts)
    files = warehouse.pin_files(_with_columns(table, types))
    return files.types, _make_query(files, table.location)


def _with_columns(table: Table, types: Mapping[str, str]) -> Table:
    columns = tuple(Column(column, text, ()) for column, text in types.items())
    return replace(table, columns=columns)


def _make_query(files: TableFiles, location: str | None) -> Query:
    builder = _builder(files)

    def query(sql: str) -> pa.Table:
        with translate_errors(f"the files at `{location}` cannot be read"):
            # The builder reads files that `files` keeps open.
            files.check_unchanged()
            return plain_types(pa.RecordBatchReader.from_stream(builder.execute(sql)).read_all())

    return query


def _builder(files: TableFiles) -> QueryBuilder:
    builder = new_session()
    for statement in files.statements("t"):
        builder.execute(statement).read_all()
    return builder


def _narrowest_of(values: Sequence[str | None]) -> str:
    texts = pa.array(values, pa.string()).drop_null()
    kinds = [kind for kind in _NARROWEST_FIRST if len(texts) and _reads_as(texts, kind)]
    return kinds[0] if kinds else "string"


def _narrowest(files: TableFiles) -> dict[str, str]:
    """Return the narrowest type of each column that all its values can be read as."""
    left = {column: list(_NARROWEST_FIRST) for column in files.types}
    filled: set[str] = set()
    answer = _builder(files).execute("SELECT * FROM t")
    for batch in pa.RecordBatchReader.from_stream(answer):
        for column, values in zip(batch.schema.names, batch.columns, strict=True):
            texts = values.cast(pa.string()).drop_null()
            if len(texts):
                filled.add(column)
                left[column] = [kind for kind in left[column] if _reads_as(texts, kind)]
    return {
        column: kinds[0] if kinds and column in filled else "string"
        for column, kinds in left.items()
    }


def _reads_as(texts: pa.Array, kind: str) -> bool:
    unfit = {"long": _CODE, _WIDE: _CODE, "double": f"{_CODE}|{_WHOLE}"}.get(kind)
    if unfit is not None and pc.any(pc.match_substring_regex(texts, unfit)).as_py():
        return False
    return bool(read_as(texts, kind).null_count == 0)
