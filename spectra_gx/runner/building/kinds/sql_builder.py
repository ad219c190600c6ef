"""Build a table by the SELECT of a SQL file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.errors import BuilderError, RefusedSqlError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.calls import Call


@dataclass(frozen=True)
class SqlBuilder:
    """Builds one table from what a SELECT finds."""

    table: str
    select: str
    place: str
    """Where the SELECT begins."""

    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the one table."""
        return (self.table,)

    def place_of(self, table: str) -> str:
        """Return where the SELECT begins."""
        del table
        return self.place

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader | None]]:
        """Run the SELECT; rows are computed when they are pulled."""
        try:
            yield self.table, run.sql(self.select).to_reader()
        except RefusedSqlError as error:
            raise BuilderError(f"{self.place}: {error.message}", code="builder_sql") from None
