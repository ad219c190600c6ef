"""A CSV file as somebody sent it, and what a person reads in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class OddFile(NamedTuple):
    """One file."""

    name: str
    data: bytes
    csv: str
    """What a contract says of it, the mapping behind `csv`."""

    columns: Mapping[str, str]
    """Name → type."""

    rows: Sequence[Sequence[Any]]
    """Written by hand."""


def odd(
    name: str,
    text: str,
    csv: str,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[Any]],
    encoding: str = "utf-8",
) -> OddFile:
    """Return a file of a text in an encoding."""
    return OddFile(name, text.encode(encoding), csv, columns, rows)
