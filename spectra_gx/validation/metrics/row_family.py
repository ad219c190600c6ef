"""What metrics about rows have in common: how failing rows are counted, sampled and listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from spectra_gx.validation.metrics.metric_batch import MetricBatch
    from spectra_gx.validation.metrics.metric_requests import MetricQuery, MetricRequest
    from spectra_gx.validation.metrics.value_source import ValueSource

Predicate: TypeAlias = Callable[[str], bool]
"""Whether a value passes; null is never put to it."""


@dataclass(frozen=True)
class FailingCondition:
    """Rows fail where a condition is true; many conditions share one pass over the table."""

    sql: str


@dataclass(frozen=True)
class FailingValues:
    """Rows fail whose value Python refuses; these share that pass, too."""

    passes: Predicate


@dataclass(frozen=True)
class FailingNumbers:
    """Rows fail whose numbers, in stored order from 1, queries of their own return."""

    queries: Iterable[str]
    reads: tuple[str, ...] = ()
    """Tables that they read beside the own."""


FailingRows: TypeAlias = FailingCondition | FailingValues | FailingNumbers

RowQuery: TypeAlias = "Callable[[MetricRequest, ValueSource, str | None, MetricBatch], MetricQuery]"
RowListing: TypeAlias = (
    "Callable[[MetricRequest, ValueSource, str | None, MetricBatch], FailingRows]"
)
"""Both take a request, where its values come from, `where` guarded, and the table."""


@dataclass(frozen=True)
class RowFamily:
    """Metrics that are computed in the same way."""

    metrics: Mapping[str, str]
    """Type of the expectation → the base of its metrics."""

    query: RowQuery
    """How many rows fail, or some of them, as the request's part requires."""

    failing: RowListing
    """All rows that fail."""

    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Base of a metric that GX does not have → its value arguments."""
