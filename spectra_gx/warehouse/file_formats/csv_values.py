"""The texts of a CSV file as values of a type: nothing is rounded, cut or guessed.

A value is of its declared type when it is spelled in one of the type's ways and fits it exactly.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.contract.files.csv_format import PLAIN_CSV, CsvFormat
from spectra_gx.contract.files.time_formats import MONTHS, SHORT, pattern_of
from spectra_gx.warehouse.arrow_types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Mapping

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

_FIRST_OF_LAST_CENTURY = 69
"""From this year of two digits on it is one of the last century, as POSIX has it."""


def reads_type(type_text: str) -> bool:
    """Return whether values of a type can be read from text."""
    return type_text in _SPELLINGS or _DECIMAL.fullmatch(type_text) is not None


def read_as(texts: pa.Array, type_text: str, written: CsvFormat = PLAIN_CSV) -> pa.Array:
    """Return texts as values of a type; null where one is not spelled as one, or does not fit."""
    format_ = written.date_format if type_text == "date" else written.timestamp_format
    if type_text in ("date", "timestamp", "timestamp_ntz"):
        return _read(texts if format_ is None else _in_iso(texts, format_), type_text)
    if type_text != "boolean" and (written.decimal, written.thousands) != (".", None):
        texts = _plain_numbers(texts, written.decimal, written.thousands)
    return _read(texts, type_text)


def _read(texts: pa.Array, type_text: str) -> pa.Array:
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


def _plain_numbers(texts: pa.Array, decimal: str, thousands: str | None) -> pa.Array:
    """Return numbers with a `.` as decimal sign and without separators of thousands.

    A separator has three digits between itself and the end of the whole number, and two or three
    before the next one: `1.50` is no 150. Null where anything else is written.
    """
    fits = pc.match_substring_regex(texts, r"\A[^.]*\z") if decimal != "." else None
    if thousands is not None:
        separator, sign = re.escape(thousands), re.escape(decimal)
        groups = (
            rf"\A[+-]?[1-9]\d{{0,2}}(?:{separator}\d{{2,3}})*{separator}\d{{3}}(?:{sign}\d*)?\z"
        )
        grouped = pc.match_substring_regex(texts, groups)
        bare = pc.invert(pc.match_substring(texts, thousands))
        fits = pc.or_(grouped, bare if fits is None else pc.and_(bare, fits))
        texts = pc.if_else(fits, texts, pa.scalar(None, pa.string()))
        texts = pc.replace_substring(texts, thousands, "")
    else:
        texts = pc.if_else(fits, texts, pa.scalar(None, pa.string()))
    return texts if decimal == "." else pc.replace_substring(texts, decimal, ".")


# -- dates and times -------------------------------------------------------------------------------


def _in_iso(texts: pa.Array, format_: str) -> pa.Array:
    """Return dates or times of a format as they are written by default; null where none is."""
    found = pc.extract_regex(texts, _pattern(format_))
    parts = {field.name: found.field(place) for place, field in enumerate(found.type)}
    matched = found.is_valid()

    def part(name: str) -> pa.Array | None:
        return parts.get(name)

    iso = _joined("-", _year(parts), _month(parts), _padded(parts["day"]))
    hour = _hour(parts)
    if hour is not None:
        zero = pa.scalar("00")
        minute, second = (_padded(parts[name]) if name in parts else zero for name in _SMALL)
        iso = _joined("T", iso, _joined(":", hour, minute, second))
    if (fraction := part("fraction")) is not None:
        iso = _joined(".", iso, fraction)
    if (offset := part("offset")) is not None:
        iso = _joined("", iso, offset)
    return pc.if_else(matched, iso, pa.scalar(None, pa.string()))


_SMALL = ("minute", "second")
_pattern = cache(pattern_of)


def _joined(separator: str, *texts: pa.Array | pa.Scalar) -> pa.Array:
    return pc.binary_join_element_wise(*texts, separator)


def _padded(digits: pa.Array) -> pa.Array:
    return pc.utf8_lpad(digits, 2, "0")


def _year(parts: Mapping[str, pa.Array]) -> pa.Array:
    if "year" in parts:
        return parts["year"]
    short = parts["short_year"]
    last = pc.greater_equal(short, pa.scalar(str(_FIRST_OF_LAST_CENTURY)))
    return _joined("", pc.if_else(last, pa.scalar("19"), pa.scalar("20")), short)


def _month(parts: Mapping[str, pa.Array]) -> pa.Array:
    if "month" in parts:
        return _padded(parts["month"])
    starts = pa.array([name[:SHORT] for name in MONTHS])
    place = pc.index_in(
        pc.utf8_slice_codeunits(pc.utf8_lower(parts["month_name"]), 0, SHORT), starts
    )
    return pa.array([f"{month + 1:02}" for month in range(len(MONTHS))]).take(place)


def _hour(parts: Mapping[str, pa.Array]) -> pa.Array | None:
    if "short_hour" not in parts:
        return _padded(parts["hour"]) if "hour" in parts else None
    clock = _padded(parts["short_hour"])
    half = pc.utf8_lower(parts["half"])
    hours = [(f"{hour:02}", half) for hour in range(1, 13) for half in ("am", "pm")]
    of_day = [f"{int(hour) % 12 + 12 * (half == 'pm'):02}" for hour, half in hours]
    place = pc.index_in(_joined("", clock, half), pa.array([hour + half for hour, half in hours]))
    return pa.array(of_day).take(place)
