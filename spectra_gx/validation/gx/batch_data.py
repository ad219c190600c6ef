"""One pinned Delta table as a GX batch, questioned through DataFusion.

Answers are kept by their SQL text: GX asks again after an error, and must not pay twice.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import pyarrow as pa
from deltalake.exceptions import DeltaError
from great_expectations.execution_engine.pandas_batch_data import PandasBatchData

from spectra_gx.compiler.regexes import only_python
from spectra_gx.contract.patterns import is_costly
from spectra_gx.contract.sql.exact import exact_condition, exact_query
from spectra_gx.contract.sql.guard import SqlRefused, guard_condition, guard_query
from spectra_gx.engines.budget import Budget, run_within
from spectra_gx.engines.datafusion.isolation import IsolatedQueries, IsolatedQueryError
from spectra_gx.engines.datafusion.query_builders import (
    ALL_ROWS,
    STORED,
    exceeds_nanoseconds,
    is_disk_full,
    is_memory_exhausted,
    open_query_builder,
    placeholder_view,
    register_table,
    scratch_folder,
)
from spectra_gx.engines.snapshot_transfer import portable_snapshot
from spectra_gx.engines.sql_text import conjunction, quote_name, quote_text
from spectra_gx.errors import Cause, EngineError, Obstacle, OverBudgetError
from spectra_gx.validation.metrics.sample_scan import FirstOfEach, shared_query
from spectra_gx.warehouse.arrow_types import plain_types

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from deltalake import QueryBuilder
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine

    from spectra_gx.contract.sql.guard import GuardedCondition, GuardedQuery
    from spectra_gx.engines.snapshot import PinnedTable, Snapshot
    from spectra_gx.validation.metrics.sample_scan import Sample

_Asked = TypeVar("_Asked")

OWN_TABLE = "t"
"""The name the batch's own table has in every query."""

_EXPRESSIONS_AT_ONCE = 500
_SAMPLES_AT_ONCE = 250
"""What one query asks for; planning takes more than twice as long for twice as much."""


