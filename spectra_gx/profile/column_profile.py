"""What was seen of a table: facts, before anything is concluded from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.model import TableFormat

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class ColumnProfile:
    """A column of a table, and what its values are like."""

    name: str
    type: str
    """Canonical text."""

    rows: int
    nulls: int
    distinct: int | None = None
    """About how many different values; None where they are not counted."""

    low: Any = None
    """The smallest value that is not NaN: a number; a day or instant as text; a text."""

    high: Any = None
    tail: tuple[float, float] | None = None
    """Of numbers: about 1 % lie below the first, 1 % above the second."""

    odd: int = 0
    """Of numbers: how many are NaN or infinite."""

    shortest: int | None = None
    """Of texts: characters."""

    longest: int | None = None
    formats: Mapping[str, int] = field(default_factory=dict)
    """Of texts: how many are of each format."""

    values: tuple[tuple[str, int], ...] | None = None
    """Every value and how often it stands there, where they are few."""

    classified: str | None = None
    """What a contract that names the same data classifies it as."""

    @property
    def filled(self) -> int:
        """How many rows are not null."""
        return self.rows - self.nulls


@dataclass(frozen=True)
class TableProfile:
    """A table, and what its columns are like."""

    name: str
    """`schema.table`."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    key: tuple[str, ...] = ()
    """Columns that name a row; none where nothing convinces."""

    version: int | None = None
    """Delta version."""

    location: str | None = None
    """As a contract writes it; None for a table of the warehouse."""

    format: TableFormat = TableFormat.DELTA
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column that no contract can declare → why."""
