"""Thirty rules on a wide table: ours beside the floor and beside Great Expectations by hand.

Run as `python -m benchmarks.validation --rows 10`. Contenders run one after another, round after
round, each in a process of its own; times are those of the whole process less what importing Great
Expectations alone takes, for those that import it, measured beside them in every round.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.wide_table import NAME, write_wide_table

HERE = Path(__file__).parent
FLOOR = "raw_datafusion"
IMPORT = "import great_expectations"
CONTENDERS = ("raw_datafusion", "raw_duckdb", "ours", "gx_pandas", "pandera_polars")
PACKAGES = {"raw_duckdb": ["duckdb>=1.4,<2"], "pandera_polars": ["pandera[polars]>=0.26,<1"]}
"""What contenders need that the project does not: each gets an environment of its own."""

_IMPORTS_GX = ("ours", "gx_pandas")


@dataclass(frozen=True)
class Took:
    """One process."""

    seconds: float
    megabytes: float
    said: str


def took(command: list[str]) -> Took:
    """Run a command that must end well."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            command, stdout=out, env={**os.environ, "PYTHONPATH": str(HERE.parent)}
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Took(time.perf_counter() - began, used.ru_maxrss / 1024, said.strip())


def interpreter_of(contender: str, environments: Path) -> str:
    """Return the Python that runs a contender; its environment is made once."""
    if contender not in PACKAGES:
        return sys.executable
    home = environments / contender
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES[contender]]
        subprocess.run(install, check=True)
    return str(python)


def main() -> int:
    """Print medians and ratios, a line a contender."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=1, help="in millions")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--contenders", nargs="+", default=CONTENDERS, choices=CONTENDERS)
    parser.add_argument("--data", type=Path, default=HERE / "data", help="kept between runs")
    parser.add_argument("--no-statistics", action="store_true", help="in the table's log")
    asked = parser.parse_args()
    rows = int(asked.rows * 1_000_000)
    kept = "bare" if asked.no_statistics else "full"
    table = asked.data / f"{rows}-{kept}" / "Tables" / NAME.replace(".", "/")
    write_wide_table(table, rows, statistics=not asked.no_statistics)
    commands = {
        name: [
            interpreter_of(name, asked.data / "environments"),
            str(HERE / "contenders" / f"{name}.py"),
            str(table),
        ]
        for name in asked.contenders
    }
    commands[IMPORT] = [sys.executable, "-c", "import great_expectations"]
    found: dict[str, list[Took]] = {name: [] for name in commands}
    for _ in range(asked.rounds):
        for name, command in commands.items():
            found[name].append(took(command))
    importing = median(one.seconds for one in found[IMPORT])
    net = {
        name: median(one.seconds for one in runs) - (importing if name in _IMPORTS_GX else 0)
        for name, runs in found.items()
    }
    floor = net.get(FLOOR, net[IMPORT])
    print(f"{rows:,} rows, statistics {kept}, {asked.rounds} rounds")
    for name, seconds in sorted(net.items(), key=lambda pair: pair[1]):
        peak = max(one.megabytes for one in found[name])
        print(
            f"{name:26} {seconds:8.2f} s {seconds / floor:6.2f} × {peak:7.0f} MB  "
            f"{found[name][-1].said}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
