"""Everything a run reads, pinned once at its start: tables, their versions and their types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deltalake import DeltaTable

    from spectra_gx.contract.sql_guard import Readable


@dataclass(frozen=True)
class PinnedTable:
    """A stored table at one version."""

    name: str
    delta: DeltaTable | None
    """None stands for a table that cannot be read and has no columns."""

    version: int
    types: Mapping[str, str]
    """Column → Delta type text, in the table's order."""


@dataclass(frozen=True)
class Snapshot:
    """The tables of a run; a table is in `tables` or in `unreadable`, never in both."""

    tables: Mapping[str, PinnedTable]
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """Table → why it cannot be read, a sentence."""

    readable: Readable = field(default_factory=dict)
    """Table → declared column → whether its values are sensitive; what contract SQL may read."""

    def may_leak(self, *tables: str) -> bool:
        """Return whether an engine's own words about these tables could hold a sensitive value."""
        return any(any(self.readable.get(table, {}).values()) for table in tables)
