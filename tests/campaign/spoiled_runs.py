"""Runs of the command line in this process, whose request, disk or clock is spoiled."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from spectra_gx.cli import main as spectra_gx
from spectra_gx.store.bucket import BucketStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.fakes.stores.fault_proxy import Fault, Seen

HOUR = 3600
LEASE = 15.0
"""Seconds that a lock outlives its process here."""

_CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{8}_\d{6}_\d{6}"
    r"|\d{8}T\d{6}\.\d{6}Z|[0-9a-f]{24,}|\d{20}"
)
"""What differs in the requests of two runs."""

_GROUPS = {
    "commit": re.compile(r"^PUT .*_delta_log/\d{20}\.json$"),
    "lease": re.compile(r"\.lock|\.clock\."),
    "data file": re.compile(r"\.parquet"),
}
"""Group → expression that its requests have, after their method."""


@dataclass(frozen=True)
class Request:
    """One of the requests that every run makes."""

    group: str
    """`commit`, `lease`, `data file` or `other`."""

    method: str
    path: str
    """Expression."""

    number: int
    """Which of several; counted from 0."""

    def fault(self, fault: Fault) -> Fault:
        """Return the fault, aimed at it."""
        return replace(fault, method=self.method, path=self.path, after=self.number)

    def __str__(self) -> str:
        path = re.sub(r"\\(.)", r"\1", self.path.replace(r"[0-9a-zTZ_.\-]+", "…"))
        return f"{self.method} {path.rpartition('…/')[2][:90]} {self.number}"


def requests_of(seen: Sequence[Seen]) -> list[Request]:
    """Return the requests that came in, in order."""
    counted: Counter[tuple[str, str]] = Counter()
    found = []
    for one in seen:
        path = r"[0-9a-zTZ_.\-]+".join(map(re.escape, _CHANGING.split(one.path)))
        text = f"{one.method} {one.path}"
        group = next((name for name, of in _GROUPS.items() if of.search(text)), "other")
        found.append(Request(group, one.method, f"^{path}$", counted[one.method, path]))
        counted[one.method, path] += 1
    return found


def run_stage(root: Path, batch: str, *more: str) -> tuple[int, str]:
    """Run the stage of a project; return the exit code, and everything that was printed."""
    with _captured() as printed:
        code = spectra_gx(["run", "shop", "--batch-id", batch, *more, "--project", str(root)])
    return code, printed[0]


@contextmanager
def _captured() -> Iterator[list[str]]:
    """Collect what is written to both streams, by libraries too; a pipe is never full for long."""
    reading, writing = os.pipe()
    kept = [os.dup(1), os.dup(2)]
    parts: list[bytes] = []

    def read() -> None:
        while part := os.read(reading, 65536):
            parts.append(part)

    reader = Thread(target=read)
    reader.start()
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    os.close(writing)
    printed: list[str] = []
    try:
        yield printed
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, stream in enumerate(kept, 1):
            os.dup2(stream, number)
            os.close(stream)
        reader.join()
        os.close(reading)
        printed.append(b"".join(parts).decode(errors="replace"))


def use_short_leases() -> None:
    """Let locks end soon after a run that could not give them back."""
    BucketStore.__init__.__defaults__ = (LEASE,)


class OtherClock:
    """A process whose clock is wrong by some hours, and that runs the stage of a project."""

    def __init__(self, project: Path, hours: int) -> None:
        """Start it.

        Raises:
            SystemExit: libfaketime is not installed.
        """
        libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not libraries:
            sys.exit("no clock can be wrong; on Debian: sudo apt-get install faketime")
        clock = {"LD_PRELOAD": str(libraries[0]), "FAKETIME": f"{hours:+d}h"}
        self._hours = hours
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.campaign.spoiled_runs", str(project)],
            env={**os.environ, **clock},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run_stage(self, batch: str) -> tuple[int, str]:
        """Run the stage as `run_stage` does, in the warehouse of this process."""
        given, answers = self._process.stdin, self._process.stdout
        if given is None or answers is None:
            raise RuntimeError("there are no pipes")
        given.write(f"{json.dumps([os.environ['WAREHOUSE'], batch])}\n")
        given.flush()
        code, printed, clock = json.loads(answers.readline())
        if abs(clock - time.time() - self._hours * HOUR) > HOUR / 10:
            raise RuntimeError(f"the clock was not wrong by {self._hours} h")
        return code, printed

    def end(self) -> None:
        """Stop it."""
        self._process.kill()
        self._process.communicate()


def main() -> None:
    """Run what `OtherClock` asks for, until its end."""
    use_short_leases()
    for line in sys.stdin:
        os.environ["WAREHOUSE"], batch = json.loads(line)
        code, printed = run_stage(Path(sys.argv[1]), batch)
        sys.stdout.write(f"{json.dumps([code, printed, time.time()])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
