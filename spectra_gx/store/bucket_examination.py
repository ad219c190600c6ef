"""Try an object store: what a warehouse asks of it, on one object that is deleted again."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from spectra_gx.errors import WarehouseError
from spectra_gx.store.examination import Examination, Obstacle

if TYPE_CHECKING:
    from spectra_gx.store.conditional_files import ConditionalFiles
    from spectra_gx.store.store import Store

_ALIKE = 5
"""Seconds that two clocks may be apart without a word: one of them shows whole seconds."""


def examine_bucket(store: Store, files: ConditionalFiles) -> Examination:
    """Return what works; `files` are the store's.

    Raises:
        WarehouseError: The store refuses to read, write, list or delete, or does not answer.
    """
    used = bool(store.folders("") or store.files(""))
    path = f".{uuid4().hex}"
    try:
        obstacle = _try_conditions(store, files, path)
        clock = _compare_clocks(store.written(path))
        listed = path in store.files("")
    finally:
        with suppress(WarehouseError):
            store.delete(path)
    if not listed:
        message = f"`{store.uri('')}` does not list what was just written"
        obstacle = Obstacle(message, "use a store that is consistent, or a folder")
    elif store.exists(path):
        message = f"`{store.uri(path)}` cannot be deleted"
        obstacle = Obstacle(message, "allow these credentials to delete")
    if obstacle is not None:
        return Examination(used, obstacle)
    return Examination(used, working=("conditional writes work, on which its locks rest", clock))


def _try_conditions(store: Store, files: ConditionalFiles, path: str) -> Obstacle | None:
    first = files.create(path, b"1")
    second = files.create(path, b"2")
    newer = files.replace(path, b"3", first) if first else None
    stale = files.replace(path, b"4", first) if first else None
    if second is None and newer is not None and stale is None and store.read(path) == b"3":
        return None
    return Obstacle(
        f"`{store.uri('')}` ignores conditions of writes, so that two runs could have one lock",
        "use a store that has conditional writes, or a folder",
    )


def _compare_clocks(written: datetime | None) -> str:
    ahead = 0 if written is None else round((written - datetime.now(UTC)).total_seconds())
    if abs(ahead) <= _ALIKE:
        return "its clock and this machine's agree"
    place = "ahead of" if ahead > 0 else "behind"
    return f"its clock is {abs(ahead):,} s {place} this machine's; its locks go by its own"
