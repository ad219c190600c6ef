"""CSV files as one table: read once, as text, and kept as Parquet of the declared types.

A column with a value that is not of its declared type stays text.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from spectra_gx.errors import FileError
from spectra_gx.warehouse.file_formats.csv_hints import (
    explain_header,
    explain_ragged,
    explain_values,
)
from spectra_gx.warehouse.file_formats.csv_rows import Rows, whole_rows
from spectra_gx.warehouse.file_formats.csv_syntax import NULL, SEPARATED
from spectra_gx.warehouse.file_formats.csv_values import read_as, reads_type
from spectra_gx.warehouse.file_formats.file_text import not_utf8
from spectra_gx.warehouse.file_formats.text_columns import TextColumns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.files.csv_format import CsvFormat
    from spectra_gx.contract.model import Table
    from spectra_gx.warehouse.file_formats.parquet_files import Part


def convert(files: Mapping[str, str], table: Table, to: Path) -> Part:
    """Write the rows of CSV files into one Parquet file; return how it is read.

    `files` is file as people know it → its path on this machine.

    Raises:
        FileError: A file is not written as declared, or has another header than the first; names
            file and line.
    """
    header = _common_header(files, table)
    declared = {column.name: column.type for column in table.columns}
    types = {name: declared[name] for name in header if reads_type(declared.get(name, ""))}
    samples: dict[str, pa.Array] = {}
    with TextColumns(to, header, types) as columns:
        for shown, file in files.items():
            for batch in _batches(shown, file, header, table.csv):
                values = {}
                for name, texts in zip(header, batch.columns, strict=True):
                    if name in types:
                        values[name] = read_as(texts, types[name], table.csv)
                        if values[name].null_count > texts.null_count and name not in samples:
                            samples[name] = texts.filter(pc.is_null(values[name])).drop_null()
                columns.write(batch.columns, values)
    hints = {name: explain_values(texts, types[name], table.csv) for name, texts in samples.items()}
    return columns.part(hints)


def _common_header(files: Mapping[str, str], table: Table) -> list[str]:
    if not table.csv.header:
        return [column.name for column in table.columns]
    [(first, path), *others] = files.items()
    header = _header(first, path, table)
    for shown, other in others:
        if _header(shown, other, table) != header:
            raise FileError(
                f"file `{shown}` has another header than `{first}`; all files of a table must "
                "agree, so rewrite one of them or narrow the `location`"
            )
    return header


def _header(shown: str, path: str, table: Table) -> list[str]:
    """Return a file's column names, one of which at least is the table's."""
    header = read_header(shown, path, table.csv)
    if not any(table.column(name) for name in header):
        raise FileError(
            f"the {_place(table.csv)} of file `{shown}` names no column of table `{table.name}`; "
            + explain_header(header, [column.name for column in table.columns], table.csv)
        )
    return header


def _place(written: CsvFormat) -> str:
    return f"first row after {written.skip_rows:,} lines" if written.skip_rows else "first row"


def read_header(shown: str, path: str, written: CsvFormat) -> list[str]:
    """Return a file's column names.

    The first row may be no header but data, so that none of it is ever quoted.

    Raises:
        FileError: There are none, or one is missing or repeated; names the file.
    """
    rows = whole_rows(shown, path, written)
    header = next((_split_header(shown, part)[0] for part in rows), [])
    if not header:
        raise FileError(f"file `{shown}` is empty; give it a header row, or take it away")
    by_place = (
        "or read it by place: `csv: {header: false, skip_rows: "
        f"{written.skip_rows + 1}}}`, with its columns declared in order"
    )
    if "" in header:
        raise FileError(
            f"file `{shown}` has no name for column {header.index('') + 1} in its header; "
            f"name it, take the column out, {by_place}"
        )
    if len(set(header)) < len(header):
        raise FileError(
            f"file `{shown}` names a column twice in its header; rename one of them, {by_place}"
        )
    return header


def _split_header(shown: str, rows: Rows) -> tuple[list[str], Rows]:
    """Return the names that the first of a file's rows begin with, and the rows after them."""
    row, rest = rows.header_and_rest()
    syntax = rows.syntax
    try:
        text = row.decode()
        names = next(csv.reader(StringIO(text, newline=""), **syntax.python), [])
    except UnicodeDecodeError:
        raise FileError(_odd_byte(shown, rows)) from None
    except csv.Error:  # a name of over 131,072 letters; the quotes are as they must be
        raise FileError(f"the first row of file `{shown}` is not a header; rewrite it") from None
    own = (syntax.separator or SEPARATED.encode()).decode()
    return [name.replace(SEPARATED, own) for name in names], rest


def _batches(
    shown: str, path: str, header: Sequence[str], written: CsvFormat
) -> Iterator[pa.RecordBatch]:
    for number, rows in enumerate(whole_rows(shown, path, written)):
        part = _split_header(shown, rows)[1] if written.header and not number else rows
        if part.text.strip(b"\r\n") or (part.text and len(header) == 1):
            yield from _parsed(shown, part, header, written)


def _parsed(
    shown: str, rows: Rows, header: Sequence[str], written: CsvFormat
) -> Iterator[pa.RecordBatch]:
    text = rows.syntax.without_comments(rows.text)
    if not text:
        return
    empty = [""] if "" in written.null_values else []
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(text),
            # All at once: where it cuts, a `\n` that follows a `\r` is lost.
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=len(text) + 1, column_names=header
            ),
            parse_options=pa_csv.ParseOptions(
                newlines_in_values=True,
                # In a single column an empty line is an empty field.
                ignore_empty_lines=len(header) > 1,
                **rows.syntax.parser,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                null_values=empty,
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        raise FileError(_why(shown, rows, header, written)) from None
    for batch in table.to_batches():
        yield _restored(batch, rows, written)


def _restored(batch: pa.RecordBatch, rows: Rows, written: CsvFormat) -> pa.RecordBatch:
    """Return fields with their delimiters, where a byte was in place of them, and with nulls."""
    columns = batch.columns
    if rows.syntax.separator is not None:
        own = rows.syntax.separator.decode()
        columns = [pc.replace_substring(texts, SEPARATED, own) for texts in columns]
    nulls = [text for text in written.null_values if text]
    nulls += [NULL] if rows.syntax.nulls else []
    if nulls:
        known = pa.array(nulls, pa.string())
        nothing = pa.scalar(None, pa.string())
        columns = [pc.if_else(pc.is_in(texts, known), nothing, texts) for texts in columns]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)


def _why(shown: str, rows: Rows, header: Sequence[str], written: CsvFormat) -> str:
    """Return what is wrong with rows; the parser quotes whole ones, so its words are not used."""
    if ragged := rows.first_ragged(len(header)):
        line, found = ragged
        where = "its header has" if written.header else "the table declares"
        return (
            f"line {line} of file `{shown}` has {_fields(found)}, {where} {len(header)}; "
            + explain_ragged(rows, line, found, len(header), written)
        )
    return _odd_byte(shown, rows)


def _odd_byte(shown: str, rows: Rows) -> str:
    try:
        rows.syntax.without_comments(rows.text, b"\n").decode()
    except UnicodeDecodeError as error:
        return not_utf8(shown, rows.line_at(error.start))
    return f"file `{shown}` is not a CSV file; rewrite it"


def _fields(count: int) -> str:
    return f"{count} field" if count == 1 else f"{count} fields"
