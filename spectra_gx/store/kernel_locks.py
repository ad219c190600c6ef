"""Locks that the kernel releases when their process dies, however it dies."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from spectra_gx.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class KernelLock:
    """A lock that ends with its process and not before; satisfies `Lock`."""

    token = None

    def check(self) -> None:
        """Return: nobody can have taken it over."""


@contextmanager
def hold_lock(path: Path, *, by: str, wait: float) -> Iterator[KernelLock]:
    """Keep the lock file at `path` for the length of a `with` block.

    `by` names its holder to those who wait in vain; `wait` is in seconds.

    Raises:
        WarehouseError: It was still taken after `wait`, or no lock can be made there.
    """
    refuse_link(path.parent)
    holder = path.with_suffix(".holder")
    lock = FileLock(path, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=wait)
    except Timeout:
        raise WarehouseError(
            f"waited {wait:g} s for {_read(holder)}, which has `{path}`; "
            "let it end, then run again",
            retryable=True,
        ) from None
    except OSError as error:
        raise WarehouseError(
            f"`{path}` cannot be locked: {error.strerror or error}; "
            "check that the warehouse may be written to"
        ) from None
    try:
        _write(holder, by)
        yield KernelLock()
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def try_lock(path: Path) -> FileLock | None:
    """Return the lock at `path`, taken until its `release()`; None when somebody else has it."""
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    return lock


def held_locks(folder: Path) -> dict[str, str]:
    """Return the locks of a folder that somebody has now → who, in words."""
    found = {}
    for path in sorted(folder.glob("*.lock")):
        try:
            lock = try_lock(path)
        except OSError:
            continue  # a link or a folder, which is no lock
        if lock is None:
            found[path.stem] = _read(path.with_suffix(".holder"))
        else:
            lock.release()
    return found


def refuse_link(folder: Path) -> None:
    """Refuse a folder that is a link: what is made or removed in it would be somewhere else.

    Raises:
        WarehouseError: It is one.
    """
    if folder.is_symlink():
        raise WarehouseError(f"`{folder}` is a link, which is not followed; remove it")


def _write(holder: Path, by: str) -> None:
    """Note who has a lock; nothing depends on it, so nothing fails for it."""
    with suppress(OSError):
        holder.unlink(missing_ok=True)  # it may be a link to a file that is not ours
        with holder.open("x", encoding="utf-8") as file:
            file.write(by)


def _read(holder: Path) -> str:
    try:
        if not holder.is_symlink():
            return f"`{holder.read_text(encoding='utf-8')}`"
    except (OSError, UnicodeDecodeError):
        pass
    return "another run"
