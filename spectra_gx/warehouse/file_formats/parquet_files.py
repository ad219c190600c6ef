"""Parquet files as one table: their columns in Delta's words, and SQL that reads them so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import reduce
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spectra_gx.contract.column_types import struct_type
from spectra_gx.contract.sql.quoting import quote_name, quote_text
from spectra_gx.errors import FileError, WarehouseError
from spectra_gx.warehouse.arrow_types import arrow_type, type_text
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.file_formats.arrow_layouts import schema_in_memory, unread_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.warehouse.file_formats.partition_links import PartitionLinks

_WIDER: Mapping[pa.DataType, str] = {
    # Delta has no such types; these have every value of theirs.
    pa.uint8(): "short",
    pa.uint16(): "integer",
    pa.uint32(): "long",
    pa.uint64(): "decimal(20,0)",
    pa.float16(): "float",
    pa.null(): "void",
}
_DATAFUSION: Mapping[str, str] = {
    "string": "Utf8",
    "boolean": "Boolean",
    "binary": "Binary",
    "byte": "Int8",
    "short": "Int16",
    "integer": "Int32",
    "long": "Int64",
    "float": "Float32",
    "double": "Float64",
    "date": "Date32",
    "timestamp": 'Timestamp(Microsecond, Some("UTC"))',
    "timestamp_ntz": "Timestamp(Microsecond, None)",
    "void": "Null",
}
_VIEWS = {"string": "Utf8View", "binary": "BinaryView"}
"""What DataFusion reads whole columns as; to be cast from them would cost a copy of each value."""

_UNSPELLED = frozenset('"\\')


@dataclass(frozen=True)
class Part:
    """Files of a table that are laid out alike."""

    paths: Sequence[str]
    columns: Mapping[str, tuple[str, str]]
    """Column → its type as text, and the SQL that reads it as that type."""

    origins: Sequence[str] = ()
    """The files that `paths` are, or were made of."""

    partitions: Sequence[Mapping[str, object]] = ()
    """The values of the partition columns, by path; none of files without them."""

    links: PartitionLinks | None = None
    """How DataFusion finds the partition of a file."""


def types_of(parts: Sequence[Part]) -> dict[str, str]:
    """Return column → type text of a table; all its parts agree on them."""
    return {column: type_ for column, (type_, _) in parts[0].columns.items()}


def statements(name: str, columns: Sequence[str], parts: Sequence[Part]) -> Iterator[str]:
    """Yield the SQL that makes DataFusion know files under a name."""
    yield from _stored(name, parts)
    # Read under another name first: DataFusion takes a column and what is made of it for two of
    # one name, where a rule reads a field.
    typed = [quote_name(f"as typed {place}") for place in range(len(columns))]
    named = ", ".join(f"{one} AS {quote_name(c)}" for one, c in zip(typed, columns, strict=True))
    yield f"CREATE VIEW {name} AS " + " UNION ALL ".join(
        f"SELECT {named} FROM (SELECT "
        + ", ".join(f"{part.columns[c][1]} AS {one}" for one, c in zip(typed, columns, strict=True))
        + f" FROM {name}_{number}) AS p"
        for number, part in enumerate(parts)
    )


def _stored(name: str, parts: Sequence[Part]) -> Iterator[str]:
    # Statistics leave NaN out: of a file with 1.0 and NaN DataFusion would read 1.0 only.
    yield "SET datafusion.execution.collect_statistics = false"
    for number, part in enumerate(parts):
        table = f"CREATE EXTERNAL TABLE {name}_{number} STORED AS PARQUET"
        if part.links is not None:
            yield f"{table} {part.links.clauses}"
            continue
        # As addresses: no character of a path is a wildcard then.
        listed = ", ".join(quote_text(Path(path).as_uri()) for path in part.paths)
        yield f"{table} LOCATION ({listed})"


@dataclass(frozen=True)
class _Layout:
    """How a file lays out its columns."""

    schema: pa.Schema
    """As Parquet's own types have it."""

    int96: frozenset[int]
    """Leaves of the old 96-bit instants, by number."""

    written: pa.Schema | None
    """As a writer built on Arrow had it in memory; DataFusion goes by it."""


