"""How CSV files are written, found in the first lines of the first one.

A library guesses the signs between and around fields (clevercsv). What it guesses is kept only if
the reader of `check`, which guesses nothing, reads those lines by it; a guess that no reader can
confirm becomes a remark.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass, replace
from io import StringIO
from itertools import product
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.files.csv_format import PLAIN_CSV, CsvFormat
from spectra_gx.errors import FileError
from spectra_gx.profile.csv_encodings import MOST_BYTES, detect_encoding
from spectra_gx.profile.csv_value_formats import reads_as_value
from spectra_gx.warehouse.file_formats.csv_hints import COMMENTS, DELIMITERS
from spectra_gx.warehouse.file_formats.csv_rows import rows_of_text
from spectra_gx.warehouse.file_formats.file_text import read_head

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MOST_LETTERS = 20_000
"""Of a text, to find its signs in: time goes with the number of letters, times that of guesses."""

_SEPARATOR_LINE = re.compile(r"sep=([^\r\n])\r?\n", re.IGNORECASE)
_DOUBLE = "||"
_MORE_DELIMITERS = (_DOUBLE, "¦", "^", "~")
_SAMPLE = 20
_CHANCE = 0.05
_MOST_LINES_BEFORE = 12
_LEAST_SHARE = 0.5
"""Of rows with the same number of fields, where lines could also be one field each."""

_IMPLAUSIBLE = 0.01
_OFTEN_TEXT = (":", " ")
"""What separates fields at times, and words or digits most times."""

_ESCAPED_NULL = "\\N"
_GUESSES = (*DELIMITERS, *_MORE_DELIMITERS, *_OFTEN_TEXT)


@dataclass(frozen=True)
class FoundFormat:
    """How a file is written, as far as its first lines show."""

    format: CsvFormat
    names: tuple[str, ...]
    """Of its columns, as far as it has no header that names them."""

    remarks: tuple[str, ...] = ()
    """What a person should look at."""


def detect_format(files: Mapping[str, str]) -> FoundFormat:
    """Return how CSV files are written.

    `files` is file as people know it → its path on this machine.

    Raises:
        FileError: One cannot be read.
    """
    encoding, remarks = detect_encoding(files)
    head = read_head(*next(iter(files.items())))[:MOST_BYTES]
    text = _decoded(head, encoding)
    found = PLAIN_CSV if encoding == "utf-8" else replace(PLAIN_CSV, encoding=encoding)
    if not text.strip():
        return FoundFormat(found, (), remarks)
    text = _whole_lines(text)
    delimiters = None
    if line := _SEPARATOR_LINE.match(text):
        delimiters, text = [line[1]], text[line.end() :]
    found = replace(found, comment=_find_comment(text), skip_rows=0 if delimiters is None else 1)
    found, text = _find_signs(text, found, delimiters)
    remarks = (*remarks, *_doubts(text, found))
    found = _without_needless_comment(text, found)
    found, text = _after_preamble(text, found)
    return _with_header(found, _rows(text, found) or [], remarks)


# -- text ------------------------------------------------------------------------------------------


def _decoded(head: bytes, encoding: str) -> str:
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    return text.removeprefix("\ufeff")


def _whole_lines(text: str) -> str:
    """Return the first lines, without one that is cut, or within quotes."""
    if len(text) <= _MOST_LETTERS:
        return text
    end = _MOST_LETTERS
    while (end := text.rfind("\n", 0, end)) > 0:
        if text.count('"', 0, end) % 2 == 0:
            return text[: end + 1]
    return text[: text.rfind("\n", 0, _MOST_LETTERS) + 1] or text[:_MOST_LETTERS]


# -- signs -----------------------------------------------------------------------------------------


def _find_signs(
    text: str, found: CsvFormat, delimiters: Sequence[str] | None
) -> tuple[CsvFormat, str]:
    """Return a format by which most lines are rows of the same number of fields, and these lines.

    Lines at the beginning that keep the others from being read are left out.
    """
    rest = text
    for lines in range(_MOST_LINES_BEFORE):
        best, share = _best_signs(rest, found, delimiters)
        if share:
            return replace(best, skip_rows=found.skip_rows + lines), rest
        _, _, rest = rest.partition("\n")
        if not rest:
            break
    return found, text


def _best_signs(
    text: str, found: CsvFormat, delimiters: Sequence[str] | None
) -> tuple[CsvFormat, float]:
    guess = _guess_of_clevercsv(text)
    guessed = "," if guess is None or guess.delimiter not in _GUESSES else guess.delimiter
    quotes = [] if guess is None else [(guess.quotechar or '"', guess.escapechar or None)]
    if text.count(_DOUBLE) and 2 * text.count(_DOUBLE) == text.count(_DOUBLE[0]):
        guessed = _DOUBLE
    best, most = found, (0.0, 0)
    for delimiter, (quote, escape) in product(
        delimiters or dict.fromkeys((guessed, *DELIMITERS, *_MORE_DELIMITERS)),
        dict.fromkeys([*quotes, ('"', None), ('"', "\\"), ("'", None), (None, None), (None, "\\")]),
    ):
        if delimiter not in text and delimiter not in (guessed, ","):
            continue
        candidate = _candidate(found, delimiter, quote, escape, text)
        share, width = _regularity(text, candidate)
        if _is_better((share, width), most):
            best, most = candidate, (share, width)
    if delimiters is None and (most[1] <= 1 or most[0] < _LEAST_SHARE):
        best = _as_one_column(text, found) or best
        return best, max(most[0], _IMPLAUSIBLE)
    return best, most[0]


def _is_better(one: tuple[float, int], other: tuple[float, int]) -> bool:
    """Return whether a share of rows of a width shows more than another, found before it."""
    (share, width), (most, widest) = one, other
    if widest and (width > 1) != (widest > 1):
        # By any sign that is in no line all rows have one field, so that shows nothing.
        return share >= _LEAST_SHARE if width > 1 else most < _LEAST_SHARE
    return share > most + _CHANCE  # what comes later has to be better by more than chance


def _as_one_column(text: str, found: CsvFormat) -> CsvFormat | None:
    """Return a format by which each line is a field, if the first one looks as if it were one."""
    first = text.lstrip("\r\n").partition("\n")[0]
    unused = [sign for sign in DELIMITERS if sign not in text]
    if not unused or any(sign in first for sign in DELIMITERS):
        return None
    candidates = [replace(found, delimiter=unused[0], quote=quote) for quote in ('"', None)]
    return next((one for one in candidates if _rows(text, one) is not None), None)


def _doubts(text: str, found: CsvFormat) -> Iterator[str]:
    """Yield what a person should look at of the signs that were found."""
    rows = [row for _, row in _rows(text, found) or () if row]
    if found.delimiter not in text and any(sign in text for sign in DELIMITERS):
        yield "each line is taken for one field; name the `delimiter` if it has several"
    if found.delimiter in _OFTEN_TEXT:
        yield f"`delimiter: {found.delimiter!r}` is a guess: it may also be a part of texts"
    later = [cell for row in rows for cell in row[1:]]
    if found.delimiter != " " and 2 * sum(cell.startswith(" ") for cell in later) > len(later):
        yield "fields begin with a blank, which is a part of them; numbers with it are texts"


def _guess_of_clevercsv(text: str) -> Any:
    import clevercsv  # noqa: PLC0415  # takes a third of a second, and only `init` of CSV needs it

    try:
        return clevercsv.Sniffer().detect(text)
    except (clevercsv.Error, ValueError, IndexError):
        return None  # nothing that it knows fits; our own candidates may


def _candidate(
    found: CsvFormat, delimiter: str, quote: str | None, escape: str | None, text: str
) -> CsvFormat:
    if quote is not None and quote not in text:
        quote = '"'
    escape = escape if escape is not None and escape in text else None
    nulls = (_ESCAPED_NULL,) if escape and _ESCAPED_NULL in text else found.null_values
    return replace(found, delimiter=delimiter, quote=quote, escape=escape, null_values=nulls)


def _regularity(text: str, candidate: CsvFormat) -> tuple[float, int]:
    """Return the share of rows with the most frequent number of fields, and that number.

    Nothing where the text cannot be read by the candidate.
    """
    rows = [row for _, row in _rows(text, candidate) or ()]
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return (0.0, 0)
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    is_plausible = width == 1 or _begins_with_header(rows, width, candidate)
    return count / widths.total() if is_plausible else _IMPLAUSIBLE, width


def _begins_with_header(rows: Sequence[list[str]], width: int, candidate: CsvFormat) -> bool:
    """Return whether the first row of a width is the first of all, or surely a header.

    What comes before it could otherwise be the header of a single column.
    """
    at = next(place for place, row in enumerate(rows) if len(row) == width)
    before = rows[:at]
    if not any(before):
        return True
    if candidate.delimiter in _OFTEN_TEXT or any(map(reads_as_value, rows[at])):
        return False
    if not all(before[1:]):
        return True  # an empty line ends what is above a table
    later = [row for row in rows[at + 1 :] if len(row) == width][:_SAMPLE]
    columns = [[cell for cell in column if cell] for column in zip(*later, strict=True)]
    return any(cells and all(map(reads_as_value, cells)) for cells in columns)


def _rows(text: str, written: CsvFormat) -> list[tuple[int, list[str]]] | None:
    """Return the rows of a text, each with its last line; none where it is not written so."""
    try:
        strict = rows_of_text(text.encode("utf-8", "replace"), written)
    except FileError:
        return None
    if not strict:
        return []
    syntax = strict[0].syntax
    kept = syntax.without_comments(b"".join(rows.text for rows in strict), b"\n")
    reader = csv.reader(StringIO(kept.decode(), newline=""), **{**syntax.python, "strict": False})
    return [(reader.line_num, row) for row in reader]


# -- lines that are no rows ------------------------------------------------------------------------


def _find_comment(text: str) -> str | None:
    """Return what the first line begins with, if as comments do, or `#` if few lines do."""
    lines = text.splitlines()
    first = next((mark for mark in COMMENTS if lines and lines[0].startswith(mark)), None)
    if first is not None:
        return first
    marked = sum(line.startswith("#") for line in lines)
    return "#" if 0 < marked <= len(lines) / 2 else None


def _without_needless_comment(text: str, found: CsvFormat) -> CsvFormat:
    """Return a format without comments if the lines that begin so are rows as the others are."""
    if found.comment is None:
        return found
    whole = _rows(text, replace(found, comment=None))
    rows = [row for _, row in _rows(text, found) or () if row]
    if whole is None or not rows or (len(rows[0]) == 1 and text.startswith(found.comment)):
        return found
    alike = all(len(row) == len(rows[0]) for _, row in whole if row)
    return replace(found, comment=None) if alike else found


def _after_preamble(text: str, found: CsvFormat) -> tuple[CsvFormat, str]:
    """Return the text from the first row that is as wide as most are, and the lines before it."""
    rows = _rows(text, found) or []
    widths = Counter(len(row) for _, row in rows if row)
    width = max(widths, key=lambda one: widths[one], default=1)
    first = next((place for place, (_, row) in enumerate(rows) if len(row) == width), 0)
    before = rows[first - 1][0] if first else 0
    if width == 1 or not any(row for _, row in rows[:first]):
        return found, text
    lines = text.splitlines(keepends=True)
    return replace(found, skip_rows=found.skip_rows + before), "".join(lines[before:])


# -- header ----------------------------------------------------------------------------------------


def _with_header(
    found: CsvFormat, rows: Sequence[tuple[int, list[str]]], remarks: tuple[str, ...]
) -> FoundFormat:
    cells = [row for _, row in rows if row]
    if not cells:
        return FoundFormat(found, (), remarks)
    first, rest = cells[0], [row for row in cells[1:] if len(row) == len(cells[0])]
    if _is_data(first, rest):
        remark = "the first row has values as the others have, so it is taken for a row"
        found = replace(found, header=False)
        return FoundFormat(found, tuple(_names(("",) * len(first))), (*remarks, remark))
    if "" in first or len(set(first)) < len(first):
        skip = found.skip_rows + next((line for line, row in rows if row), 1)
        remark = "the header names a column twice, or one not at all, so columns go by their place"
        found = replace(found, header=False, skip_rows=skip)
        return FoundFormat(found, tuple(_names(first)), (*remarks, remark))
    return FoundFormat(found, (), remarks)


def _is_data(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Return whether a first row has values where others have, and not names."""
    values = [place for place, cell in enumerate(first) if reads_as_value(cell)]
    if not values or not rest:
        return False
    years = all(re.fullmatch(r"(19|20)\d\d", first[place]) for place in values)
    alike = all(reads_as_value(row[place]) for place in values for row in rest if row[place])
    return alike and not years


def _names(cells: Sequence[str]) -> Iterator[str]:
    """Yield a name of its own for each column, as near to the file's as a contract can have it."""
    taken: set[str] = set()
    for place, cell in enumerate(cells, 1):
        word = re.sub(r"\W+", "_", cell).strip("_") or f"column_{place}"
        name = word
        while name.lower() in taken:
            name = f"{word}_{place}"
            word = name
        taken.add(name.lower())
        yield name
