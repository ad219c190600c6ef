"""Locations of tables outside of the warehouse: a path, a pattern of paths, an address.

A location is relative to the warehouse, absolute, or an address such as `s3://bucket/prefix`; it
names a file, a folder, or several of them with `*`, `?`, `[…]` and `**`.
"""

from __future__ import annotations

import posixpath
import re
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from spectra_gx.errors import FileError, TableNotFoundError, WarehouseError
from spectra_gx.store.addresses import is_store_address, parse_store_address
from spectra_gx.store.folder import FolderStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.store.access import StoreAccess
    from spectra_gx.store.store import Store

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(@[A-Za-z0-9._-]+)?")
_SCHEMES = ("s3", "az", "abfs", "abfss", "gs")
WILDCARD = re.compile(r"[*?\[]")
ANY_DEPTH = "**"


@dataclass(frozen=True)
class Location:
    """A location, and the store that it is in."""

    store: Store
    path: str
    """Below the store's root."""

    @property
    def remote(self) -> bool:
        """Return whether it is in an object store."""
        return self.store.table_options() is not None

    @property
    def uri(self) -> str:
        """Return it as people write it."""
        return self.shown(self.path)

    def shown(self, path: str) -> str:
        """Return a path of its store as people write it."""
        return self.store.uri(path)

    def stamp(self, path: str) -> tuple[object, ...]:
        """Return what changes with a file's content: its size and when, or as what, it was written.

        Raises:
            FileError: It cannot be read.
        """
        with self.translate_errors(path):
            found = self.store.stamp(path)
        if found is None:
            raise FileError(
                f"file `{self.shown(path)}` is gone; run again when nothing writes to it"
            )
        return found

    @contextmanager
    def translate_errors(self, path: str) -> Iterator[None]:
        """Convert what a store raises about a path into a FileError for people who only read."""
        try:
            yield
        except FileError:
            raise
        except WarehouseError as error:
            reason = error.context.get("reason")
            raise FileError(
                f"`{self.shown(path)}` cannot be read; check the address and its endpoint, that it "
                "is there, and that these credentials may read it"
                if self.remote
                else f"`{self.shown(path)}` cannot be read ({reason}); check that you may read it"
            ) from None


def locate(
    text: str, warehouse: Store, access: StoreAccess, credentials: str | None = None
) -> Location:
    """Return the location that a contract names.

    A relative one begins at the root of the warehouse; `credentials` is the name of what opens an
    address in an object store.

    Raises:
        FileError: Nothing of that kind can be read.
        ConfigurationError: It needs credentials that are not set.
    """
    address = _ADDRESS.match(text)
    if address is None:
        return _below_warehouse(text, warehouse)
    scheme = address[1]
    if scheme not in _SCHEMES:
        raise FileError(
            f"`{scheme}://` locations cannot be read; name a path, or an address that begins with "
            f"{', '.join(f'`{known}://`' for known in _SCHEMES)}"
        )
    bucket, _, path = text[address.end() :].strip("/").partition("/")
    # A bucket may become a part of the host that is called: it must be nothing else.
    if not _BUCKET.fullmatch(bucket) or "//" in path or path.startswith("/"):
        raise FileError(
            f"an `{scheme}://` location names no place in a bucket; write `{scheme}://bucket/prefix`"
        )
    return Location(access.open(parse_store_address(f"{scheme}://{bucket}"), credentials), path)


def _below_warehouse(text: str, warehouse: Store) -> Location:
    address = posixpath.join(warehouse.uri(""), text)
    if not is_store_address(address):
        return Location(FolderStore(Path("/")), Path(address).as_posix().lstrip("/"))
    path = PurePosixPath(text)
    if ".." in path.parts:
        raise FileError(
            f"location `{text}` leaves the warehouse `{warehouse.uri('')}`, in which `..` names "
            "nothing; write the whole address"
        )
    return Location(warehouse, path.as_posix())


def find_files(location: Location) -> tuple[str, ...]:
    """Return the paths of the files at a location, sorted.

    A folder means every file in it and below, but for names that begin with `_` or `.`, which
    engines write for themselves.

    Raises:
        TableNotFoundError: There is none.
        FileError: A folder cannot be listed, or keeps a column in its name.
    """
    with location.translate_errors(location.path):
        found = sorted(set(_files(location.store, location.path)))
    if not found:
        raise TableNotFoundError(f"no file matches `{location.uri}`; check the table's `location`")
    return tuple(found)


def _files(store: Store, path: str) -> Iterator[str]:
    if store.exists(path):
        yield path
        return
    parts = path.split("/")
    first = next((i for i, part in enumerate(parts) if WILDCARD.search(part)), None)
    if first is None or store.files(path) or store.folders(path):
        yield from _below(store, path)
        return
    yield from _matches(store, "/".join(parts[:first]), parts[first:])


def _matches(store: Store, folder: str, parts: list[str]) -> Iterator[str]:
    """Yield the files that match a pattern, part by part, below a folder."""
    [part, *rest] = parts
    if part == ANY_DEPTH:
        yield from _matches(store, folder, rest or ["*"])
    for name in _shown(store.files(folder)):
        if part != ANY_DEPTH and not rest and fnmatchcase(name, part):
            yield _join(folder, name)
    for name in _shown(store.folders(folder)):
        if part != ANY_DEPTH and not fnmatchcase(name, part):
            continue
        inner = _join(folder, name)
        if name != part:
            _refuse_partition(store, inner)
        if part == ANY_DEPTH:
            yield from _matches(store, inner, parts)
        elif rest:
            yield from _matches(store, inner, rest)
        else:
            yield from _below(store, inner)


def _below(store: Store, folder: str) -> Iterator[str]:
    for name in _shown(store.files(folder)):
        yield _join(folder, name)
    for name in _shown(store.folders(folder)):
        inner = _join(folder, name)
        _refuse_partition(store, inner)
        yield from _below(store, inner)


def _shown(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith(("_", "."))]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _refuse_partition(store: Store, folder: str) -> None:
    """Refuse a folder `column=value`: its column would go missing without a word."""
    if "=" in folder.rpartition("/")[2]:
        raise FileError(
            f"folder `{store.uri(folder)}` keeps a column in its name, which is not read; "
            "name the folder itself in `location`, or write the column into the files"
        )
