"""A process that carries out runs and checks for the server, one after another.

    python -m spectra_gx.service.jobs.worker FD LEVEL PROJECT

Requests come and answers go through one socket, so that what builders print disturbs neither. When
the server is gone, what was begun is still brought to its end, and recorded.
"""

from __future__ import annotations

import json
import logging
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.steps import as_spectra_error
from spectra_gx.service.jobs.messages import pack_message, read_message
from spectra_gx.service.jobs.operations import Followed, carry_out
from spectra_gx.service.project_files import ServedProject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType


class Channel:
    """The socket to the server; what is sent after its end is dropped."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._requests = connection.makefile("rb")
        self._writing = threading.Lock()
        self._open = True

    def requests(self) -> Iterator[dict[str, Any]]:
        """Yield requests until the server closes the socket."""
        while (request := read_message(self._requests)) is not None:
            yield request

    def send(self, kind: str, **facts: Any) -> None:
        """Send one message; safe in any thread."""
        message = pack_message({"kind": kind, **facts})
        with self._writing:
            if not self._open:
                return
            try:
                self._connection.sendall(message)
            except OSError:
                self._open = False


class _LogHandler(logging.Handler):
    """Hands our log to the server, whose log it becomes a part of."""

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        self._channel.send("log", level=record.levelno, text=self.format(record))


def main(descriptor: int, level: int, project: Mapping[str, Any]) -> None:
    """Serve requests until the server closes the socket."""
    connection = socket.socket(fileno=descriptor)
    connection.set_inheritable(False)
    channel = Channel(connection)
    _set_up_logging(channel, level)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is the server's, which then says what to do
    signal.signal(signal.SIGTERM, _interrupt)
    served = ServedProject.from_facts(project, Followed(channel.send))
    try:
        for request in channel.requests():
            _answer(request, served, channel)
    except KeyboardInterrupt:  # nothing was under way
        return


def _answer(request: Mapping[str, Any], served: ServedProject, channel: Channel) -> None:
    try:
        result, exit_code = carry_out(served.current(), request)
    except BaseException as stopped:  # noqa: BLE001 - the server gets an answer, whatever happens
        error = as_spectra_error(stopped)
        channel.send("error", error=error.to_dict(), exit_code=error.exit_code)
    else:
        channel.send("result", result=result, exit_code=exit_code)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """End what is under way as Ctrl-C does, once: recording that must not be interrupted, too."""
    del frame
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _set_up_logging(channel: Channel, level: int) -> None:
    logging.getLogger().addHandler(logging.NullHandler())
    ours = logging.getLogger("spectra_gx")
    ours.handlers[:] = [_LogHandler(channel)]
    ours.setLevel(level)
    ours.propagate = False


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]))
