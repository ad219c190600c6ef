"""Commands in processes of their own, that end at a named point as if by `kill -9`.

A process is forked from a server that has imported everything and done nothing, so that a run
costs half a second, and every moment of it is one of its own work.
"""

from __future__ import annotations

import functools
import json
import multiprocessing
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spectra_gx.cli import main as spectra_gx
from spectra_gx.store.bucket import BucketStore
from spectra_gx.store.folder import FolderStore
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.publishing import commits, rollback
from spectra_gx.warehouse.quarantine_tables import Quarantine
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.context import ForkServerProcess

POINTS: dict[str, tuple[Any, str]] = {
    "staging made": (Staging, "__enter__"),
    "table staged": (Staging, "write_rows"),
    "rows split": (Staging, "split"),
    "candidate begun": (Staging, "new_folder"),
    "publish.json written": (Staging, "decide"),
    "empty table made": (Warehouse, "create_empty"),
    "rows quarantined": (Quarantine, "append"),
    "file brought over": (FolderStore, "copy"),
    "table committed": (commits, "_commit"),
    "run recorded": (DeltaActivityLog, "append"),
    "publish.json removed": (Staging, "settle"),
    "folder removed": (FolderStore, "delete_folder"),
    "table rolled back": (rollback, "_commit"),
    "batch unquarantined": (Quarantine, "remove_batch"),
}
"""Point → the function after whose return it is."""

ON_STORES: dict[str, tuple[Any, str]] = {
    "file brought over": (BucketStore, "copy"),
    "folder removed": (BucketStore, "delete_folder"),
}
"""The same where the warehouse is in an object store."""

LEASE = 20.0
"""Seconds that a lock in an object store outlives its process here; nobody waits a minute."""

PATIENCE = 600.0
"""Seconds that a command may take before it counts as stuck."""

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    [
        "spectra_gx.validation.run.stage",
        "spectra_gx.report.gx_pages",
        "spectra_gx.report.offline_html",
        "spectra_gx.report.data_docs",
        "spectra_gx.render.result_screens",
        "spectra_gx.notify.apprise_notifier",
        "spectra_gx.settings.model",
        "spectra_gx.cli.run_command",
        "spectra_gx.project.runs",
        "spectra_gx.runner.building.planning",
        "jinja2.ext",
        "sqlglot.dialects.postgres",
        "spectra_gx.runner.building.kinds.python_builder",
        "tests.campaign.kill_points",
    ]
)


@dataclass(frozen=True)
class Death:
    """Where a command is killed."""

    point: str
    occurrence: int = 1
    """Which of several times; counted from 1."""

    pauses: bool = False
    """Whether it is only stopped, until somebody lets it go on."""

    def __str__(self) -> str:
        return f"{self.point} {self.occurrence}"


def start(root: Path, arguments: Sequence[str], death: Death | None = None) -> ForkServerProcess:
    """Start a command of a project in the background."""
    given = (str(root), tuple(arguments), death)
    process = _processes.Process(target=run_here, args=given)
    process.start()
    return process


def end(process: ForkServerProcess) -> int | None:
    """Wait for a command; return its exit code, None if it is stuck."""
    process.join(PATIENCE)
    code = process.exitcode
    process.kill()
    process.join()
    return code


def run(root: Path, arguments: Sequence[str], death: Death | None = None) -> int | None:
    """Run a command of a project; return its exit code, None if it is stuck."""
    return end(start(root, arguments, death))


def points_of(root: Path) -> list[Death]:
    """Return every point that the last command passed, in order of name and occurrence."""
    counted = json.loads((root / "points.json").read_text(encoding="utf-8"))
    return [Death(point, n + 1) for point in POINTS for n in range(counted.get(point, 0))]


def kill_after(root: Path, arguments: Sequence[str], seconds: float) -> bool:
    """Kill a command so long after the first byte that it stages; return whether it still ran."""
    process = start(root, arguments)
    seen = first_staged_byte(root, process)
    if seen:
        process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def first_staged_byte(root: Path, process: ForkServerProcess) -> bool:
    """Wait until a command has staged something; return whether it did before it ended."""
    staging = root / "warehouse" / "Files" / "_staging"
    before = set(_staged(staging))
    while process.is_alive():
        if set(_staged(staging)) - before:
            return True
        time.sleep(0.001)
    return False


def _staged(staging: Path) -> list[Path]:
    return [path for path in staging.glob("*/*/*/*") if path.name != ".lock"]


def run_here(root: str, arguments: Sequence[str], death: Death | None) -> None:
    """Run a command of a project in this process, and end with its exit code."""
    # Locks of libraries are then without a name that a killed process leaves behind.
    multiprocessing.set_start_method("fork", force=True)
    with Path(root, "output.txt").open("a", encoding="utf-8") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    print(">", *arguments, f"[killed at {death}]" if death else "", flush=True)  # noqa: T201 - it is read when a run has gone wrong
    passed: Counter[str] = Counter()
    BucketStore.__init__.__defaults__ = (LEASE,)
    for point, (owner, name) in (*POINTS.items(), *ON_STORES.items()):
        setattr(owner, name, _counting(getattr(owner, name), point, passed, death))
    code = spectra_gx([*arguments, "--project", root])
    Path(root, "points.json").write_text(json.dumps(passed), encoding="utf-8")
    sys.exit(code)


def _counting(
    original: Callable[..., Any], point: str, passed: Counter[str], death: Death | None
) -> Callable[..., Any]:
    """Return a function that counts its returns, and ends the process at one of them."""

    @functools.wraps(original)
    def counting(*given: Any, **more: Any) -> Any:
        answer = original(*given, **more)
        passed[point] += 1
        if death is not None and (death.point, death.occurrence) == (point, passed[point]):
            os.kill(os.getpid(), signal.SIGSTOP if death.pauses else signal.SIGKILL)
        return answer

    return counting
