"""A store in a bucket of S3 or Google Cloud, or in a container of Azure or OneLake."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import from_url

from spectra_gx.errors import WarehouseError
from spectra_gx.store.conditional_files import CLOCK, ConditionalFiles
from spectra_gx.store.examination import Examination
from spectra_gx.store.leases import LEASE_SECONDS, Lease, lease_holder
from spectra_gx.store.retries import repeated
from spectra_gx.store.store_errors import translate_store_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from obstore import ListResult, ObjectMeta
    from obstore.store import ObjectStore

    from spectra_gx.store.addresses import StoreAddress
    from spectra_gx.store.options import StoreOptions

_LEASE = ".lock"
"""How the file of a lease ends; that of a claim is called so."""


class BucketStore:
    """Objects below an address; satisfies `Store`."""

    def __init__(
        self,
        address: StoreAddress,
        options: Callable[[], StoreOptions],
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """Take the address; nothing is requested yet.

        Args:
            address: The root.
            options: Returns what is valid now, for credentials that expire.
            lease_seconds: How long a lock outlives its holder.
        """
        self._address = str(address)
        self._options = options
        self._lease_seconds = lease_seconds
        self._opened: tuple[StoreOptions, ObjectStore] | None = None
        self._files = ConditionalFiles(self._client, self._address)

    def uri(self, path: str) -> str:
        """Return the address of an object."""
        return f"{self._address}/{path}" if path else self._address

    def path_of(self, address: str) -> str | None:
        """Return the path below the root."""
        start = f"{self._address}/"
        return address.removeprefix(start) if address.startswith(start) else None

    def table_options(self) -> dict[str, str]:
        """Return what deltalake needs to reach tables here, valid now."""
        return self._options().for_deltalake()

    @repeated
    def read(self, path: str) -> bytes | None:
        """Return an object's content; None when there is no such object."""
        with translate_store_errors(self.uri(path), "read"):
            try:
                return bytes(obstore.get(self._client(), path).bytes())
            except (NotFoundError, FileNotFoundError):
                return None

    @repeated
    def write(self, path: str, content: bytes) -> None:
        """Put an object, which is atomic."""
        with translate_store_errors(self.uri(path), "written"):
            obstore.put(self._client(), path, content)

    def copy(self, source: str, target: str) -> None:
        """Copy within the store, which sends no bytes through this machine."""
        size = self._size(target)
        if size is None or size != self._size(source):
            self._copy(source, target)

    def delete_unfinished(self, folder: str) -> None:
        """Delete objects that were written to read the clock; others are there whole or not."""
        self._delete([entry["path"] for entry in self._listed(folder) if CLOCK in entry["path"]])

    def exists(self, path: str) -> bool:
        """Return whether there is an object."""
        return self._meta(path) is not None

    def files(self, folder: str) -> list[str]:
        """Return the names of the objects directly in a folder, sorted."""
        objects = self._directly_in(folder)["objects"]
        return sorted(entry["path"].rpartition("/")[2] for entry in objects)

    def folders(self, folder: str) -> list[str]:
        """Return the names of the prefixes directly in a folder, sorted."""
        prefixes = self._directly_in(folder)["common_prefixes"]
        return sorted(prefix.rstrip("/").rpartition("/")[2] for prefix in prefixes)

    def sizes(self, folder: str) -> dict[str, int]:
        """Return every object below a folder → its bytes."""
        start = f"{folder}/" if folder else ""
        return {entry["path"].removeprefix(start): entry["size"] for entry in self._listed(folder)}

    def stamp(self, path: str) -> tuple[object, ...] | None:
        """Return size, tag and version."""
        found = self._meta(path)
        return found and (found["size"], found["e_tag"], found["version"])

    def written(self, path: str) -> datetime | None:
        """Return when the object was put, in whole seconds."""
        found = self._meta(path)
        return found and found["last_modified"]

    def now(self, folder: str) -> datetime:
        """Return the store's clock, in whole seconds."""
        return self._files.now(f"{folder}/")

    @repeated
    def download(self, path: str, file: Path) -> None:
        """Stream the object into a file."""
        with translate_store_errors(self.uri(path), "read"), file.open("wb") as written:
            for part in obstore.get(self._client(), path):
                written.write(part)

    def delete(self, path: str) -> None:
        """Delete an object, if it exists."""
        self._delete([path])

    def delete_folder(self, folder: str) -> None:
        """Delete every object below a folder."""
        self._delete([entry["path"] for entry in self._listed(folder)])

    def examine(self, folders: Sequence[str]) -> Examination:
        """Return whether there is any object."""
        del folders  # in an object store they are no places of their own
        return Examination(bool(self.folders("") or self.files("")))

    @contextmanager
    def lock(self, path: str, *, by: str, wait: float) -> Iterator[Lease]:
        """Keep a lease, in the object `<path>.lock`."""
        name = f"{path}{_LEASE}"
        lease = Lease(self._files, name, by, self._lease_seconds)
        lease.acquire(wait, self.uri(name))
        with lease:
            yield lease

    def held_locks(self, folder: str) -> dict[str, str]:
        """Return the leases in a folder that somebody has now → who, in words."""
        found = {}
        for name in self.files(folder):
            if name.endswith(_LEASE) and (holder := self._holder(f"{folder}/{name}")):
                found[name.removesuffix(_LEASE)] = f"`{holder}`"
        return found

    def claim(self, folder: str) -> Lease:
        """Create a folder by taking a lease in it."""
        lease = Lease(self._files, f"{folder}/{_LEASE}", folder, self._lease_seconds)
        if self._files.read(f"{folder}/{_LEASE}") is not None or lease.try_acquire() is not None:
            raise WarehouseError(
                f"`{self.uri(folder)}` cannot be created: it exists; check that the warehouse may "
                "be written to and that no other run has this id"
            )
        return lease

    def abandoned(self, folder: str) -> list[str]:
        """Return the folders in a folder whose leases have ended."""
        return [
            name
            for name in self.folders(folder)
            if self._holder(f"{folder}/{name}/{_LEASE}") is None
        ]

    def _holder(self, path: str) -> str | None:
        holder = lease_holder(self._files, path, self._lease_seconds)
        return holder.by if holder else None

    @repeated
    def _copy(self, source: str, target: str) -> None:
        with translate_store_errors(self.uri(target), "written"):
            obstore.copy(self._client(), source, target)

    @repeated
    def _directly_in(self, folder: str) -> ListResult[Sequence[ObjectMeta]]:
        with translate_store_errors(self.uri(folder), "listed"):
            return obstore.list_with_delimiter(self._client(), folder or None)

    @repeated
    def _listed(self, folder: str) -> list[ObjectMeta]:
        with translate_store_errors(self.uri(folder), "listed"):
            chunks = obstore.list(self._client(), folder or None)
            return [entry for chunk in chunks for entry in chunk]

    @repeated
    def _meta(self, path: str) -> ObjectMeta | None:
        with translate_store_errors(self.uri(path), "read"):
            try:
                return obstore.head(self._client(), path)
            except (NotFoundError, FileNotFoundError):
                return None

    def _size(self, path: str) -> int | None:
        found = self._meta(path)
        return found and found["size"]

    @repeated
    def _delete(self, paths: list[str]) -> None:
        """Delete objects; one that is gone may be so by an attempt whose answer was lost."""
        with translate_store_errors(self.uri(paths[0] if len(paths) == 1 else ""), "deleted"):
            try:
                if paths:
                    obstore.delete(self._client(), paths)
            except (NotFoundError, FileNotFoundError):
                # Azure and Google say so of one that somebody else deleted; the others may be left.
                for path in paths:
                    self._delete_if_there(path)

    def _delete_if_there(self, path: str) -> None:
        try:
            obstore.delete(self._client(), path)
        except (NotFoundError, FileNotFoundError):
            return

    def _client(self) -> ObjectStore:
        options = self._options()
        if self._opened is None or self._opened[0] != options:
            with translate_store_errors(self._address, "opened"):
                opened = from_url(self._address, **options.for_obstore())
            self._opened = options, opened
        return self._opened[1]
