"""Links to files, below folders by which DataFusion finds the partition of each.

A table of thousands of partitions is one scan that way. The names of the folders contain nothing
but letters of hexadecimal numbers: a value may be any text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_name, quote_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

_NULL = "-"
_LONGEST = 200
"""Letters of a value in one folder's name; file systems refuse names of over 255."""

_CASTS: Mapping[str, Sequence[str]] = {
    "string": ("Utf8View",),
    "boolean": ("Boolean",),
    "byte": ("Int8",),
    "short": ("Int16",),
    "integer": ("Int32",),
    "long": ("Int64",),
    "float": ("Float32",),
    "double": ("Float64",),
    "date": ("Int32", "Date32"),
    "timestamp": ("Int64", 'Timestamp(Microsecond, Some("UTC"))'),
    "timestamp_ntz": ("Int64", "Timestamp(Microsecond, None)"),
}
"""Type → the types that a value's text is cast to, one after the other."""


@dataclass(frozen=True)
class PartitionLinks:
    """A folder of links, and the columns that its folders represent."""

    clauses: str
    """What follows `CREATE EXTERNAL TABLE … STORED AS PARQUET`."""

    columns: Mapping[str, str]
    """Partition column → the SQL that reads it."""


def link_partitions(
    paths: Sequence[str],
    partitions: Sequence[Mapping[str, object]],
    types: Mapping[str, str],
    taken: Collection[str],
    folder: Path,
) -> PartitionLinks:
    """Create links to files in a new folder.

    Args:
        paths: The files, in the order of the table's rows.
        partitions: Partition column → value, of each file.
        types: Partition column → its type.
        taken: Names of the files' own columns.
        folder: Does not exist yet.
    """
    letters = {
        column: [_letters(values[column], types[column]) for values in partitions]
        for column in types
    }
    pieces = {column: max(map(len, texts)) for column, texts in letters.items()}
    start = "_"
    while any(name.lower().startswith(start) for name in taken):
        start += "_"
    names = {
        column: [f"{start}{number}_{piece}" for piece in range(pieces[column])]
        for number, column in enumerate(types)
    }
    place = f"{start}file"
    for number, path in enumerate(paths):
        # The number comes first: files are read by the order of their names.
        steps = [f"{place}={number:09}"]
        for column, columns in names.items():
            texts = letters[column][number]
            filled = [*texts, *[""] * (pieces[column] - len(texts))]
            steps += (f"{name}={text}" for name, text in zip(columns, filled, strict=True))
        inner = folder.joinpath(*steps)
        inner.mkdir(parents=True)
        (inner / "rows.parquet").symlink_to(path)
    every = ", ".join([place, *(name for columns in names.values() for name in columns)])
    return PartitionLinks(
        f"PARTITIONED BY ({every}) LOCATION {quote_text(folder.as_uri() + '/')}",
        {column: _reading(names[column], types[column]) for column in types},
    )


def _letters(value: object, type_text: str) -> list[str]:
    """Return a value as letters that any folder's name may contain, in pieces."""
    if value is None:
        return [_NULL]
    text = _text(value, type_text).encode().hex()
    return [text[i : i + _LONGEST] for i in range(0, len(text), _LONGEST)] or [""]


def _text(value: object, type_text: str) -> str:
    """Return a value as the text that its type is cast from."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
        return str((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)
    if isinstance(value, date):
        return str(value.toordinal() - date(1970, 1, 1).toordinal())
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if type_text.startswith("decimal") else str(value)


def _reading(names: Sequence[str], type_text: str) -> str:
    written = " || ".join(f"arrow_cast({quote_name(name)}, 'Utf8')" for name in names)
    sql = f"arrow_cast(decode(nullif({written}, {quote_text(_NULL)}), 'hex'), 'Utf8')"
    for target in _CASTS.get(type_text) or (_decimal(type_text),):
        sql = f"arrow_cast({sql}, {quote_text(target)})"
    # A condition on partition columns alone would choose the files, and one that is null for a file
    # would keep it: DataFusion looks at the bit below the null. It chooses none by what is random.
    return f"CASE WHEN random() < 2 THEN {sql} END"


def _decimal(type_text: str) -> str:
    return type_text.replace("decimal", "Decimal128").replace(",", ", ")
