"""What `init` finds of a CSV file is what was written, or a remark says that it may be wrong."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import example, given
from hypothesis import strategies as st

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Column, Table
from spectra_gx.errors import FileError
from spectra_gx.profile.file_access import OpenFiles, open_files
from spectra_gx.warehouse.warehouse import Warehouse
from tests.drawing import drawn
from tests.odd_csv.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORDS = ("Müller", "red; green", "a, b", 'say "hi"', "two\nlines", "Ann", "x | y", "it's", "open")
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d %b %Y")
SIGNS = ((".", ""), (",", ""), (",", "."), (".", ","), (".", "'"), (",", " "))
PREAMBLES = ("", "Stock of all shops\n\n", "sep=")


@dataclass(frozen=True)
class Drawn:
    """A file, and what it means."""

    data: bytes
    names: Sequence[str]
    texts: Sequence[Sequence[str]]
    """As they were written, row by row."""

    values: Sequence[Sequence[Any]]


def money(value: Decimal, decimal: str, thousands: str) -> str:
    whole, _, rest = f"{value:,.2f}".partition(".")
    return whole.replace(",", thousands) + decimal + rest


@st.composite
def files(draw: st.DrawFn) -> Drawn:
    """Draw a file as a system may write it: each kind of value in one format of its own."""
    decimal, thousands = draw(st.sampled_from(SIGNS))
    day = draw(st.sampled_from(DAYS))
    null = draw(st.sampled_from(["", "NULL", "NA", "-"]))
    start = date(2020, 1, 1)
    days = st.integers(0, 2500).map(lambda number: start + timedelta(number))
    kinds: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], str]]] = {
        "id": (st.integers(1, 10**6), str),
        "code": (st.integers(0, 99).map(lambda number: f"0{number:03}"), str),
        "word": (st.sampled_from(WORDS), str),
        "flag": (st.booleans(), lambda one: str(one).lower()),
        "total": (
            st.integers(-(10**8), 10**9).map(lambda cents: Decimal(cents) / 100),
            lambda one: money(one, decimal, thousands),
        ),
        "day": (days, lambda one: one.strftime(day)),
        "at": (
            st.builds(datetime.combine, days, st.just(datetime(2020, 1, 1, 9, 30).time())),
            lambda one: one.strftime(f"{day} %H:%M"),
        ),
    }
    names = draw(st.lists(st.sampled_from([*kinds]), min_size=1, max_size=6, unique=True))
    count = draw(st.integers(1, 30))
    values, texts = [], []
    for _ in range(count):
        row = [
            None if number and draw(st.integers(0, 9)) == 0 else draw(kinds[name][0])
            for number, name in enumerate(names)
        ]
        values.append(row)
        texts.append(
            [
                null if one is None else kinds[name][1](one)
                for name, one in zip(names, row, strict=True)
            ]
        )
    return Drawn(_written(draw, names, texts), names, texts, values)


def _written(draw: st.DrawFn, names: Sequence[str], texts: Sequence[Sequence[str]]) -> bytes:
    delimiter = draw(st.sampled_from(",;\t|"))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n")
    writer.writerows([names, *texts])
    # A line above one column is as good a header as the next one.
    above = draw(st.sampled_from(PREAMBLES)) if len(names) > 1 else ""
    above = f"sep={delimiter}\n" if above == "sep=" else above
    return (above + text.getvalue()).encode(draw(st.sampled_from(["utf-8", "cp1252", "utf-16"])))


def opened(data: bytes, folder: Path) -> OpenFiles:
    (folder / "file.csv").write_bytes(data)
    table = Table("odd.file", (), (), location="file.csv", format=TableFormat.CSV)
    return open_files(table, Warehouse(str(folder)))


def is_meant(type_: str, found: Any, text: str, value: Any) -> bool:
    """Return whether a field is what was written: the value, or its text where no type was found.

    A word for a null may stay a text, and an empty text be none.
    """
    if type_ == "string":
        return found == text or (found is None and (value is None or not text))
    if isinstance(value, Decimal):
        return found is not None and Decimal(str(found)) == value
    return bool(found == value)


@drawn(15, many=250)
@example(
    file=Drawn(
        b"day\tflag\n20200814\tfalse\n",
        ["day", "flag"],
        [["20200814", "false"]],
        [[date(2020, 8, 14), False]],
    )
)
@given(file=files())
def test_no_value_is_wrong_without_a_remark(file: Drawn) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            found = opened(file.data, folder)
        except FileError:
            return
        columns = tuple(Column(column, text, ()) for column, text in found.types.items())
        table = Table("odd.file", columns, (), format=TableFormat.CSV, csv=found.csv)
        types, rows = read(file.data, replace(table, location="file.csv"), folder)

    wrong = [
        (column, type_, one, text)
        for row, row_texts, values in zip(rows, file.texts, file.values, strict=False)
        for (column, type_), one, text, value in zip(
            types.items(), row, row_texts, values, strict=False
        )
        if not is_meant(type_, one, text, value)
    ]
    same = [*types] == [*file.names] and len(rows) == len(file.texts) and not wrong
    assert same or found.remarks, (found.csv, types, wrong[:3], rows[:3])
