"""Profiles of tables and columns: facts about their values, from which rules are inferred."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.files.csv_format import PLAIN_CSV, CsvFormat
from spectra_gx.contract.files.table_format import TableFormat

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class ColumnProfile:
    """A column and statistics of its values."""

    name: str
    type: str
    """Canonical text."""

    rows: int
    nulls: int
    distinct: int | None = None
    """Approximate number of distinct values; None if they are not counted."""

    low: Any = None
    """The smallest value that is not NaN; a date or timestamp as text."""

    high: Any = None
    tail: tuple[float, float] | None = None
    """Of numbers: the 1st and 99th percentiles, approximately."""

    odd: int = 0
    """Of numbers: how many are NaN or infinite."""

    shortest: int | None = None
    """Of texts: the fewest characters."""

    longest: int | None = None
    formats: Mapping[str, int] = field(default_factory=dict)
    """Of texts: how many match each format."""

    values: tuple[tuple[str, int], ...] | None = None
    """Every value and its count, if there are few."""

    classified: str | None = None
    """Its classification in another contract about the same data."""

    @property
    def filled(self) -> int:
        """How many rows are not null."""
        return self.rows - self.nulls


@dataclass(frozen=True)
class TableProfile:
    """A table and the profiles of its columns."""

    name: str
    """`schema.table`."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    key: tuple[str, ...] = ()
    """Columns of the likely primary key; empty if there is none."""

    version: int | None = None
    """Delta version."""

    location: str | None = None
    """As written in a contract; None for a table of the warehouse."""

    credentials: str | None = None
    """The name of what opens the location."""

    format: TableFormat = TableFormat.DELTA
    csv: CsvFormat = PLAIN_CSV
    remarks: tuple[str, ...] = ()
    """What was guessed, for a person to look at."""

    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column that no contract can declare → reason."""
