"""The benchmark of databases still runs, and ours counts in PostgreSQL what SQL by hand counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import databases

if TYPE_CHECKING:
    from pathlib import Path


def test_ours_and_sql_by_hand_count_what_is_broken(tmp_path: Path, capfd) -> None:
    options = ["--rows", "0.02", "--rounds", "1", "--failing", "5", "--contenders"]
    assert databases.main([*options, "ours_postgresql", "--data", str(tmp_path)]) == 0
    out = capfd.readouterr().out
    assert "PostgreSQL: 20,000 rows, 30 rules, 5 of them failing" in out
    assert out.count("30 of 30") == 2
