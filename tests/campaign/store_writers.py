"""Run one stage from many processes at once on a store, and look for lost or doubled batches.

    python -m tests.campaign.store_writers --stores S3 Azure GCS folder --processes 8 --runs 25

Every process runs the stage again and again, each time with a batch of its own, and waits for the
others. Exits 1 on any violation.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.cli import main as spectra_gx
from spectra_gx.store.addresses import StoreKind
from tests.campaign import batch_stage
from tests.campaign.batch_stage import StoredStage
from tests.fakes.stages import StageProject
from tests.fakes.stores.served_store import served_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FOLDER = "folder"


def write(
    root: str, settings: dict[str, str], process: int, runs: int, minutes: float
) -> list[float]:
    """Run the stage so many times, or so long; return the seconds that each run took."""
    os.environ.update(settings)
    seconds: list[float] = []
    end = time.monotonic() + 60 * minutes
    with Path(root, f"output{process}.txt").open("w") as output:
        for number in range(runs):
            if time.monotonic() > end:
                break
            start = time.perf_counter()
            command = ["run", "shop", "--batch-id", f"p{process}-{number}", "--wait", "900"]
            with redirect_stdout(output), redirect_stderr(output):
                code = spectra_gx([*command, "--project", root])
            seconds.append(time.perf_counter() - start if code == 0 else -1.0)
    return seconds


def campaign(kind: str, processes: int, runs: int, minutes: float, root: Path) -> list[str]:
    """Run it on one store; return what is wrong afterwards."""
    StageProject(root, batch_stage.CONTRACT, {"stages/shop.py": batch_stage.BUILDERS})
    with ExitStack() as stack:
        served = None
        settings = {"WAREHOUSE": str(root / "warehouse")}
        if kind != FOLDER:
            served = stack.enter_context(served_store(StoreKind(kind), root))
            settings = {"WAREHOUSE": served.new_root(), **served.settings}
        start = time.perf_counter()
        with get_context("spawn").Pool(processes) as pool:
            jobs = [(str(root), settings, process, runs, minutes) for process in range(processes)]
            each = pool.starmap(write, jobs, chunksize=1)
            took = sorted(one for seconds in each for one in seconds)
            pool.close()
            pool.join()
        total = time.perf_counter() - start
        if served is not None:
            served.download(settings["WAREHOUSE"], root / "warehouse")
    found = [*violations(StoredStage(root / "warehouse"), [*map(len, each)])]
    found += [f"{took.count(-1.0)} runs failed"] if -1.0 in took else []
    sys.stdout.write(
        f"{kind}: {processes} processes, {len(took)} runs in {total:.0f} s, p50 "
        f"{took[len(took) // 2]:.1f} s, max {took[-1]:.1f} s; {'; '.join(found) or 'ok'}\n"
    )
    sys.stdout.flush()
    return found


def violations(stage: StoredStage, runs: Sequence[int]) -> Iterator[str]:
    """Yield what is lost, doubled or out of order after so many runs of each process."""
    batches = [f"p{process}-{number}" for process, n in enumerate(runs) for number in range(n)]
    yield from batch_stage.violations(stage, batches)
    yield from batch_stage.unsettled(stage, batches)
    yield from batch_stage.leftovers(stage)
    if failed := [row["execution_id"] for row in stage.runs if row["status"] != "Success"]:
        yield f"the log has Failed runs: {failed}"


def main() -> int:
    """Run the campaign from the shell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = (FOLDER, *(kind.value for kind in StoreKind))
    parser.add_argument("--stores", nargs="+", choices=kinds, default=kinds)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--minutes", type=float, default=60, help="until no run begins any more")
    given = parser.parse_args()
    violated = False
    for kind in given.stores:
        with tempfile.TemporaryDirectory() as root:
            violated |= bool(campaign(kind, given.processes, given.runs, given.minutes, Path(root)))
    return 1 if violated else 0


if __name__ == "__main__":
    sys.exit(main())
