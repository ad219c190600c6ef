"""Parquet files as one table: their columns in Delta's words, and SQL that reads them so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import QueryBuilder

from spectra_gx.errors import FileError, WarehouseError
from spectra_gx.warehouse.delta import quoted, told_kindly
from spectra_gx.warehouse.types import arrow_type, type_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WIDER: Mapping[pa.DataType, str] = {
    # Delta has no such types; these hold every value of theirs.
    pa.uint8(): "short",
    pa.uint16(): "integer",
    pa.uint32(): "long",
    pa.uint64(): "decimal(20,0)",
    pa.float16(): "float",
    pa.null(): "void",
}
_DATAFUSION: Mapping[str, str] = {
    "string": "Utf8",
    "binary": "Binary",
    "short": "Int16",
    "integer": "Int32",
    "long": "Int64",
    "float": "Float32",
    "date": "Date32",
    "timestamp": 'Timestamp(Microsecond, Some("UTC"))',
    "timestamp_ntz": "Timestamp(Microsecond, None)",
}
_VIEWS = {"string": (pa.string(), pa.string_view()), "binary": (pa.binary(), pa.binary_view())}


@dataclass(frozen=True)
class Part:
    """Files of a table that are laid out alike."""

    paths: Sequence[str]
    columns: Mapping[str, tuple[str, str]]
    """Column → its type as text, and the SQL that reads it as that type."""


def types_of(parts: Sequence[Part]) -> dict[str, str]:
    """Return column → type text of a table; all its parts agree on them."""
    return {column: type_ for column, (type_, _) in parts[0].columns.items()}


def statements(name: str, columns: Sequence[str], parts: Sequence[Part]) -> Iterator[str]:
    """Yield the SQL that makes DataFusion know files under a name."""
    yield from _stored(name, parts)
    yield f"CREATE VIEW {name} AS " + " UNION ALL ".join(
        "SELECT "
        + ", ".join(f"{part.columns[column][1]} AS {quoted(column)}" for column in columns)
        + f" FROM {name}_{number}"
        for number, part in enumerate(parts)
    )


def _stored(name: str, parts: Sequence[Part]) -> Iterator[str]:
    # Dates far away, which some engines write for "never", would overflow in nanoseconds.
    yield "SET datafusion.execution.parquet.coerce_int96 = 'us'"
    # Statistics leave NaN out: of a file that holds 1.0 and NaN DataFusion would read 1.0 only.
    yield "SET datafusion.execution.collect_statistics = false"
    for number, part in enumerate(parts):
        # As addresses: no character of a path is a wildcard then.
        addresses = (Path(path).as_uri().replace("'", "''") for path in part.paths)
        listed = ", ".join(f"'{address}'" for address in addresses)
        yield f"CREATE EXTERNAL TABLE {name}_{number} STORED AS PARQUET LOCATION ({listed})"


def read_parts(files: Mapping[str, str]) -> list[Part]:
    """Return the files as parts of one table, from their footers alone.

    Args:
        files: File as people know it → where it stands on this machine.

    Raises:
        FileError: One is not whole, not Parquet, or has other columns than the first.
    """
    layouts: dict[tuple[pa.Schema, frozenset[str]], list[str]] = {}
    first: dict[str, str] = {}
    first_file = next(iter(files))
    for shown, path in files.items():
        schema, int96 = _footer(shown, path)
        words = {field.name: _word(field, int96) for field in schema}
        if shown == first_file:
            first = words
        elif list(words.items()) != list(first.items()):
            raise FileError(
                f"file `{shown}` has other columns than `{first_file}`: "
                f"{_difference(first, words)}; all files of a table must agree, so rewrite one of "
                "them or narrow the `location`"
            )
        layouts.setdefault((schema, int96), []).append(path)
    parts = [
        Part(paths, {f.name: (first[f.name], _reading(f, first[f.name])) for f in schema})
        for (schema, _), paths in layouts.items()
    ]
    return _with_fine_times(parts, list(layouts))


def _footer(shown: str, path: str) -> tuple[pa.Schema, frozenset[str]]:
    """Return a file's schema, and its columns of the old 96-bit instants."""
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow.remove_metadata()
            stored = [file.schema.column(i) for i in range(len(file.schema))]
    except (pa.ArrowException, OSError):
        raise FileError(
            f"file `{shown}` is no Parquet file, or not a whole one; "
            "restore it, or take it out of the table's `location`"
        ) from None
    if len(set(schema.names)) < len(schema.names):
        raise FileError(f"file `{shown}` names a column twice; rename one of them")
    if not schema.names:
        raise FileError(f"file `{shown}` has no columns; write it anew")
    return schema, frozenset(c.path for c in stored if c.physical_type == "INT96")


