"""Whose a row of the activity log is, and which versions its runs published."""

from __future__ import annotations

import json

import pytest

from spectra_gx.warehouse.log.run_history import published_runs, published_versions, system_in


def run(system: str, operation: str = "refresh", **versions: int | None) -> dict[str, object]:
    return {
        "record_type": "run",
        "stage": "shop",
        "source_system": system,
        "parameters": json.dumps({"operation": operation}),
        "table_versions": json.dumps(versions),
    }


@pytest.mark.parametrize(
    ("written", "now", "system"),
    [
        ("acme", "acme", "acme"),
        ("acme", "other", "acme"),
        ("shop", "shop", "shop"),
        ("acme", "shop", "acme"),
        ("zephyr", "shop", "shop"),  # what older versions wrote for a stage without a system
        ("zephyr", "acme", "zephyr"),
    ],
)
def test_the_system_of_a_row(written, now, system):
    assert system_in(run(written), now) == system


def test_runs_over_the_published_tables():
    rows = [run("acme"), run("acme", "preview"), run("acme", "backfill"), run("other", "rebuild")]
    checkpoint = {**run("acme"), "record_type": "checkpoint"}
    assert published_runs([*rows, checkpoint], "acme") == [rows[0]]
    assert published_runs(rows, "shop") == []
    assert published_runs(rows, None) == [rows[0], rows[3]]


def test_versions_are_named_once_and_missing_tables_left_out():
    rows = [run("acme", a=1, b=None), run("acme", a=1), run("acme", a=2, b=0), run("acme", b=None)]
    assert published_versions(rows) == [{"a": 1}, {"a": 2, "b": 0}]
