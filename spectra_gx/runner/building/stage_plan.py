"""The builders of a stage, in the order in which they are to be built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spectra_gx.runner.building.build_order import dependants
from spectra_gx.warehouse.publishing.options import PublishOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spectra_gx.runner.calls import Call
    from spectra_gx.runner.ports import Builder


def _nothing() -> None:
    """Release what was opened: nothing."""


@dataclass(frozen=True)
class StagePlan:
    """What a run builds, and how each table is published."""

    builders: tuple[Builder, ...]
    """In the order in which they are to be built."""

    options: Mapping[str, PublishOptions] = field(default_factory=dict)
    """Table → how it is published; one that is left out is replaced."""

    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Table of the stage → those that it needs, whether or not this run builds them."""

    close: Callable[[], None] = _nothing
    """Releases what the builders opened; called in their thread."""

    interrupt: Callable[[], None] = _nothing
    """Ends what a builder waits for; called in another thread."""

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the tables that the builders may build, in that order."""
        return tuple(table for builder in self.builders for table in builder.tables)

    @property
    def needed(self) -> frozenset[str]:
        """Return the tables that builders need to have been built before."""
        return frozenset(table for builder in self.builders for table in builder.needs)

    def related(self, table: str) -> set[str]:
        """Return the tables that a table needs and that need it, however far off."""
        needed_by: dict[str, set[str]] = {}
        for name, needs in self.needs.items():
            for needed in needs:
                needed_by.setdefault(needed, set()).add(name)
        return (dependants([table], self.needs) | dependants([table], needed_by)) - {table}

    def options_of(self, table: str) -> PublishOptions:
        """Return how a table is published."""
        return self.options.get(table, PublishOptions())

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return every call made to a source so far."""
        return tuple(call for builder in self.builders for call in builder.calls)
