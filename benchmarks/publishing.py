"""What it costs to publish a batch: ours beside deltalake alone, and every peer that can.

Run as `python -m benchmarks.publishing --rows 10`. Each contender loads the same Parquet files into
a table of its own: all rows into no table, then each load into a copy of that. Contenders run one
after another, load after load, each as a process of its own; every result is counted. Ours checks
what it loads, and the others do not. What fails or takes longer than the limit is reported, and the
rest goes on. Then the steps of ours are timed apart.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.contest import ROOT, NotEnded, answers_of, hold, took
from benchmarks.environments import CONTENDERS, interpreter_of
from benchmarks.loads import FIRST, LOADS, expected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.contest import Took

FLOOR = "load_deltalake"
CANNOT: dict[str, dict[str, str]] = {
    "load_ours": {},
    FLOOR: {},
    "load_dlt": {"day": "on Delta it appends, replaces and upserts"},
    "load_dbt": {},
    "load_lakelogic": {"day": "only whole partitions, when a period is processed again"},
}
"""Contender → loads that it cannot do, and why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print medians and ratios, a line per contender and load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, default=1, help="in millions")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--contenders", nargs="+", default=list(CANNOT), choices=CANNOT)
    parser.add_argument("--loads", nargs="+", default=list(LOADS), choices=LOADS)
    parser.add_argument("--data", type=Path, default=ROOT / "benchmarks" / "data", help="kept")
    parser.add_argument("--limit", type=float, default=600, help="seconds by the clock per load")
    options = parser.parse_args(arguments)
    total = int(options.rows * 1_000_000)
    inputs = options.data / f"loads-{options.rows:g}m"
    write = [sys.executable, "-m", "benchmarks.loads", str(inputs), "--rows", str(options.rows)]
    subprocess.run(write, check=True, cwd=ROOT)
    names = dict.fromkeys([FLOOR, *options.contenders])
    pythons = {name: interpreter_of(name, options.data / "environments") for name in names}
    print(f"\n{total:,} rows, {options.rounds} rounds", flush=True)
    work, failed = options.data / "published", dict[tuple[str, str], str]()
    for load in dict.fromkeys([FIRST, *options.loads]):
        results: dict[str, list[Took]] = {}
        for _ in range(options.rounds):
            for name, python in pythons.items():
                if load in CANNOT[name] or {(name, FIRST), (name, load)} & failed.keys():
                    continue
                try:
                    one = _run(name, python, inputs, load, work / name, options.limit)
                    counted = answers_of(_counted(name, python, load, work / name))
                except NotEnded as error:
                    failed[name, load] = str(error).strip()
                else:
                    hold(name, counted, expected(load, total))
                    results.setdefault(name, []).append(one)
        _show(load, results)
        for name in names:
            if why := CANNOT[name].get(load) or failed.get((name, load)):
                print(f"{name.removeprefix('load_'):12} cannot: {why}", flush=True)
    _show_steps(inputs, work / "steps", options.loads)
    shutil.rmtree(work, ignore_errors=True)
    return 0


def _run(name: str, python: str, inputs: Path, load: str, home: Path, limit: float) -> Took:
    """Load into no table, or into a copy of what was loaded first."""
    table = home / (FIRST if load == FIRST else "then")
    shutil.rmtree(table, ignore_errors=True)
    if load == FIRST:
        table.mkdir(parents=True)
    else:
        shutil.copytree(home / FIRST, table)
    return took([python, str(CONTENDERS / f"{name}.py"), str(table), load, str(inputs)], limit)


def _counted(name: str, python: str, load: str, home: Path) -> str:
    table = home / (FIRST if load == FIRST else "then")
    return took([python, str(CONTENDERS / f"{name}.py"), str(table), "count"]).said


def _show(load: str, results: dict[str, list[Took]]) -> None:
    """Print a line per contender: by the clock, by the processor, and that by the floor's."""
    seconds = {name: median(one.processor for one in ran) for name, ran in results.items()}
    print(f"\n{load}: {LOADS[load].says}")
    floor = seconds.get(FLOOR, math.nan)
    print(f"{'':12} {'whole':>9} {'processor':>11} {'× floor':>8} {'peak':>9}")
    for name in sorted(seconds, key=seconds.__getitem__):
        ran = results[name]
        print(
            f"{name.removeprefix('load_'):12} {median(one.seconds for one in ran):7.1f} s"
            f" {seconds[name]:9.1f} s {seconds[name] / floor:8.2f}"
            f" {max(one.megabytes for one in ran):6.0f} MB",
            flush=True,
        )


def _show_steps(inputs: Path, home: Path, loads: Sequence[str]) -> None:
    """Print how long staging, the table as it will be and publishing take, without checks."""
    command = [sys.executable, str(CONTENDERS / "steps_of_ours.py"), str(home), str(inputs)]
    shutil.rmtree(home, ignore_errors=True)
    print("\nsteps of ours, unchecked, by the processor; a process per load")
    print(f"{'':14} {'staged':>8} {'rest':>8} {'÷ staged':>9} {'× first':>8} {'peak':>9}")
    full = 0.0
    for load in dict.fromkeys([FIRST, *loads]):
        one = took([*command, load])
        spent: dict[str, float] = json.loads(one.said.rpartition("\n")[2])[load]
        staged, rest = spent["staged"], spent["candidate"] + spent["published"]
        full = full or staged + rest
        print(
            f"{load:14} {staged:6.2f} s {rest:6.2f} s {rest / staged:9.2f}"
            f" {(staged + rest) / full:8.2f} {one.megabytes:6.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
