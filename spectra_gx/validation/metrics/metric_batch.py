"""One pinned table that the metrics of a suite are computed from.

Answers are kept by their SQL text: GX requests again after an error, and must not pay twice.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.contract.sql.guard import (
    GuardedCondition,
    GuardedQuery,
    guard_condition,
    guard_query,
)
from spectra_gx.contract.sql.tokens import SqlRefused
from spectra_gx.engines.session import ALL_ROWS, STORED, Session
from spectra_gx.engines.snapshot import PinnedTable
from spectra_gx.errors import EngineError, RefusedSqlError
from spectra_gx.validation.metrics.answers import each_answered, remembered, to_rows
from spectra_gx.validation.metrics.sample_scan import FirstOfEach, Sample, shared_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from spectra_gx.engines.budget import Budget

OWN_TABLE = "t"
"""The name the batch's own table has in every query."""

_EXPRESSIONS_AT_ONCE = 500
_SAMPLES_AT_ONCE = 250
"""How much one query computes; planning takes more than twice as long for twice as much."""


class MetricBatch:
    """A table of a snapshot, ready to be queried; opens others only for rules that name them."""

    def __init__(self, session: Session, table: str, key_columns: Sequence[str] = ()) -> None:
        """Make the table known to a session.

        Args:
            session: Knows no table yet.
            table: Its name; one that cannot be read is a batch without columns.
            key_columns: Columns that identify a sampled row.

        Raises:
            EngineError: The engine refuses the table.
        """
        self.session = session
        self.snapshot = session.snapshot
        self.table = self.snapshot.tables.get(table) or PinnedTable(table, None, -1, {})
        self.scans = 0
        """Full scans of the table so far."""
        self.key_columns = tuple(key_columns)
        declared = self.snapshot.readable.get(table, {})
        self.sensitive = frozenset(column for column in declared if declared[column])
        """Columns whose values no answer may contain."""
        self._names = {table: OWN_TABLE}
        self._answers: dict[str, Any] = {}
        self._samples: dict[Sample, Any] = {}
        if table in self.snapshot.tables:
            session.register(OWN_TABLE, table)

    @property
    def budget(self) -> Budget:
        """What a query of a contract may cost, and matching a pattern in Python."""
        return self.session.budget

    @property
    def read(self) -> tuple[str, ...]:
        """The tables that were opened, its own first."""
        return tuple(self._names)

    # -- queries --------------------------------------------------------------------------------

    def aggregates(self, expressions: Iterable[str]) -> Mapping[str, Any]:
        """Compute aggregates in one scan; what cannot be computed maps to its EngineError.

        Of very many a scan computes those that come together, and reads the columns of these alone.
        """
        return remembered(self._answers, expressions, self._scan, _EXPRESSIONS_AT_ONCE)

    def _scan(self, expressions: Sequence[str]) -> Mapping[str, Any]:
        shared, *costly = self.session.group_by_cost(expressions)
        answers = dict(self._scan_at_once(shared)) if shared else {}
        for group in costly:
            answers |= each_answered(group, self._scan_at_once)
        return answers

    def _scan_at_once(self, expressions: Sequence[str]) -> Mapping[str, Any]:
        columns = ", ".join(f"{sql} AS a{index}" for index, sql in enumerate(expressions))
        self.scans += 1
        [answer] = to_rows(self._query(f"SELECT {columns} FROM {OWN_TABLE}{STORED}"))
        return dict(zip(expressions, answer.values(), strict=True))

    def samples(self, samples: Iterable[Sample]) -> Mapping[Sample, Any]:
        """Fetch samples in one pass; what cannot be fetched maps to its EngineError.

        Very many are fetched as aggregates are.
        """
        return remembered(self._samples, samples, self._pass, _SAMPLES_AT_ONCE)

    def _pass(self, samples: Sequence[Sample]) -> Mapping[Sample, Any]:
        shared: list[Sample] = []
        if self.session.capabilities.shared_samples:
            cheap = {*self.session.group_by_cost([sample.broken for sample in samples])[0]}
            shared = [sample for sample in samples if sample.broken in cheap]
        found = dict(self._pass_at_once(shared)) if shared else {}
        alone = [sample for sample in samples if sample not in found]
        self.begin(sample.query(OWN_TABLE) for sample in reversed(alone[1:]))
        for sample in alone:
            found |= each_answered([sample], self._alone)
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
        first.add(self.session.stream(query, reads=(self.table.name,)), samples)

    def begin(self, queries: Iterable[str], reads: Sequence[str] = ()) -> None:
        """Begin queries that will be run, if the engine answers several at once."""
        for query in queries:
            if query not in self._answers:
                self.session.begin(query, reads=reads or (self.table.name,))

    def count(
        self,
        query: str,
        *,
        reads: Sequence[str] = (),
        in_stored_order: bool = False,
        fallback: str | None = None,
    ) -> int:
        """Return the single number that a query of its own computes.

        `reads` are its tables, where not the batch's alone; `in_stored_order` and `fallback` are
        as for `Session.query`.
        """

        def run() -> int:
            table = self._query(query, reads, in_stored_order=in_stored_order, fallback=fallback)
            return int(table.column(0)[0].as_py())

        found: int = self.once(query, run)
        return found

    def rows(
        self,
        query: str,
        *,
        reads: Sequence[str] = (),
        in_stored_order: bool = False,
        fallback: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the rows of a query of its own; arguments as for `count`."""

        def run() -> list[dict[str, Any]]:
            return to_rows(
                self._query(query, reads, in_stored_order=in_stored_order, fallback=fallback)
            )

        found: list[dict[str, Any]] = self.once(query, run)
        return found

    def stream(
        self, query: str, *, reads: Sequence[str] = (), types: Mapping[str, str] | None = None
    ) -> Iterator[pa.Table]:
        """Yield the answer to a query a few thousand rows at a time, in stored order.

        Two streams of one query yield the same rows in the same order. `types` is column → Delta
        type that the parts are to have; as computed without it.
        """
        read = (self.table.name, *reads)
        return self.session.stream(query, reads=read, in_stored_order=True, types=types)

    def arrow(self, query: str) -> pa.Table:
        """Return the answer to a query over its own table, which is not kept."""
        return self._query(query)

    def orderable_columns(self, query: str, *, reads: Sequence[str]) -> list[str]:
        """Return the columns that a query hands out and that rows can be ordered by."""
        schema = self.once(f"schema of {query}", lambda: self._query(query, reads).schema)
        return [field.name for field in schema if not pa.types.is_nested(field.type)]

    def supports_regex(self, pattern: str) -> bool:
        """Return whether the engine reads the pattern as Python does; if not, Python matches it."""
        key = f"regex {pattern}"
        return bool(self.once(key, lambda: self.session.supports_regex(pattern)))

    @cached_property
    def row_count(self) -> int:
        """Rows of the table, from its log, where that is exact.

        Raises:
            EngineError: They cannot be counted.
        """
        rows = self.table.logged_rows
        if rows is None:
            rows = self.aggregates(["count(*)"])["count(*)"]
        if isinstance(rows, EngineError):
            raise rows
        return int(rows)

    def rows_within(self, span: str) -> str:
        """Return what to select from, under the table's own name, for rows within a span of values.

        Files that contain none are not read; so use a column whose statistics are exact.
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
        if where is None:
            return None
        found: str = self.once(f"condition {where}", lambda: self._rendered(where))
        return found

    def exposes(self, where: str | None) -> bool:
        """Return whether the rows that a condition chooses reveal a sensitive column's values.

        Also of a condition that this engine refuses to run.
        """
        return where is not None and self._guarded(where).exposes

    def _rendered(self, where: str) -> str:
        try:
            return self.session.render_condition(self._guarded(where), self.table.types)
        except SqlRefused as refused:
            raise RefusedSqlError(f"refused: {refused}") from None

    def _guarded(self, where: str) -> GuardedCondition:
        try:
            columns = self.snapshot.readable[self.table.name]
            return guard_condition(where, table=self.table.name, columns=columns)
        except SqlRefused as refused:
            raise RefusedSqlError(f"refused: {refused}") from None

    def query(self, sql: str, where: str | None) -> tuple[str, GuardedQuery]:
        """Return a contract's query as this engine runs it, and what was proven of it.

        Guarded once more before it runs, and only ever run inside a subquery, where nothing but a
        SELECT is allowed.
        """
        found: tuple[str, GuardedQuery] = self.once(
            f"query {sql} where {where}", lambda: self._guarded_query(sql, where)
        )
        return found

    def _guarded_query(self, sql: str, where: str | None) -> tuple[str, GuardedQuery]:
        try:
            guarded = guard_query(sql, table=self.table.name, tables=self.snapshot.readable)
            for table in guarded.tables:
                self.other(table)
            text = self.session.render_query(guarded, self.condition(where))
        except SqlRefused as refused:
            raise RefusedSqlError(f"refused: {refused}") from None
        return text, replace(guarded, shown=()) if self.exposes(where) else guarded

    def other(self, table: str) -> str:
        """Return the name under which a table of the snapshot can be read.

        Raises:
            EngineError: It cannot be read.
        """
        if table not in self._names:
            name = f"t{len(self._names)}"
            self.session.register(name, table)
            self._names[table] = name
        return self._names[table]

    # -- running --------------------------------------------------------------------------------

    def once(self, key: str, run: Callable[[], Any]) -> Any:
        """Return what is computed but once; an EngineError is an answer, too."""
        if key not in self._answers:
            try:
                self._answers[key] = run()
            except EngineError as error:
                self._answers[key] = error
        answer = self._answers[key]
        if isinstance(answer, EngineError):
            raise answer
        return answer

    def _query(
        self,
        query: str,
        reads: Sequence[str] = (),
        *,
        in_stored_order: bool = False,
        fallback: str | None = None,
    ) -> pa.Table:
        return self.session.query(
            query,
            reads=reads or (self.table.name,),
            in_stored_order=in_stored_order,
            fallback=fallback,
        )
