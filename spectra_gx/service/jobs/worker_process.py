"""A worker as the server sees it: a process that gets requests and answers with messages."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import sys
from typing import TYPE_CHECKING, Any, Self

from spectra_gx.errors import SpectraError
from spectra_gx.service.jobs.messages import pack_message, receive_message

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Mapping

logger = logging.getLogger("spectra_gx.service.worker")

_LAST = ("result", "error")
_OWN_STDERR = 2
_GRACE = 5.0

PROCESS_ENDED = "process_ended"
"""The code of the error that a process ended before it answered."""


class WorkerProcess:
    """One process; it carries out one request at a time."""

    def __init__(
        self, process: Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer

    @classmethod
    async def start(cls, project: Mapping[str, Any]) -> Self:
        """Start a process for a project, as `ServedProject.facts` names it."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "spectra_gx.service.jobs.worker",
                str(theirs.fileno()),
                str(logging.getLogger("spectra_gx").getEffectiveLevel()),
                json.dumps(project),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=_OWN_STDERR,  # what builders print is no answer
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C is for the server
                env={**os.environ, "RUST_LOG": os.environ.get("RUST_LOG", "off")},
            )
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours)
        return cls(process, reader, writer)

    @property
    def is_alive(self) -> bool:
        """Whether it can be given a request."""
        return self._process.returncode is None

    async def carry_out(self, request: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Give it a request; yield its messages, of which `result` or `error` is the last.

        Raises:
            SpectraError: It ended before.
        """
        try:
            self._writer.write(pack_message(request))
            await self._writer.drain()
            while True:
                message = await receive_message(self._reader)
                if message["kind"] == "log":
                    logger.log(message["level"], "%s", message["text"])
                    continue
                yield message
                if message["kind"] in _LAST:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            raise SpectraError(await self._reason(), code=PROCESS_ENDED) from None

    def interrupt(self) -> None:
        """End what it does as SIGTERM ends a command: that is recorded."""
        if self.is_alive:
            self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        if self.is_alive:
            self._process.kill()

    async def close(self) -> None:
        """Let it end, which it does when nothing more can come."""
        self._writer.close()
        try:
            await asyncio.wait_for(self._process.wait(), _GRACE)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    async def _reason(self) -> str:
        code = await self._process.wait()
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return (
            f"its process was ended {how}; where it had begun, the next run of the stage removes "
            "what it left behind"
        )
