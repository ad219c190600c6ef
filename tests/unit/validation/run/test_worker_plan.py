"""Whether tables are checked side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.engines.machine import available_bytes, available_processors
from spectra_gx.validation.run.worker_plan import WorkerPlan, plan_workers
from tests.drawing import drawn

MUCH, LITTLE = 64 << 30, 128 << 20
MILLION = 12_000_000
"""Values in a million rows of twelve columns."""


def test_a_few_small_tables_are_judged_one_after_another():
    assert plan_workers([1000] * 4, 16, MUCH, LITTLE) == WorkerPlan(1, 16)


def test_one_table_has_every_processor():
    assert plan_workers([500 * MILLION], 16, MUCH, LITTLE) == WorkerPlan(1, 16)


def test_many_small_tables_are_judged_side_by_side():
    assert plan_workers([1000] * 40, 2, MUCH, LITTLE) == WorkerPlan(2, 1)


def test_tables_beside_one_that_is_far_larger_wait_for_it():
    """Side by side it would have half of the processors, and all would wait for it in the end."""
    assert plan_workers([100 * MILLION, *[MILLION] * 3], 2, MUCH, LITTLE).workers == 1


def test_large_tables_are_worth_it_only_on_many_processors():
    assert plan_workers([50 * MILLION] * 4, 2, MUCH, LITTLE) == WorkerPlan(1, 2)
    assert plan_workers([500 * MILLION] * 8, 64, MUCH, LITTLE) == WorkerPlan(8, 8)


def test_a_table_that_nobody_has_counted_may_be_large():
    assert plan_workers([*[1000] * 40, None], 2, MUCH, LITTLE) == WorkerPlan(1, 2)


def test_every_processor_is_used_even_if_their_number_is_odd():
    assert plan_workers([1000] * 40, 3, MUCH, LITTLE) == WorkerPlan(3, 1)


def test_memory_that_is_short_allows_fewer_workers():
    assert plan_workers([1000] * 80, 8, 2 << 30, LITTLE).workers == 2
    assert plan_workers([1000] * 80, 8, 2 << 30, 1 << 30).workers == 1
    assert plan_workers([1000] * 80, 8, 1 << 29, LITTLE) == WorkerPlan(1, 8)
    assert plan_workers([1000] * 80, 8, None, LITTLE).workers > 2


@drawn(100)
@given(st.lists(st.integers(0, 10**10), max_size=50), st.integers(1, 64))
def test_never_more_processors_than_allowed(cells, processors):
    chosen = plan_workers(cells, processors, MUCH, LITTLE)
    assert 1 <= chosen.workers * chosen.processors <= processors
    assert chosen.workers <= max(1, len(cells))


def test_a_container_limits_processors_and_memory(tmp_path):
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    (tmp_path / "memory.max").write_text("3000000\n")
    (tmp_path / "memory.current").write_text("1000000\n")
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:    5000 kB\n")
    assert available_processors(tmp_path) == 1
    assert available_bytes(tmp_path, meminfo) == 2_000_000


def test_without_limits_the_machine_counts(tmp_path):
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemAvailable:    5000 kB\n")
    assert available_processors(tmp_path) == available_processors(tmp_path / "nowhere") >= 1
    assert available_bytes(tmp_path, meminfo) == 5000 * 1024
    assert available_bytes(tmp_path, tmp_path / "nothing") is None
