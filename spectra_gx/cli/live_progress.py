"""Live progress of a run: the current step, and each table with its rows and seconds."""

from __future__ import annotations

import logging
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from spectra_gx.display import counted
from spectra_gx.runner.events import (
    Event,
    RunEnded,
    RunFinished,
    RunStarted,
    StepStarted,
    TableChecked,
    TableCheckStarted,
)
from spectra_gx.runner.outcome_text import rows_text
from spectra_gx.validation.results import Status, TableResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, RenderableType


_DOING = {
    "Initialise": "Initialise: make room",
    "Execute": "Execute: build tables",
    "Validate": "Validate: check tables",
    "Record": "Record: collect what was found",
    "Finalise": "Finalise: write docs, notify, log",
}
_MARKS = {
    Status.PASSED: ("✓", "green"),
    Status.FAILED: ("✗", "bold red"),
    Status.ERRORED: ("!", "bold magenta"),
}
_SHOWN = 8
"""Tables that have ended and stay in view."""


@dataclass
class _Running:
    rows: int | None
    since: float = field(default_factory=time.monotonic)


class LiveProgress:
    """Remembers what is to be seen; satisfies `runner.events.Listener`.

    A thread of rich's draws it several times a second.
    """

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._lock = threading.Lock()
        self._since = time.monotonic()
        self._step = ""
        self._running: dict[str, _Running] = {}
        self._ended: dict[str, TableResult] = {}
        self._spinner = Spinner("dots")

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        with self._lock:
            match event:
                case StepStarted(step):
                    self._step = step
                case TableCheckStarted(table, rows):
                    self._ended.pop(table, None)
                    self._running[table] = _Running(rows)
                case TableChecked(result):
                    self._running.pop(result.table, None)
                    self._ended[result.table] = result
                case RunStarted() | RunFinished() | RunEnded():
                    pass

    def __rich__(self) -> RenderableType:
        with self._lock:
            now = time.monotonic()
            grid = Table.grid(padding=(0, 2))
            grid.add_column(no_wrap=True, overflow="ellipsis")
            grid.add_column(no_wrap=True, justify="right")
            grid.add_column(no_wrap=True, justify="right")
            hidden = len(self._ended) - _SHOWN
            if hidden > 0:
                grid.add_row(Text(f"{counted(hidden, 'more table')} checked", "dim"))
            for ended in [*self._ended.values()][-_SHOWN:]:
                mark, style = _MARKS[ended.verdict]
                name = Text(f"{mark} {ended.table}", style)
                grid.add_row(name, _rows(ended.rows), f"{ended.duration_seconds:.1f} s")
            for table, one in self._running.items():
                grid.add_row(f"· {table}", _rows(one.rows), f"{now - one.since:.1f} s")
            # A check takes no steps: it begins with its first table.
            step = self._step or ("Validate" if self._running or self._ended else "")
            self._spinner.update(text=_DOING.get(step, "getting ready"))
            grid.add_row(self._spinner, "", Text(f"{now - self._since:.0f} s", "dim"))
            return grid


def _rows(count: int | None) -> str:
    return "" if count is None else rows_text(count)


@contextmanager
def live(console: Console) -> Iterator[LiveProgress]:
    """Draw below whatever is logged meanwhile; at the end nothing of it is left.

    A terminal that goes away ends the drawing, never the run.
    """
    progress = LiveProgress()
    drawing = Live(
        progress, console=console, transient=True, redirect_stdout=False, refresh_per_second=8
    )
    logs = [
        handler
        for handler in logging.getLogger("spectra_gx").handlers
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr
    ]
    with suppress(OSError):
        drawing.start()
    for handler in logs:
        handler.setStream(sys.stderr)  # rich's by now, which writes above what is drawn
    try:
        yield progress
    finally:
        with suppress(OSError):
            drawing.stop()
        for handler in logs:
            handler.setStream(sys.stderr)
