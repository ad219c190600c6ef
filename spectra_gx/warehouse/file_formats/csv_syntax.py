"""The bytes that mean something in a CSV file, and where they are in its text."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from spectra_gx.errors import FileError

if TYPE_CHECKING:
    import numpy.typing as npt

    from spectra_gx.contract.files.csv_format import CsvFormat

    Positions = npt.NDArray[np.intp]

COMMENTED = b"\xff"
"""A line of it is in the place of a comment, so that lines keep their numbers; never in UTF-8."""

SEPARATED = "\x1f"
"""Is in the place of a delimiter that is longer than a byte."""

NULL = "\x91"
"""Is in the place of a null that is written with an escape, `\\N`; as long as that, in UTF-8."""

_COMMENT_LINE = re.compile(rb"(?m)^" + COMMENTED + rb"\n")
_CR, _LF = b"\r\n"
_QUOTES = b"\"'"


@dataclass(frozen=True)
class Marks:
    """Where quotes and escaped bytes are in a text that begins with a row."""

    quotes: Positions
    """Those that open or close a field."""

    escaped: Positions
    """Bytes that an escape precedes."""

    def before(self, end: int) -> Marks:
        """Return the marks of the text up to there."""
        quotes = self.quotes[: np.searchsorted(self.quotes, end)]
        return Marks(quotes, self.escaped[: np.searchsorted(self.escaped, end, side="right")])

    def outside(self, text: bytes, byte: int) -> Positions:
        """Return where a byte is outside of quotes and not escaped."""
        found = positions(text, byte)
        if self.escaped.size:
            found = found[~np.isin(found, self.escaped)]
        return found[np.searchsorted(self.quotes, found) % 2 == 0] if self.quotes.size else found

    def is_escaped(self, offset: int) -> bool:
        """Return whether an escape precedes a byte."""
        place = int(np.searchsorted(self.escaped, offset))
        return place < self.escaped.size and int(self.escaped[place]) == offset


_NOWHERE: Positions = np.empty(0, np.intp)


@dataclass(frozen=True)
class Syntax:
    """How the rows of a file are written, once its text is in UTF-8."""

    delimiter: int
    quote: int | None
    escape: int | None
    """None where a quote within quotes is doubled."""

    comment: bytes | None
    separator: bytes | None
    """A delimiter that is longer than a byte; `delimiter` is in its place."""

    nulls: bytes
    """What follows the escape in nulls that are written with one."""

    @cached_property
    def may_precede(self) -> npt.NDArray[np.bool_]:
        """Of each byte: whether a quote that opens a field may come after it."""
        return _only(self.delimiter, self._doubled, _LF)

    @cached_property
    def may_follow(self) -> npt.NDArray[np.bool_]:
        """Of each byte: whether it may come after a quote that closes a field."""
        return _only(self.delimiter, self._doubled, _CR, _LF)

    @property
    def _doubled(self) -> int | None:
        return self.quote if self.escape is None else None

    @cached_property
    def parser(self) -> dict[str, Any]:
        """The options of Arrow's parser."""
        return {
            "delimiter": chr(self.delimiter),
            "quote_char": False if self.quote is None else chr(self.quote),
            "double_quote": self.escape is None,
            "escape_char": False if self.escape is None else chr(self.escape),
        }

    @cached_property
    def python(self) -> dict[str, Any]:
        """The options of Python's reader."""
        return {
            "delimiter": chr(self.delimiter),
            "quotechar": None if self.quote is None else chr(self.quote),
            "quoting": csv.QUOTE_NONE if self.quote is None else csv.QUOTE_MINIMAL,
            "doublequote": self.escape is None,
            "escapechar": None if self.escape is None else chr(self.escape),
            "strict": True,
        }

    @property
    def empty(self) -> bytes:
        """Return the bytes that lines without fields consist of."""
        return b"\r\n" if self.comment is None else b"\r\n" + COMMENTED

    def without_comments(self, text: bytes, instead: bytes = b"") -> bytes:
        """Return a text with something else in place of the lines that are in place of comments."""
        return text if self.comment is None else _COMMENT_LINE.sub(instead, text)

    def marks(self, text: bytes) -> Marks:
        """Return where quotes and escaped bytes are in a text."""
        escaped = _NOWHERE if self.escape is None else _escaped(text, self.escape)
        quotes = _NOWHERE if self.quote is None else positions(text, self.quote)
        if escaped.size:
            quotes = quotes[~np.isin(quotes, escaped)]
        return Marks(quotes, escaped)

    def is_open(self, text: bytes) -> bool:
        """Return whether a text that begins with a row ends within one, though at a line's end."""
        marks = self.marks(text)
        return len(marks.quotes) % 2 == 1 or marks.is_escaped(len(text) - 1)

    def prepare(self, shown: str, text: bytes, line: int, *, last: bool) -> bytes:
        """Return a text with bytes in place of long delimiters, and without whole comments.

        Raises:
            FileError: A byte that has to be in the place of something is in the text.
        """
        if self.separator is not None:
            own = SEPARATED.encode()
            _refuse(shown, text.replace(self.separator, b""), own, line)
            text = text.replace(self.separator, own)
        if self.nulls:
            _refuse(shown, text, NULL.encode(), line)
        if self.comment is not None and self.comment in text:
            text = self._without_comments(text, last=last)
        return text

    def _without_comments(self, text: bytes, *, last: bool) -> bytes:
        end = b"(?:\n|$)" if last else b"\n"
        pieces, done, is_open = [], 0, False
        for found in re.finditer(
            rb"(?m)^" + re.escape(self.comment or b"") + rb"[^\n]*" + end, text
        ):
            pieces.append(text[done : found.start()])
            is_open = self._goes_on(pieces[-1], is_open=is_open)
            pieces.append(found[0] if is_open else COMMENTED + b"\n")
            is_open = self._goes_on(found[0], is_open=is_open) if is_open else False
            done = found.end()
        return b"".join([*pieces, text[done:]])

    def _goes_on(self, text: bytes, *, is_open: bool) -> bool:
        """Return whether a row goes on after a text; `is_open` says whether it did before."""
        if not text:
            return is_open
        marks = self.marks(text)
        return (len(marks.quotes) % 2 == 1) != is_open or marks.is_escaped(len(text) - 1)

    def check_escapes(self, shown: str, text: bytes, line: int, marks: Marks) -> None:
        """Refuse an escape before anything that means nothing else without it.

        Raises:
            FileError: There is one, since an escaped `t` may be a tab or a `t`.
        """
        if not marks.escaped.size or self.escape is None:
            return
        bytes_ = np.frombuffer(text + b"\0", np.uint8)
        special = _only(self.escape, self.quote, *_QUOTES, self.delimiter, _CR, _LF)
        odd = marks.escaped[~special[bytes_[marks.escaped]]]
        odd = odd[~np.isin(odd, self._nulls_in(text, marks))]
        if odd.size:
            at = line + text.count(b"\n", 0, int(odd[0]))
            raise FileError(
                f"line {at} of file `{shown}` has a `{chr(self.escape)}` before something that "
                "means the same without it; escape only quotes, delimiters, ends of lines and "
                f"`{chr(self.escape)}` itself, or leave `escape` out"
            )

    def with_nulls(self, text: bytes, marks: Marks) -> bytes:
        """Return a text with a byte in place of each null that is written with an escape."""
        found = self._nulls_in(text, marks) if self.nulls else _NOWHERE
        if not found.size:
            return text
        written = np.frombuffer(text, np.uint8).copy()
        for place, byte in enumerate(NULL.encode()):
            written[found - 1 + place] = byte
        return written.tobytes()

    def _nulls_in(self, text: bytes, marks: Marks) -> Positions:
        """Return the escaped bytes that, with their escape, are all of a field."""
        if not self.nulls:
            return _NOWHERE
        around = np.frombuffer(b"\n\n" + text + b"\n", np.uint8)
        escaped = marks.escaped[marks.escaped < len(text)]
        fits = _only(*self.nulls)[around[escaped + 2]]
        fits &= _only(self.delimiter, _LF)[around[escaped]]
        fits &= _only(self.delimiter, _CR, _LF)[around[escaped + 3]]
        fits &= np.searchsorted(marks.quotes, escaped) % 2 == 0
        return escaped[fits]


