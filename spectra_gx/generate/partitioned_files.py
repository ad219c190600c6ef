"""Write Parquet files into folders that are named after the values of columns."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from spectra_gx.contract.column_types import NUMBERS, TIMES, Family, family
from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.warehouse.file_formats.locations import ANY_DEPTH, WILDCARD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from spectra_gx.contract.model import Table
    from spectra_gx.store.store import Store

_ANY_VALUE = re.compile(r"([^=*?\[]+)=\*")
_NULL = "__HIVE_DEFAULT_PARTITION__"
_IN_NAMES = NUMBERS | TIMES | {Family.TEXT, Family.BOOLEAN}


class Partitions(NamedTuple):
    """The folders that a table's files are in, such as `day=2026-01-31`."""

    folder: str
    """What they are below."""

    names: Mapping[str, str]
    """Column → what its folders are named, before the value; the outermost first."""

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
    folders = [part.rstrip("*") for part in parts[named[0] : named[-1] + 1]]
    names = {unquote(folder.rstrip("=")): folder for folder in folders}
    [file, *deeper] = [part for part in inside if part not in ("", ANY_DEPTH)] or ["part-*.parquet"]
    if (
        len(names) == len(folders) == len(named)
        and not deeper
        and not WILDCARD.search("/".join(before) + file.replace("*", "", 1))
        and "*" in file
        and _are_last(names, table)
    ):
        return Partitions("/".join(before), names, file)
    return None


def _are_last(columns: Collection[str], table: Table) -> bool:
    """Return whether a table can have columns that come from the names of folders."""
    types = {column.name: column.type for column in table.columns}
    if not all(column in types and family(types[column]) in _IN_NAMES for column in columns):
        return False
    ordered = any(rule.kind == "column_order" for rule in table.rules)
    return not ordered or list(types)[-len(columns) :] == list(columns)


def write_partitions(partitions: Partitions, parts: Iterable[pa.Table], store: Store) -> None:
    """Write the rows of a table, each into the folder of its values."""
    for number, part in enumerate(parts):
        texts = [part[column].cast(pa.string()).to_pylist() for column in partitions.names]
        rows = part.drop_columns(list(partitions.names))
        file = partitions.file.replace("*", str(number), 1)
        # Without any row there is a folder all the same: a table without a file is none.
        folders = [_folder(partitions, row) for row in zip(*texts, strict=True)]
        named, which = np.unique(folders or [_folder(partitions, ())], return_inverse=True)
        order = np.argsort(which, kind="stable") if folders else np.zeros(0, np.int64)
        ends = np.cumsum(np.bincount(which)) if folders else [0]
        for folder, first, end in zip(named, [0, *ends[:-1]], ends, strict=True):
            store.write(f"{folder}/{file}", _parquet(rows.take(pa.array(order[first:end]))))


def _folder(partitions: Partitions, values: Sequence[str | None]) -> str:
    named = zip_longest(partitions.names.values(), values)
    parts = [name + (_NULL if text is None else quote(text, safe=" ")) for name, text in named]
    return "/".join([*filter(None, [partitions.folder]), *parts])


def _parquet(rows: pa.Table) -> bytes:
    with BytesIO() as file:
        pq.write_table(rows, file)
        return file.getvalue()
