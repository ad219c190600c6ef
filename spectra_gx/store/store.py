"""The storage interface of a warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


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

    def delete(self, path: str) -> None:
        """Delete a file, if it exists."""

    def delete_folder(self, folder: str) -> None:
        """Delete everything in a folder, if it exists."""

    def lock(self, path: str, *, by: str, wait: float) -> AbstractContextManager[None]:
        """Keep a lock for the length of a `with` block; it ends with its process, too.

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
