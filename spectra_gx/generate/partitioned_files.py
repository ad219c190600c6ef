"""Write Parquet files into folders that are named after the values of columns."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from spectra_gx.contract.column_types import NUMBERS, TIMES, Family, family
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.warehouse.file_formats.locations import ANY_DEPTH, WILDCARD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spectra_gx.contract.model import Table
    from spectra_gx.store.store import Store

_ANY_VALUE = re.compile(r"([^=*?\[]+)=\*")
_NULL = "__HIVE_DEFAULT_PARTITION__"
_IN_NAMES = NUMBERS | TIMES | {Family.TEXT, Family.BOOLEAN}


class Partitions(NamedTuple):
    """The folders that a table's files are in, such as `day=2026-01-31`."""

    folder: str
    """What they are below."""

    columns: tuple[str, ...]
    """From the outermost folder to the innermost."""

    file: str
    """Name of the files, with `*` where they differ."""


def partitions_in(table: Table) -> Partitions | None:
    """Return the folders that a location such as `sales/day=*/*.parquet` selects.

    None where it selects none, or others than one per value of each column.
    """
    parts = (table.location or "").split("/")
    named = [number for number, part in enumerate(parts) if _ANY_VALUE.fullmatch(part)]
    if not named or table.format is not TableFormat.PARQUET:
        return None
    before, inside = parts[: named[0]], parts[named[-1] + 1 :]
    columns = tuple(unquote(part[: -len("=*")]) for part in parts[named[0] : named[-1] + 1])
    [file, *deeper] = [part for part in inside if part not in ("", ANY_DEPTH)] or ["part-*.parquet"]
    if (
        len(columns) == len(named)
        and not deeper
        and not WILDCARD.search("/".join(before) + file.replace("*", "", 1))
        and "*" in file
        and _are_last(columns, table)
    ):
        return Partitions("/".join(before), columns, file)
    return None


def _are_last(columns: tuple[str, ...], table: Table) -> bool:
    """Return whether a table can have columns that come from the names of folders."""
    types = {column.name: column.type for column in table.columns}
    if not all(column in types and family(types[column]) in _IN_NAMES for column in columns):
        return False
    ordered = any(rule.kind == "column_order" for rule in table.rules)
    return not ordered or tuple(types)[-len(columns) :] == columns


def write_partitions(partitions: Partitions, parts: Iterable[pa.Table], store: Store) -> None:
    """Write the rows of a table, each into the folder of its values."""
    for number, part in enumerate(parts):
        with tempfile.TemporaryDirectory(prefix="spectra-gx-") as scratch:
            _write_part(partitions, part, number, scratch)
            for file in Path(scratch).rglob("*.parquet"):
                below = file.relative_to(scratch).parent
                name = partitions.file.replace("*", file.stem, 1)
                store.write(f"{partitions.folder}/{below}/{name}".lstrip("/"), file.read_bytes())


def _write_part(partitions: Partitions, part: pa.Table, number: int, folder: str) -> None:
    for column in partitions.columns:
        place = part.column_names.index(column)
        part = part.set_column(place, column, part[column].cast(pa.string()))
    part = part.sort_by([(column, "ascending") for column in partitions.columns])
    if not part.num_rows:
        empty = Path(folder, *(f"{column}={_NULL}" for column in partitions.columns))
        empty.mkdir(parents=True)
        pq.write_table(part.drop_columns(list(partitions.columns)), empty / "0.parquet")
        return
    fields = [pa.field(column, pa.string()) for column in partitions.columns]
    ds.write_dataset(
        part,
        folder,
        format="parquet",
        partitioning=ds.partitioning(pa.schema(fields), flavor="hive"),
        basename_template=f"{number}-{{i}}.parquet",
        max_partitions=part.num_rows,
        use_threads=False,
    )
