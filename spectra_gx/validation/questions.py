"""A GX metric in our words, and the two ways to answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    """A GX metric in our words."""

    base: str
    """`column_values.in_set`, `compound_columns.unique`, `table.row_count`, …"""

    part: str
    """`unexpected_count`, `filtered_row_count`, one of the details, or empty."""

    columns: tuple[str, ...]
    where: str | None
    values: Mapping[str, Any]
    """The metric's value arguments."""

    keys: tuple[str, ...] = ()
    """Columns that identify a sampled row."""

    path: tuple[str | None, ...] = ()
    """Steps into its one column, as a rule's."""


@dataclass(frozen=True)
class Aggregate:
    """One expression of the scan that all rules share."""

    sql: str


Answer = Aggregate | Callable[[], Any]
"""An aggregate, or what to call for the answer."""
