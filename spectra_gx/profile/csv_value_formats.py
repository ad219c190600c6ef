"""How numbers, dates and nulls of a CSV file are written, found in columns that are only text.

A format is chosen if it is the only one by which a column can be read; where two read it, with
other values, none is, and a remark names them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from spectra_gx.contract.files.csv_format import PLAIN_CSV, CsvFormat
from spectra_gx.warehouse.file_formats.csv_hints import DATES, NUMBERS, TIMES
from spectra_gx.warehouse.file_formats.csv_values import read_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

KINDS = ("boolean", "long", "decimal(38,0)", "double", "date", "timestamp", "timestamp_ntz")
_OFFSETS = (" %z", "%z")
_SURE_NULLS = ("NULL", "\\N", "#N/A")
_MAYBE_NULLS = ("NA", "N/A", "n/a", "null", "None", "none", "nan", "NaN", "-", "--", "?", ".")
_SHORT = 3
_PLAIN: tuple[str, str | None] = (".", None)
_POINTS: tuple[str, str | None] = (",", ".")
_LEAST_VALUES = 3
"""Different ones beside what may be a null."""

_COMPACT = "%Y%m%d"
_YEARS = (1900, 2100)
"""Numbers of eight digits that are not dates would have other years, too."""

_SAMPLE = 10_000


Readings = dict[Any, pa.Array]
"""Format → the values that a column has by it."""


@dataclass(frozen=True)
class ValueFormats:
    """How values are written."""

    format: CsvFormat
    remarks: tuple[str, ...] = ()
    unsure: frozenset[str] = frozenset()
    """Columns that stay text, though their values can be read: only a person knows how."""


@dataclass
class _Findings:
    """What the columns of a file show, one after the other."""

    numbers: list[Readings] = field(default_factory=list)
    dates: list[Readings] = field(default_factory=list)
    times: list[Readings] = field(default_factory=list)
    points: set[str] = field(default_factory=set)
    """Columns whose points may be decimal ones, or separate thousands."""

    nulls: set[str] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)
    """What may be a null elsewhere, and a text as others in this column."""

    days: list[str] = field(default_factory=list)
    """Columns of so few numbers that each may be a day by chance."""

    empty: bool = False
    """Whether a column of other values than texts has empty fields."""


def reads_as_value(cell: str) -> bool:
    """Return whether a field is a number, a date or a time, however it is written."""
    texts = pa.array([cell], pa.string())
    if _reads_plainly(texts):
        return True
    if not _has_digit(cell):
        return False
    for kind, formats in (("double", _NUMBERS), ("date", _DATES), ("timestamp_ntz", _TIMES)):
        if any(_read(texts, kind, each) is not None for each in formats.values()):
            return True
    return False


def find_value_formats(columns: Mapping[str, pa.Array], written: CsvFormat) -> ValueFormats:
    """Return how values of these columns of texts are written, beside what a format says."""
    found = _Findings()
    for name, texts in columns.items():
        _look_at(name, texts.slice(0, _SAMPLE), found, written)
    remarks: list[str] = []
    number = _only_one(found.numbers, "numbers", _sign_words, remarks)
    date = _only_one(found.dates, "dates", lambda one: f"`date_format: {one}`", remarks)
    time = _only_one(found.times, "times", lambda one: f"`timestamp_format: {one}`", remarks)
    unsure = found.points if found.numbers and number is None else ()
    if number is not None:
        written = replace(written, decimal=number[0], thousands=number[1])
    remarks += [
        f"`{null}` may be a null, or a text as others in `{found.words[null]}`; "
        "add it to `null_values` if it is a null everywhere"
        for null in sorted(found.nulls & found.words.keys())
    ]
    if date != _COMPACT:
        remarks += [
            f"the numbers of `{name}` may be days; if they are, write `date_format: '{_COMPACT}'` "
            "and `type: date`"
            for name in found.days
        ]
    nulls = sorted(found.nulls - found.words.keys() - set(written.null_values))
    if nulls:
        kept = [null for null in written.null_values if null or found.empty]
        written = replace(written, null_values=(*kept, *nulls))
    written = replace(written, date_format=date, timestamp_format=time)
    return ValueFormats(written, tuple(remarks), frozenset(unsure))


def _look_at(name: str, texts: pa.Array, found: _Findings, written: CsvFormat) -> None:
    """Add what a column of texts shows."""
    distinct = texts.unique().drop_null()
    if not len(distinct):
        return
    sure = [null for null in _SURE_NULLS if _has(distinct, null)]
    found.nulls.update(sure)
    rest = _without(distinct, [*sure, *_MAYBE_NULLS])
    is_value = len(rest) > 0 and _add_formats(name, rest, found, written)
    maybe = [null for null in _MAYBE_NULLS if _has(distinct, null)]
    if is_value:
        found.empty |= bool(texts.null_count)
        found.nulls.update(maybe if len(rest) >= _LEAST_VALUES else ())
    else:
        found.words |= {null: name for null in maybe if _is_word(null, rest)}


def _is_word(null: str, others: pa.Array) -> bool:
    """Return whether what is a null at times may be a text as others: `NA` among `DE` and `US`."""
    longest = pc.max(pc.utf8_length(others)).as_py() or 0
    return null.lower() == "none" or 0 < longest <= _SHORT


def _add_formats(name: str, texts: pa.Array, found: _Findings, written: CsvFormat) -> bool:
    """Add the formats by which a column's values are read; return whether there is any."""
    for kind in KINDS:
        if (values := _read(texts, kind, PLAIN_CSV)) is not None:
            _add_plain(name, texts, kind, values, found, written)
            return True
    if not _has_digit(texts[0].as_py()):
        return False
    for kinds, formats, into in (
        (("double",), _NUMBERS, found.numbers),
        (("date",), _DATES, found.dates),
        (("timestamp_ntz", "timestamp"), _TIMES, found.times),
    ):
        if readings := _readings(texts, kinds, formats):
            into.append(readings)
            return True
    return False


