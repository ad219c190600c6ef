"""Standard streams whose closed readers do not change a command's exit code."""

from __future__ import annotations

import errno
import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import Any, TextIO

_GONE = (errno.EPIPE, errno.EIO)
"""Error codes of a write when the reader of a pipe has left, or the terminal is closed."""


class _LastingFile(FileIO):
    """Writes until nobody reads, and then to nowhere; remembers any other reason not to write."""

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in _GONE:
                self.failure = error
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            return len(memoryview(data))


def protect_streams() -> None:
    """Replace stdout and stderr by streams that go on when their reader leaves.

    A stream that is closed from the start is opened on nothing, lest a file takes its number. What
    a terminal or an encoding cannot show is written as its code.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            stays = os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8")
            setattr(sys, name, stays)
        elif mode == "w":
            setattr(sys, name, _lasting(stream))


def write_failure() -> str | None:
    """Return why what was written to stdout is not all there; None where it is, or nobody reads."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    failure = raw.failure if isinstance(raw, _LastingFile) else None
    return None if failure is None else failure.strerror or str(failure)


def _lasting(stream: TextIO) -> TextIO:
    if not isinstance(stream, TextIOWrapper):
        return stream
    raw = getattr(stream.buffer, "raw", stream.buffer)  # unbuffered, there is nothing between
    if os.name != "posix" or not isinstance(raw, FileIO):
        stream.reconfigure(errors="backslashreplace")
        return stream
    stream.flush()
    return TextIOWrapper(
        BufferedWriter(_LastingFile(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