def read_parts(files: Mapping[str, str], scratch: Path) -> list[Part]:
    """Return the files as parts of one table, from their footers alone.

    `files` is file as people know it → its path on this machine; `scratch` takes what has to be
    rewritten to be read.

    Raises:
        FileError: One is not whole, not Parquet, or has other columns than the first.
    """
    layouts: dict[_Layout, list[str]] = {}
    first: dict[str, str] = {}
    first_file = next(iter(files))
    for shown, path in files.items():
        layout = _layout(shown, path)
        words = _words(layout)
        if shown == first_file:
            first = words
        elif list(words.items()) != list(first.items()):
            raise FileError(
                f"file `{shown}` has other columns than `{first_file}`: "
                f"{_difference(first, words)}; all files of a table must agree, so rewrite one of "
                "them or narrow the `location`"
            )
        layouts.setdefault(layout, []).append(path)
    readings = {name: (word, reading(name, word)) for name, word in first.items()}
    readings = _with_fine_times(readings, layouts)
    return [
        Part(_readable(layout, paths, scratch), readings, paths)
        for layout, paths in layouts.items()
    ]


def _layout(shown: str, path: str) -> _Layout:
    try:
        with pq.ParquetFile(path, coerce_int96_timestamp_unit="us") as file:
            schema = file.schema_arrow.remove_metadata()
            leaves = [file.schema.column(i).physical_type for i in range(len(file.schema))]
            written = schema_in_memory(file.metadata)
    except (pa.ArrowException, OSError):
        raise FileError(
            f"file `{shown}` is not a Parquet file, or is incomplete; "
            "restore it, or take it out of the table's `location`"
        ) from None
    if len(set(schema.names)) < len(schema.names):
        raise FileError(f"file `{shown}` names a column twice; rename one of them")
    if not schema.names:
        raise FileError(f"file `{shown}` has no columns; rewrite it")
    int96 = frozenset(i for i, physical in enumerate(leaves) if physical == "INT96")
    return _Layout(schema, int96, written)


def _readable(layout: _Layout, paths: Sequence[str], scratch: Path) -> list[str]:
    """Return the paths; of files that DataFusion cannot read, those of copies that it can."""
    if unread_column(layout.written) is None:
        return list(paths)
    return [_rewritten(path, scratch) for path in paths]


def _rewritten(path: str, scratch: Path) -> str:
    """Copy a file without its writer's Arrow schema; return the path."""
    copy = scratch / f"{len(list(scratch.iterdir()))}.parquet"
    with (
        pq.ParquetFile(path, coerce_int96_timestamp_unit="us") as file,
        pq.ParquetWriter(copy, file.schema_arrow, store_schema=False) as writer,
    ):
        for batch in file.iter_batches():
            writer.write_batch(batch)
    return str(copy)


def _words(layout: _Layout) -> dict[str, str]:
    """Return column → Delta's word for its type, or Arrow's own where Delta has none."""
    leaves = count()

    def word(arrow: pa.DataType) -> str:
        if isinstance(arrow, pa.BaseExtensionType):
            return word(arrow.storage_type)
        if pa.types.is_struct(arrow):
            return struct_type((field.name, word(field.type)) for field in arrow)
        if pa.types.is_map(arrow):
            return f"map<{word(arrow.key_type)},{word(arrow.item_type)}>"
        if pa.types.is_nested(arrow):
            return f"array<{word(arrow.value_type)}>"
        # A file numbers its leaves in this order, too.
        return "timestamp" if next(leaves) in layout.int96 else _word_of_leaf(arrow)

    return {field.name: word(field.type) for field in layout.schema}


def _word_of_leaf(arrow: pa.DataType) -> str:
    if arrow in _WIDER:
        return _WIDER[arrow]
    if pa.types.is_dictionary(arrow):
        return _word_of_leaf(arrow.value_type)
    if pa.types.is_timestamp(arrow):
        return "timestamp_ntz" if arrow.tz is None else "timestamp"
    if pa.types.is_fixed_size_binary(arrow):
        return "binary"
    if pa.types.is_decimal(arrow) and arrow.scale >= 0:
        return f"decimal({arrow.precision},{arrow.scale})"
    try:
        return type_text(arrow)
    except WarehouseError:
        return str(arrow).replace(" ", "")


