"""A terminal of a width, on which a command really runs."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Shown:
    """What a terminal was sent."""

    code: int
    raw: str

    @property
    def plain(self) -> str:
        """Without what moves the cursor or colours."""
        return _ESCAPES.sub("", self.raw.replace("\r\n", "\n").replace("\r", "\n"))

    @property
    def screen(self) -> str:
        """What stands after the cursor came back: the end screen."""
        return Shown(self.code, self.raw.rpartition("\x1b[?25h")[2]).plain


def run_on_terminal(*arguments: str | Path, columns: int = 80) -> Shown:
    """Run a command in this process with stdout and stderr on a pseudo-terminal."""
    sent: list[bytes] = []
    with _terminal(columns, sent):
        code = main([*map(str, arguments)])
    return Shown(code, b"".join(sent).decode())


@contextmanager
def _terminal(columns: int, sent: list[bytes]) -> Iterator[None]:
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    reader = threading.Thread(target=_read, args=(here, sent))
    reader.start()
    before = sys.stdout, sys.stderr
    try:
        with open(there, "w", buffering=1, encoding="utf-8") as stream:  # noqa: PTH123 - no path
            sys.stdout = sys.stderr = stream
            try:
                yield
            finally:
                sys.stdout, sys.stderr = before
    finally:
        reader.join()
        os.close(here)


def _read(here: int, sent: list[bytes]) -> None:
    while True:
        try:
            piece = os.read(here, 65536)
        except OSError:  # Linux says so when the other end has closed
            return
        if not piece:
            return
        sent.append(piece)
