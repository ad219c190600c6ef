"""Kill runs at random moments, and look at what they leave behind.

    python -m tests.campaign.kill_runs --kills 200

Moments are spread over the whole life of a run, which is measured first. After each kill every
published table must be readable and whole, no row may call a run a Success that it was not, and the
next run must succeed and leave nothing in staging. Prints figures; exits 1 on any violation.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deltalake import DeltaTable

from spectra_gx.cli import main as spectra_gx
from spectra_gx.project import Project
from tests.fakes.tables import PREPARE, SOURCE, folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import ForkServerProcess

CONTRACTS = Path(__file__).parents[2] / "contracts"
ROWS = dict(zip(SOURCE, (1, 6, 1, 223, 223), strict=True)) | dict.fromkeys(PREPARE, 0)
PATIENCE = 120.0
"""Seconds that a run may take before it counts as stuck."""

# Forked from a server that has imported everything and done nothing: a killed run then costs a
# second, not ten, and every moment of it is one of its own work.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    ["spectra_gx.validation.run.stage", "spectra_gx.report.data_docs", "tests.campaign.kill_runs"]
)


@dataclass
class Figures:
    """What the campaign saw."""

    kills: int = 0
    life_seconds: float = 0.0
    left: Counter[str] = field(default_factory=Counter)
    """What killed runs left behind, counted."""

    violations: list[str] = field(default_factory=list)


def campaign(kills: int, seed: int, work: Path) -> Figures:
    """Kill that many runs, one after another; half of them rebuild the catalogue."""
    figures = Figures(kills)
    empty = _project(work / "empty")
    published = _copy(empty, work / "published")
    lives = [_lifetime(published), _lifetime(_copy(published, work / "measured"), "--bootstrap")]
    figures.life_seconds = min(lives)
    draw = random.Random(seed)  # noqa: S311 - moments, not secrets
    moments = [(kill + draw.random()) / kills * figures.life_seconds for kill in range(kills)]
    draw.shuffle(moments)
    for kill, drawn in enumerate(moments):
        moment = drawn
        template = empty if kill % 4 == 0 else published
        options = ("--bootstrap",) if kill % 2 else ()
        root = work / "victim"
        # On a machine that has grown faster the run may end first: then it is killed earlier.
        while not _killed(_copy(template, root), moment, *options):
            moment *= 0.8
            figures.left["ended first, begun again"] += 1
        found = [*_violations(root, template, figures.left)]
        figures.violations += [f"kill {kill} after {moment:.3f} s: {what}" for what in found]
    return figures


def _lifetime(root: Path, *options: str) -> float:
    began = time.monotonic()
    if (code := _run(root, *options)) != 0:
        raise RuntimeError(f"a run that nobody killed ended with {code}; see {root}/output.txt")
    return time.monotonic() - began


def _killed(root: Path, moment: float, *options: str) -> bool:
    process = _start(root, *options)
    process.join(moment)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def _violations(root: Path, template: Path, left: Counter[str]) -> Iterator[str]:
    """Yield what is wrong after a killed run, and after the run that follows it."""
    before, standing = _versions(template), _versions(root)
    moved = sum(standing[name] != before[name] for name in SOURCE)
    recorded = len(_run_rows(root)) > len(_run_rows(template))
    left["killed"] += 1
    left["killed with staging left behind"] += _staging(root).exists()
    left["killed with tables published, not recorded"] += moved > 0 and not recorded
    left["killed after they were recorded"] += recorded
    yield from _broken_tables(root)
    yield from _false_successes(root)
    if recorded and json.loads(_run_rows(root)[-1]["table_versions"]) != standing:
        yield f"the killed run is a Success, but {standing} stand"
    if moved and not recorded and Project.open(root).handoff("source").ready:
        yield "the handoff is ready, although the run that published has no row"
    if (code := _run(root)) != 0:
        yield f"the next run ended with {code}"
    if _staging(root).exists():
        yield "the next run left staging behind"
    if not Project.open(root).handoff("source").ready:
        yield "the handoff is not ready after the next run"
    yield from _broken_tables(root)
    yield from _false_successes(root)


def _broken_tables(root: Path) -> Iterator[str]:
    """Yield every table that stands and cannot be read, or not whole."""
    for name in (*SOURCE, *PREPARE):
        if not (folder(root, name) / "_delta_log").exists():
            continue
        try:
            table = DeltaTable(folder(root, name)).to_pyarrow_table()
        except Exception as error:  # noqa: BLE001 - whatever keeps it from being read
            yield f"`{name}` cannot be read: {error}"
            continue
        if table.num_rows != ROWS[name]:
            yield f"`{name}` holds {table.num_rows} rows, not {ROWS[name]}"


def _false_successes(root: Path) -> Iterator[str]:
    """Yield every row of a run that did not pass all its rules; here each one should."""
    for row in _run_rows(root):
        if row["status"] != "Success" or row["rules_passed"] != row["rules_declared"]:
            yield f"`{row['execution_id']}` is {row['status']}: {row['error_message']}"


def _run_rows(root: Path) -> list[dict[str, Any]]:
    log = folder(root, "log.sourcelog")
    if not (log / "_delta_log").exists():
        return []
    rows = DeltaTable(log).to_pyarrow_table().to_pylist()
    runs = [row for row in rows if row["record_type"] == "run"]
    return sorted(runs, key=lambda row: row["recorded_at"])


def _versions(root: Path) -> dict[str, int | None]:
    return {
        name: DeltaTable(folder(root, name)).version()
        if (folder(root, name) / "_delta_log").exists()
        else None
        for name in SOURCE
    }


def _staging(root: Path) -> Path:
    return root / "warehouse" / "Files" / "_staging"


# -- runs ------------------------------------------------------------------------------------------


def _start(root: Path, *options: str) -> ForkServerProcess:
    process = _processes.Process(target=_in_process, args=(str(root), *options))
    process.start()
    return process


def _run(root: Path, *options: str) -> int | None:
    process = _start(root, *options)
    process.join(PATIENCE)
    process.kill()
    process.join()
    return process.exitcode


def _in_process(root: str, *options: str) -> None:
    # Locks of libraries are then without a name that a killed process leaves behind.
    multiprocessing.set_start_method("fork", force=True)
    with Path(root, "output.txt").open("a", encoding="utf-8") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    sys.exit(spectra_gx(["run", "source", "--sandbox", "--project", root, *options]))


def _project(root: Path) -> Path:
    shutil.copytree(CONTRACTS, root / "contracts")
    return root


def _copy(template: Path, root: Path) -> Path:
    shutil.rmtree(root, ignore_errors=True)
    return Path(shutil.copytree(template, root))


def main() -> int:
    """Run the campaign from the shell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261121)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = campaign(arguments.kills, arguments.seed, Path(work))
    lines = [
        f"{figures.kills} runs of {figures.life_seconds:.2f} s killed, seed {arguments.seed}",
        *(f"{what}: {count}" for what, count in sorted(figures.left.items())),
        f"violations: {len(figures.violations)}",
        *figures.violations,
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if figures.violations else 0


if __name__ == "__main__":
    sys.exit(main())