def _readings(texts: pa.Array, kinds: Sequence[str], formats: Mapping[Any, CsvFormat]) -> Readings:
    return {
        one: values
        for (one, each), kind in product(formats.items(), kinds)
        if (values := _read(texts, kind, each)) is not None
    }


def _has_digit(text: str) -> bool:
    """Return whether a text could be a number or a time: there are hundreds of formats to try."""
    return any(letter.isdecimal() for letter in text)


def _add_plain(
    name: str,
    texts: pa.Array,
    kind: str,
    values: pa.Array,
    found: _Findings,
    written: CsvFormat,
) -> None:
    """Add that a column is read without a format, and by which one it could be read, too."""
    if kind == "date":
        found.dates.append({None: values})
    elif kind in ("timestamp", "timestamp_ntz"):
        found.times.append({None: values})
    elif _are_compact_dates(texts):
        if len(texts) < _LEAST_VALUES:
            found.days.append(name)
        else:
            found.dates.append({_COMPACT: texts})
    elif kind == "double" and pc.any(pc.match_substring(texts, ".")).as_py():
        readings = {_PLAIN: values, **_readings(texts, (kind,), _NUMBERS)}
        if written.delimiter == ",":
            readings.pop(_POINTS, None)  # where commas separate fields, they are no decimal ones
        elif _POINTS in readings:
            found.points.add(name)
        found.numbers.append(readings)


def _are_compact_dates(texts: pa.Array) -> bool:
    days = read_as(texts, "date", replace(PLAIN_CSV, date_format=_COMPACT))
    if days.null_count:
        return False
    years = pc.min_max(pc.year(days)).as_py()
    return bool(_YEARS[0] <= years["min"] and years["max"] <= _YEARS[1])


def _only_one(
    found: Sequence[Readings], what: str, words: Callable[[Any], str], remarks: list[str]
) -> Any:
    """Return the format that reads every column; none, and a remark, where two read other values.

    Where no format reads all of them, one that reads most.
    """
    if not found:
        return None
    common = [one for one in found[0] if all(one in other for other in found)]
    if not common:
        counts = Counter(one for readings in found for one in readings)
        common = [one for one in counts if counts[one] == max(counts.values())]
        found = [readings for readings in found if common[0] in readings]
        common = [one for one in common if all(one in readings for readings in found)]
        remarks.append(f"columns have {what} of several formats, of which only one can be named")
    first, *others = common
    odd = [one for one in others if any(not each[one].equals(each[first]) for each in found)]
    if not odd:
        return first
    several = " or ".join(map(words, (first, odd[0])))
    remarks.append(f"there are {what} that could be read by {several}; write the one that is meant")
    return None


def _sign_words(signs: tuple[str, str | None]) -> str:
    decimal, thousands = signs
    words = [f"`decimal: {decimal!r}`"] if decimal != "." else []
    words += [f"`thousands: {thousands!r}`"] if thousands is not None else []
    return " and ".join(words) or "`type: double`"


def _formats() -> Iterator[tuple[str, Any, CsvFormat]]:
    for one in NUMBERS:
        yield "number", one, replace(PLAIN_CSV, decimal=one[0], thousands=one[1])
    for day in DATES:
        yield "date", day, replace(PLAIN_CSV, date_format=day)
    for day, time, offset in product((*DATES, "%d/%b/%Y", "%Y-%m-%d"), _ALL_TIMES, ("", *_OFFSETS)):
        moment = day + time + offset
        yield "time", moment, replace(PLAIN_CSV, timestamp_format=moment)


_ALL_TIMES = (*TIMES, ":%H:%M:%S")
_NUMBERS = {one: each for kind, one, each in _formats() if kind == "number"}
_DATES = {one: each for kind, one, each in _formats() if kind == "date" and one != _COMPACT}
_TIMES = {one: each for kind, one, each in _formats() if kind == "time"}


def _reads_plainly(texts: pa.Array) -> bool:
    return any(_read(texts, kind, PLAIN_CSV) is not None for kind in KINDS)


def _read(texts: pa.Array, kind: str, written: CsvFormat) -> pa.Array | None:
    """Return texts as values of a type, if all of them are."""
    # Most formats do not fit the first text, and are not tried on the others.
    if read_as(texts.slice(0, 1), kind, written).null_count:
        return None
    values = read_as(texts, kind, written)
    return None if values.null_count else values


def _has(texts: pa.Array, text: str) -> bool:
    return bool(pc.any(pc.equal(texts, text)).as_py())


def _without(texts: pa.Array, others: Sequence[str]) -> pa.Array:
    return texts.filter(pc.invert(pc.is_in(texts, pa.array(others, pa.string()))))
