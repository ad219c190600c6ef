"""Profiles of tables and columns: facts about their values, from which rules are inferred."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.files.csv_format import PLAIN_CSV, CsvFormat
from spectra_gx.contract.files.table_format import TableFormat

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Suspicion:
    """What the values of a column look like."""

    level: str
    """The classification of such values."""

    kind: str
    """In words: `IBANs`."""


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

    negative: int = 0
    """Of numbers: how many are below 0."""

    repeated: int | None = None
    """Rows in which it is not unique; None if they are not counted."""

    shortest: int | None = None
    """Of texts: the fewest characters."""

    longest: int | None = None
    formats: Mapping[str, int] = field(default_factory=dict)
    """Of texts: how many match each format."""

    values: tuple[tuple[str, int], ...] | None = None
    """Every value and its count, if there are few."""

    classified: str | None = None
    """Its classification in another contract about the same data."""

    never_null: bool = False
    """Whether its database keeps it from being null."""

    unique: bool = False
    """Whether its database keeps its values from being repeated."""

    suspected: Suspicion | None = None
    """What personal data its values look like."""

    parts: tuple[ColumnProfile, ...] = ()
    """The fields of a struct, or the items of an array, as one column named `items`."""

    @property
    def filled(self) -> int:
        """How many rows are not null."""
        return self.rows - self.nulls


@dataclass(frozen=True)
class NearKey:
    """Columns that identify a row, but for some rows."""

    columns: tuple[str, ...]
    broken: int
    """Rows that have the same values as another one."""


@dataclass(frozen=True)
class Reference:
    """Columns whose values are those of a key in another table, but for some rows."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]
    broken: int
    """Rows whose key is not there."""


@dataclass(frozen=True)
class TableProfile:
    """A table and the profiles of its columns."""

    name: str
    """`schema.table`."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    key: tuple[str, ...] = ()
    """Columns of the likely primary key; empty if there is none."""

    near_key: NearKey | None = None
    """Of a table without a key: the columns that are nearly one."""

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

    partitioned_by: tuple[str, ...] = ()
    """Of a Delta table: its partition columns."""

    unique: tuple[tuple[str, ...], ...] = ()
    """Several columns each that its database keeps from being repeated together."""

    references: tuple[Reference, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column that no contract can declare → reason."""
