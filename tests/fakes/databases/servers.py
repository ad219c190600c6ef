"""What servers of Debian's packages have in common: a port, and a user without rights."""

from __future__ import annotations

import os
import shutil
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

READER, PASSWORD = "reader", "only-for-tests"
"""Who may only read."""


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def run_as(user: str, folder: Path) -> dict[str, Any]:
    """Return what starts a process as a user who gets the folder; nothing unless we are root."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, user, user)
    return {"user": user, "group": user, "extra_groups": []}
