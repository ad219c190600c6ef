"""`spectra-gx serve` as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from tests.fakes.service import Asking

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

PROGRAM = "from spectra_gx.cli import console; console()"


class ServedProcess(Asking):
    """Serves a project while its `with` block lasts, or until it is ended."""

    python = sys.executable
    """The interpreter of the environment that it is installed in."""

    def __init__(self, root: Path, *options: str, **environment: str) -> None:
        super().__init__()
        words = ["serve", "--port", "0", "--json", "--project", str(root), *options]
        # Runs that outlive it keep it open, too; `__exit__` closes it.
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [self.python, "-c", PROGRAM, *words],
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            env={**os.environ, **environment},
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said
        self.url: str = json.loads(said)["url"]
        self.port = urlsplit(self.url).port or 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        self.stop()
        self._said.close()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """End it by a signal; return its exit code and what it said."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(200)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._said.seek(0)
        return code, self._said.read()

    def wait_until_ready(self) -> None:
        """Wait until it is warm: whatever changes is followed."""
        while (answer := self.ask("GET", "/readyz")).status != 200:
            assert answer.json["reason"].startswith("the first process"), answer.json
            self.close()  # it serves no more than so many connections

    def run_to_its_end(self, stage: str, body: Any = None, **options: Any) -> dict[str, Any]:
        """Start a run, follow it, and return it."""
        started = self.ask("POST", f"/stages/{stage}/runs", body, **options)
        assert started.status == 202, started.text
        run = started.json["id"]
        events = self.ask("GET", f"/runs/{run}/events", **options)
        while events.event()[0] != "ended":
            pass
        found: dict[str, Any] = self.ask("GET", f"/runs/{run}", **options).json
        return found
