"""Build a table by the SELECT of a SQL file."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.errors import BuilderError, EngineError, RefusedSqlError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        with self._located():
            reader = run.sql(self.select).to_reader()
        yield self.table, pa.RecordBatchReader.from_batches(reader.schema, self._batches(reader))

    def _batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        """Yield what a reader has; most of the SELECT may be computed only now."""
        with self._located():
            yield from reader

    @contextmanager
    def _located(self) -> Iterator[None]:
        """Name the place of the SELECT in errors of the engine."""
        try:
            yield
        except RefusedSqlError as error:
            raise BuilderError(f"{self.place}: {error.message}", code="builder_sql") from None
        except EngineError as error:
            raise BuilderError(f"{self.place}: {error.message}", code=error.code) from None
