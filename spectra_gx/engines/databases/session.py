"""A session on one database: it takes DataFusion's SQL, translates it, and answers in Arrow."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from spectra_gx.engines.databases.dialects import dialect_of
from spectra_gx.engines.databases.translation import Translation, translate
from spectra_gx.engines.dialect.neutral_sql import render_condition, render_query
from spectra_gx.engines.query_errors import translate_errors
from spectra_gx.engines.session import Capabilities
from spectra_gx.engines.snapshot_session import SnapshotSession
from spectra_gx.errors import EngineError
from spectra_gx.warehouse.arrow_types import arrow_schema, plain_types

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from spectra_gx.contract.sql.guard import GuardedCondition, GuardedQuery
    from spectra_gx.engines.budget import Budget
    from spectra_gx.engines.database_table import DatabaseConnection, DatabaseTable
    from spectra_gx.engines.snapshot import Snapshot

_OWN_QUERY_SECONDS = 3600.0
"""What a query that we wrote may take; the SQL of contracts has the session's budget."""


CAPABILITIES = Capabilities(
    bounded_memory=False,
    shared_samples=False,
    stored_order=False,
    quantiles=False,
    approximate=False,
)
"""What every database can do."""


class DatabaseSession(SnapshotSession):
    """Answers queries over the tables of one database."""

    def __init__(self, connection: DatabaseConnection, snapshot: Snapshot, budget: Budget) -> None:
        """Take the connection, which stays open for others."""
        super().__init__(snapshot, budget)
        self._connection = connection
        self._dialect = dialect_of(connection.kind)
        self._limited: set[str] = set()
        """Contract SQL, whose time is limited."""

        self._begun: dict[str, tuple[Translation, Future[pa.Table | None] | None]] = {}
        """Query → how it was translated, and what will be its answer where it was begun."""

    @property
    def capabilities(self) -> Capabilities:
        """Whether rows have an order of their own is as in the table that was registered first."""
        own = next(iter(self._tables.values()), ())
        ordered = [self._source(table).stored_order is not None for table in own]
        return replace(CAPABILITIES, stored_order=ordered == [True])

    @property
    def snapshot_id(self) -> str:
        """The database's own id of its snapshot."""
        return self._connection.version

    def query(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        fallback: str | None = None,
    ) -> pa.Table:
        """Return the answer; no fallback is needed, since databases spill by themselves."""
        del fallback
        with self._translate_errors(reads):
            made, found = self._begun_answer(sql)
            if made is None:
                made = translate(
                    sql, self._sources(), self._dialect, in_stored_order=in_stored_order
                )
            if found is None:
                found = self._connection.query(made.sql, made.types, self._seconds(sql))
            return plain_types(_assembled(found, made))

    def begin(self, sql: str, *, reads: Collection[str] = ()) -> None:
        """Begin a query, if the database answers several at once; a bad one is left to `query`."""
        if sql in self._begun:
            return
        del reads
        with suppress(Exception):  # whatever it is, the rule that wants the answer meets it, too
            made = translate(sql, self._sources(), self._dialect)
            answer = self._connection.begin(made.sql, made.types, self._seconds(sql))
            self._begun[sql] = made, answer

    def stream(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        types: Mapping[str, str] | None = None,
    ) -> Iterator[pa.Table]:
        """Yield the answer part by part, in any order: a database keeps none."""
        del in_stored_order
        schema = None if types is None else arrow_schema(types)
        with self._translate_errors(reads):
            made = translate(sql, self._sources(), self._dialect)
            for part in self._connection.stream(made.sql, made.types, self._seconds(sql)):
                plain = plain_types(part)
                yield plain if schema is None else plain.cast(schema)

    def render_condition(self, condition: GuardedCondition, types: Mapping[str, str]) -> str:
        """Return a condition that DataFusion and the database read alike."""
        text = render_condition(condition.text, types, self._dialect.target)
        self._limited.add(text)
        return text

    def render_query(self, query: GuardedQuery, where: str | None) -> str:
        """Return a query that DataFusion and the database read alike."""
        names = {tables[0]: name for name, tables in self._tables.items()}
        if where is not None:
            names[query.table] = f"(SELECT * FROM {names[query.table]} WHERE {where})"
        types = {table: self.snapshot.tables[table].types for table in query.tables}
        text = render_query(query, types, names, self._dialect.target)
        self._limited.add(text)
        return text

    def supports_regex(self, pattern: str) -> bool:
        """Return whether the database, Rust and Python read the pattern alike."""
        return self._dialect.regex(pattern) is not None and self._compiles_regex(pattern)

    def group_by_cost(self, expressions: Sequence[str]) -> list[list[str]]:
        """Return one group: the database has limits of its own."""
        return [[*expressions]]

    def _new(self) -> Self:
        return type(self)(self._connection, self.snapshot, self.budget)

    def _open_tables(self) -> None:
        several = next((name for name, tables in self._tables.items() if len(tables) > 1), None)
        if several is not None:
            raise EngineError("tables of a database are read one by one")

    def _release(self) -> None:
        """Cancel what nobody wanted, and leave the connection to others."""
        for _, answer in self._begun.values():
            if answer is not None:
                answer.cancel()
        self._begun.clear()

    def _begun_answer(self, sql: str) -> tuple[Translation | None, pa.Table | None]:
        """Return what is known of a query that was begun; what waits still is taken over here."""
        if sql not in self._begun:
            return None, None
        made, answer = self._begun.pop(sql)
        return made, (None if answer is None or answer.cancel() else answer.result())

    def _sources(self) -> dict[str, DatabaseTable]:
        return {name: self._source(tables[0]) for name, tables in self._tables.items()}

    def _source(self, table: str) -> DatabaseTable:
        found = self.snapshot.pinned(table).database
        assert found is not None  # noqa: S101 - the caller has looked
        return found

    def _seconds(self, sql: str) -> float:
        limited = any(text in sql for text in self._limited)
        return self.budget.seconds if limited else _OWN_QUERY_SECONDS

    def _translate_errors(self, tables: Collection[str]) -> AbstractContextManager[None]:
        return translate_errors(self.snapshot, tables)


def _assembled(found: pa.Table, made: Translation) -> pa.Table:
    """Put the fields of structs together that were selected one by one."""
    if not made.structs:
        return found
    columns: dict[str, pa.ChunkedArray] = {}
    for name in found.column_names:
        whole, _, field = name.rpartition(".")
        if field not in made.structs.get(whole, ()):
            columns[name] = found[name]
        elif whole not in columns:
            fields = made.structs[whole]
            parts = [found[f"{whole}.{one}"].combine_chunks() for one in fields]
            columns[whole] = pa.chunked_array([pa.StructArray.from_arrays(parts, fields)])
    return pa.table(columns)