class DeltaBatchData(PandasBatchData):
    """A table of a snapshot, ready to be asked; opens others only for rules that name them."""

    def __init__(
        self,
        execution_engine: PandasExecutionEngine,
        table: PinnedTable,
        snapshot: Snapshot,
        key_columns: Sequence[str] = (),
        budget: Budget = Budget(),  # noqa: B008 - frozen
    ) -> None:
        super().__init__(execution_engine, pd.DataFrame())
        self.table = table
        self.snapshot = snapshot
        self.scans = 0
        """Full scans of the table so far."""
        self.key_columns = tuple(key_columns)
        """Columns that identify a sampled row."""
        declared = snapshot.readable.get(table.name, {})
        self.sensitive = frozenset(column for column in declared if declared[column])
        """Columns whose values no answer may hold."""
        self.budget = budget
        self._names = {table.name: OWN_TABLE}
        self._scratch = scratch_folder(self)
        self._query_builder = self._session()
        self._in_order: QueryBuilder | None = None
        self._ordered: set[str] = set()
        """Tables that the session in stored order knows."""
        self._register(self._query_builder, OWN_TABLE, table)
        self._answers: dict[str, Any] = {}
        self._samples: dict[Sample, Any] = {}
        self._budgeted: set[str] = set()
        """Contract SQL whose time is limited."""
        self._costly: set[str] = set()
        """What of a contract runs in a process of its own, wherever it stands in a query."""
        self._confined: IsolatedQueries | None = None
        self._frames: dict[tuple[tuple[str, ...], str | None], pd.DataFrame] = {}

    @property
    def read(self) -> tuple[str, ...]:
        """The tables that were opened, its own first."""
        return tuple(self._names)

    # -- asking ---------------------------------------------------------------------------------

    def aggregates(self, expressions: Iterable[str]) -> Mapping[str, Any]:
        """Answer aggregates in one scan; what cannot be answered maps to its EngineError.

        Of very many a scan answers those that come together, and reads the columns of these alone.
        """
        return _remembered(self._answers, expressions, self._scan, _EXPRESSIONS_AT_ONCE)

    def _register(self, session: QueryBuilder, name: str, table: PinnedTable) -> None:
        with self._translate_errors((table.name,)):
            register_table(session, name, table)

    def _scan(self, expressions: Sequence[str]) -> Mapping[str, Any]:
        shared = [sql for sql in expressions if not self._is_confined(sql)]
        answers = dict(self._scan_at_once(shared)) if shared else {}
        for costly in sorted(self._costly):
            asked = [sql for sql in expressions if costly in sql and sql not in answers]
            answers |= _each_answered(asked, self._scan_at_once) if asked else {}
        return answers

    def _scan_at_once(self, expressions: Sequence[str]) -> Mapping[str, Any]:
        columns = ", ".join(f"{sql} AS a{index}" for index, sql in enumerate(expressions))
        self.scans += 1
        answer = self._execute(f"SELECT {columns} FROM {OWN_TABLE}{STORED}", (self.table.name,))
        return {sql: answer.column(index)[0].as_py() for index, sql in enumerate(expressions)}

    def samples(self, samples: Iterable[Sample]) -> Mapping[Sample, Any]:
        """Fetch samples in one pass; what cannot be fetched maps to its EngineError.

        Very many are fetched as aggregates are.
        """
        return _remembered(self._samples, samples, self._pass, _SAMPLES_AT_ONCE)

    def _pass(self, samples: Sequence[Sample]) -> Mapping[Sample, Any]:
        shared = [sample for sample in samples if not self._is_confined(sample.broken)]
        found = dict(self._pass_at_once(shared)) if shared else {}
        for sample in samples:
            if sample not in found:
                found |= _each_answered([sample], self._alone)
        return found

    def _alone(self, samples: Sequence[Sample]) -> Mapping[Sample, Any]:
        return {sample: self.rows(sample.query(OWN_TABLE)) for sample in samples}

    def _pass_at_once(self, samples: Sequence[Sample]) -> Mapping[Sample, Any]:
        self.scans += 1
        first = FirstOfEach(samples)
        for parts in dict.fromkeys(sample.rows for sample in samples):
            left = [sample for sample in samples if sample.rows == parts]
            for part in parts:
                self._take_from(part, left, first)
                found = first.rows()
                # What comes later is greater in the order of what is shown.
                left = [one for one in left if one not in found or len(found[one]) < one.limit]
                if not left:
                    break
        found = first.rows()
        return {sample: to_rows(found[sample]) if sample in found else [] for sample in samples}

    def _take_from(self, rows: str, samples: Sequence[Sample], first: FirstOfEach) -> None:
        query = shared_query(samples, rows)
        with self._translate_errors((self.table.name,)):
            answer = pa.RecordBatchReader.from_stream(self._query_builder.execute(query))
            parts = (plain_types(pa.Table.from_batches([batch])) for batch in answer)
            first.add(parts, samples)

    def count(
        self,
        query: str,
        *,
        reads: Sequence[str] = (),
        in_stored_order: bool = False,
        otherwise: str | None = None,
    ) -> int:
        """Return the single number that a query of its own gives.

        Args:
            query: What is asked.
            reads: Tables that it reads, where not its own alone.
            in_stored_order: Whether `row_number() OVER ()` counts rows as they are stored.
            otherwise: The same question in words that need less memory and more time.
        """

        def ask() -> int:
            table = self._table(query, reads, in_stored_order=in_stored_order, otherwise=otherwise)
            return int(table.column(0)[0].as_py())

        found: int = self.once(query, ask)
        return found

    def rows(
        self,
        query: str,
        *,
        reads: Sequence[str] = (),
        in_stored_order: bool = False,
        otherwise: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the rows of a query of its own; arguments as for `count`."""

        def ask() -> list[dict[str, Any]]:
            return to_rows(
                self._table(query, reads, in_stored_order=in_stored_order, otherwise=otherwise)
            )

        found: list[dict[str, Any]] = self.once(query, ask)
        return found

    def stream(self, query: str, *, reads: Sequence[str] = ()) -> Iterator[pa.Table]:
        """Yield the answer of a query a few thousand rows at a time, in stored order.

        Two streams over this batch yield the same rows in the same order.

        Args:
            query: What is asked.
            reads: Tables that it reads beside its own.
        """
        with self._translate_errors((self.table.name, *reads)):
            if self._is_confined(query):
                yield from map(plain_types, self._in_confinement(query, in_stored_order=True))
                return
            answer = pa.RecordBatchReader.from_stream(self._session_in_order().execute(query))
            for batch in answer:
                yield plain_types(pa.Table.from_batches([batch]))

    def orderable_columns(self, query: str, *, reads: Sequence[str]) -> list[str]:
        """Return the columns that a query hands out and that rows can be ordered by."""
        schema = self.once(f"schema of {query}", lambda: self._table(query, reads).schema)
        return [field.name for field in schema if not pa.types.is_nested(field.type)]

    def supports_regex(self, pattern: str) -> bool:
        """Return whether DataFusion reads the pattern as Python does; else Python answers."""
        if only_python(pattern):
            return False
        if is_costly(pattern):
            self._costly.add(quote_text(pattern))
        quoted = "'" + pattern.replace("'", "''") + "'"
        probe = f"SELECT regexp_like('', {quoted})"

        def understood() -> bool:
            try:
                self._execute(probe, ())
            except EngineError:
                return False
            return True

        return bool(self.once(probe, understood))

    def frame(self, columns: Sequence[str], where: str | None) -> pd.DataFrame:
        """Return columns as an Arrow-backed frame, of one query: row order differs between two."""
        key = (tuple(dict.fromkeys(columns)), where)
        if key not in self._frames:
            selected = ", ".join(map(quote_name, key[0])) or "*"
            self.scans += 1
            table = self._execute(
                f"SELECT {selected} FROM {OWN_TABLE} WHERE {conjunction(where)}", (self.table.name,)
            )
            self._frames[key] = plain_types(table).to_pandas(types_mapper=pd.ArrowDtype)
        return self._frames[key]

    def head(self, n_rows: int) -> pd.DataFrame:
        """Return the first rows as a frame."""
        table = self._execute(f"SELECT * FROM {OWN_TABLE} LIMIT {n_rows}", (self.table.name,))
        frame: pd.DataFrame = table.to_pandas()
        return frame

    @property
    def dataframe(self) -> pd.DataFrame:
        """The whole table, for a GX metric that names no column."""
        return self.frame((), None)

    @cached_property
    def row_count(self) -> int:
        """Rows of the table, as its log says where it says so."""
        rows = self.table.logged_rows
        return int(self.aggregates(["count(*)"])["count(*)"]) if rows is None else rows

    def rows_within(self, span: str) -> str:
        """Return what to select from, under the table's own name, for rows within a span of values.

        Files that hold none are not read; so ask it of a column whose statistics are exact.
        """
        return f"(SELECT * FROM {OWN_TABLE}{STORED} WHERE {span} {ALL_ROWS}) AS {OWN_TABLE}"

    def file_spans(self, column: str) -> list[tuple[Any, Any, int]]:
        """Return each file's least value, greatest value and rows, in order; none if one lacks.

        Only a guess at where values lie: texts are cut short, and times to the millisecond.
        """
        spans = [
            (actions.get(f"min.{column}"), actions.get(f"max.{column}"), actions["num_records"])
            for actions in self.table.logged_files
        ]
        return [] if any(None in span for span in spans) else sorted(spans)

    @property
    def partition_columns(self) -> list[str]:
        """The columns that the table is partitioned by, in order."""
        delta = self.table.delta
        return [] if delta is None else list(delta.metadata().partition_columns)

    # -- contract SQL ---------------------------------------------------------------------------

    def condition(self, where: str | None) -> str | None:
        """Return a contract's `where` as this engine runs it, guarded once more."""
        return None if where is None else self._guarded(where).text

    def exposes(self, where: str | None) -> bool:
        """Return whether the rows that a condition chooses tell what a sensitive column holds."""
        return where is not None and self._guarded(where).exposes

    def _guarded(self, where: str) -> GuardedCondition:
        found: GuardedCondition = self.once(
            f"condition {where}", lambda: self._guarded_condition(where)
        )
        return found

    def _guarded_condition(self, where: str) -> GuardedCondition:
        columns = self.snapshot.readable[self.table.name]
        try:
            guarded = guard_condition(where, table=self.table.name, columns=columns)
            said = self._said(where)
        except SqlRefused as refused:
            raise EngineError(f"refused: {refused}", Cause.SQL_REFUSED) from None
        if guarded.costly:
            self._costly.add(said)
        return replace(guarded, text=said)

    def _said(self, where: str) -> str:
        """Return a guarded condition in this engine's words."""
        return exact_condition(where, self.table.types).text

    def query(self, sql: str, where: str | None) -> tuple[str, GuardedQuery]:
        """Return a contract's query as this engine runs it, and what was proven of it.

        Guarded once more before it runs, and only ever run inside a subquery, where nothing but a
        SELECT can stand.
        """
        found: tuple[str, GuardedQuery] = self.once(
            f"query {sql} where {where}", lambda: self._guarded_query(sql, where)
        )
        return found

    def _guarded_query(self, sql: str, where: str | None) -> tuple[str, GuardedQuery]:
        try:
            guarded = guard_query(sql, table=self.table.name, tables=self.snapshot.readable)
            names = {table: self._queried(table) for table in guarded.tables}
            condition = self.condition(where)
            if condition is not None:
                own = self._queried(self.table.name)
                names[self.table.name] = f"(SELECT * FROM {own} WHERE {condition})"
            named = self._named(guarded, names)
        except SqlRefused as refused:
            raise EngineError(f"refused: {refused}", Cause.SQL_REFUSED) from None
        self._budgeted.add(named)
        if guarded.costly:
            self._costly.add(named)
        return named, replace(guarded, shown=()) if self.exposes(where) else guarded

    def _named(self, guarded: GuardedQuery, names: Mapping[str, str]) -> str:
        """Return a guarded query in this engine's words, its tables named as the session does."""
        types = {table: self.snapshot.tables[table].types for table in guarded.tables}
        return replace(guarded, text=exact_query(guarded, types).text).render(names)

    def _queried(self, table: str) -> str:
        """Return the name under which contract SQL reads a table of the snapshot."""
        self.other(table)
        return placeholder_view(table)

    def other(self, table: str) -> str:
        """Return the name under which a table of the snapshot can be read.

        Raises:
            EngineError: It cannot be read.
        """
        if table not in self._names:
            pinned = self.snapshot.tables.get(table)
            if pinned is None:
                missing = Obstacle(Cause.TABLE_MISSING, "it is not part of this run")
                why = self.snapshot.unreadable.get(table, missing)
                raise EngineError(f"table `{table}` cannot be read: {why.message}", why.cause)
            self._names[table] = f"t{len(self._names)}"
            self._register(self._query_builder, self._names[table], pinned)
        return self._names[table]

    # -- executing ------------------------------------------------------------------------------

    def once(self, key: str, ask: Callable[[], Any]) -> Any:
        """Return an answer that is asked for but once; an EngineError is one, too."""
        if key not in self._answers:
            try:
                self._answers[key] = ask()
            except EngineError as error:
                self._answers[key] = error
        answer = self._answers[key]
        if isinstance(answer, EngineError):
            raise answer
        return answer

    def _table(
        self,
        query: str,
        reads: Sequence[str],
        *,
        in_stored_order: bool = False,
        otherwise: str | None = None,
    ) -> pa.Table:
        def ask() -> pa.Table:
            tables = reads or (self.table.name,)
            return self._execute(
                query, tables, in_stored_order=in_stored_order, otherwise=otherwise
            )

        budgeted = _holds_any(query, self._budgeted) and not self._is_confined(query)
        return plain_types(run_within(self.budget, ask) if budgeted else ask())

    def _session(self, *, in_stored_order: bool = False) -> QueryBuilder:
        """Return what runs queries: DataFusion here; another engine takes the same SQL."""
        return open_query_builder(
            self.snapshot.memory,
            self._scratch,
            processors=1 if in_stored_order else self.snapshot.processors,
            thrifty=in_stored_order,
        )

    def _session_in_order(self) -> QueryBuilder:
        """Return a session that reads file after file, row after row; so it is thrifty, too."""
        if self._in_order is None:
            self._in_order = self._session(in_stored_order=True)
        for table, known_as in self._names.items():
            if table not in self._ordered:
                pinned = self.table if known_as == OWN_TABLE else self.snapshot.tables[table]
                self._register(self._in_order, known_as, pinned)
                self._ordered.add(table)
        return self._in_order

    def _execute(
        self,
        query: str,
        tables: Sequence[str],
        *,
        in_stored_order: bool = False,
        otherwise: str | None = None,
    ) -> pa.Table:
        with self._translate_errors(tables):
            if not in_stored_order:
                for asked in filter(None, (query, otherwise)):
                    try:
                        return self._answer(asked)
                    except (DeltaError, pa.ArrowException, IsolatedQueryError) as error:
                        if not is_memory_exhausted(error):
                            raise
            return self._answer(otherwise or query, in_stored_order=True)

    def _answer(self, query: str, *, in_stored_order: bool = False) -> pa.Table:
        if self._is_confined(query):
            parts = self._in_confinement(query, in_stored_order=in_stored_order)
            return pa.concat_tables(parts)
        return _answer(self._session_in_order() if in_stored_order else self._query_builder, query)

    def _is_confined(self, query: str) -> bool:
        """Return whether a query holds what could need much of little data."""
        return _holds_any(query, self._costly)

    def _in_confinement(self, query: str, *, in_stored_order: bool) -> Iterator[pa.Table]:
        if self._confined is None:
            given = portable_snapshot(self.snapshot)
            self._confined = IsolatedQueries(given, self._scratch, self.budget)
            weakref.finalize(self, self._confined.close)
        return self._confined.stream(query, self._names, in_stored_order=in_stored_order)

    @contextmanager
    def _translate_errors(self, tables: Sequence[str]) -> Iterator[None]:
        """Turn what the engine raises about tables into an EngineError without their values."""
        try:
            yield
        except (DeltaError, pa.ArrowException, ValueError, OSError) as error:
            if is_memory_exhausted(error):
                raise EngineError(
                    f"it needs more than the {self.snapshot.memory} MB that ENGINE_MEMORY allows, "
                    "even by way of the disk; set ENGINE_MEMORY higher",
                    Cause.OUT_OF_MEMORY,
                ) from None
            if is_disk_full(error):
                raise EngineError(
                    "the disk is full that takes what memory cannot hold; make room there, or let "
                    "TMPDIR name a folder on another disk",
                    Cause.DISK_FULL,
                ) from None
            if exceeds_nanoseconds(error):
                raise EngineError(
                    "a function, such as `to_timestamp` or `date_trunc`, counts the nanoseconds of "
                    "an instant, and there are too many before 1677-09-21 and after 2262-04-11; "
                    "cast or compare such instants as they are, or use a rule without SQL",
                    Cause.VALUE_OUT_OF_RANGE,
                ) from None
            if self.snapshot.may_leak(*tables):
                # The engine quotes the values it could not handle, or the address of a store.
                raise EngineError(
                    "the query failed; details hidden because it reads personal data",
                    Cause.QUERY_FAILED,
                ) from None
            raise EngineError(f"the query failed: {_cause(error)}", Cause.QUERY_FAILED) from None


def _holds_any(query: str, texts: Collection[str]) -> bool:
    return any(text in query for text in texts)


def _answer(session: QueryBuilder, query: str) -> pa.Table:
    # A stream releases the interpreter while DataFusion works; `read_all` on the executed query
    # itself would not.
    return pa.RecordBatchReader.from_stream(session.execute(query)).read_all()


def to_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Return rows as Python holds them.

    Raises:
        EngineError: Python has no such day or instant.
    """
    try:
        rows: list[dict[str, Any]] = table.to_pylist()
    except (ValueError, OverflowError):
        raise EngineError(
            "a day or an instant lies outside the years 1 to 9999", Cause.VALUE_OUT_OF_RANGE
        ) from None
    return rows


def _cause(error: BaseException) -> str:
    """Return the last line of what the engine says: the cause, under the names of its own steps."""
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]


def _remembered(
    known: dict[_Asked, Any],
    asked: Iterable[_Asked],
    ask: Callable[[Sequence[_Asked]], Mapping[_Asked, Any]],
    at_once: int,
) -> Mapping[_Asked, Any]:
    """Return answers, asking for all that are not known, so many at once; from then on they are."""
    every = tuple(dict.fromkeys(asked))
    missing = [one for one in every if one not in known]
    for first in range(0, len(missing), at_once):
        known.update(_each_answered(missing[first : first + at_once], ask))
    return {one: known[one] for one in every}


def _each_answered(
    asked: Sequence[_Asked], ask: Callable[[Sequence[_Asked]], Mapping[_Asked, Any]]
) -> Mapping[_Asked, Any]:
    """Return answers, or an EngineError in the place of one that cannot be had."""
    try:
        return ask(asked)
    except OverBudgetError as error:
        return dict.fromkeys(asked, error)
    except EngineError as error:
        if len(asked) == 1:
            return {asked[0]: error}
        # What is bad must not take the others with it: halves narrow down to it.
        middle = len(asked) // 2
        return {**_each_answered(asked[:middle], ask), **_each_answered(asked[middle:], ask)}
