"""The storage interface of a warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from spectra_gx.store.examination import Examination


class Lock(Protocol):
    """A lock that its holder may lose without noticing."""

    @property
    def token(self) -> int | None:
        """Grows with each holder; None where the kernel keeps the lock, which nobody loses."""

    def check(self) -> None:
        """Refuse to go on if somebody else may have the lock by now.

        Raises:
            WarehouseError: `retryable`; it was lost.
        """


class Claim(Protocol):
    """A folder that belongs to one process, which may die at any moment."""

    def release(self) -> None:
        """Give the folder up."""


class Store(Protocol):
    """Files by their path from the store's root, `/` between names.

    A folder exists as long as something is in it. Every method raises WarehouseError where the
    store refuses; Delta tables are read and written at their `uri` by deltalake itself.
    """

    def uri(self, path: str) -> str:
        """Return the address of a path, for other libraries and for people."""

    def path_of(self, address: str) -> str | None:
        """Return the path of a file by its absolute address, decoded; None if it is elsewhere."""

    def table_options(self) -> Mapping[str, str] | None:
        """Return what deltalake needs to reach the store, valid now; None for a local folder."""

    def read(self, path: str) -> bytes | None:
        """Return a file's content; None when there is no such file."""

    def write(self, path: str, content: bytes) -> None:
        """Replace a file atomically: readers see the old content or the new, never a part."""

    def copy(self, source: str, target: str) -> None:
        """Store a file that never changes under a second path; one of its size may be there.

        Where the store can, both paths share the bytes.
        """

    def delete_unfinished(self, folder: str) -> None:
        """Delete what processes that died while they wrote have left below a folder."""

    def exists(self, path: str) -> bool:
        """Return whether there is a file."""

    def files(self, folder: str) -> list[str]:
        """Return the names of the files directly in a folder, sorted; none where it is missing."""

    def folders(self, folder: str) -> list[str]:
        """Return the names of the folders directly in a folder, sorted."""

    def sizes(self, folder: str) -> Mapping[str, int]:
        """Return every file below a folder, by its path from there → its bytes."""

    def stamp(self, path: str) -> tuple[object, ...] | None:
        """Return what differs once a file's content does; None when there is no such file."""

    def written(self, path: str) -> datetime | None:
        """Return when a file was written, UTC; None when there is no such file."""

    def now(self, folder: str) -> datetime:
        """Return the clock by which files are written, UTC; for that, one is in a folder a moment.

        It need not be this machine's, so ages of files are measured by it.
        """

    def download(self, path: str, file: Path) -> None:
        """Copy a file to this machine, a part at a time."""

    def delete(self, path: str) -> None:
        """Delete a file, if it exists."""

    def delete_folder(self, folder: str) -> None:
        """Delete everything in a folder, if it exists."""

    def examine(self, folders: Sequence[str]) -> Examination:
        """Return whether anything is there yet, and what is known to be in the way of a warehouse.

        `folders` are looked at as well as the root, where they exist.
        """

    def lock(self, path: str, *, by: str, wait: float) -> AbstractContextManager[Lock]:
        """Keep a lock for the length of a `with` block; it ends with its process, too.

        On an object store it ends some time after its process.

        `by` names the holder in the error of others; `wait` is how many seconds to wait for it.

        Raises:
            WarehouseError: `retryable`, where somebody else still has it.
        """

    def held_locks(self, folder: str) -> dict[str, str]:
        """Return the locks in a folder that somebody has now → who, in words."""

    def claim(self, folder: str) -> Claim:
        """Create a folder and claim it until the claim is released or this process dies.

        Raises:
            WarehouseError: It exists already, or cannot be created.
        """

    def abandoned(self, folder: str) -> list[str]:
        """Return the claimed folders in a folder whose processes have died, sorted.

        A folder counts from its creation to its claim, too: claim and look under one lock.
        """
