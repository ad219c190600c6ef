"""Copies of columns of tables in databases, for queries that read tables of several places."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp

from spectra_gx.contract.sql.placeholders import quote_placeholders
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.databases.session import DatabaseSession
from spectra_gx.engines.datafusion.session import DataFusionSession
from spectra_gx.engines.dialect.markers import TypedDataFusion
from spectra_gx.store.folder import FolderStore
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.file_formats.locations import Location
from spectra_gx.warehouse.file_formats.parquet_files import read_parts
from spectra_gx.warehouse.file_formats.table_files import TableFiles

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from spectra_gx.contract.sql.guard import GuardedCondition, GuardedQuery
    from spectra_gx.engines.budget import Budget
    from spectra_gx.engines.snapshot import PinnedTable, Snapshot

_OWN = "t"
Columns = frozenset[tuple[str, str]]
"""(table, column) of those that are read."""


class CopiedTables:
    """Sessions of DataFusion over tables of all places, each with the columns that it needs."""

    def __init__(self, snapshot: Snapshot, budget: Budget) -> None:
        """Take the snapshot; a folder for copies is made when one is needed."""
        self._snapshot = snapshot
        self._budget = budget
        self._sessions: dict[Columns, DataFusionSession] = {}
        self._rendered: dict[str, DataFusionSession] = {}
        """Contract SQL → the session that rendered it, and knows what it may cost."""

        self._copied: dict[tuple[str, frozenset[str]], PinnedTable] = {}
        self._scratch: Path | None = None
        self._removed: weakref.finalize | None = None  # type: ignore[type-arg]  # takes none

    def close(self) -> None:
        """Close the sessions and remove the copies."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
        self._rendered.clear()
        self._copied.clear()
        if self._removed is not None:
            self._removed()

    def render(
        self,
        query: GuardedQuery,
        where: tuple[GuardedCondition, Mapping[str, str]] | None,
        names: Mapping[str, Sequence[str]],
    ) -> str:
        """Return a contract's query as DataFusion reads it, its columns copied.

        Args:
            query: Reads tables of several places.
            where: A condition on its own table, and the types of that.
            names: Name in queries → the tables behind it.

        Raises:
            SqlRefused: It is refused.
            EngineError: A table cannot be read.
        """
        text = sqlglot.parse_one(quote_placeholders(query.text), dialect=TypedDataFusion)
        every = any(not isinstance(star.parent, exp.Count) for star in text.find_all(exp.Star))
        read = {
            (table, column)
            for table in query.tables
            for column in self._snapshot.tables[table].types
            if every or (table, column) in query.columns
        }
        condition = None
        if where is not None:
            guarded, types = where
            read |= {(query.table, column) for column in guarded.columns}
        session = self._session(frozenset(read), names, query.tables)
        if where is not None:
            condition = session.render_condition(guarded, types)
        rendered = session.render_query(query, condition)
        self._rendered[rendered] = session
        return rendered

    def answering(
        self, sql: str, names: Mapping[str, Sequence[str]], reads: Collection[str]
    ) -> DataFusionSession:
        """Return the session that answers a query over these names."""
        for rendered, session in self._rendered.items():
            if rendered in sql:
                return session
        tree = sqlglot.parse_one(sql, dialect=TypedDataFusion)
        named = {identifier.name for identifier in tree.find_all(exp.Identifier)}
        columns = frozenset(
            (table, column)
            for table in reads
            for column in self._snapshot.tables[table].types
            if column in named
        )
        return self._session(columns, names, reads)

    def _session(
        self, columns: Columns, names: Mapping[str, Sequence[str]], reads: Collection[str]
    ) -> DataFusionSession:
        if columns not in self._sessions:
            tables = {
                table: self._table(table, frozenset(c for of, c in columns if of == table))
                for table in reads
            }
            snapshot = replace(self._snapshot, tables=tables)
            session = DataFusionSession(snapshot, self._budget)
            for name, behind in names.items():
                if set(behind) <= tables.keys():
                    session.register(name, *behind)
            self._sessions[columns] = session
        return self._sessions[columns]

    def _table(self, name: str, columns: frozenset[str]) -> PinnedTable:
        """Return a table as DataFusion reads it: itself, or a copy of some columns."""
        pinned = self._snapshot.tables[name]
        if pinned.database is None:
            return pinned
        key = name, columns
        if key not in self._copied:
            # A table without columns has rows all the same.
            chosen = [one for one in pinned.types if one in columns] or list(pinned.types)[:1]
            self._copied[key] = self._copy(pinned, {one: pinned.types[one] for one in chosen})
        return self._copied[key]

    def _copy(self, pinned: PinnedTable, types: Mapping[str, str]) -> PinnedTable:
        assert pinned.database is not None  # noqa: S101 - the caller has looked
        path = self._folder() / f"{len(self._copied)}.parquet"
        source = DatabaseSession(pinned.database.connection, self._snapshot, self._budget)
        source.register(_OWN, pinned.name)
        selected = ", ".join(map(quote_name, types))
        with pq.ParquetWriter(path, arrow_schema(types)) as writer:
            query = f"SELECT {selected} FROM {_OWN}"
            for part in source.stream(query, reads=(pinned.name,), types=types):
                writer.write_table(part)
        parts = read_parts({pinned.name: str(path)}, path.parent)
        location = Location(FolderStore(Path("/")), str(path).lstrip("/"))
        return replace(pinned, database=None, types=types, files=TableFiles(types, parts, location))

    def _folder(self) -> Path:
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="spectra-gx-"))
            self._removed = weakref.finalize(self, shutil.rmtree, self._scratch, ignore_errors=True)
        return self._scratch
