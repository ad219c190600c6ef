"""Bounds of a connection that a client must not exceed, whatever it sends or does not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio


class BoundedConnection(H11Protocol):
    """A connection that ends when its client does not send a head, or does not read."""

    head_seconds = 10.0
    """For the head of a request, from its first byte or the opening of the connection."""

    read_seconds = 30.0
    """For a client to read on, once what is sent to it has filled all buffers."""

    _head: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Take data; wait on where they are a part of a head."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop(self._head)
            self._head = None
        elif self._head is None:
            self._expect_head()

    def pause_writing(self) -> None:
        """Begin to wait for the client to read."""
        super().pause_writing()
        self._stop(self._unread)
        self._unread = self.loop.call_later(self.read_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on, since the client has read."""
        super().resume_writing()
        self._stop(self._unread)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop(self._head)
        self._stop(self._unread)
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._head = self.loop.call_later(self.head_seconds, self.transport.abort)

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
