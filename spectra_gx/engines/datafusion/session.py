"""A DataFusion session: queries run in memory, spill to disk, or run in a separate process."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Self

import pyarrow as pa
from deltalake.exceptions import DeltaError

from spectra_gx.causes import Cause
from spectra_gx.compiler.regexes import only_python
from spectra_gx.contract.patterns import is_costly
from spectra_gx.contract.sql.exact import exact_condition, exact_query
from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.budget import Budget, run_within
from spectra_gx.engines.datafusion.isolation import IsolatedQueries, IsolatedQueryError
from spectra_gx.engines.datafusion.query_builders import QueryBuilders, placeholder_view
from spectra_gx.engines.query_errors import translate_errors
from spectra_gx.engines.session import STORED, Capabilities
from spectra_gx.engines.snapshot_session import SnapshotSession
from spectra_gx.engines.snapshot_transfer import portable_snapshot
from spectra_gx.errors import EngineError, OutOfMemoryError
from spectra_gx.warehouse.arrow_types import arrow_schema, plain_types

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from spectra_gx.contract.sql.guard import GuardedCondition, GuardedQuery
    from spectra_gx.engines.snapshot import Snapshot

_BEYOND_NANOSECONDS = re.compile(
    r"represented as nanoseconds|to Nanosecond|to Timestamp\(ns\)|Timestamp -?\d+ out of range"
)
"""DataFusion's errors about instants that do not fit in 64 bits of nanoseconds."""


