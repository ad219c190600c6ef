"""Write the rows of a table, some thousands at a time, as its contract says it is stored."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.errors import UsageError, WarehouseError
from spectra_gx.generate.csv_writing import CsvWriter
from spectra_gx.generate.json_writing import JsonLinesWriter
from spectra_gx.generate.partitioned_files import partitions_in, write_partitions
from spectra_gx.generate.plan.row_selection import CHUNK
from spectra_gx.generate.target import first_file
from spectra_gx.generate.values.domains import UnmetError
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.delta import handles, writes
from spectra_gx.warehouse.delta.table_place import TablePlace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from spectra_gx.contract.model import Table
    from spectra_gx.generate.rows.table_rows import TableRows
    from spectra_gx.warehouse.warehouse import Warehouse

_COMMIT = 8
"""Parts in one file, where files keep the order of rows."""

EXTRA_COLUMN = "not_in_the_contract"


@dataclass(frozen=True)
class Layout:
    """How a table is stored, where that breaks a rule on purpose."""

    extra_column: bool = False
    reversed_columns: bool = False
    no_partitions: bool = False


def write_table(
    table: Table, rows: TableRows, warehouse: Warehouse, layout: Layout, run: str
) -> None:
    """Write all rows of a table.

    Raises:
        WarehouseError: It could not be written.
        UnmetError: No value satisfies everything that a column has to.
    """
    columns = {column.name: column.type for column in table.columns}
    if layout.reversed_columns:
        columns = dict(reversed(columns.items()))
    if layout.extra_column:
        columns[EXTRA_COLUMN] = "string"
    parts = _parts(rows, columns)
    if table.format is TableFormat.DELTA:
        _write_delta(table, columns, parts, warehouse, layout, run)
    else:
        _write_file(table, arrow_schema(columns), parts, warehouse)


def _parts(rows: TableRows, columns: Mapping[str, str]) -> Iterator[pa.Table]:
    schema = arrow_schema(columns)
    for first in range(0, max(rows.count, 1), CHUNK):
        try:
            part = rows.chunk(first, CHUNK)
        except UnmetError as error:
            raise unmet(error) from None
        if EXTRA_COLUMN in columns:
            part = part.append_column(EXTRA_COLUMN, pa.nulls(part.num_rows, pa.string()))
        yield part.select(list(columns)).cast(schema)


def unmet(error: UnmetError) -> UsageError:
    """Return what to tell somebody whose rules no row satisfies."""
    table, *columns = error.args or ("a table",)
    named = ", ".join(f"`{column}`" for column in columns) or "some column"
    return UsageError(
        f"no value of {named} in `{table}` satisfies all rules that apply to a row together; "
        "change one of them"
    )


def _write_delta(
    table: Table,
    columns: Mapping[str, str],
    parts: Iterator[pa.Table],
    warehouse: Warehouse,
    layout: Layout,
    run: str,
) -> None:
    place = warehouse.place(table.name)
    if table.location is not None:
        location = warehouse.locate(table.location, table.credentials)
        place = TablePlace(location.store, location.path)
    partitions = [rule.columns for rule in table.rules if rule.kind == "partitioned_by"]
    by = partitions[0] if partitions and not layout.no_partitions else ()
    in_order = any(rule.kind in ("sorted", "expect") for rule in table.rules) and not by
    groups = _grouped(parts) if in_order else iter([parts])
    writes.write_stream(
        None, place, table.name, columns, next(groups), execution_id=run, partition_by=by
    )
    for group in groups:
        # Files of one commit are in no order; each of these is a commit of its own.
        handle = handles.open_table(place, table.name)
        writes.write_stream(
            handle, place, table.name, columns, group, execution_id=run, append=True
        )


def _grouped(parts: Iterator[pa.Table]) -> Iterator[list[pa.Table]]:
    group: list[pa.Table] = []
    for part in parts:
        group.append(part)
        if len(group) == _COMMIT:
            yield group
            group = []
    if group:
        yield group


def _write_file(
    table: Table, schema: pa.Schema, parts: Iterable[pa.Table], warehouse: Warehouse
) -> None:
    partitions = partitions_in(table)
    try:
        if partitions is not None:
            write_partitions(partitions, parts, warehouse.store)
        else:
            warehouse.store.write(first_file(table), _file(table, schema, parts))
    except UnicodeEncodeError as error:
        odd = error.object[error.start : error.end]
        raise UsageError(
            f"table `{table.name}` cannot be written in {table.csv.encoding}, which does not have "
            f"{quote(odd)}; change its `csv`, or the rules or names that lead to it"
        ) from None
    except (OSError, pa.ArrowException) as error:
        raise WarehouseError(
            f"table `{table.name}` cannot be written as {table.format}: {error}"
        ) from None


def _file(table: Table, schema: pa.Schema, parts: Iterable[pa.Table]) -> bytes:
    """Return the content of a file of all rows."""
    with tempfile.TemporaryFile(prefix="spectra-gx-") as file:
        if table.format is TableFormat.PARQUET:
            with pq.ParquetWriter(file, schema) as writer:
                for part in parts:
                    writer.write_table(part)
        else:
            texts = (
                CsvWriter(file, schema.names, table.csv)
                if table.format is TableFormat.CSV
                else JsonLinesWriter(file, schema)
            )
            for part in parts:
                texts.write_table(part)
        file.seek(0)
        return file.read()
