"""Running a command in a process of its own, and what it took."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LINT = "from spectra_gx.cli import console; console()"
"""What the installed command does."""

_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"

MEGABYTE = 1024 * 1024

_MEASURED = """
import json, resource, sys
from spectra_gx.cli import main
resource.setrlimit(resource.RLIMIT_AS, (%d, %d))
resource.setrlimit(resource.RLIMIT_CPU, (%d, %d))
try:
    code = main(sys.argv[1:])
except SystemExit as left:
    code = left.code
used = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
facts = {"code": code, "seconds": used.ru_utime + used.ru_stime, "kilobytes": int(peak.split()[1])}
sys.stderr.write("\\n" + json.dumps(facts))
"""


@dataclass(frozen=True)
class Used:
    """How a command ended and what it took."""

    code: int | None
    """None when the process was ended by a limit."""

    seconds: float
    """Of processor time, the interpreter's start included."""

    megabytes: float
    """At the peak."""

    said: str
    """Both streams."""


def measured(
    *arguments: str | Path, seconds: int = 60, megabytes: int = 1024, cwd: Path | None = None
) -> Used:
    """Run a command of ours within limits."""
    limit = megabytes * MEGABYTE
    ended = subprocess.run(
        [sys.executable, "-c", _MEASURED % (limit, limit, seconds, seconds), *map(str, arguments)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd=cwd,
    )
    err, _, last = ended.stderr.rpartition("\n")
    if not last.startswith('{"code"'):
        return Used(None, seconds, megabytes, ended.stdout + ended.stderr)
    facts = json.loads(last)
    return Used(facts["code"], facts["seconds"], facts["kilobytes"] / 1024, ended.stdout + err)


def wall_seconds(command: Sequence[str], cwd: Path) -> float:
    """Run a command that must end well; return how long the whole process took.

    Bytecode is kept under `cwd`, as an installed package has it: run once before you measure.
    """
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True, cwd=cwd, env=_with_bytecode_under(cwd))
    return time.perf_counter() - began


def processor_seconds(command: Sequence[str], cwd: Path) -> float:
    """Run a command; return what the whole process took of the processor.

    Bytecode is kept as for `wall_seconds`.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command, capture_output=True, check=False, cwd=cwd, env=_with_bytecode_under(cwd)
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _with_bytecode_under(folder: Path) -> dict[str, str]:
    here = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    return {**here, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
