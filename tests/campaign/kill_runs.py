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
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from deltalake import DeltaTable

from spectra_gx.cli import main as spectra_gx
from tests.fakes.tables import PREPARE, SOURCE, folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import ForkServerProcess

CONTRACTS = Path(__file__).parents[2] / "contracts"
ROWS = dict(zip(SOURCE, (1, 6, 1, 223), strict=True)) | dict.fromkeys(PREPARE, 0)
PATIENCE = 120.0
"""Seconds that a run may take before it counts as stuck."""

# Forked from a server that has imported everything and done nothing: a killed run then costs a
# second, not ten, and every moment of it is one of its own work.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    ["spectra_gx.validation.stage", "spectra_gx.report.data_docs", "tests.campaign.kill_runs"]
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
    _run(published)
    began = time.monotonic()
    _run(_copy(published, work / "measured"), "--bootstrap")
    figures.life_seconds = time.monotonic() - began
    draw = random.Random(seed)  # noqa: S311 - moments, not secrets
    moments = [(kill + draw.random()) / kills * figures.life_seconds for kill in range(kills)]
    draw.shuffle(moments)
    for kill, moment in enumerate(moments):
        root = _copy(empty if kill % 4 == 0 else published, work / "victim")
        options = ("--bootstrap",) if kill % 2 else ()
        found = [*_kill_one(root, moment, figures.left, options)]
        figures.violations += [f"kill {kill} after {moment:.3f} s: {what}" for what in found]
    return figures


def _kill_one(
    root: Path, moment: float, left: Counter[str], options: tuple[str, ...]
) -> Iterator[str]:
    before = _versions(root)
    process = _start(root, *options)
    process.join(moment)
    process.kill()
    process.join()
    left["ended before it could be killed" if process.exitcode == 0 else "killed"] += 1
    left["staging left behind"] += _staging(root).exists()
    moved = sum(_versions(root)[name] != before[name] for name in SOURCE)
    left["some tables published, some not"] += (
        0 < moved < (4 if options or None in before.values() else 3)
    )
    yield from _broken_tables(root)
    yield from _false_successes(root)
    left["recorded"] += len(_run_rows(root)) > (0 if None in before.values() else 1)
    code = _run(root)
    if code != 0:
        yield f"the next run ended with {code}"
    if _staging(root).exists():
        yield "the next run left staging behind"
    if set(SOURCE) - {name for name, version in _versions(root).items() if version is not None}:
        yield "the next run did not publish every table"
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
    """Yield every Success whose run was not the last to publish, or judged less than it should."""
    rows = _run_rows(root)
    for row in rows:
        if row["status"] != "Success" or row["rules_passed"] != row["rules_declared"]:
            yield f"`{row['execution_id']}` is {row['status']}: {row['error_message']}"
    newest = _newest_writer(root)
    recorded = {row["execution_id"]: json.loads(row["table_versions"]) for row in rows}
    if newest in recorded and recorded[newest] != _versions(root):
        yield f"`{newest}` names {recorded[newest]}, but {_versions(root)} stand"


def _newest_writer(root: Path) -> str | None:
    portfolio = folder(root, "source.portfolio")
    if not (portfolio / "_delta_log").exists():
        return None
    return str(DeltaTable(portfolio).history(1)[0].get("execution_id"))


def _run_rows(root: Path) -> list[dict[str, object]]:
    log = folder(root, "log.sourcelog")
    if not (log / "_delta_log").exists():
        return []
    rows = DeltaTable(log).to_pyarrow_table().to_pylist()
    return [row for row in rows if row["record_type"] == "run"]


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
