"""CSV files as one table: read once, as text, and kept as Parquet of the declared types.

A value is of its declared type when it is spelled in one of the type's ways and fits it exactly;
nothing is rounded, cut or guessed. A column with a value that does not fit stays text.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from spectra_gx.errors import FileError
from spectra_gx.warehouse.arrow_types import arrow_type
from spectra_gx.warehouse.file_formats.csv_rows import Rows, whole_rows
from spectra_gx.warehouse.file_formats.parquet_files import Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import Table

_DAY = r"\d{4}-\d{2}-\d{2}"
_TIME = r"[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_WHOLE = r"-?\d+"
_FLOAT = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_INFINITE = r"[+-]?(?i:inf|infinity)"

_SPELLINGS: Mapping[str, str] = {
    "boolean": r"(?i:true|false)",
    "byte": _WHOLE,
    "short": _WHOLE,
    "integer": _WHOLE,
    "long": _WHOLE,
    "float": f"{_FLOAT}|(?i:nan)|{_INFINITE}",
    "double": f"{_FLOAT}|(?i:nan)|{_INFINITE}",
    "date": _DAY,
    "timestamp": rf"{_DAY}{_TIME}(Z|[+-]\d{{2}}:?\d{{2}})",
    "timestamp_ntz": f"{_DAY}{_TIME}",
}
_DECIMAL = re.compile(r"decimal\(\d+,\d+\)")
_DIGITS = 38
"""More of them overflow in Arrow without a word."""


def convert(files: Mapping[str, str], table: Table, to: Path) -> Part:
    """Write the rows of CSV files into one Parquet file; return how it is read.

    `files` is file as people know it → its path on this machine.

    Raises:
        FileError: A file is no CSV, or has another header than the first; names file and line.
    """
    [(first, path), *others] = files.items()
    header = _header(first, path, table)
    for shown, other in others:
        if _header(shown, other, table) != header:
            raise FileError(
                f"file `{shown}` has another header than `{first}`; all files of a table must "
                "agree, so rewrite one of them or narrow the `location`"
            )
    declared = {column.name: column.type for column in table.columns}
    wanted = {name: declared[name] for name in header if reads_type(declared.get(name, ""))}
    fields = [pa.field(f"text{i}", pa.string()) for i in range(len(header))]
    fields += [
        pa.field(f"value{i}", arrow_type(wanted[name]))
        for i, name in enumerate(header)
        if name in wanted
    ]
    rows, misread = 0, Counter[str]()
    with pq.ParquetWriter(to, pa.schema(fields)) as writer:
        for shown, file in files.items():
            for batch in _batches(shown, file, header):
                rows += batch.num_rows
                values = []
                for name, texts in zip(header, batch.columns, strict=True):
                    if name in wanted:
                        value = read_as(texts, wanted[name])
                        misread[name] += value.null_count - texts.null_count
                        values.append(value)
                writer.write_batch(
                    pa.RecordBatch.from_arrays([*batch.columns, *values], schema=pa.schema(fields))
                )
    return Part([str(to)], dict(_columns(header, wanted, rows, misread)))


def reads_type(type_text: str) -> bool:
    """Return whether values of a type can be read from text."""
    return type_text in _SPELLINGS or _DECIMAL.fullmatch(type_text) is not None


def read_as(texts: pa.Array, type_text: str) -> pa.Array:
    """Return texts as values of a type; null where one is not spelled as one, or does not fit."""
    spelling = _SPELLINGS.get(type_text) or _decimal(type_text)
    spelled = pc.match_substring_regex(texts, rf"\A(?:{spelling})\z")
    spelled = pc.if_else(spelled, texts, pa.scalar(None, pa.string()))
    target = arrow_type(type_text)
    try:
        values = spelled.cast(target)
    except pa.ArrowInvalid:
        # Some do not fit: 30 February, or 300 in a byte. Only now is each cast alone.
        each = spelled.dictionary_encode()
        values = pa.concat_arrays([_one(text, target) for text in each.dictionary])
        values = values.take(each.indices)
    if pa.types.is_floating(target):
        overflown = pc.and_(
            pc.is_inf(values), pc.invert(pc.match_substring_regex(texts, rf"\A{_INFINITE}\z"))
        )
        values = pc.if_else(overflown, pa.scalar(None, target), values)
    if pa.types.is_temporal(target):
        # An offset, or the year 0, leads beyond what a calendar of Delta's knows.
        first, last = (pa.scalar(moment, target) for moment in _calendar(target))
        known = pc.and_(pc.greater_equal(values, first), pc.less_equal(values, last))
        values = pc.if_else(known, values, pa.scalar(None, target))
    return values


def _calendar(target: pa.DataType) -> tuple[date, date]:
    """Return the first and the last moment of a type."""
    if pa.types.is_date(target):
        return date.min, date.max
    zone = UTC if target.tz else None
    return datetime.min.replace(tzinfo=zone), datetime.max.replace(tzinfo=zone)


def _decimal(type_text: str) -> str:
    """Return how a decimal is spelled: no digit more than fits, but for zeros at the end."""
    precision, scale = map(int, re.findall(r"\d+", type_text))
    whole = rf"\d{{1,{precision - scale}}}" if precision > scale else "0"
    fraction = rf"(\.\d{{1,{scale}}}0{{0,{_DIGITS - precision}}})?" if scale else ""
    return f"-?{whole}{fraction}"


def _one(text: pa.Scalar, target: pa.DataType) -> pa.Array:
    try:
        return pa.array([text.as_py()], pa.string()).cast(target)
    except pa.ArrowInvalid:
        return pa.nulls(1, target)


def _columns(
    header: Sequence[str], wanted: Mapping[str, str], rows: int, misread: Mapping[str, int]
) -> Iterator[tuple[str, tuple[str, str]]]:
    for index, name in enumerate(header):
        if name not in wanted:
            yield name, ("string", f'"text{index}"')
        elif misread[name]:
            why = f"{misread[name]:,} of {rows:,} rows cannot be read as {wanted[name]}"
            yield name, (f"string ({why})", f'"text{index}"')
        else:
            yield name, (wanted[name], f'"value{index}"')


def _header(shown: str, path: str, table: Table) -> list[str]:
    """Return a file's column names, one of which at least is the table's."""
    header = read_header(shown, path)
    if not any(table.column(name) for name in header):
        raise FileError(
            f"the first row of file `{shown}` names no column of table `{table.name}`; give it a "
            "header row, and separate columns by commas"
        )
    return header


def read_header(shown: str, path: str) -> list[str]:
    """Return a file's column names.

    The first row may be no header but data, so that none of it is ever quoted.

    Raises:
        FileError: There are none, or one is missing or repeated; names the file.
    """
    header = next((_split_header(shown, rows)[0] for rows in whole_rows(shown, path)), [])
    if not header:
        raise FileError(f"file `{shown}` is empty; give it a header row, or take it away")
    if "" in header:
        raise FileError(
            f"file `{shown}` has no name for column {header.index('') + 1} in its header; "
            "name it, or take the column out"
        )
    if len(set(header)) < len(header):
        raise FileError(f"file `{shown}` names a column twice in its header; rename one of them")
    return header


def _split_header(shown: str, rows: Rows) -> tuple[list[str], Rows]:
    """Return the names that the first of a file's rows begin with, and the rows after them."""
    row, rest = rows.header_and_rest()
    try:
        return next(csv.reader(StringIO(row.decode(), newline=""), strict=True), []), rest
    except UnicodeDecodeError:
        raise FileError(_not_utf8(shown, rows)) from None
    except csv.Error:  # a name of over 131,072 letters; the quotes are as they must be
        raise FileError(f"the first row of file `{shown}` is not a header; rewrite it") from None