class DataFusionSession(SnapshotSession):
    """Answers queries over the tables of a snapshot in this process."""

    capabilities = Capabilities()

    def __init__(self, snapshot: Snapshot, budget: Budget) -> None:
        """Take the snapshot; a folder for what does not fit in memory is made when it is needed."""
        super().__init__(snapshot, budget)
        self._builders: QueryBuilders | None = None
        self._isolated: IsolatedQueries | None = None
        self._limited: set[str] = set()
        """Contract SQL whose time is limited."""
        self._costly: set[str] = set()
        """Contract SQL that runs in a process of its own, in whatever query it occurs."""
        self._resources = ExitStack()
        weakref.finalize(self, self._resources.close)

    def query(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        fallback: str | None = None,
    ) -> pa.Table:
        """Return the answer; a query that runs out of memory is run again with spilling."""
        self._refuse_order(sql, in_stored_order=in_stored_order)
        run = partial(self._query, sql, reads, fallback, in_stored_order=in_stored_order)
        limited = _contains_any(sql, self._limited) and not self._is_isolated(sql)
        return plain_types(run_within(self.budget, run) if limited else run())

    def stream(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        types: Mapping[str, str] | None = None,
    ) -> Iterator[pa.Table]:
        """Yield the answer a few thousand rows at a time."""
        self._refuse_order(sql, in_stored_order=in_stored_order)
        schema = None if types is None else arrow_schema(types)
        with self._translate_errors(reads):
            for part in self._parts(sql, in_stored_order=in_stored_order):
                plain = plain_types(part)
                yield plain if schema is None else plain.cast(schema)

    def render_condition(self, condition: GuardedCondition, types: Mapping[str, str]) -> str:
        """Return a condition whose integers cannot overflow."""
        text = exact_condition(condition.text, types).text
        if condition.costly:
            self._costly.add(text)
        return text

    def render_query(self, query: GuardedQuery, where: str | None) -> str:
        """Return a query whose tables have names that nothing else in it can spell."""
        types = {table: self.snapshot.tables[table].types for table in query.tables}
        names = {table: placeholder_view(table) for table in query.tables}
        if where is not None:
            names[query.table] = f"(SELECT * FROM {placeholder_view(query.table)} WHERE {where})"
        text = replace(query, text=exact_query(query, types).text).render(names)
        self._limited.add(text)
        if query.costly:
            self._costly.add(text)
        return text

    def supports_regex(self, pattern: str) -> bool:
        """Return whether DataFusion reads a pattern as Python does, by trying it."""
        if only_python(pattern):
            return False
        if is_costly(pattern):
            self._costly.add(quote_text(pattern))
        return self._compiles_regex(pattern)

    def group_by_cost(self, expressions: Sequence[str]) -> list[list[str]]:
        """Return what runs in this process, then what runs in another, by its costly part."""
        groups = [[sql for sql in expressions if not self._is_isolated(sql)]]
        left = [sql for sql in expressions if self._is_isolated(sql)]
        for costly in sorted(self._costly):
            group = [sql for sql in left if costly in sql]
            left = [sql for sql in left if costly not in sql]
            if group:
                groups.append(group)
        return groups

    def _new(self) -> Self:
        return type(self)(self.snapshot, self.budget)

    def _open_tables(self) -> None:
        self._opened().builder(self._tables)

    def _refuse_order(self, sql: str, *, in_stored_order: bool) -> None:
        """Refuse to number the rows of several tables, which DataFusion reads at the same time."""
        views = [name for name, tables in self._tables.items() if len(tables) > 1]
        if in_stored_order and any(re.search(rf"\b{name}(?:{STORED})?\b", sql) for name in views):
            raise EngineError("rows of several tables have no order of their own")

    def _release(self) -> None:
        """End the process that may run, and remove what went to the disk."""
        self._resources.close()
        self._builders = self._isolated = None

    def _query(
        self, sql: str, reads: Collection[str], fallback: str | None, *, in_stored_order: bool
    ) -> pa.Table:
        with self._translate_errors(reads):
            for attempt in () if in_stored_order else filter(None, (sql, fallback)):
                try:
                    return self._answer(attempt)
                except (DeltaError, pa.ArrowException, IsolatedQueryError) as error:
                    if not _is_memory_exhausted(error):
                        raise
            return self._answer(fallback or sql, in_stored_order=True)

    def _answer(self, sql: str, *, in_stored_order: bool = False) -> pa.Table:
        if self._is_isolated(sql):
            return pa.concat_tables(self._parts(sql, in_stored_order=in_stored_order))
        # A stream releases the interpreter while DataFusion works; `read_all` on the executed
        # query itself would not.
        return self._reader(sql, in_stored_order=in_stored_order).read_all()

    def _parts(self, sql: str, *, in_stored_order: bool) -> Iterator[pa.Table]:
        if self._is_isolated(sql):
            names = self._tables
            yield from self._isolation().stream(sql, names, in_stored_order=in_stored_order)
            return
        for batch in self._reader(sql, in_stored_order=in_stored_order):
            yield pa.Table.from_batches([batch])

    def _reader(self, sql: str, *, in_stored_order: bool) -> pa.RecordBatchReader:
        builder = self._opened().builder(self._tables, in_stored_order=in_stored_order)
        return pa.RecordBatchReader.from_stream(builder.execute(sql))

    def _is_isolated(self, sql: str) -> bool:
        """Return whether a query contains what could need much of little data."""
        return _contains_any(sql, self._costly)

    def _opened(self) -> QueryBuilders:
        if self._builders is None:
            self._builders = QueryBuilders(self.snapshot, self._scratch())
        return self._builders

    def _isolation(self) -> IsolatedQueries:
        if self._isolated is None:
            given = portable_snapshot(self.snapshot)
            self._isolated = IsolatedQueries(given, self._opened().scratch, self.budget)
            self._resources.callback(self._isolated.close)
        return self._isolated

    def _scratch(self) -> str:
        """Make a folder that only this user may read, where `TMPDIR` says."""
        folder = tempfile.mkdtemp(prefix="spectra-gx-")
        self._resources.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _translate_errors(self, tables: Collection[str]) -> AbstractContextManager[None]:
        return translate_errors(self.snapshot, tables, self._explain)

    def _explain(self, error: BaseException) -> EngineError | None:
        """Return what a person can do about what DataFusion alone raises."""
        if _is_memory_exhausted(error):
            return OutOfMemoryError(
                f"it needs more than the {self.snapshot.memory} MB that ENGINE_MEMORY allows, "
                "even by way of the disk; set ENGINE_MEMORY higher"
            )
        if _BEYOND_NANOSECONDS.search(str(error)):
            return EngineError(
                "a function, such as `to_timestamp` or `date_trunc`, counts the nanoseconds of "
                "an instant, and there are too many before 1677-09-21 and after 2262-04-11; "
                "cast or compare such instants as they are, or use a rule without SQL",
                Cause.VALUE_OUT_OF_RANGE,
            )
        return None


def _contains_any(sql: str, texts: Collection[str]) -> bool:
    return any(text in sql for text in texts)


def _is_memory_exhausted(error: BaseException) -> bool:
    """Return whether a query was given up because it would have used too much memory.

    Where it may not write to disk, DataFusion says that the disk has no room.
    """
    return any(words in str(error) for words in ("Resources exhausted", "used disk space"))
