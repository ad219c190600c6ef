"""The tables that a run of one day builds: those of which a batch replaces the rows of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.sql.placeholders import placeholders_in
from spectra_gx.errors import UsageError
from spectra_gx.warehouse.publishing.options import PublishMode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import pyarrow as pa

    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.calls import Call
    from spectra_gx.runner.ports import Builder
    from spectra_gx.warehouse.publishing.options import PublishOptions


def daily_tables(stage: str, options: Mapping[str, PublishOptions]) -> frozenset[str]:
    """Return the `replace_where` tables of a stage.

    Args:
        stage: The stage.
        options: Table → how it is published.

    Raises:
        UsageError: There is none, or the condition of one is the same for every day.
    """
    found = {
        table: one.replace_where
        for table, one in options.items()
        if one.publish is PublishMode.REPLACE_WHERE
    }
    if not found:
        raise UsageError(
            f"`--from` does nothing for stage `{stage}`, of which no table is published by "
            "`replace_where`; leave `--from` out"
        )
    for table, condition in found.items():
        # Without a condition the builder gives one for each batch.
        if condition is not None and "batch_day" not in placeholders_in(condition):
            raise UsageError(
                f"`{table}` replaces the rows that meet `{condition}` on every day, so that each "
                "day would remove the one before; write the condition with `{batch_day}`"
            )
    return frozenset(found)


@dataclass(frozen=True)
class SelectedTables:
    """Builds some of the tables of a builder that makes several in one go; the others are kept."""

    builder: Builder
    selected: Collection[str]

    @property
    def tables(self) -> tuple[str, ...]:
        """Return those tables."""
        return tuple(table for table in self.builder.tables if table in self.selected)

    @property
    def needs(self) -> frozenset[str]:
        """Return what the builder needs."""
        return self.builder.needs

    @property
    def calls(self) -> Sequence[Call]:
        """Return every call that the builder has made to a source."""
        return self.builder.calls

    def place_of(self, table: str) -> str:
        """Return where the builder of a table is written or stored."""
        return self.builder.place_of(table)

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader | None]]:
        """Yield the selected tables; rows of the others are never pulled."""
        for table, reader in self.builder.build(run):
            # A table that the contract does not declare is refused where it is staged.
            if table in self.selected or table not in self.builder.tables:
                yield table, reader
