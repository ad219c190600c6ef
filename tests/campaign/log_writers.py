"""Append runs to one activity log from many processes at once, and look for lost or doubled rows.

    python -m tests.campaign.log_writers --processes 8 --runs 50

Every process records runs of its own and, after each, one that all processes share: the log must
hold each exactly once. Ends with 0 when it does, with 1 otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from multiprocessing import get_context
from statistics import median

from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.log_columns import LOG_COLUMNS
from spectra_gx.warehouse.warehouse import Warehouse

STAGE = "campaign"
CHECKPOINTS = 4


def rows_of_run(execution_id: str) -> list[dict[str, object]]:
    """Return the rows that a run records: a few checkpoints', then its own."""
    now = datetime.now(UTC)
    example = {"string": "x", "long": 1, "double": 0.5, "timestamp": now}
    kinds = ["checkpoint"] * CHECKPOINTS + ["run"]
    return [
        {column.name: example[column.type] for column in LOG_COLUMNS}
        | {"record_type": kind, "execution_id": execution_id, "table_name": f"source.t{number}"}
        for number, kind in enumerate(kinds)
    ]


def write(root: str, process: int, runs: int, compact_after: int) -> list[float]:
    """Record `runs` runs and as many shared ones; return the seconds that each append took."""
    log = DeltaActivityLog(Warehouse(root), STAGE, compact_after=compact_after)
    seconds = []
    for number in range(runs):
        for execution_id in (f"p{process}_{number}", f"shared_{number}"):
            start = time.perf_counter()
            log.append(execution_id, rows_of_run(execution_id))
            seconds.append(time.perf_counter() - start)
    return seconds


def main(arguments: list[str] | None = None) -> int:
    """Run the campaign and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--compact-after", type=int, default=200)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as root:
        start = time.perf_counter()
        with get_context("spawn").Pool(options.processes) as pool:
            jobs = [
                (root, process, options.runs, options.compact_after)
                for process in range(options.processes)
            ]
            took = pool.starmap(write, jobs, chunksize=1)
        seconds = sorted(one for process in took for one in process)
        total = time.perf_counter() - start
        warehouse = Warehouse(root)
        log = DeltaActivityLog(warehouse, STAGE)
        found = Counter((row["execution_id"], row["table_name"]) for row in log.runs())
        files, version = len(warehouse.open(log.name).file_uris()), warehouse.version(log.name)
    wanted = {f"shared_{n}" for n in range(options.runs)}
    wanted |= {f"p{p}_{n}" for p in range(options.processes) for n in range(options.runs)}
    rows = {(run, row["table_name"]) for run in wanted for row in rows_of_run(run)}
    lost = len(rows - found.keys())
    doubled = sum(found.values()) + lost - len(rows)
    sys.stdout.write(
        f"{options.processes} processes, {len(seconds)} appends of {len(wanted)} runs in "
        f"{total:.1f} s: {lost} rows lost, {doubled} doubled; "
        f"p50 {median(seconds) * 1000:.0f} ms, p95 {seconds[len(seconds) * 95 // 100] * 1000:.0f} "
        f"ms, max {seconds[-1] * 1000:.0f} ms; log at version {version} in {files} files\n"
    )
    return 1 if lost or doubled else 0


if __name__ == "__main__":
    raise SystemExit(main())
