"""One pinned table as a GX batch, questioned through Spark."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from deltalake import QueryBuilder

from spectra_gx.contract.placeholders import substitute
from spectra_gx.validation.batch import OWN, STORED, DeltaBatchData
from spectra_gx.validation.spark.portable import portable_condition, portable_query
from spectra_gx.validation.spark.queries import SparkQueries
from spectra_gx.validation.spark.sessions import own_session
from spectra_gx.validation.sql import both, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.sql_guard import GuardedQuery
    from spectra_gx.validation.snapshot import PinnedTable, Snapshot


class SparkBatchData(DeltaBatchData):
    """A table of a snapshot; Spark answers what DataFusion would, in the same words."""

    def __init__(
        self,
        execution_engine: Any,
        table: PinnedTable,
        snapshot: Snapshot,
        key_columns: Sequence[str] = (),
    ) -> None:
        self._spark = execution_engine.spark
        super().__init__(execution_engine, table, snapshot, key_columns)

    @property
    def dataframe(self) -> Any:
        """The whole table as a Spark DataFrame, for GX's own providers."""
        return self.rows_where(None)

    def rows_where(self, where: str | None) -> Any:
        """Return the rows that satisfy a contract's condition, as a Spark DataFrame."""
        query = f"SELECT * FROM {OWN} WHERE {both(self.condition(where))}"
        return self._query_builder.frame(query)

    def regex_is_understood(self, pattern: str) -> bool:
        """Return whether Java, Rust and Python read the pattern alike; else Python answers."""
        return _rust_reads(pattern) and super().regex_is_understood(pattern)

    def condition(self, where: str | None) -> str | None:
        """Return a contract's `where`, guarded, if Spark reads it as it is meant."""
        guarded = super().condition(where)
        return None if guarded is None else portable_condition(guarded, self.table.types)

    def _named(self, guarded: GuardedQuery, names: Mapping[str, str]) -> str:
        named = {
            f"{{{placeholder}}}": self.table.name if placeholder == "table" else placeholder
            for placeholder in ("table", *guarded.tables)
        }
        types = {
            placeholder: self.snapshot.tables[table].types for placeholder, table in named.items()
        }
        quoted = substitute(guarded.text, lambda placeholder: f'"{{{placeholder}}}"')
        known_as = {placeholder: names[table] for placeholder, table in named.items()}
        return portable_query(quoted, types, known_as)

    def _session(self, *, in_stored_order: bool = False) -> Any:
        return SparkQueries(own_session(self._spark), in_stored_order=in_stored_order)

    def _register(self, session: Any, name: str, table: PinnedTable) -> None:
        with self._told_kindly((table.name,)):
            session.register((name, f"{name}{STORED}"), table)


@cache
def _rust_reads(pattern: str) -> bool:
    """Return whether the engine that others check with reads the pattern."""
    try:
        QueryBuilder().execute(f"SELECT regexp_like('', {text(pattern)})").read_all()
    except ValueError:
        return False
    return True
