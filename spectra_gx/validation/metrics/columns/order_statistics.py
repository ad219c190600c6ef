"""Exact k-th smallest value without a full sort.

A sample narrows down where the value lies. Counting shows whether it does, and how many values are
before it; what is left is narrowed down again, until it is little enough to be sorted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.engines.sql_text import Operand, conjunction, literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.validation.metrics.metric_batch import MetricBatch

SORTED_AT_ONCE = 500_000
"""Values that are put in order at once."""

_SAMPLED = 10_000
_MARGIN = 0.02
"""How far from its share of a sample a value is looked for: four deviations, at the widest."""


def select_kth(
    place: int,
    value: Operand,
    rows: str,
    count: int,
    batch: MetricBatch,
    at_once: int = SORTED_AT_ONCE,
) -> Any:
    """Return the k-th smallest value.

    `place` counts from 0 among `count` rows; the value is neither null nor NaN in any of them.
    `at_once` is how many values may be sorted at once.
    """
    within = "true"
    while count > at_once:
        bounds = _bounds(place / count, value, f"{rows} AND {within}", count, batch)
        cuts = [literal(bound, value.type) for bound in bounds]
        parts = _parts(value.sql, cuts)
        counts = batch.rows(
            "SELECT "
            + ", ".join(f"count(*) FILTER (WHERE {part}) AS c{i}" for i, part in enumerate(parts))
            + f" {rows} AND {within}"
        )[0]
        chosen = 0
        while place >= counts[f"c{chosen}"]:
            place -= counts[f"c{chosen}"]
            chosen += 1
        if chosen % 2:
            return bounds[chosen // 2]
        count = counts[f"c{chosen}"]
        within = conjunction(within, parts[chosen])
    [found] = batch.rows(
        f"SELECT {value.sql} AS v {rows} AND {within} ORDER BY {value.sql} LIMIT 1 OFFSET {place}"
    )
    return found["v"]


def _parts(value: str, cuts: Sequence[str]) -> list[str]:
    """Return the parts that cuts make: what lies before one, what is equal to it, and so on."""
    parts = []
    least = None
    for cut in cuts:
        parts += [conjunction(least, f"{value} < {cut}"), f"{value} = {cut}"]
        least = f"{value} > {cut}"
    return [*parts, str(least)]


def _bounds(share: float, value: Operand, rows: str, count: int, batch: MetricBatch) -> list[Any]:
    """Return between which values the one at this share of them lies, most likely."""
    sampled = batch.rows(
        f"SELECT {value.sql} AS v {rows} AND random() < {min(1.0, _SAMPLED / count)!r}"
    ) or batch.rows(f"SELECT {value.sql} AS v {rows} LIMIT 1")
    ordered = sorted(row["v"] for row in sampled)
    last = len(ordered) - 1
    places = (round((share + margin) * last) for margin in (-_MARGIN, _MARGIN))
    return sorted({ordered[min(max(place, 0), last)] for place in places})
