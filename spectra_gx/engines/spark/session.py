"""A Spark session: it takes DataFusion's SQL, translates it, and answers in Arrow."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
from deltalake.exceptions import DeltaError

from spectra_gx.compiler.regexes import only_python
from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.dialect.dialect_parity import Target
from spectra_gx.engines.dialect.neutral_sql import render_condition, render_query
from spectra_gx.engines.query_errors import translate_errors
from spectra_gx.engines.session import STORED, Capabilities
from spectra_gx.engines.snapshot_session import SnapshotSession
from spectra_gx.engines.spark.java_regexes import java_regex
from spectra_gx.engines.spark.table_reader import read_tables
from spectra_gx.engines.spark.translation import spark_sql
from spectra_gx.warehouse.arrow_types import arrow_schema, plain_types
from spectra_gx.warehouse.datafusion_sessions import new_session

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from spectra_gx.contract.sql.guard import GuardedCondition, GuardedQuery
    from spectra_gx.engines.budget import Budget
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.engines.spark.spark_sessions import HostSession

_SPARK = Target(
    "Spark",
    ", or check it without `--engine spark`",
    lambda pattern: java_regex(pattern) is not None,
)


class SparkRefusalError(ValueError):
    """Spark's message, in one line."""


class SparkSqlSession(SnapshotSession):
    """Answers queries over the tables of a snapshot on Spark."""

    capabilities = Capabilities(bounded_memory=False, shared_samples=False)

    def __init__(self, host: HostSession, snapshot: Snapshot, budget: Budget) -> None:
        """Take what sessions are made of; Spark's own are opened when they are needed."""
        super().__init__(snapshot, budget)
        self._host = host
        self._open: dict[bool, tuple[Any, set[str]]] = {}
        """In stored order? → a session with settings and views of its own, and what it knows."""

    def query(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        fallback: str | None = None,
    ) -> pa.Table:
        """Return the answer; no fallback is needed, since Spark distributes groups and sorts."""
        del fallback
        with self._translate_errors(reads):
            return plain_types(_collect(self._frame(sql, in_stored_order=in_stored_order)))

    def stream(
        self,
        sql: str,
        *,
        reads: Collection[str] = (),
        in_stored_order: bool = False,
        types: Mapping[str, str] | None = None,
    ) -> Iterator[pa.Table]:
        """Yield the answer in one part: the items of a row follow one another, rows do not."""
        del in_stored_order
        answer = self.query(sql, reads=reads)
        yield answer if types is None else answer.cast(arrow_schema(types))

    def dataframe(self, sql: str, *, reads: Collection[str] = ()) -> Any:
        """Return the answer as a Spark DataFrame, which is not computed yet."""
        with self._translate_errors(reads):
            return self._frame(sql)

    def render_condition(self, condition: GuardedCondition, types: Mapping[str, str]) -> str:
        """Return a condition that DataFusion and Spark read alike."""
        return render_condition(condition.text, types, _SPARK)

    def render_query(self, query: GuardedQuery, where: str | None) -> str:
        """Return a query that DataFusion and Spark read alike."""
        names = {tables[0]: name for name, tables in self._tables.items()}
        if where is not None:
            names[query.table] = f"(SELECT * FROM {names[query.table]} WHERE {where})"
        types = {table: self.snapshot.tables[table].types for table in query.tables}
        return render_query(query, types, names, _SPARK)

    def supports_regex(self, pattern: str) -> bool:
        """Return whether Java, Rust and Python read the pattern alike."""
        return not only_python(pattern) and _rust_reads(pattern) and self._compiles_regex(pattern)

    def group_by_cost(self, expressions: Sequence[str]) -> list[list[str]]:
        """Return one group: Spark has processes, and limits, of its own."""
        return [[*expressions]]

    def _new(self) -> Self:
        return type(self)(self._host, self.snapshot, self.budget)

    def _open_tables(self) -> None:
        self._session()

    def _release(self) -> None:
        """Forget Spark's sessions; their views go with them."""
        self._open.clear()

    def _frame(self, sql: str, *, in_stored_order: bool = False) -> Any:
        session = self._session(in_stored_order=in_stored_order)
        return session.sql(spark_sql(sql, in_stored_order=in_stored_order))

    def _session(self, *, in_stored_order: bool = False) -> Any:
        """Return a Spark session that knows every registered table."""
        if in_stored_order not in self._open:
            self._open[in_stored_order] = self._host.own(), set()
        session, known = self._open[in_stored_order]
        for name, tables in self._tables.items():
            if name not in known:
                frame = read_tables(
                    session,
                    [self.snapshot.tables[table] for table in tables],
                    knows_delta=self._host.knows_delta,
                    in_stored_order=in_stored_order,
                )
                for view in (name, f"{name}{STORED}"):
                    frame.createOrReplaceTempView(view)
                known.add(name)
        return session

    @contextmanager
    def _translate_errors(self, tables: Collection[str]) -> Iterator[None]:
        from py4j.protocol import Py4JError  # noqa: PLC0415 - comes with the extra
        from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra

        with translate_errors(self.snapshot, tables):
            try:
                yield
            except (PySparkException, Py4JError) as error:
                raise SparkRefusalError(_first_line(error)) from None


def _collect(frame: Any) -> pa.Table:
    """Collect a frame; Spark 3.5 has the same under a private name."""
    if hasattr(frame, "toArrow"):
        return frame.toArrow()
    batches = frame._collect_as_arrow()  # noqa: SLF001 - the public name came with Spark 4
    return pa.Table.from_batches(batches)


def _first_line(error: Exception) -> str:
    """Return the first line of Spark's message: of a Java exception, its own."""
    java = getattr(error, "java_exception", None)
    lines = str(error if java is None else java.getMessage()).strip().splitlines()
    return lines[0] if lines else type(error).__name__


@cache
def _rust_reads(pattern: str) -> bool:
    """Return whether DataFusion, too, reads a pattern."""
    try:
        new_session().execute(f"SELECT regexp_like('', {quote_text(pattern)})").read_all()
    except DeltaError:
        return False
    return True
