"""A session whose tables are in several places: each query is answered where its tables are.

What reads tables of two places is answered by DataFusion: of a table in a database it gets a copy
of the columns that the query names, and no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from spectra_gx.engines.databases.copied_tables import CopiedTables
from spectra_gx.engines.databases.session import DatabaseSession
from spectra_gx.engines.dialect.unmarked_sql import without_markers
from spectra_gx.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import pyarrow as pa

    from spectra_gx.contract.sql.guard import GuardedCondition, GuardedQuery
    from spectra_gx.engines.budget import Budget
    from spectra_gx.engines.database_table import DatabaseConnection
    from spectra_gx.engines.session import Capabilities, Session
    from spectra_gx.engines.snapshot import Snapshot


class PlacedSession:
    """Registers each table with the session of its place."""

    def __init__(self, session: Session) -> None:
        """Take the session of tables that are in no database."""
        self._engine_session = session
        self._sessions: dict[DatabaseConnection | None, Session] = {}
        """Place → its session, the one of the table that was registered first on top."""

        self._names: dict[str, tuple[str, ...]] = {}
        self._conditions: dict[str, tuple[GuardedCondition, Mapping[str, str]]] = {}
        self._copies: CopiedTables | None = None
        self._forks: list[PlacedSession] = []

    # -- what the first table's session says ------------------------------------------------------

    @property
    def snapshot(self) -> Snapshot:
        """The tables that may be read."""
        return self._engine_session.snapshot

    @property
    def budget(self) -> Budget:
        """What a query of a contract may cost."""
        return self._engine_session.budget

    @property
    def capabilities(self) -> Capabilities:
        """What the own table's place can do."""
        return self._own.capabilities

    @property
    def snapshot_id(self) -> str:
        """The versions of all tables."""
        return self.snapshot.id

    def types(self, name: str) -> Mapping[str, str]:
        """Return column → Delta type."""
        return self.snapshot.tables[self._names[name][0]].types

    def supports_regex(self, pattern: str) -> bool:
        """Return whether the own table's place reads the pattern as Python does."""
        return self._own.supports_regex(pattern)

    def group_by_cost(self, expressions: Sequence[str]) -> list[list[str]]:
        """Return groups as the own table's place has them."""
        return self._own.group_by_cost(expressions)

    # -- life -------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the sessions and remove copies; connections are the snapshot's."""
        for fork in self._forks:
            fork.close()
        for session in self._sessions.values():
            session.close()
        if self._copies is not None:
            self._copies.close()
        self._engine_session.close()

    def fork(self) -> PlacedSession:
        """Open a session whose names are its own."""
        fork = PlacedSession(self._engine_session.fork())
        self._forks.append(fork)
        return fork

    def register(self, name: str, *tables: str) -> None:
        """Make tables known where they are; the first one's place is the own table's."""
        places = {self._place(table) for table in tables}
        if len(places) > 1:
            raise EngineError("tables of several places are not one view")
        [place] = places
        self._session(place).register(name, *tables)
        self._names[name] = tables

    # -- queries ----------------------------------------------------------------------------------

    def query(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        fallback: str | None = None,
    ) -> pa.Table:
        """Return the answer, from where the tables are that are read."""
        session, text = self._answering(sql, reads)
        second = None if fallback is None else self._answering(fallback, reads)[1]
        return session.query(text, reads=reads, in_stored_order=in_stored_order, fallback=second)

    def begin(self, sql: str, *, reads: Collection[str] = ()) -> None:
        """Begin a query that one place answers."""
        places = {self._place(table) for table in reads if table in self.snapshot.tables}
        if len(places) == 1:
            self._session(places.pop()).begin(sql, reads=reads)

    def stream(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        types: Mapping[str, str] | None = None,
    ) -> Iterator[pa.Table]:
        """Yield the answer part by part."""
        session, text = self._answering(sql, reads)
        yield from session.stream(text, reads=reads, in_stored_order=in_stored_order, types=types)

    def render_condition(self, condition: GuardedCondition, types: Mapping[str, str]) -> str:
        """Return a condition as the own table's place reads it."""
        text = self._own.render_condition(condition, types)
        self._conditions[text] = condition, types
        return text

    def render_query(self, query: GuardedQuery, where: str | None) -> str:
        """Return a query as the place of its tables reads it; of several, as DataFusion does."""
        places = {self._place(table) for table in query.tables}
        if len(places) == 1:
            return self._session(places.pop()).render_query(query, where)
        condition = None if where is None else self._conditions[where]
        return self._mixed().render(query, condition, self._names)

    # -- places -----------------------------------------------------------------------------------

    @property
    def _own(self) -> Session:
        return next(iter(self._sessions.values()), self._engine_session)

    def _place(self, table: str) -> DatabaseConnection | None:
        found = self.snapshot.pinned(table).database
        return None if found is None else found.connection

    def _session(self, place: DatabaseConnection | None) -> Session:
        if place not in self._sessions:
            self._sessions[place] = (
                self._engine_session
                if place is None
                else DatabaseSession(place, self.snapshot, self.budget)
            )
        return self._sessions[place]

    def _answering(self, sql: str, reads: Collection[str]) -> tuple[Session, str]:
        """Return the session of the tables that a query reads, and the query as it reads it."""
        places = {self._place(table) for table in reads if table in self.snapshot.tables}
        if not places:
            return self._own, sql
        if len(places) == 1:
            return self._session(places.pop()), sql
        text = without_markers(sql)
        return self._mixed().answering(text, self._names, reads), text

    def _mixed(self) -> CopiedTables:
        if self._copies is None:
            self._copies = CopiedTables(self.snapshot, self.budget)
        return self._copies
