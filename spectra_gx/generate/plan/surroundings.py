"""What all tables of a stage share while they are planned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from spectra_gx.contract.model import Rule
    from spectra_gx.generate.rows.table_rows import TableRows
    from spectra_gx.generate.values.streams import Rows


@dataclass(frozen=True)
class Breaks:
    """Which rules are broken, and where."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    """Id of a rule about rows → the rows that break it, in order."""

    whole: frozenset[str] = frozenset()
    """Ids of the rules about all rows together that are broken."""

    def of(self, rules: list[Rule]) -> list[Rule]:
        """Return which of the rules are broken by some rows."""
        return [rule for rule in rules if rule.id in self.rows]


NO_BREAKS = Breaks()


@dataclass(frozen=True)
class Surroundings:
    """What a table is planned with."""

    seed: int
    as_of: datetime
    memory: int
    """Megabytes."""

    parent: Callable[[str], TableRows]
    """Finds another table by its name."""

    counts: Mapping[str, int]
    """Table → its rows."""

    keyed: Callable[[str, tuple[str, ...]], bool]
    """Whether some columns of a table are never repeated together."""

    referred: Callable[[str], frozenset[str]]
    """The columns of a table that others refer to."""

    lost: Callable[[str, tuple[str, ...]], Rows]
    """The rows of a table that have no values of their own in some columns."""

    breaks: Breaks = NO_BREAKS
    circular: frozenset[str] = frozenset()
    """Ids of rules by which the values of a column would come from itself."""
