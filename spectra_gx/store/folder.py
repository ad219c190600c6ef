"""A store in a folder of this machine."""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from spectra_gx.errors import WarehouseError
from spectra_gx.store.examination import Examination, Obstacle
from spectra_gx.store.full_disks import DISK_FULL, is_disk_full
from spectra_gx.store.kernel_locks import KernelLock, held_locks, hold_lock, refuse_link, try_lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from filelock import FileLock

logger = logging.getLogger(__name__)

_CLAIM = ".lock"
"""The lock in a claimed folder."""

_PART = re.compile(r"[0-9a-f]{32}\.part")
"""The name of a file that is not written to its end yet."""

_ATTEMPTS = 20
"""How often a file is written at most: each attempt may meet another run that clears up."""


class FolderStore:
    """Files below a folder; satisfies `Store`."""

    def __init__(self, root: Path) -> None:
        """Take the folder, which need not exist yet."""
        self._root = root

    def uri(self, path: str) -> str:
        """Return the absolute path."""
        return str(self._root / path)

    def path_of(self, address: str) -> str | None:
        """Return the path below the root, links of which may be resolved."""
        path = Path(address.removeprefix("file://"))
        for root in (self._root, self._root.resolve()):
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        return None

    def table_options(self) -> None:
        """Return None: deltalake needs nothing for a folder."""

    def read(self, path: str) -> bytes | None:
        """Return a file's content; None when there is no such file."""
        try:
            return (self._root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._refused(path, "read", error) from None

    def write(self, path: str, content: bytes) -> None:
        """Write a file beside the old one, then rename it."""
        file = self._root / path
        for attempt in range(_ATTEMPTS):
            # Two runs may write the same page at once: each renames a file of its own.
            part = file.with_name(f"{uuid4().hex}.part")
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                part.write_bytes(content)
                part.replace(file)
                return
            except OSError as error:
                with suppress(OSError):
                    part.unlink()
                # Another process may just be deleting unfinished files.
                if not isinstance(error, FileNotFoundError) or attempt == _ATTEMPTS - 1:
                    raise self._refused(path, "written", error) from None

    def copy(self, source: str, target: str) -> None:
        """Link the file, or copy it where links are refused."""
        original, file = self._root / source, self._root / target
        try:
            if file.is_file() and file.stat().st_size == original.stat().st_size:
                return
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            try:
                file.hardlink_to(original)
            except OSError:
                self._copy_bytes(original, file)
        except OSError as error:
            raise self._refused(target, "written", error) from None

    @staticmethod
    def _copy_bytes(original: Path, file: Path) -> None:
        part = file.with_name(f".{uuid4().hex}.part")
        try:
            shutil.copyfile(original, part)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)

    def delete_unfinished(self, folder: str) -> None:
        """Delete the files that `write` would have renamed; one that still writes begins again."""
        for part in (self._root / folder).rglob("*.part"):
            if _PART.fullmatch(part.name):
                with suppress(OSError):
                    part.unlink()

    def exists(self, path: str) -> bool:
        """Return whether there is a file."""
        return (self._root / path).is_file()

    def files(self, folder: str) -> list[str]:
        """Return the names of the files directly in a folder, sorted."""
        return [entry.name for entry in self._entries(folder) if entry.is_file()]

    def folders(self, folder: str) -> list[str]:
        """Return the names of the folders directly in a folder, sorted; links to some included."""
        return [entry.name for entry in self._entries(folder) if entry.is_dir()]

    def sizes(self, folder: str) -> dict[str, int]:
        """Return every file below a folder → its bytes."""
        root = self._root / folder
        found = {}
        try:
            for parent, _, names in os.walk(root, onerror=_unless_gone):
                for name in names:
                    with suppress(FileNotFoundError):  # somebody may just be deleting it
                        file = Path(parent, name)
                        found[file.relative_to(root).as_posix()] = file.stat().st_size
        except OSError as error:
            raise self._refused(folder, "listed", error) from None
        return found

    def stamp(self, path: str) -> tuple[object, ...] | None:
        """Return size, time and inode."""
        found = self._stat(path)
        return found and (found.st_size, found.st_mtime_ns, found.st_ino)

    def written(self, path: str) -> datetime | None:
        """Return when the file was last written."""
        found = self._stat(path)
        return found and datetime.fromtimestamp(found.st_mtime_ns / 1e9, UTC)

    def now(self, folder: str) -> datetime:
        """Return the clock of the file system, which may be another machine's."""
        path = self._root / folder
        try:
            path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path) as file:
                return datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime_ns / 1e9, UTC)
        except OSError as error:
            raise self._refused(folder, "written", error) from None

    def download(self, path: str, file: Path) -> None:
        """Copy the file."""
        try:
            shutil.copyfile(self._root / path, file)
        except OSError as error:
            raise self._refused(path, "read", error) from None

    def _stat(self, path: str) -> os.stat_result | None:
        try:
            return (self._root / path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._refused(path, "read", error) from None

    def delete(self, path: str) -> None:
        """Delete a file, if it exists."""
        try:
            (self._root / path).unlink(missing_ok=True)
        except OSError as error:
            raise self._refused(path, "deleted", error) from None

    def delete_folder(self, folder: str) -> None:
        """Delete a folder, and the one above it when nothing else is in that."""
        path = self._root / folder
        try:
            if path.exists():
                shutil.rmtree(path)
            if path.parent.is_dir() and not any(path.parent.iterdir()):
                path.parent.rmdir()
        except OSError as error:
            raise self._refused(folder, "deleted", error) from None

    def examine(self, folders: Sequence[str]) -> Examination:
        """Try the folder, or the nearest above it that exists."""
        root = self._root
        existing = next(folder for folder in (root, *root.parents) if folder.exists())
        used = root == existing
        if not existing.is_dir():
            message = f"`{existing}` is a file, not a folder"
            return Examination(used, Obstacle(message, "set WAREHOUSE to a folder"))
        for folder in (existing, *(root / name for name in folders)):
            if folder.is_dir() and (why := _unusable(folder)):
                message = f"`{folder}` cannot be used: {why}"
                return Examination(used, Obstacle(message, "grant read and write access"))
        return Examination(used)

    def lock(self, path: str, *, by: str, wait: float) -> AbstractContextManager[KernelLock]:
        """Keep a kernel lock, in the file `<path>.lock`."""
        return hold_lock(self._root / f"{path}.lock", by=by, wait=wait)

    def held_locks(self, folder: str) -> dict[str, str]:
        """Return the locks in a folder that somebody has now → who, in words."""
        return held_locks(self._root / folder)

    def claim(self, folder: str) -> FileLock:
        """Create a folder and lock a file in it."""
        path = self._root / folder
        refuse_link(path.parent)
        try:
            path.mkdir(parents=True)
            lock = try_lock(path / _CLAIM)
        except OSError as error:
            more = " and that no other run has this id"
            raise self._refused(folder, "created", error, more) from None
        assert lock is not None  # noqa: S101 - nobody else knows a folder that was made just now
        return lock

    def abandoned(self, folder: str) -> list[str]:
        """Return the claimed folders whose processes have died; links are nobody's claims."""
        refuse_link(self._root / folder)
        return [
            entry.name
            for entry in self._entries(folder)
            if entry.is_dir() and not entry.is_symlink() and self._is_abandoned(entry)
        ]

    def _is_abandoned(self, path: Path) -> bool:
        try:
            lock = try_lock(path / _CLAIM)
        except OSError as error:
            logger.warning("`%s` cannot be examined: %s", path, error)
            return False
        if lock is None:
            return False
        lock.release()
        return True

    def _entries(self, folder: str) -> list[Path]:
        path = self._root / folder
        try:
            return sorted(path.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise self._refused(folder, "listed", error) from None

    def _refused(self, path: str, verb: str, error: OSError, more: str = "") -> WarehouseError:
        if is_disk_full(error):
            return WarehouseError(f"`{self.uri(path)}` cannot be {verb}: {DISK_FULL}")
        return WarehouseError(
            f"`{self.uri(path)}` cannot be {verb}: {error.strerror or error}; "
            f"check that the warehouse may be written to{more}",
            context={"reason": error.strerror or str(error)},
        )


def _unusable(folder: Path) -> str | None:
    try:
        next(folder.iterdir(), None)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        return (error.strerror or "unknown reason").lower()
    return None


def _unless_gone(error: OSError) -> None:
    """Raise why a folder cannot be listed, unless it was deleted meanwhile, or never existed."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error
