"""Files of databases: which content was read, for the log."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_HASHED = 1 << 28
"""Bytes of a file that is hashed as a whole; of a larger one, size and time have to do."""


def file_version(*files: Path) -> str:
    """Return what changes with the content of files: size, time and, unless large, a hash."""
    return " ".join(map(_version, (file for file in files if file.exists())))


def _version(file: Path) -> str:
    found = file.stat()
    stamp = f"size={found.st_size} mtime={found.st_mtime_ns}"
    if found.st_size > _HASHED:
        return stamp
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return f"{stamp} sha256={digest[:16]}"