def _batches(shown: str, path: str, header: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for number, rows in enumerate(whole_rows(shown, path)):
        part = rows if number else _split_header(shown, rows)[1]
        if part.text.strip(b"\r\n") or (part.text and len(header) == 1):
            yield from _parsed(shown, part, header)


def _parsed(shown: str, rows: Rows, header: Sequence[str]) -> Iterator[pa.RecordBatch]:
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(rows.text),
            # All at once: where it cuts, a `\n` that follows a `\r` is lost.
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=len(rows.text) + 1, column_names=header
            ),
            parse_options=pa_csv.ParseOptions(
                newlines_in_values=True,
                # In a single column an empty line is an empty field.
                ignore_empty_lines=len(header) > 1,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        raise FileError(_why(shown, rows, len(header))) from None
    yield from table.to_batches()


def _why(shown: str, rows: Rows, fields: int) -> str:
    """Return what is wrong with rows; the parser quotes whole ones, so its words are not used."""
    if ragged := rows.first_ragged(fields):
        line, found = ragged
        return (
            f"line {line} of file `{shown}` has {_fields(found)}, its header has {fields}; "
            "fix the row"
        )
    return _not_utf8(shown, rows)


def _not_utf8(shown: str, rows: Rows) -> str:
    try:
        rows.text.decode()
    except UnicodeDecodeError as error:
        line = rows.line_at(error.start)
        return f"file `{shown}` is not in UTF-8, seen in line {line}; save it as such"
    return f"file `{shown}` is not a CSV file; rewrite it"


def _fields(count: int) -> str:
    return f"{count} field" if count == 1 else f"{count} fields"
