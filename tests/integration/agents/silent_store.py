"""An object store that takes requests and never answers: a check waits until somebody ends it."""

from __future__ import annotations

import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.s3 import FakeS3

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACT = """\
contract: parcels
version: 1.0.0
owner: Shop Data
tables:
  shop.parcels:
    location: s3://lake/parcels.csv
    format: csv
    primary_key: [id]
    columns:
      id: {type: long, required: true}
"""


@dataclass(frozen=True)
class SilentStore:
    """One that listens."""

    listening: socket.socket

    @property
    def settings(self) -> dict[str, str]:
        """Return the environment in which a command asks it."""
        return FakeS3(f"http://127.0.0.1:{self.listening.getsockname()[1]}").settings

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Wait for a request; after the `with` block, wait until who asked is gone."""
        connection, _ = self.listening.accept()
        with connection, suppress(ConnectionResetError):
            connection.recv(1)
            yield
            while connection.recv(1 << 16):
                pass


@contextmanager
def silent_store() -> Iterator[SilentStore]:
    """Listen until the end of the `with` block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield SilentStore(listening)