def _word(field: pa.Field, int96: frozenset[str]) -> str:
    """Return Delta's word for a column, or Arrow's own where Delta has none."""
    return "timestamp" if field.name in int96 else _type_word(field.type)


def _type_word(arrow: pa.DataType) -> str:
    if arrow in _WIDER:
        return _WIDER[arrow]
    if isinstance(arrow, pa.BaseExtensionType):
        return _type_word(arrow.storage_type)
    if pa.types.is_dictionary(arrow):
        return _type_word(arrow.value_type)
    if pa.types.is_timestamp(arrow):
        return "timestamp_ntz" if arrow.tz is None else "timestamp"
    if pa.types.is_fixed_size_binary(arrow):
        return "binary"
    if pa.types.is_fixed_size_list(arrow):
        return _type_word(pa.list_(arrow.value_field))
    if pa.types.is_decimal(arrow) and arrow.scale >= 0:
        return f"decimal({arrow.precision},{arrow.scale})"
    try:
        return type_text(arrow)
    except WarehouseError:
        return str(arrow).replace(" ", "")


def _reading(field: pa.Field, word: str) -> str:
    """Return the SQL that reads a column as the type it is said to have."""
    column = quoted(field.name)
    if field.type in _VIEWS.get(word, ()):
        return column
    if word.startswith("decimal") and not pa.types.is_decimal128(field.type):
        if pa.types.is_decimal256(field.type):
            return column
        target = word.replace("decimal", "Decimal128").replace(",", ", ")
    elif word in _DATAFUSION and field.type != arrow_type(word):
        target = _DATAFUSION[word]
    else:
        return column
    return f"arrow_cast({column}, '{target}')"


def _with_fine_times(
    parts: list[Part], layouts: Sequence[tuple[pa.Schema, frozenset[str]]]
) -> list[Part]:
    """Say of each column of nanoseconds whether microseconds would lose something of it."""
    fine: Counter[str] = Counter()
    rows = 0
    for part, (schema, int96) in zip(parts, layouts, strict=True):
        names = [
            field.name
            for field in schema
            if pa.types.is_timestamp(field.type)
            and field.type.unit == "ns"
            and field.name not in int96
        ]
        if names:
            counted, found = _count_fine_times(part, names)
            rows += counted
            fine.update(found)
    return [
        Part(
            part.paths,
            {
                name: (f"{type_} (finer than microseconds in {fine[name]} of {rows} rows)", sql)
                if fine[name]
                else (type_, sql)
                for name, (type_, sql) in part.columns.items()
            },
        )
        for part in parts
    ]


def _count_fine_times(part: Part, names: Sequence[str]) -> tuple[int, dict[str, int]]:
    """Return the rows of a part and, of each column, those with more digits than microseconds."""
    query = QueryBuilder()
    for statement in _stored("t", [part]):
        query.execute(statement).read_all()
    counted = ", ".join(
        f"count(*) FILTER (WHERE CAST({quoted(name)} AS BIGINT) % 1000 <> 0)" for name in names
    )
    with told_kindly(f"files such as `{part.paths[0]}` cannot be read"):
        answer = query.execute(f"SELECT count(*), {counted} FROM t_0")
        table = pa.RecordBatchReader.from_stream(answer).read_all()
    [rows, *found] = [column[0].as_py() for column in table.columns]
    return rows, dict(zip(names, found, strict=True))


def _difference(first: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Return one thing in which the columns of two files differ."""
    for name, word in words.items():
        if name not in first:
            return f"`{name}` more"
        if first[name] != word:
            return f"`{name}` is {word} where the other has {first[name]}"
    missing = [name for name in first if name not in words]
    return f"`{missing[0]}` is not there" if missing else "they stand in another order"