def syntax_of(written: CsvFormat) -> Syntax:
    """Return the bytes that a contract's `csv` means."""
    delimiter = written.delimiter.encode()
    long = len(delimiter) > 1
    escape = None if written.escape in (None, written.quote) else written.escape
    nulls = [text[1:] for text in written.null_values if escape and text.startswith(escape)]
    return Syntax(
        delimiter=ord(SEPARATED) if long else delimiter[0],
        quote=None if written.quote is None else ord(written.quote),
        escape=None if escape is None else ord(escape),
        comment=None if written.comment is None else written.comment.encode(),
        separator=delimiter if long else None,
        nulls="".join(nulls).encode(),
    )


def positions(text: bytes, byte: int) -> Positions:
    """Return where a byte is in a text."""
    # Looking whether there is one at all is far faster than looking where.
    found = np.frombuffer(text, np.uint8) == byte if byte in text else ()
    return np.flatnonzero(found)


def _escaped(text: bytes, escape: int) -> Positions:
    """Return the bytes after an escape: in a run of escapes every other one escapes the next."""
    found = positions(text, escape)
    if not found.size:
        return found
    begins = np.concatenate([[True], np.diff(found) != 1])
    run = np.cumsum(begins) - 1
    active: Positions = found[(found - found[begins][run]) % 2 == 0] + 1
    return active


def _only(*allowed: int | None) -> npt.NDArray[np.bool_]:
    """Return a table of all bytes: whether each is allowed."""
    return np.isin(np.arange(256), [byte for byte in allowed if byte is not None])


def _refuse(shown: str, text: bytes, own: bytes, line: int) -> None:
    if own in text:
        at = line + text.count(b"\n", 0, text.index(own))
        raise FileError(
            f"line {at} of file `{shown}` has a control character that is needed to "
            "read this `csv`; take it out, or write the file in another way"
        )
