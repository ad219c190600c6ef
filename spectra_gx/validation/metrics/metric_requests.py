"""A metric that GX requests, without GX's types, and the ways to answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from spectra_gx.engines.sql_text import Operand, column
from spectra_gx.validation.metrics.sample_scan import Sample

if TYPE_CHECKING:
    from spectra_gx.validation.metrics.metric_batch import MetricBatch


@dataclass(frozen=True)
class MetricRequest:
    """A metric that GX requests, without GX's types."""

    base: str
    """`column_values.in_set`, `compound_columns.unique`, `table.row_count`, …"""

    part: str
    """`unexpected_count`, `filtered_row_count`, one of the details, or empty."""

    columns: tuple[str, ...]
    where: str | None
    values: Mapping[str, Any]
    """The metric's value arguments."""

    keys: tuple[str, ...] = ()
    """Columns that identify a sampled row."""

    ignored_rows: str = "any"
    """Which rows are ignored: those where `any` or `all` columns are null, or `none`."""

    path: tuple[str | None, ...] = ()
    """Steps into its one column, as a rule's."""

    def operand(self, batch: MetricBatch) -> Operand:
        """Return its only column as SQL reads it."""
        [name] = self.columns
        return column(name, batch.table.types[name])


@dataclass(frozen=True)
class Aggregate:
    """One expression of the scan that all rules share."""

    sql: str
    read: Callable[[Any], Any] = lambda value: value
    """Makes the metric's value of what is found."""


@dataclass(frozen=True)
class OwnQueries:
    """Queries of a metric's own, which may be answered beside those of others."""

    first: tuple[str, ...]
    """Those that are run whatever the answers to the others are."""

    compute: Callable[[], Any]
    """Runs them, and makes the metric's value of the answers."""

    reads: tuple[str, ...] = ()
    """The tables that they read, where not the batch's alone."""

    def __call__(self) -> Any:
        """Return the metric's value."""
        return self.compute()


MetricQuery = Aggregate | Sample | OwnQueries | Callable[[], Any]
"""An aggregate, a sample, queries of its own, or what to call for the answer."""

Measure: TypeAlias = "Callable[[MetricRequest, str | None, MetricBatch], MetricQuery]"
"""From a request about a whole column or table, `where` guarded, to how it is answered."""
