"""Messages between the server and a worker: JSON objects, each after its length."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

_LENGTH = struct.Struct(">Q")


def pack_message(message: Mapping[str, Any]) -> bytes:
    """Return a message as it travels."""
    body = json.dumps(message, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace")
    return _LENGTH.pack(len(body)) + body


def read_message(stream: BinaryIO) -> dict[str, Any] | None:
    """Return the next message of a blocking stream; None at its end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return _parse(body) if len(body) == length else None


async def receive_message(stream: asyncio.StreamReader) -> dict[str, Any]:
    """Return the next message.

    Raises:
        IncompleteReadError: The stream ended.
    """
    (length,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
    return _parse(await stream.readexactly(length))


def _parse(body: bytes) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(body)
    return message
