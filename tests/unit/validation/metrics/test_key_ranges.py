"""Where a table too large for memory is cut, from what its files and a sample say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from spectra_gx.engines.session import Capabilities
from spectra_gx.engines.snapshot import Snapshot
from spectra_gx.engines.sql_text import column
from spectra_gx.validation.metrics.key_ranges import range_conditions, range_sources
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE

KEYS = {"id": column("id", "long")}
MEMORY = 12
"""Megabytes: some 100,000 keys fit."""


@dataclass
class Session:
    capabilities: Capabilities = field(default_factory=Capabilities)


@dataclass
class Batch:
    """What is read of a batch whose files contain so many rows, each by an id of its own."""

    files: tuple[int, ...]
    session: Session = field(default_factory=Session)
    snapshot: Snapshot = field(default_factory=lambda: Snapshot({}, memory=MEMORY))

    @property
    def row_count(self) -> int:
        return sum(self.files)

    def file_spans(self, _column: str) -> list[tuple[int, int, int]]:
        ends = [sum(self.files[: number + 1]) for number in range(len(self.files))]
        return [(end - rows, end - 1, rows) for end, rows in zip(ends, self.files, strict=True)]

    def rows_within(self, span: str) -> str:
        return span

    def rows(self, _query: str) -> list[dict[str, int]]:
        return [{"k0": place} for place in range(0, self.row_count, 10_000)]


@pytest.mark.parametrize(
    ("files", "cuts"),
    [
        ((100_000,), []),
        ((100_000, 100_000), [100_000]),
        ((50_000, 50_000, 100_000), [100_000]),
        ((150_000, 150_000), [150_000]),
        ((250_000, 150_000), []),
    ],
)
def test_files_are_read_together_as_far_as_memory_allows(
    files: tuple[int, ...], cuts: list[int]
) -> None:
    found = range_sources(cast("Any", Batch(files)), KEYS)

    assert len(found) == len(cuts) + 1
    assert all(f'"id" < {cut}' in span for span, cut in zip(found, cuts, strict=False))
    assert cuts or found == [OWN_TABLE]


def test_what_no_cut_between_files_helps_is_cut_by_a_sample() -> None:
    assert range_conditions(cast("Any", Batch((300_000,))), KEYS, "true") == [
        '("id" < 100000)',
        '("id" >= 100000) AND ("id" < 200000)',
        '("id" >= 200000 OR "id" IS NULL)',
    ]


def test_an_engine_that_bounds_no_memory_is_given_the_table_at_once() -> None:
    unbounded = Batch((100_000, 100_000), Session(Capabilities(bounded_memory=False)))

    assert range_sources(cast("Any", unbounded), KEYS) == [OWN_TABLE]
    assert range_conditions(cast("Any", unbounded), KEYS, "true") == ["true"]
