"""CSV is read as Python's own reader reads it when strict, whatever the size of a block."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Column, Table
from spectra_gx.errors import FileError
from spectra_gx.warehouse.file_formats import csv_rows, file_text
from spectra_gx.warehouse.file_formats.csv_files import convert
from tests.drawing import drawn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TABLE = Table("s.t", (Column("a", "string", ()),), (), location="x", format=TableFormat.CSV)
PIECES = ['"', '""', ",", "\n", "\r\n", "\r", "x", "é", " ", ',"', '",', '"\n', '\n"']


@st.composite
def files(draw: st.DrawFn) -> str:
    """Draw a file: any rows, written as one of the writers does, or stray pieces of a file."""
    header = ",".join("abc"[: draw(st.integers(1, 3))])
    end = draw(st.sampled_from(["\n", "\r\n"]))
    if draw(st.booleans()):
        return header + end + "".join(draw(st.lists(st.sampled_from(PIECES), max_size=14)))
    field = st.text(st.sampled_from('",\r\n xé'), max_size=4)
    width = header.count(",") + 1
    written = io.StringIO()
    dialect = draw(st.sampled_from([csv.excel, csv.unix_dialect]))
    writer = csv.writer(written, dialect, lineterminator=end)
    writer.writerows([header.split(",")])
    writer.writerows(draw(st.lists(st.lists(field, min_size=width, max_size=width), max_size=5)))
    return written.getvalue()


def strictly(text: str) -> list[list[str]] | None:
    """Return the rows that Python reads, without the header; None where it refuses the file."""
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error:
        return None
    rows = [row or [""] for row in rows] if len(header) == 1 else [row for row in rows if row]
    return rows if all(len(row) == len(header) for row in rows) else None


def ours(text: str, block: int, folder: Path) -> list[list[str]] | str:
    """Return the rows that we read, or what is said where we refuse the file."""
    (folder / "a.csv").write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(csv_rows, "BLOCK", block)
        patched.setattr(file_text, "BLOCK", block)
        try:
            convert({"a.csv": str(folder / "a.csv")}, TABLE, folder / "a.parquet")
        except FileError as error:
            return error.message
    read: Sequence[dict[str, str | None]] = pq.read_table(folder / "a.parquet").to_pylist()
    return [[value or "" for value in row.values()] for row in read]


@drawn(150, many=20_000)
@given(text=files(), block=st.sampled_from([1, 2, 3, 5, 8, 1000]))
@example(text='a,b\n1,"abc\n2,def\n3,"ghi\n4,jkl\n', block=1000)
@example(text='a,b\n1,"a"b\n', block=1000)
@example(text='a,b\n1,"x\r\ny"\n', block=12)
def test_rows_are_those_of_python(
    text: str, block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = ours(text, block, tmp_path_factory.getbasetemp())

    if isinstance(found, list):
        assert found == strictly(text)
    else:
        # Python lets pass what RFC 4180 does not: quotes and returns in fields without quotes.
        assert strictly(text) is None or any(
            why in found for why in ("not quoted", "carriage return", "a row of over")
        )


@drawn(20)
@given(at=st.integers(0, 40), block=st.integers(2, 30))
def test_no_byte_is_lost_where_a_block_ends(
    at: int, block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    value = "x" * at + "\r\n" + "y" * 3
    text = f'a\r\n"{value}"\r\nz\r\n'
    long_enough = max(block, len(value) + 4)

    assert ours(text, long_enough, tmp_path_factory.getbasetemp()) == [[value], ["z"]]
