"""A third engine: DuckDB behind all that a session is, without stored order or `median`."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp

from spectra_gx.compiler.regexes import only_python
from spectra_gx.engines.budget import Budget
from spectra_gx.engines.dialect.dialect_parity import Target
from spectra_gx.engines.dialect.markers import TypedDataFusion
from spectra_gx.engines.dialect.neutral_sql import render_condition, render_query
from spectra_gx.engines.query_errors import translate_errors
from spectra_gx.engines.session import STORED, Capabilities
from spectra_gx.warehouse.arrow_types import arrow_schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from spectra_gx.contract.sql.guard import GuardedCondition, GuardedQuery
    from spectra_gx.engines.snapshot import PinnedTable, Snapshot

_READ_ELSEWHERE = re.compile(r"\\[dwsb]", re.IGNORECASE)
"""What DuckDB's patterns know of ASCII alone."""

_TARGET = Target("DuckDB", "", lambda pattern: not _READ_ELSEWHERE.search(pattern))
_MACROS = {
    "whole_division(a, b)": "a // b",
    "float_division(a, b)": "a / b",
    "float_result(made, a, b)": "made",
    "float_negated(a)": "-a",
    "gathered(value, key, separator)": "string_agg(value, separator ORDER BY key)",
}
_TYPES = {
    # Without its extension for time zones, DuckDB has instants as what clocks in UTC show.
    'Timestamp(Microsecond, Some("UTC"))': "TIMESTAMP",
    "Timestamp(Microsecond, None)": "TIMESTAMP",
}


class DuckDbSession:
    """Answers over copies of the pinned rows."""

    capabilities = Capabilities(
        bounded_memory=False, shared_samples=False, stored_order=False, quantiles=False
    )

    def __init__(self, snapshot: Snapshot, budget: Budget, is_open: set[DuckDbSession]) -> None:
        self.snapshot = snapshot
        self.budget = budget
        self._is_open = is_open
        self._tables: dict[str, tuple[str, ...]] = {}
        self._forks: list[DuckDbSession] = []
        self._connection = duckdb.connect()
        for signature, body in _MACROS.items():
            self._connection.execute(f"CREATE MACRO {signature} AS {body}")
        is_open.add(self)

    @property
    def snapshot_id(self) -> str:
        return f"duckdb:{self.snapshot.id}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for fork in self._forks:
            fork.close()
        self._connection.close()
        self._is_open.discard(self)

    def fork(self) -> DuckDbSession:
        self._forks.append(DuckDbSession(self.snapshot, self.budget, self._is_open))
        return self._forks[-1]

    def register(self, name: str, *tables: str) -> None:
        pinned = [self.snapshot.pinned(table) for table in tables]
        with self._translate_errors(tables):
            rows = pa.concat_tables(map(_rows, pinned))
            for known_as in (name, f"{name}{STORED}"):
                self._connection.register(known_as, rows)
        self._tables[name] = tables

    def types(self, name: str) -> Mapping[str, str]:
        return self.snapshot.tables[self._tables[name][0]].types

    def query(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        fallback: str | None = None,
    ) -> pa.Table:
        del fallback
        assert not in_stored_order, "nobody asks for what the session cannot do"
        with self._translate_errors(reads):
            return self._connection.sql(_duckdb_sql(sql)).to_arrow_table()

    def begin(self, sql: str, *, reads: Collection[str] = ()) -> None:
        del sql, reads  # one query is answered after another

    def stream(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        types: Mapping[str, str] | None = None,
    ) -> Iterator[pa.Table]:
        # The rows of `stream` may come in any order where there is no stored one.
        del in_stored_order
        answer = self.query(sql, reads=reads)
        if types is not None:
            answer = answer.cast(arrow_schema(types))
        yield from (answer.slice(start, 2) for start in range(0, answer.num_rows, 2))

    def render_condition(self, condition: GuardedCondition, types: Mapping[str, str]) -> str:
        return render_condition(condition.text, types, _TARGET)

    def render_query(self, query: GuardedQuery, where: str | None) -> str:
        names = {tables[0]: name for name, tables in self._tables.items()}
        if where is not None:
            names[query.table] = f"(SELECT * FROM {names[query.table]} WHERE {where})"
        types = {table: self.snapshot.tables[table].types for table in query.tables}
        return render_query(query, types, names, _TARGET)

    def supports_regex(self, pattern: str) -> bool:
        return not only_python(pattern) and _TARGET.reads_regex(pattern)

    def group_by_cost(self, expressions: Sequence[str]) -> list[list[str]]:
        return [[*expressions]]

    @contextmanager
    def _translate_errors(self, tables: Collection[str]) -> Iterator[None]:
        with translate_errors(self.snapshot, tables):
            try:
                yield
            except duckdb.Error as error:
                raise ValueError(str(error).splitlines()[0]) from None


@dataclass(frozen=True)
class DuckDbEngine:
    """Opens sessions, and knows which of them are still open."""

    name: str = "duckdb"
    parallel: bool = False
    incremental: bool = False
    dataframes: str = "pandas"
    budget: Budget = field(default_factory=Budget)
    is_open: set[DuckDbSession] = field(default_factory=set, compare=False)

    def open(self, snapshot: Snapshot) -> DuckDbSession:
        return DuckDbSession(snapshot, self.budget, self.is_open)


def _rows(pinned: PinnedTable) -> pa.Table:
    assert pinned.delta is not None, "the fake reads Delta alone"
    return pinned.delta.to_pyarrow_table().cast(arrow_schema(pinned.types))


def _duckdb_sql(sql: str) -> str:
    """Return a query in DuckDB's words."""
    tree = sqlglot.parse_one(sql, dialect=TypedDataFusion).transform(_translated)
    return str(tree.sql(dialect="duckdb"))


def _translated(node: Any) -> Any:
    if isinstance(node, exp.RegexpLike):
        return exp.RegexpLike(this=node.this, expression=node.expression)
    if isinstance(node, exp.Limit) and node.expression.name == str(2**63 - 1):
        return None
    if isinstance(node, exp.Anonymous) and node.name.lower() == "arrow_cast":
        value, to = node.expressions
        named = re.sub(r"Decimal\d+\((\d+), (\d+)\)", _decimal, to.name)
        return exp.cast(value, exp.DataType.build(_TYPES.get(named, named), dialect="duckdb"))
    if isinstance(node, exp.Anonymous) and node.name.lower() == "named_struct":
        names, values = node.expressions[::2], node.expressions[1::2]
        pairs = zip(names, values, strict=True)
        return exp.Struct(expressions=[exp.PropertyEQ(this=n, expression=v) for n, v in pairs])
    return node


def _decimal(named: re.Match[str]) -> str:
    return f"DECIMAL({min(int(named[1]), 38)}, {named[2]})"
