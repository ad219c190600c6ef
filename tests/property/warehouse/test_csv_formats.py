"""What Python's csv writes in any of its dialects, and strptime reads in any format, is read so."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import assume, given
from hypothesis import strategies as st

from spectra_gx.contract.files.csv_format import PLAIN_CSV, CsvFormat
from spectra_gx.contract.files.time_formats import find_problem
from spectra_gx.contract.model import Column, Table
from spectra_gx.warehouse.file_formats.csv_values import read_as
from tests.drawing import drawn
from tests.odd_csv.reading import read

if TYPE_CHECKING:
    import pytest

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "iso8859-15", "cp500")
LETTERS = "ab é;,|\t\"'\\#\r\n"


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what Python's writer takes."""
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE]))
    escaped = quoting == csv.QUOTE_NONE or draw(st.booleans())
    return {
        "delimiter": draw(st.sampled_from(",;|\t^")),
        "quotechar": draw(st.sampled_from("\"'")),
        "escapechar": "\\" if escaped else None,
        "doublequote": not escaped,
        "quoting": quoting,
        "lineterminator": draw(st.sampled_from(["\n", "\r\n"])),
    }


def as_declared(dialect: dict[str, Any], encoding: str, **more: Any) -> CsvFormat:
    """Return the same as a contract says it."""
    none = dialect["quoting"] == csv.QUOTE_NONE
    return CsvFormat(
        delimiter=dialect["delimiter"],
        quote=None if none else dialect["quotechar"],
        escape=dialect["escapechar"],
        encoding=encoding,
        **more,
    )


@drawn(150, many=20_000)
@given(
    rows=st.lists(st.tuples(*[st.text(LETTERS, max_size=5)] * 2), max_size=4),
    dialect=dialects(),
    encoding=st.sampled_from(ENCODINGS),
    header=st.booleans(),
    skipped=st.lists(st.text("a;\"'", max_size=3), max_size=2),
)
def test_a_file_of_python_is_read_as_it_was_written(
    rows: list[tuple[str, str]],
    dialect: dict[str, Any],
    encoding: str,
    header: bool,
    skipped: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    # Python leaves returns without quotes where rows end in `\n`, and loses them itself.
    assume(dialect["lineterminator"] == "\r\n" or not any("\r" in "".join(row) for row in rows))
    written = io.StringIO()
    writer = csv.writer(written, **dialect)
    writer.writerows([*([("a", "b")] if header else []), *rows])
    text = "".join(f"{line}\n" for line in skipped) + written.getvalue()
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        assume(False)
    csv_format = as_declared(
        dialect, encoding, header=header, skip_rows=len(skipped), null_values=()
    )
    columns = (Column("a", "string", ()), Column("b", "string", ()))
    table = Table("odd.file", columns, (), csv=csv_format)

    _, found = read(data, table, tmp_path_factory.getbasetemp())

    assert found == rows


FORMATS = ("%d.%m.%Y", "%d/%m/%y", "%Y%m%d", "%d %b %Y", "%B %d, %Y", "%a %d-%b-%Y")
TIMES = ("", " %H:%M", "T%H:%M:%S.%f", " %I:%M:%S %p", " at %H%M%S")


@drawn(150, many=20_000)
@given(
    moment=st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)),
    day=st.sampled_from(FORMATS),
    time=st.sampled_from(TIMES),
    damage=st.sampled_from(["", " ", "0", "x"]),
)
def test_a_moment_is_read_as_strptime_reads_it(
    moment: datetime, day: str, time: str, damage: str
) -> None:
    form = day + time
    kind = "timestamp_ntz" if time else "date"
    assert find_problem(form, of_dates=not time) is None
    text = moment.strftime(form)
    written = replace(PLAIN_CSV, date_format=form, timestamp_format=form)

    [value] = read_as(pa.array([text]), kind, written).to_pylist()
    [damaged] = read_as(pa.array([text + damage]), kind, written).to_pylist()

    expected = datetime.strptime(text, form)
    assert value == (expected if time else expected.date())
    assert (damaged is None) == (damage != "")


@drawn(100, many=20_000)
@given(
    value=st.integers(-(10**15), 10**15),
    decimals=st.integers(0, 99),
    signs=st.sampled_from([",.", ".,", ".'", ", ", ",\u202f"]),
)
def test_a_grouped_number_is_the_number(value: int, decimals: int, signs: str) -> None:
    decimal, thousands = signs
    grouped = f"{value:,}".replace(",", thousands) + f"{decimal}{decimals:02}"
    written = replace(PLAIN_CSV, decimal=decimal, thousands=thousands)

    [found] = read_as(pa.array([grouped]), "decimal(38,2)", written).to_pylist()

    assert str(found) == f"{value}.{decimals:02}"


@drawn(100, many=20_000)
@given(text=st.from_regex(r"\A-?[0-9]{0,4}([.,'][0-9]{0,4}){1,3}\Z"))
def test_a_separator_in_the_wrong_place_is_no_number(text: str) -> None:
    written = replace(PLAIN_CSV, decimal=",", thousands=".")

    [found] = read_as(pa.array([text]), "double", written).to_pylist()

    whole, _, fraction = text.lstrip("-").partition(",")
    groups = whole.split(".")
    well = (
        "," not in fraction
        and "." not in fraction
        and "'" not in text
        and (len(groups) == 1 or (len(groups[0]) in (1, 2, 3) and groups[0][0] != "0"))
        and all(len(group) in (2, 3) for group in groups[1:])
        and (len(groups) == 1 or len(groups[-1]) == 3)
        and (whole != "" or fraction != "")
    )
    assert (found is not None) == well
