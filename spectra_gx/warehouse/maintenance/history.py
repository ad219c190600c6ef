"""Delete the history of a table before one of its versions: log and files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.delta.live_files import is_address, live_files
from spectra_gx.warehouse.maintenance.kept_versions import readable_versions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from deltalake import DeltaTable

    from spectra_gx.warehouse.delta.table_place import TablePlace
    from spectra_gx.warehouse.warehouse import Warehouse

_LOG = "_delta_log/"
_VERSION = re.compile(r"_delta_log/(\d{20})\.(?:json|crc|checkpoint\..*|\d{20}\.compacted\.json)")

_UNCOMMITTED = timedelta(hours=1)
"""Younger files that no commit names may be of one that something is just about to make."""


@dataclass(frozen=True)
class DeletedHistory:
    """What went with the history of a table."""

    versions: tuple[int, ...]
    """Versions that could be opened before."""

    files: int
    size: int
    """Bytes of the files, the log's own included."""

    unknown: int = 0
    """Files that no commit names and that are too young to delete."""


def delete_history(warehouse: Warehouse, name: str, first: int) -> DeletedHistory:
    """Delete the versions of a table before `first`, and every file that no later one has.

    The version itself can still be opened: a checkpoint of it is written before anything goes. Call
    it under the stage's lock; reading an older version meanwhile fails.

    Raises:
        WarehouseError: Not all of it was deleted; call it again.
    """
    place = warehouse.place(name)
    gone = tuple(sorted(one for one in readable_versions(place) if one < first))
    if gone:
        with translate_errors(f"a checkpoint of table `{name}` cannot be written"):
            warehouse.open(name, first).create_checkpoint()
    kept, known = _files_since(warehouse, name, first), _files_before(place, first)
    sizes = place.store.sizes(place.path)
    data = [path for path in sizes if not path.startswith(_LOG) and path not in kept]
    now = place.store.now(place.path)  # not our own clock: files of others may be younger
    young = [path for path in data if path not in known and _is_young(place, path, now)]
    doomed = [path for path in data if path not in young]
    doomed += sorted(path for path in sizes if _is_log_before(path, first))
    for path in doomed:
        place.store.delete(place.below(path).path)
    _delete_empty_folders(place, doomed)
    size = sum(sizes[path] for path in doomed)
    return DeletedHistory(gone, len(doomed), size, len(young))


def stray_files(place: TablePlace, known: Collection[str]) -> dict[str, int]:
    """Return the files of a table that nothing can open → their bytes.

    These are files that no readable version has, whatever wrote them, and what is left of the log
    of versions that cannot be opened.

    Args:
        place: The table.
        known: The files of its readable versions.
    """
    readable = readable_versions(place)
    changes = {
        unquote(action["cdc"]["path"])
        for version in readable
        for action in place.commit(version) or ()
        if "cdc" in action
    }
    first = min(readable, default=0)
    return {
        path: size
        for path, size in place.store.sizes(place.path).items()
        if (
            _is_log_before(path, first)
            if path.startswith(_LOG)
            else path not in known and path not in changes
        )
    }


def _files_since(warehouse: Warehouse, name: str, first: int) -> set[str]:
    """Return the files that a version from `first` on has."""
    head: DeltaTable = warehouse.open(name)
    place = warehouse.place(name)
    kept = {file.path for file in live_files(head)}
    for version in range(first, head.version()):
        kept |= {file.path for file in live_files(warehouse.open(name, version))}
    for version in range(first, head.version() + 1):
        kept |= {action["cdc"]["path"] for action in place.commit(version) or () if "cdc" in action}
    return {path for path in kept if not is_address(path)}


def _files_before(place: TablePlace, first: int) -> set[str]:
    """Return the files that commits before a version name."""
    return {
        unquote(action[kind]["path"])
        for version in readable_versions(place)
        if version <= first
        for action in place.commit(version) or ()
        for kind in ("add", "remove", "cdc")
        if kind in action
    }


def _is_young(place: TablePlace, path: str, now: datetime) -> bool:
    written = place.store.written(place.below(path).path)
    return written is not None and now - written < _UNCOMMITTED


def _is_log_before(path: str, first: int) -> bool:
    found = _VERSION.fullmatch(path)
    return found is not None and int(found[1]) < first


def _delete_empty_folders(place: TablePlace, paths: Collection[str]) -> None:
    """Delete the folders of partitions that nothing is left in: their names are values."""
    for folder in sorted(set(_folders(paths)), key=len, reverse=True):
        path = place.below(folder).path
        if not place.store.sizes(path):
            place.store.delete_folder(path)


def _folders(paths: Collection[str]) -> Iterator[str]:
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder != "_delta_log":
            yield folder
            folder = folder.rpartition("/")[0]
