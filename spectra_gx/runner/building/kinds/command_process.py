"""A process with its children, whose output goes to our stderr."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_GRACE_SECONDS = 5.0


class CommandProcess:
    """Runs one command at a time; another thread may end it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._ended = False

    def run(
        self,
        words: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        redact: Callable[[str], str],
    ) -> int:
        """Run a command to its end; return its exit code, negative where a signal ended it.

        Raises:
            OSError: It cannot be started.
        """
        process = subprocess.Popen(  # noqa: S603 - the project's own command, without a shell
            words,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,
        )
        self._process = process
        if self._ended:
            self.end()
        with process:
            for line in process.stdout or ():
                sys.stderr.write(redact(line))
        return process.returncode

    def end(self) -> None:
        """End the command and its children: politely, then for certain."""
        self._ended = True
        if (process := self._process) is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE_SECONDS)
