"""Format names and values of contracts for the messages of changes: short, and on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_LISTED = 3


def one_line(text: str) -> str:
    """Replace each character that would break a line or control a terminal by a space."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def quote_name(name: str) -> str:
    """Return a name in backticks."""
    return f"`{one_line(name)}`"


def format_value(value: Any) -> str:
    """Return a value of a contract as text."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return quote(value) if isinstance(value, str) else str(value)


def format_values(values: Sequence[Any]) -> str:
    """Return the first values as text, and how many more there are."""
    shown = ", ".join(format_value(value) for value in values[:_MOST_LISTED])
    more = len(values) - _MOST_LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown
