"""The bytes of a CSV file as whole rows, a block at a time, validated against RFC 4180.

Parsers guess what a stray quote means, and some swallow rows by it. So the quotes and the ends of
lines of every byte are checked here first; a parser gets rows that leave it nothing to guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from spectra_gx.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

_BLOCK = 16 * 2**20
"""Bytes read at once; a row must fit in it."""

_BOM = b"\xef\xbb\xbf"
_QUOTE, _COMMA, _CR, _LF = b'",\r\n'
_HOW_TO_QUOTE = 'quote every field that contains a `"`, and double the `"` in it'


@dataclass(frozen=True)
class Rows:
    """Whole rows of a file."""

    text: bytes
    line: int
    """The line of the file that they begin at."""

    def line_at(self, offset: int) -> int:
        """Return the line of the file that a byte of the rows is in."""
        return self.line + self.text.count(b"\n", 0, offset)

    def header_and_rest(self) -> tuple[bytes, Rows]:
        """Return the first row that is not empty, and the rows after it."""
        start = end = 0
        while end < len(self.text):
            end = self.text.find(b"\n", end) + 1 or len(self.text)
            row = self.text[start:end]
            if row.count(b'"') % 2:
                continue
            if row.strip(b"\r\n"):
                return row, Rows(self.text[end:], self.line_at(end))
            start = end
        return b"", Rows(b"", self.line_at(end))

    def first_ragged(self, fields: int) -> tuple[int, int] | None:
        """Return line and number of fields of the first row that has another number of them."""
        text = self.text if self.text.endswith(b"\n") else self.text + b"\n"
        quotes = _positions(text, _QUOTE)
        ends = _outside(text, _LF, quotes)
        starts = np.concatenate([[0], ends[:-1] + 1])
        commas = _outside(text, _COMMA, quotes)
        counts = np.searchsorted(commas, ends) - np.searchsorted(commas, starts) + 1
        for row in np.flatnonzero(counts != fields):
            if text[starts[row] : ends[row]].strip(b"\r"):
                return self.line_at(starts[row]), int(counts[row])
        return None


def whole_rows(shown: str, path: str) -> Iterator[Rows]:
    """Yield the rows of a file; none of an empty one.

    Raises:
        FileError: It cannot be read, or breaks RFC 4180; names the line.
    """
    try:
        with Path(path).open("rb") as file:
            yield from _rows_of(shown, file)
    except OSError:
        raise FileError(f"file `{shown}` cannot be read; check that you may read it") from None


def _rows_of(shown: str, file: BinaryIO) -> Iterator[Rows]:
    line = 1
    text = file.read(len(_BOM)).removeprefix(_BOM)
    while True:
        block = file.read(_BLOCK)
        text += block
        quotes = _positions(text, _QUOTE)
        end = _end_of_rows(text, quotes) if block else len(text)
        if block and not end and len(text) <= _BLOCK:
            continue
        rows = Rows(text[:end] if end else text, line)
        _check(shown, rows, quotes[: np.searchsorted(quotes, len(rows.text))])
        if block and not end:
            raise FileError(
                f"file `{shown}` has a row of over {_BLOCK // 2**20} MB, which begins in line "
                f'{line}; split it, or close the `"` that was left open'
            )
        if not block and len(quotes) % 2:
            raise FileError(
                f"file `{shown}` has a quoted field that begins in line "
                f"{rows.line_at(int(quotes[-1]))} and never ends; {_HOW_TO_QUOTE}"
            )
        if rows.text:
            yield rows
        if not block:
            return
        line = rows.line_at(end)
        text = text[end:]


def _end_of_rows(text: bytes, quotes: npt.NDArray[np.intp]) -> int:
    """Return where the last whole row ends; 0 if none does."""
    end = len(text)
    while (newline := text.rfind(b"\n", 0, end)) >= 0:
        before = int(np.searchsorted(quotes, newline))
        if before % 2 == 0:
            return newline + 1
        end = int(quotes[before - 1])
    return 0


def _check(shown: str, rows: Rows, quotes: npt.NDArray[np.intp]) -> None:
    """Refuse a quote in the midst of a field, and a carriage return without a line feed.

    Every other quote opens, and every other one closes: a doubled one within a field closes it and
    opens it again.
    """
    opens, closes = quotes[0::2], quotes[1::2]
    around = np.frombuffer(b"\n" + rows.text + b"\n", np.uint8)
    late = opens[~_MAY_PRECEDE[around[opens]]]
    early = closes[~_MAY_FOLLOW[around[closes + 2]]]
    if late.size and (not early.size or late[0] < early[0]):
        raise FileError(
            f'line {rows.line_at(int(late[0]))} of file `{shown}` has a `"` within a field that '
            f"is not quoted; {_HOW_TO_QUOTE}"
        )
    if early.size:
        opened = opens[np.searchsorted(opens, early[0]) - 1]
        raise FileError(
            f'line {rows.line_at(int(early[0]))} of file `{shown}` has more after the `"` that '
            f"ends a field, quoted since line {rows.line_at(int(opened))}; {_HOW_TO_QUOTE}"
        )
    returns = _outside(rows.text, _CR, quotes)
    lone = returns[around[returns + 2] != _LF]
    if lone.size:
        raise FileError(
            f"line {rows.line_at(int(lone[0]))} of file `{shown}` has a carriage return (`\\r`) "
            "without a line feed; end rows in `\\n` or `\\r\\n`, and quote fields that contain one"
        )


def _only(allowed: bytes) -> npt.NDArray[np.bool_]:
    """Return a table of all bytes: whether each is allowed."""
    return np.isin(np.arange(256), list(allowed))


_MAY_PRECEDE = _only(b'",\n')
_MAY_FOLLOW = _only(b'",\r\n')


def _positions(text: bytes, byte: int) -> npt.NDArray[np.intp]:
    # Looking whether there is one at all is far faster than looking where.
    found = np.frombuffer(text, np.uint8) == byte if byte in text else ()
    return np.flatnonzero(found)


def _outside(text: bytes, byte: int, quotes: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return where a byte is outside of quotes."""
    found = _positions(text, byte)
    return found[np.searchsorted(quotes, found) % 2 == 0] if quotes.size else found
