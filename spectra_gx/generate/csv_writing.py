"""Write rows as CSV, in the way that a contract says its files are written."""

from __future__ import annotations

import codecs
import re
from datetime import datetime, time
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.contract.files.time_formats import MONTHS, SHORT, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from decimal import Decimal

    from spectra_gx.contract.files.csv_format import CsvFormat

_HALF = 12
"""Hours."""

_MIDNIGHT = time()


class CsvWriter:
    """Writes rows, part by part."""

    def __init__(self, file: IO[bytes], names: Sequence[str], written: CsvFormat) -> None:
        """Begin a file with what precedes its rows."""
        self._file = file
        self._written = written
        # One encoder for the whole file: a byte order mark is written once.
        self._encoder = codecs.getincrementalencoder(written.encoding)()
        lines = [f"line {number}" for number in range(1, written.skip_rows + 1)]
        if written.header:
            lines += self._joined([self._quoted(pa.array([name]), is_text=True) for name in names])
        self._write(lines)

    def write_table(self, part: pa.Table) -> None:
        """Write more rows."""
        columns = [column.combine_chunks() for column in part.columns]
        self._write(self._joined([self._fields(column) for column in columns]))

    def _write(self, lines: Sequence[str]) -> None:
        self._file.write(self._encoder.encode("".join(f"{line}\n" for line in lines)))

    def _joined(self, columns: Sequence[pa.Array]) -> list[str]:
        rows = pc.binary_join_element_wise(*columns, self._written.delimiter)
        found: list[str] = rows.to_pylist()
        return found

    def _fields(self, values: pa.Array) -> pa.Array:
        """Return values as they are written, quotes included."""
        is_text = pa.types.is_string(values.type)
        texts = self._quoted(text_of(values, self._written), is_text=is_text)
        if not texts.null_count:
            return texts
        null = next(iter(self._written.null_values), "")
        escape = self._written.escape
        if not (escape and null.startswith(escape)):
            [null] = self._quoted(pa.array([null]), is_text=False).to_pylist()
        return texts.fill_null(null)

    def _quoted(self, texts: pa.Array, *, is_text: bool) -> pa.Array:
        """Return texts with quotes or escapes; text always, others where one of them needs it."""
        written = self._written
        quote, escape = written.quote, written.escape
        if quote is None:
            special = () if escape is None else (escape, written.delimiter, "\n", "\r")
            for one in special:
                texts = pc.replace_substring(texts, one, f"{escape}{one}")
            return texts
        if not (is_text or self._needs_quotes(texts, quote)):
            return texts
        if escape not in (None, quote):
            texts = pc.replace_substring(texts, escape, f"{escape}{escape}")
            texts = pc.replace_substring(texts, quote, f"{escape}{quote}")
        else:
            texts = pc.replace_substring(texts, quote, quote * 2)
        return pc.binary_join_element_wise(quote, texts, quote, "")

    def _needs_quotes(self, texts: pa.Array, quote: str) -> bool:
        comment = self._written.comment
        found = pc.or_(
            pc.match_substring(texts, self._written.delimiter), pc.match_substring(texts, quote)
        )
        if comment is not None:
            found = pc.or_(found, pc.starts_with(texts, comment))
        return bool(pc.any(found).as_py())


def text_of(values: pa.Array, written: CsvFormat) -> pa.Array:
    """Return values as text, without quotes; null stays null."""
    arrow = values.type
    if pa.types.is_string(arrow):
        return values
    if pa.types.is_temporal(arrow):
        format_ = written.date_format if pa.types.is_date(arrow) else written.timestamp_format
        if format_ is None:
            return values.cast(pa.string())
        return _each(values, lambda moment: written_in(format_, moment))
    texts = _each(values, _plain) if pa.types.is_decimal(arrow) else values.cast(pa.string())
    if pa.types.is_boolean(arrow):
        return texts
    if written.thousands is not None:
        separator = written.thousands
        texts = _each(texts, lambda text: _grouped(text, separator, written.decimal))
    elif written.decimal != ".":
        texts = pc.replace_substring(texts, ".", written.decimal)
    return texts


def _plain(value: Decimal) -> str:
    """Return a decimal without an exponent, which Arrow writes for small ones."""
    return f"{value:f}"


def _grouped(text: str, separator: str, decimal: str) -> str:
    """Return a number with separators of thousands, but for one with an exponent."""
    match = re.fullmatch(r"(-?)(\d+)(\.\d+)?", text)
    if match is None:
        return text.replace(".", decimal)
    whole = f"{int(match[2]):,}".replace(",", separator)
    return match[1] + whole + (match[3] or "").replace(".", decimal)


def _each(values: pa.Array, write: Callable[..., str]) -> pa.Array:
    return pa.array(
        [None if value is None else write(value) for value in values.to_pylist()], pa.string()
    )


def written_in(format_: str, moment: date) -> str:
    """Return a day or an instant of UTC in a format of strptime's, as in English everywhere."""
    at = moment if isinstance(moment, datetime) else datetime.combine(moment, _MIDNIGHT)
    month, weekday = MONTHS[at.month - 1].capitalize(), WEEKDAYS[at.weekday()].capitalize()
    texts = {
        "Y": f"{at.year:04}",
        "y": f"{at.year % 100:02}",
        "m": f"{at.month:02}",
        "B": month,
        "b": month[:SHORT],
        "d": f"{at.day:02}",
        "A": weekday,
        "a": weekday[:SHORT],
        "H": f"{at.hour:02}",
        "I": f"{(at.hour - 1) % _HALF + 1:02}",
        "p": "AM" if at.hour < _HALF else "PM",
        "M": f"{at.minute:02}",
        "S": f"{at.second:02}",
        "f": f"{at.microsecond:06}",
        "z": "+0000",
        "%": "%",
    }
    return re.sub("%(.)", lambda match: texts[match[1]], format_)
