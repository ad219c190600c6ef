"""TPC-H's orders and lineitem, keys and references included: ours beside raw engines.

Run as `python -m benchmarks.tpch --scale 1`. What a person writes in DuckDB's SQL says what is
true, of the tables as generated and of the same with faults put in; the others are held to it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.contest import ROOT, Entry, answers_of, compete, show, took
from benchmarks.environments import CONTENDERS, interpreter_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TRUTH, FLOOR = "tpch_duckdb", "tpch_datafusion"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print medians and ratios, for sound tables and for faulty ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=ROOT / "benchmarks" / "data", help="kept")
    asked = parser.parse_args(arguments)
    environments = asked.data / "environments"
    folder = asked.data / f"tpch-{asked.scale:g}"
    generator = Path(interpreter_of("tpch_data", environments)).parent / "tpchgen-cli"
    write = ["benchmarks.tpch_tables", str(folder), str(generator), f"{asked.scale:g}"]
    subprocess.run([sys.executable, "-m", *write], check=True, cwd=ROOT)
    importing = [sys.executable, "-c", "import great_expectations"]
    for kind in ("sound", "faulty"):
        entries = {
            name: Entry(
                [python, str(CONTENDERS / f"{name}.py"), str(folder / kind)],
                importing if name == "tpch_ours" else (),
            )
            for name, python in {
                TRUTH: interpreter_of("raw_duckdb", environments),
                FLOOR: sys.executable,
                "tpch_ours": sys.executable,
            }.items()
        }
        truth = answers_of(took(entries[TRUTH].command).said)
        broken = {rule: count for rule, count in truth.items() if count}
        print(f"\nTPC-H at scale {asked.scale:g}, {kind}: {len(truth)} rules; broken: {broken}")
        show(compete(entries, truth, asked.rounds), FLOOR, len(truth))
    return 0


if __name__ == "__main__":
    sys.exit(main())
