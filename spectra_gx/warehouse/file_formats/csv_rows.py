"""The text of a CSV file as whole rows, a block at a time, validated against its format.

Parsers guess what a stray quote means, and some swallow rows by it. So the quotes and the ends of
lines of every byte are checked here first; a parser gets rows that leave it nothing to guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from spectra_gx.errors import FileError
from spectra_gx.warehouse.file_formats.csv_syntax import (
    COMMENTED,
    Marks,
    Syntax,
    syntax_of,
)
from spectra_gx.warehouse.file_formats.file_text import BLOCK, not_utf8, read_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spectra_gx.contract.files.csv_format import CsvFormat


@dataclass(frozen=True)
class Rows:
    """Whole rows of a file."""

    text: bytes
    line: int
    """The line of the file that they begin at."""

    syntax: Syntax

    def line_at(self, offset: int) -> int:
        """Return the line of the file that a byte of the rows is in."""
        return self.line + self.text.count(b"\n", 0, offset)

    def header_and_rest(self) -> tuple[bytes, Rows]:
        """Return the first row that is not empty, and the rows after it."""
        start = end = 0
        while end < len(self.text):
            end = self.text.find(b"\n", end) + 1 or len(self.text)
            row = self.text[start:end]
            if self.syntax.is_open(row):
                continue
            if row.strip(self.syntax.empty):
                return row, Rows(self.text[end:], self.line_at(end), self.syntax)
            start = end
        return b"", Rows(b"", self.line_at(end), self.syntax)

    def first_ragged(self, fields: int) -> tuple[int, int] | None:
        """Return line and number of fields of the first row that has another number of them."""
        text = self.text if self.text.endswith(b"\n") else self.text + b"\n"
        marks = self.syntax.marks(text)
        ends = marks.outside(text, _LF)
        starts = np.concatenate([[0], ends[:-1] + 1])
        delimiters = marks.outside(text, self.syntax.delimiter)
        counts = np.searchsorted(delimiters, ends) - np.searchsorted(delimiters, starts) + 1
        for row in np.flatnonzero(counts != fields):
            if text[starts[row] : ends[row]].strip(self.syntax.empty):
                return self.line_at(starts[row]), int(counts[row])
        return None


def whole_rows(shown: str, path: str, written: CsvFormat) -> Iterator[Rows]:
    """Yield the rows of a file; none of an empty one.

    Raises:
        FileError: It cannot be read, or breaks its format; names the line.
    """
    blocks = read_blocks(shown, path, written.encoding)
    if written.skip_rows:
        blocks = _after_lines(blocks, written.skip_rows)
    yield from _rows_of(shown, blocks, syntax_of(written), written.skip_rows + 1)


def rows_of_text(text: bytes, written: CsvFormat) -> list[Rows]:
    """Return the rows of a text in UTF-8, which begins where the first one does.

    Raises:
        FileError: It breaks the format.
    """
    return list(_rows_of("", [text], syntax_of(written), 1))


def _after_lines(blocks: Iterator[bytes], lines: int) -> Iterator[bytes]:
    """Yield what comes after the first lines."""
    for block in blocks:
        start = 0
        while lines and (start := block.find(b"\n", start) + 1):
            lines -= 1
        if not lines:
            yield block[start:]
            break
    yield from blocks


def _rows_of(shown: str, blocks: Iterable[bytes], syntax: Syntax, line: int) -> Iterator[Rows]:
    text = b""
    for block in chain(blocks, [None]):
        last = block is None
        _refuse_mark(shown, syntax, text, block or b"", line)
        text = syntax.prepare(shown, text + (block or b""), line, last=last)
        marks = syntax.marks(text)
        end = len(text) if last else _end_of_rows(text, marks)
        if not last and not end and len(text) <= BLOCK:
            continue
        rows = Rows(text[:end] if end else text, line, syntax)
        _check(shown, rows, marks.before(len(rows.text)))
        if not last and not end:
            raise FileError(
                f"file `{shown}` has a row of over {BLOCK // 2**20} MB, which begins in line "
                f"{line}; split it, or close the {_shown(syntax.quote)} that was left open"
            )
        if last and len(marks.quotes) % 2:
            raise FileError(
                f"file `{shown}` has a quoted field that begins in line "
                f"{rows.line_at(int(marks.quotes[-1]))} and never ends; {_how_to_quote(syntax)}"
            )
        if rows.text:
            yield Rows(syntax.with_nulls(rows.text, marks), line, syntax)
        line = rows.line_at(end)
        text = text[end:]


def _refuse_mark(shown: str, syntax: Syntax, before: bytes, block: bytes, line: int) -> None:
    """Refuse a block with the byte that comments are replaced by, which is never in UTF-8."""
    if syntax.comment is not None and COMMENTED in block:
        text = before + block
        raise FileError(
            not_utf8(shown, line + text.count(b"\n", 0, text.index(COMMENTED, len(before))))
        )


def _end_of_rows(text: bytes, marks: Marks) -> int:
    """Return where the last whole row ends; 0 if none does."""
    end = len(text)
    while (newline := text.rfind(b"\n", 0, end)) >= 0:
        before = int(np.searchsorted(marks.quotes, newline))
        if before % 2:
            end = int(marks.quotes[before - 1])
        elif marks.is_escaped(newline):
            end = newline
        else:
            return newline + 1
    return 0


def _check(shown: str, rows: Rows, marks: Marks) -> None:
    """Refuse a quote in the midst of a field, and a carriage return without a line feed.

    Every other quote opens, and every other one closes: a doubled one within a field closes it and
    opens it again.
    """
    syntax = rows.syntax
    opens, closes = marks.quotes[0::2], marks.quotes[1::2]
    around = np.frombuffer(b"\n" + rows.text + b"\n", np.uint8)
    late = opens[~syntax.may_precede[around[opens]]]
    early = closes[~syntax.may_follow[around[closes + 2]]]
    if late.size and (not early.size or late[0] < early[0]):
        quote = _shown(syntax.quote)
        raise FileError(
            f"line {rows.line_at(int(late[0]))} of file `{shown}` has a {quote} within a field "
            f"that is not quoted; {_how_to_quote(syntax)}"
        )
    if early.size:
        opened = opens[np.searchsorted(opens, early[0]) - 1]
        raise FileError(
            f"line {rows.line_at(int(early[0]))} of file `{shown}` has more after the "
            f"{_shown(syntax.quote)} that ends a field, quoted since line "
            f"{rows.line_at(int(opened))}; {_how_to_escape(rows, int(early[0]))}"
        )
    syntax.check_escapes(shown, rows.text, rows.line, marks)
    returns = marks.outside(rows.text, _CR)
    lone = returns[around[returns + 2] != _LF]
    if lone.size:
        raise FileError(
            f"line {rows.line_at(int(lone[0]))} of file `{shown}` has a carriage return (`\\r`) "
            "without a line feed; end rows in `\\n` or `\\r\\n`, and quote fields that contain one"
        )


def _shown(quote: int | None) -> str:
    return f"`{chr(quote or 0)}`"


def _how_to_quote(syntax: Syntax) -> str:
    quote = _shown(syntax.quote)
    inside = f"double the {quote} in it" if syntax.escape is None else f"escape the {quote} in it"
    return (
        f"quote every field that contains a {quote}, and {inside}; "
        "where quotes are text, add `csv: {quote: none}`"
    )


def _how_to_escape(rows: Rows, closing: int) -> str:
    """Return what to do about a quote that ends a field too early."""
    syntax = rows.syntax
    if syntax.escape is None and rows.text[closing - 1 : closing] == b"\\":
        return 'where `\\` precedes a quote that is text, add `csv: {escape: "\\\\"}`'
    if syntax.escape is not None and rows.text[closing + 1] == syntax.quote:
        return "where quotes that are text are doubled, leave `escape` out"
    return _how_to_quote(syntax)


_CR, _LF = b"\r\n"
