"""A query over pinned tables that runs when somebody pulls its rows, as often as that happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.sql.guard import SqlRefused, guard_condition, guard_query
from spectra_gx.contract.sql.placeholders import zone_literals
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.budget import Budget
from spectra_gx.engines.datafusion.engine import DataFusionEngine
from spectra_gx.errors import OutOfMemoryError, RefusedSqlError
from spectra_gx.warehouse.arrow_types import plain_types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

    from spectra_gx.engines.session import Session
    from spectra_gx.engines.snapshot import Snapshot

    Render: TypeAlias = Callable[[Session], str]


_ENGINE = DataFusionEngine(Budget(seconds=24 * 3600.0))
"""The reader of the rows limits the time."""


class LazyTable:
    """Rows of tables at pinned versions; whatever reads Arrow's C stream takes it."""

    def __init__(self, snapshot: Snapshot, render: Render) -> None:
        """Take a query, which is not run yet.

        Args:
            snapshot: The tables that it reads.
            render: Returns the query in the SQL of a session that knows these tables.
        """
        self._snapshot = snapshot
        self._render = render

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_reader().__arrow_c_stream__(requested_schema)

    def to_reader(self) -> pa.RecordBatchReader:
        """Return its rows, batch by batch."""
        return pa.RecordBatchReader.from_batches(self.schema, self._batches())

    def to_arrow(self) -> pa.Table:
        """Return all of its rows."""
        return self.to_reader().read_all()

    def to_pandas(self) -> pd.DataFrame:
        """Return all of its rows."""
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame

    @property
    def schema(self) -> pa.Schema:
        """Return its columns and their types; the query is planned, not run."""
        with self._open() as session:
            sql = f"SELECT * FROM (\n{self._sql(session)}\n) LIMIT 0"
            return session.query(sql, reads=self._reads).schema

    @property
    def _reads(self) -> list[str]:
        return [*self._snapshot.tables]

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows; what memory cannot contain is run once more by way of the disk."""
        began = False
        try:
            for batch in self._run(thrifty=False):
                began = True
                yield batch
        except OutOfMemoryError:
            if began:
                raise
            yield from self._run(thrifty=True)

    def _run(self, *, thrifty: bool) -> Iterator[pa.RecordBatch]:
        with self._open() as session:
            sql = self._sql(session)
            for part in session.stream(sql, reads=self._reads, in_stored_order=thrifty):
                yield from plain_types(part).to_batches()

    def _sql(self, session: Session) -> str:
        try:
            return self._render(session)
        except SqlRefused as refused:
            raise RefusedSqlError(f"the SQL is refused: {refused}") from None

    def _open(self) -> Session:
        session = _ENGINE.open(self._snapshot)
        for number, table in enumerate(self._snapshot.tables):
            session.register(f"t{number}", table)
        return session


def scan_table(
    snapshot: Snapshot, table: str, columns: Sequence[str] | None, where: str | None
) -> LazyTable:
    """Return the rows of the one table of a snapshot.

    Args:
        snapshot: Contains the table.
        table: Its name.
        columns: Those to read; all without it.
        where: Condition on its rows.

    Raises:
        RefusedSqlError: The table has no such column, or the condition is not one.
        TableUnreadableError: It cannot be read.
    """
    types = snapshot.pinned(table).types
    for column in columns or ():
        if column not in types:
            hint = did_you_mean(column, types) or ""
            raise RefusedSqlError(f"table `{table}` has no column {quote(column)}{hint}")
    selected = ", ".join(map(quote_name, types if columns is None else columns))
    try:
        known = {column: snapshot.readable.get(table, {}).get(column, False) for column in types}
        guarded = where and guard_condition(zone_literals(where), table=table, columns=known)
    except SqlRefused as refused:
        raise RefusedSqlError(f"the condition on `{table}` is refused: {refused}") from None

    def render(session: Session) -> str:
        condition = f" WHERE {session.render_condition(guarded, types)}" if guarded else ""
        return f"SELECT {selected} FROM t0{condition}"

    return LazyTable(snapshot, render)


def select_rows(snapshot: Snapshot, text: str, own: str) -> LazyTable:
    """Return the rows that one SELECT over the tables of a snapshot finds.

    Args:
        snapshot: Contains every table that it names.
        text: The SELECT, in contract SQL.
        own: What `{table}` names.

    Raises:
        RefusedSqlError: It is not one SELECT over these tables.
    """
    try:
        guarded = guard_query(zone_literals(text), table=own, tables=snapshot.readable)
    except SqlRefused as refused:
        raise RefusedSqlError(f"the SQL is refused: {refused}") from None
    return LazyTable(snapshot, lambda session: session.render_query(guarded, None))
