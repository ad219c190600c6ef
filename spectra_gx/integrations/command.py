"""Run `spectra-gx` as a process: pass its log on, read its JSON, stop it as it wants to be stopped.

Nothing but the standard library is imported: an orchestrator's environment needs none of ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import IO

PASSED, FAILED, INVALID, ERRORED = range(4)
"""Exit codes of `spectra-gx`."""

STOP_SECONDS = 150
"""How long a process that is to stop may take: a slow store delays the row of a run by minutes."""


class CommandNotFoundError(Exception):
    """There is no such command, or it cannot be started."""


@dataclass(frozen=True)
class CommandResult:
    """How a command ended."""

    exit_code: int
    """Negative when a signal ended it."""

    output: Any = None
    """The object that `--json` prints; None when it printed none."""

    last_line: str = ""
    """The last line of its log."""

    @property
    def retryable(self) -> bool:
        """Return whether another try may end otherwise.

        Data that violates its contract (1) and an invalid contract or command line (2) stay so.
        What could not be done (3), or was ended by a signal, may be possible later.
        """
        return self.exit_code == ERRORED or self.exit_code < 0


@dataclass
class Command:
    """One call of `spectra-gx`."""

    arguments: Sequence[str]
    executable: str | Sequence[str] = "spectra-gx"
    """The command, or the path of that of another environment, with arguments if it needs any."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables beside those of this process."""

    _process: subprocess.Popen[str] | None = field(default=None, init=False, repr=False)

    @property
    def line(self) -> list[str]:
        """Return what is started."""
        executable = self.executable
        first = [executable] if isinstance(executable, str) else [*executable]
        return [*first, *self.arguments]

    def run(self, log: Callable[[str], object]) -> CommandResult:
        """Run it to its end.

        Whatever interrupts this call stops the process first.

        Args:
            log: Takes each line of its log.

        Raises:
            CommandNotFoundError: It cannot be started.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            with self._start(output) as process:
                self._process = process
                try:
                    last_line = _pass_on(process, log)
                    process.wait()
                except BaseException:
                    self._end(process)
                    raise
            output.seek(0)
            return CommandResult(process.returncode, _last_object(output.read()), last_line)

    def stop(self) -> None:
        """Ask the process to stop; a run then records that it was interrupted."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def _start(self, output: IO[str]) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(  # noqa: S603 - the command is what the caller configured
                self.line,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                env={**os.environ, **self.environment},
                encoding="utf-8",
                errors="backslashreplace",
                start_new_session=True,  # Ctrl-C is passed on once, by `_end`
            )
        except OSError as error:
            raise CommandNotFoundError(
                f"`{self.line[0]}` cannot be started: {(error.strerror or str(error)).lower()}; "
                "name the `spectra-gx` of its environment by `command`"
            ) from error

    def _end(self, process: subprocess.Popen[str]) -> None:
        self.stop()
        try:
            process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _pass_on(process: subprocess.Popen[str], log: Callable[[str], object]) -> str:
    """Pass each line of a process's log on; return the last one that is not empty."""
    last_line = ""
    for written in process.stderr or ():
        line = written.rstrip()
        last_line = line or last_line
        log(line)
    return last_line


def _last_object(text: str) -> Any:
    """Return the JSON of the last line; None where there is none."""
    lines = text.splitlines()
    try:
        return json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
