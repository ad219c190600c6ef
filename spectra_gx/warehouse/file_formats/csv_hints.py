"""What a person can write under `csv` where a file is not written as its contract says.

A hint quotes nothing of the file but signs that separate fields.
"""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product
from typing import TYPE_CHECKING

from spectra_gx.contract.files.csv_format import PLAIN_CSV
from spectra_gx.warehouse.file_formats.csv_values import read_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from spectra_gx.contract.files.csv_format import CsvFormat
    from spectra_gx.warehouse.file_formats.csv_rows import Rows

DELIMITERS = (",", ";", "\t", "|")
COMMENTS = ("#", "//", "--")
DATES = (
    *("%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d"),
    *(
        "%d %b %Y",
        "%d-%b-%Y",
        "%d-%b-%y",
        "%b %d, %Y",
        "%B %d, %Y",
        "%d %B %Y",
        "%d/%m/%y",
        "%m/%d/%y",
    ),
)
TIMES = (" %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S")
NUMBERS: tuple[tuple[str, str | None], ...] = (
    *((",", None), (",", "."), (".", ","), (",", " "), (",", "\u00a0"), (",", "\u202f")),
    *((".", "'"), (".", "\u2019"), (".", " "), (".", "_")),
)
"""Signs of decimals and of thousands that people write."""

_SAMPLE = 1000
_SIGNS = {"\t": '"\\t"'}


def explain_header(header: Sequence[str], names: Sequence[str], written: CsvFormat) -> str:
    """Return what to do about a first row that names no column of its table."""
    for sign in DELIMITERS:
        if sign != written.delimiter and any(sign in name for name in header):
            cells = sign.join(header).split(sign)
            if {cell.strip().strip("\"'") for cell in cells} & set(names):
                return f"name the delimiter: `csv: {{delimiter: {_SIGNS.get(sign, repr(sign))}}}`"
    return (
        "give it a header row, and separate columns by commas, or say how it is written: "
        "`csv: {delimiter: …}`, `skip_rows` for lines before the header, `header: false` for none"
    )


def explain_ragged(rows: Rows, line: int, found: int, expected: int, written: CsvFormat) -> str:
    """Return what to do about a row with another number of fields than the header."""
    text = rows.text.split(b"\n")[line - rows.line].decode("utf-8", "replace")
    for sign in COMMENTS:
        if written.comment is None and text.startswith(sign):
            return f'fix the row, or leave such lines out: `csv: {{comment: "{sign}"}}`'
    if expected == 1 < found:
        return (
            "fix the row; if lines come before the header, name their number: `csv: {skip_rows: …}`"
        )
    return "fix the row"


def explain_values(texts: pa.Array, type_text: str, written: CsvFormat) -> str:
    """Return which keys of `csv` would read all of some texts as a type, as the end of a remark."""
    sample = texts.slice(0, _SAMPLE)
    for other in _formats(type_text, sample, written):
        if read_as(sample, type_text, other).null_count == 0:
            return f"; add `csv: {{{', '.join(_changed(other, written))}}}`"
    return ""


def _are_numbers(texts: pa.Array, written: CsvFormat) -> bool:
    """Return whether texts are numbers already, if not of the type: `1.505` is no 1,505."""
    return bool(read_as(texts, "double", written).null_count == 0)


def _formats(type_text: str, texts: pa.Array, written: CsvFormat) -> Iterator[CsvFormat]:
    if type_text == "date":
        yield from (replace(written, date_format=one) for one in DATES)
    elif type_text == "timestamp_ntz":
        for day, time in product(DATES, TIMES):
            yield replace(written, timestamp_format=day + time)
    elif type_text not in ("timestamp", "boolean") and not _are_numbers(texts, written):
        for decimal, thousands in NUMBERS:
            yield replace(written, decimal=decimal, thousands=thousands)


def _changed(written: CsvFormat, before: CsvFormat) -> Iterator[str]:
    for field in fields(PLAIN_CSV):
        value = getattr(written, field.name)
        if value != getattr(before, field.name):
            yield f'{field.name}: "{value}"'
