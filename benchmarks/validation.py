"""Many rules on a wide table: ours beside the floor, raw engines and every peer.

Run as `python -m benchmarks.validation --rows 1 10`. Contenders run one after another, round after
round, each as a process of its own; times are those of the whole process less what importing the
contender's library alone takes, measured right after it in every round. The raw engines are given
nothing off. First each contender has to count the broken rows of a small table that breaks every
rule; what it cannot express it leaves out, and a single wrong count ends everything.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.contest import ROOT, Entry, answers_of, compete, hold, show, took
from benchmarks.environments import CONTENDERS, interpreter_of
from benchmarks.rules import CASES
from benchmarks.wide_table import FAULTS, unexpected

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOOR = "raw_datafusion"
IMPORTS = {
    FLOOR: "",
    "raw_duckdb": "",
    "ours": "import great_expectations",
    "pandera_polars": "import pandera.polars",
    "soda": "import soda_core.contracts.api.verify_api",
    "datacontract_cli": "import datacontract.data_contract",
    "gx_duckdb": "import great_expectations",
    "gx_pandas": "import great_expectations",
    "gx_spark": "import great_expectations",
}
"""The contenders, and what importing the library of each is."""

_PROOF = 0.02
"""Millions of rows that break every rule."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print medians and ratios, a line a contender, for each number of rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default="orders", choices=CASES)
    parser.add_argument("--rows", type=float, nargs="+", default=[1], help="in millions")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--contenders", nargs="+", default=list(IMPORTS), choices=IMPORTS)
    parser.add_argument("--failing", type=int, default=0, help="how many rules")
    parser.add_argument("--no-statistics", action="store_true", help="in the table's log")
    parser.add_argument("--data", type=Path, default=ROOT / "benchmarks" / "data", help="kept")
    asked = parser.parse_args(arguments)
    names = dict.fromkeys([FLOOR, *asked.contenders])
    if "gx_spark" in names and not shutil.which("java"):
        print("gx_spark is left out: there is no `java` here")
        del names["gx_spark"]
    pythons = {name: interpreter_of(name, asked.data / "environments") for name in names}
    proof = _table(asked.data, "orders", _PROOF, len(FAULTS), statistics=True)
    expected = unexpected(CASES["orders"].table, int(_PROOF * 1_000_000), len(FAULTS))
    for name, python in pythons.items():
        said = took(_entry(name, python, proof, "orders").command).said
        hold(name, answers_of(said), expected)
    for millions in asked.rows:
        table = _table(
            asked.data, asked.case, millions, asked.failing, statistics=not asked.no_statistics
        )
        rows = int(millions * 1_000_000)
        expected = unexpected(CASES[asked.case].table, rows, asked.failing)
        kept = "no statistics" if asked.no_statistics else "statistics in the log"
        print(
            f"\n{asked.case}: {rows:,} rows, {len(expected)} rules, {asked.failing} of them"
            f" failing, {kept}, {asked.rounds} rounds",
            flush=True,
        )
        entries = {
            name: _entry(name, python, table, asked.case) for name, python in pythons.items()
        }
        show(compete(entries, expected, asked.rounds), FLOOR, len(expected))
    return 0


def _table(data: Path, case: str, millions: float, failing: int, *, statistics: bool) -> Path:
    """Return a table, written by a process of its own: what it took is no contender's."""
    named = [case, f"{millions:g}m", *([f"{failing}-failing"] if failing else [])]
    warehouse = data / "-".join([*named, *([] if statistics else ["bare"])])
    options = ["--case", case, "--rows", str(millions), "--failing", str(failing)]
    write = [sys.executable, "-m", "benchmarks.wide_table", str(warehouse), *options]
    bare = [] if statistics else ["--no-statistics"]
    subprocess.run([*write, *bare], check=True, cwd=ROOT)
    return warehouse / "Tables" / CASES[case].table.replace(".", "/")


def _entry(name: str, python: str, table: Path, case: str) -> Entry:
    imports = IMPORTS[name]
    return Entry(
        [python, str(CONTENDERS / f"{name}.py"), str(table), case],
        [python, "-c", imports] if imports else (),
    )


if __name__ == "__main__":
    sys.exit(main())
