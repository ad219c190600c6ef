"""The benchmark of publishing still runs, offline, and counts what each load leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import publishing
from benchmarks.loads import LOADS, expected

if TYPE_CHECKING:
    from pathlib import Path


def test_ours_and_the_floor_load_the_same_rows(tmp_path: Path, capfd):
    options = ["--rows", "0.002", "--contenders", "load_ours", "--loads", "merge-tenth"]
    assert publishing.main([*options, "--data", str(tmp_path)]) == 0
    out = capfd.readouterr().out
    assert "2,000 rows, 1 rounds" in out
    assert "merge-tenth: 1 %, keys in a tenth" in out
    assert out.count("\nours ") == out.count("\ndeltalake ") == 2
    assert out.count("÷ staged") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["loads-0.002m"]


def test_a_load_says_what_it_leaves():
    assert [expected(load, 1_000) for load in LOADS] == [
        {"rows": 1_000, "loaded": 0},
        {"rows": 1_000, "loaded": 1_000},
        {"rows": 2_000, "loaded": 1_000},
        {"rows": 1_000, "loaded": 10},
        {"rows": 1_000, "loaded": 10},
        {"rows": 1_000, "loaded": 10},
    ]
