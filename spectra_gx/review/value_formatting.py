"""What contracts say, as sentences about changes show it: short, one line, no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.quoting import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_LISTED = 3


def one_line(text: str) -> str:
    """Return a text without what would break a line or steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def named(name: str) -> str:
    """Return a name as it is, for people to find it by."""
    return f"'{one_line(name)}'"


def said(value: Any) -> str:
    """Return a value of a contract."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return quote(value) if isinstance(value, str) else str(value)


def listed(values: Sequence[Any]) -> str:
    """Return a few values, and how many more there are."""
    shown = ", ".join(said(value) for value in values[:_MOST_LISTED])
    more = len(values) - _MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown
