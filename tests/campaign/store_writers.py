"""Run one stage from many processes at once on a store, and look for lost or doubled batches.

    python -m tests.campaign.store_writers --stores S3 Azure GCS folder --processes 8 --runs 25

Every process runs the stage again and again, each time with a batch of its own, and waits for the
others. Exits 1 on any violation.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deltalake import DeltaTable

from spectra_gx.cli import main as spectra_gx
from spectra_gx.store.addresses import StoreKind
from tests.fakes.stages import StageProject
from tests.fakes.stores.served_store import served_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.batches:
    primary_key: [batch]
    columns:
      batch: {type: string, required: true}
  shop.latest:
    primary_key: [process]
    columns:
      process: {type: string, required: true}
      number: {type: long, required: true}
"""
BUILDERS = """\
import pyarrow as pa

from spectra_gx import table


@table("shop.batches", publish="append")
def batches(run):
    return pa.table({"batch": [run.batch_id]})


@table("shop.latest", publish="merge")
def latest(run):
    process, number = run.batch_id.split("-")
    return pa.table({"process": [process], "number": pa.array([int(number)], pa.int64())})
"""
FOLDER = "folder"


def write(root: str, settings: dict[str, str], process: int, runs: int) -> list[float]:
    """Run the stage so many times; return the seconds that each took."""
    os.environ.update(settings)
    seconds = []
    with Path(root, f"output{process}.txt").open("w") as output:
        for number in range(runs):
            start = time.perf_counter()
            command = ["run", "shop", "--batch-id", f"p{process}-{number}", "--wait", "900"]
            with redirect_stdout(output), redirect_stderr(output):
                code = spectra_gx([*command, "--project", root])
            seconds.append(time.perf_counter() - start if code == 0 else -1.0)
    return seconds


def campaign(kind: str, processes: int, runs: int, root: Path) -> list[str]:
    """Run it on one store; return what is wrong afterwards."""
    StageProject(root, CONTRACT, {"stages/shop.py": BUILDERS})
    with ExitStack() as stack:
        served = None
        settings = {"WAREHOUSE": str(root / "warehouse")}
        if kind != FOLDER:
            served = stack.enter_context(served_store(StoreKind(kind), root))
            settings = {"WAREHOUSE": served.new_root(), **served.settings}
        start = time.perf_counter()
        with get_context("spawn").Pool(processes) as pool:
            jobs = [(str(root), settings, process, runs) for process in range(processes)]
            took = sorted(one for each in pool.starmap(write, jobs, chunksize=1) for one in each)
            pool.close()
            pool.join()
        total = time.perf_counter() - start
        if served is not None:
            served.download(settings["WAREHOUSE"], root / "warehouse")
    found = [*violations(root / "warehouse", processes, runs)]
    found += [f"{took.count(-1.0)} runs failed"] if -1.0 in took else []
    sys.stdout.write(
        f"{kind}: {processes} processes, {len(took)} runs in {total:.0f} s, p50 "
        f"{took[len(took) // 2]:.1f} s, max {took[-1]:.1f} s; {'; '.join(found) or 'ok'}\n"
    )
    sys.stdout.flush()
    return found


def violations(warehouse: Path, processes: int, runs: int) -> Iterator[str]:
    """Yield what is lost, doubled or out of order; read with deltalake alone."""
    batches = Counter(f"p{p}-{n}" for p in range(processes) for n in range(runs))
    rows = _rows(warehouse, "shop/batches")
    if (stored := Counter(row["batch"] for row in rows)) != batches:
        yield f"shop.batches lacks {batches - stored} and has {stored - batches} too often"
    latest = {row["process"]: row["number"] for row in _rows(warehouse, "shop/latest")}
    if latest != {f"p{process}": runs - 1 for process in range(processes)}:
        yield f"shop.latest has {latest}"
    logged = [row for row in _rows(warehouse, "log/shoplog") if row["record_type"] == "run"]
    if (runs_of := Counter(row["batch_id"] for row in logged)) != batches:
        yield f"the log lacks {batches - runs_of} and has {runs_of - batches} too often"
    if failed := [row["execution_id"] for row in logged if row["status"] != "Success"]:
        yield f"the log has Failed runs: {failed}"
    known = {row["execution_id"]: json.loads(row["published_versions"]) for row in logged}
    for name in ("batches", "latest"):
        yield from _commit_violations(warehouse, name, batches, known)
    if left := [*(warehouse / "Files" / "_staging").glob("*")]:
        yield f"staging has {left}"


def _commit_violations(
    warehouse: Path, name: str, batches: Counter[str], known: Mapping[str, Mapping[str, int]]
) -> Iterator[str]:
    """Yield what is wrong with a table's commits; `known` is run → table → version, by the log."""
    infos = [*_commit_infos(warehouse, f"shop/{name}")]
    ids = Counter(info["spectra_gx"]["batch_id"] for info in infos)
    if ids != batches:
        yield f"commits of shop.{name} lack {batches - ids} and have {ids - batches} too often"
    for version, info in enumerate(infos):
        if known.get(info["execution_id"], {}).get(f"shop.{name}") != version:
            yield f"the log does not have version {version} of shop.{name}"
    tokens = [info["spectra_gx"].get("lock_token") or 0 for info in infos]
    if tokens != sorted(tokens):
        yield f"tokens of shop.{name} decrease: {tokens}"


def _rows(warehouse: Path, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (
        DeltaTable(warehouse / "Tables" / table).to_pyarrow_table().to_pylist()
    )
    return rows


def _commit_infos(warehouse: Path, table: str) -> Iterator[dict[str, Any]]:
    for file in sorted((warehouse / "Tables" / table / "_delta_log").glob("*.json")):
        actions = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        yield next(action["commitInfo"] for action in actions if "commitInfo" in action)


def main() -> int:
    """Run the campaign from the shell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = (FOLDER, *(kind.value for kind in StoreKind))
    parser.add_argument("--stores", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--runs", type=int, default=25)
    given = parser.parse_args()
    violated = False
    for kind in given.stores:
        with tempfile.TemporaryDirectory() as root:
            violated |= bool(campaign(kind, given.processes, given.runs, Path(root)))
    return 1 if violated else 0


if __name__ == "__main__":
    sys.exit(main())
