"""Decide whether tables are validated in parallel, and how many at once.

A table's scan uses every processor as it is. What is left to win is GX's own share of each
checkpoint, which takes one processor, and what a scan loses by being cut into more pieces. Against
it counts that each worker imports GX before it can begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Measured with thirty rules on twelve columns; a guess elsewhere, and good enough to choose by.
_CHECKPOINT_SECONDS = 0.3
_CELLS_A_SECOND = 14_000_000
"""Rows times columns that one processor validates per second."""

_SPEED_UP = 0.9
"""So many processors to this power is how much faster they scan one table."""

_START_SECONDS = 2.0
_WORTH_IT = 0.9
"""Of the time that it takes one after another; for less, nobody needs more processes."""

_WORKER_BYTES = 600 << 20
"""What a worker comes to use beside its queries."""


@dataclass(frozen=True)
class WorkerPlan:
    """How tables are validated."""

    workers: int
    """1: one after another, here."""

    processors: int
    """Of each worker."""


def plan_workers(
    cells: Sequence[int | None], processors: int, free_bytes: int | None, query_bytes: int
) -> WorkerPlan:
    """Return how tables are best validated within so many processors and so much memory.

    Args:
        cells: Each table's rows times its columns; None where nobody has counted.
        processors: How many may be busy at once.
        free_bytes: Memory that may still be taken; None where that is unknown.
        query_bytes: What the queries of one worker may use.
    """
    alone = WorkerPlan(1, processors)
    known = [count for count in cells if count is not None]
    if len(known) < len(cells):
        return alone  # one that is large after all would keep a few processors busy for long
    best, least = alone, _WORTH_IT * sum(_seconds(count, processors) for count in known)
    most = min(len(known), processors)
    if free_bytes is not None:
        most = min(most, free_bytes // (_WORKER_BYTES + query_bytes))
    for workers in range(2, most + 1):
        each = processors // workers
        took = _START_SECONDS + _longest([_seconds(count, each) for count in known], workers)
        if took < least:
            best, least = WorkerPlan(workers, each), took
    return best


def _seconds(cells: int, processors: int) -> float:
    scanning: float = cells / _CELLS_A_SECOND / processors**_SPEED_UP
    return _CHECKPOINT_SECONDS + scanning


def _longest(seconds: Sequence[float], workers: int) -> float:
    """Return when the last worker ends: each takes the largest table that is left."""
    ends = [0.0] * workers
    for taken in sorted(seconds, reverse=True):
        ends[ends.index(min(ends))] += taken
    return max(ends)
