"""Display results and counts: in an interpreter, in a notebook, in a sentence."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_REPR = 200
_MAX_ROWS = 50

Rows: TypeAlias = "tuple[Sequence[str], Sequence[Sequence[object]]]"
"""The headings of a table, and the cells of each row."""


class DisplayedResult(ABC):
    """A result: a dictionary for programs, one line for an interpreter, a table for a notebook."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON stores it."""

    @abstractmethod
    def _headline(self) -> str:
        """Return what it comes to, in a few words."""

    def _rows(self) -> Rows:
        """Return what a notebook shows under the headline."""
        return (), ()

    def __repr__(self) -> str:
        line = f"<{type(self).__name__} {_printable(self._headline())}>"
        return line if len(line) < MAX_REPR else f"{line[: MAX_REPR - 3]}…>"

    def _repr_html_(self) -> str:
        """Return the headline and the rows as HTML; IPython calls this."""
        headings, rows = self._rows()
        parts = [f"<p><b>{type(self).__name__}</b> {escape(_printable(self._headline()))}</p>"]
        if rows:
            body = "".join(_row("td", row) for row in rows[:_MAX_ROWS])
            parts.append(
                f"<table><thead>{_row('th', headings)}</thead><tbody>{body}</tbody></table>"
            )
        if len(rows) > _MAX_ROWS:
            parts.append(f"<p>and {len(rows) - _MAX_ROWS:,} more rows</p>")
        return f"<div>{''.join(parts)}</div>"


def _row(tag: str, cells: Sequence[object]) -> str:
    texts = ("" if cell is None else escape(_printable(str(cell))) for cell in cells)
    return f"<tr>{''.join(f'<{tag}>{text}</{tag}>' for text in texts)}</tr>"


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)


def counted(count: int, noun: str) -> str:
    """Return a count and what is counted: `1 run`, `2 runs`."""
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"


def scope_text(added: int, whole: int, since: int) -> str:
    """Return how many rules of a table read added rows alone, and how many all rows."""
    checked = f"{counted(added, 'rule')} checked on rows added since version {since}"
    return f"{checked}, {whole:,} on all rows"


def age_text(seconds: float, rounded: Callable[[float], int]) -> str:
    """Return an age in its two largest units: `1d 2h`, `90s` as `1m 30s`."""
    sizes = [size for size in _SIZES if abs(seconds) >= size[1]][:2] or [_SIZES[-1]]
    finest = sizes[-1][1] if len(sizes) == _FIGURES else 1
    left = rounded(abs(seconds) / finest) * finest
    parts = []
    for unit, size in _SIZES:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    sign = "-" if seconds < 0 and parts else ""
    return sign + (" ".join(parts[:_FIGURES]) or "0s")


_SIZES = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
_FIGURES = 2
