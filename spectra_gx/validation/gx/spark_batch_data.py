"""One pinned table as a GX batch, questioned through Spark."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from deltalake.exceptions import DeltaError

from spectra_gx.contract.sql.placeholders import substitute
from spectra_gx.engines.datafusion.query_builders import STORED
from spectra_gx.engines.dialect.neutral_sql import neutral_condition, neutral_query
from spectra_gx.engines.spark.query_runner import SparkQueries
from spectra_gx.engines.sql_text import conjunction, quote_text
from spectra_gx.errors import EngineError
from spectra_gx.validation.gx.batch_data import OWN_TABLE, DeltaBatchData
from spectra_gx.warehouse.datafusion_sessions import new_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from spectra_gx.contract.sql.guard import GuardedQuery
    from spectra_gx.engines.snapshot import PinnedTable, Snapshot
    from spectra_gx.engines.spark.spark_sessions import HostSession
    from spectra_gx.validation.metrics.sample_scan import Sample

_UNBOUNDED = 2**40
"""Megabytes."""


class SparkBatchData(DeltaBatchData):
    """A table of a snapshot; Spark answers what DataFusion would, in the same words."""

    def __init__(
        self,
        execution_engine: Any,
        table: PinnedTable,
        snapshot: Snapshot,
        key_columns: Sequence[str] = (),
    ) -> None:
        self._given: HostSession = execution_engine.given
        # Spark spreads what it groups and orders: nothing is to be cut into pieces for it.
        unbounded = replace(snapshot, memory=_UNBOUNDED)
        super().__init__(execution_engine, table, unbounded, key_columns)

    @property
    def dataframe(self) -> Any:
        """The whole table as a Spark DataFrame, for GX's own providers."""
        return self.rows_where(None)

    def rows_where(self, where: str | None) -> Any:
        """Return the rows that satisfy a contract's condition, as a Spark DataFrame."""
        query = f"SELECT * FROM {OWN_TABLE} WHERE {conjunction(self.condition(where))}"
        return self._query_builder.frame(query)

    def stream(self, query: str, *, reads: Sequence[str] = ()) -> Iterator[pa.Table]:
        """Yield the answer of a query; the items of a row follow one another, rows in any order."""
        yield self._table(query, reads)

    def _pass(self, samples: Sequence[Sample]) -> Mapping[Sample, Any]:
        """Fetch each sample alone: of rows that break a rule, only those shown leave Spark."""
        found: dict[Sample, Any] = {}
        for sample in samples:
            try:
                found[sample] = self.rows(sample.query(OWN_TABLE))
            except EngineError as error:
                found[sample] = error
        return found

    def supports_regex(self, pattern: str) -> bool:
        """Return whether Java, Rust and Python read the pattern alike; else Python answers."""
        return _rust_reads(pattern) and super().supports_regex(pattern)

    def _said(self, where: str) -> str:
        super()._said(where)  # what is refused there is refused here
        return neutral_condition(where, self.table.types)

    def _is_confined(self, query: str) -> bool:
        """Return that nothing is: Spark has processes, and limits, of its own."""
        del query
        return False

    def _queried(self, table: str) -> str:
        return self.other(table)

    def _named(self, guarded: GuardedQuery, names: Mapping[str, str]) -> str:
        super()._named(guarded, names)  # what is refused there is refused here
        read = {f"{{{table}}}": table for table in guarded.tables}
        if self.table.name in guarded.tables:
            read["{table}"] = self.table.name
        types = {spelled: self.snapshot.tables[table].types for spelled, table in read.items()}
        quoted = substitute(guarded.text, lambda placeholder: f'"{{{placeholder}}}"')
        return neutral_query(quoted, types, {one: names[table] for one, table in read.items()})

    def _session(self, *, in_stored_order: bool = False) -> Any:
        return SparkQueries(self._given, in_stored_order=in_stored_order)

    def _register(self, session: Any, name: str, table: PinnedTable) -> None:
        with self._translate_errors((table.name,)):
            session.register((name, f"{name}{STORED}"), table)


@cache
def _rust_reads(pattern: str) -> bool:
    """Return whether the engine that others check with reads the pattern."""
    try:
        new_session().execute(f"SELECT regexp_like('', {quote_text(pattern)})").read_all()
    except DeltaError:
        return False
    return True