def reading(column: str, word: str) -> str:
    """Return the SQL that reads a column as the type that its files declare.

    A column that no contract can declare is read as it is, and so is one whose field is named with
    what DataFusion's spelling of types has no escape for. A cast to the type that a column has
    already costs nothing: DataFusion leaves it out.
    """
    if _UNSPELLED & set(word):
        return quote_name(column)
    try:
        target = _VIEWS.get(word) or _datafusion(arrow_type(word))
    except WarehouseError:
        return quote_name(column)
    return f"arrow_cast({quote_name(column)}, {quote_text(target)})"


def _datafusion(arrow: pa.DataType) -> str:
    """Return DataFusion's spelling of a type of tables."""
    if pa.types.is_struct(arrow):
        fields = (f"{quote_name(field.name)}: {_datafusion(field.type)}" for field in arrow)
        return f"Struct({', '.join(fields)})"
    if pa.types.is_map(arrow):
        key, value = _datafusion(arrow.key_type), _datafusion(arrow.item_type)
        entries = f'Struct("key": non-null {key}, "value": {value})'
        return f'Map("entries": non-null {entries}, unsorted)'
    if pa.types.is_list(arrow):
        return f"List({_datafusion(arrow.value_type)})"
    if pa.types.is_decimal(arrow):
        return f"Decimal128({arrow.precision}, {arrow.scale})"
    return _DATAFUSION[type_text(arrow)]


def _with_fine_times(
    readings: Mapping[str, tuple[str, str]], layouts: Mapping[_Layout, Sequence[str]]
) -> dict[str, tuple[str, str]]:
    """Mark each column of nanoseconds that microseconds would cut."""
    fine: Counter[str] = Counter()
    rows = 0
    for layout, paths in layouts.items():
        names = [field.name for field in layout.schema if _holds_nanoseconds(field.type)]
        for path in paths if names else ():
            rows += _count_fine_times(path, names, fine)
    return {
        name: (f"{word} (finer than microseconds in {fine[name]:,} of {rows:,} rows)", sql)
        if fine[name]
        else (word, sql)
        for name, (word, sql) in readings.items()
    }


def _holds_nanoseconds(arrow: pa.DataType) -> bool:
    if pa.types.is_timestamp(arrow):
        return bool(arrow.unit == "ns")
    return any(_holds_nanoseconds(arrow.field(place).type) for place in range(arrow.num_fields))


def _count_fine_times(path: str, names: Sequence[str], fine: Counter[str]) -> int:
    """Count the rows of each column with more digits than microseconds; return all rows."""
    with (
        translate_errors(f"file `{path}` cannot be read"),
        pq.ParquetFile(path, coerce_int96_timestamp_unit="us") as file,
    ):
        for batch in file.iter_batches(columns=names):
            for name in names:
                fine[name] += pc.sum(_is_fine(batch.column(name))).as_py() or 0
        return int(file.metadata.num_rows)


def _is_fine(values: pa.Array) -> pa.Array:
    """Return of each row whether an instant in it has more digits than microseconds."""
    nothing = pa.repeat(pa.scalar(value=False), len(values))
    if not _holds_nanoseconds(values.type):
        return nothing
    if pa.types.is_timestamp(values.type):
        digits = values.cast(pa.int64()).fill_null(0)
        return pc.not_equal(pc.multiply(pc.divide(digits, 1000), 1000), digits)
    if pa.types.is_struct(values.type):
        return reduce(pc.or_, map(_is_fine, values.flatten()), nothing)
    if pa.types.is_map(values.type):
        fields = [("key", values.type.key_type), ("value", values.type.item_type)]
        values = values.cast(pa.list_(pa.struct(fields)))
    hit = pc.list_parent_indices(values).filter(_is_fine(values.flatten()))
    return pc.is_in(pa.arange(0, len(values)), value_set=hit.cast(pa.int64()))


def _difference(first: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Return one thing in which the columns of two files differ."""
    for name, word in words.items():
        if name not in first:
            return f"`{name}` more"
        if first[name] != word:
            return f"`{name}` is {word} where the other has {first[name]}"
    missing = [name for name in first if name not in words]
    return f"`{missing[0]}` is missing" if missing else "they are in another order"
