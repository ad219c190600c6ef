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
from typing import TYPE_CHECKING, NoReturn, TypeAlias

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

_DELTA_LOG = "_delta_log"
_METADATA = "metadata"
_METADATA_FILE = ".metadata.json"
"""Ends the names of an Iceberg table's files of metadata."""


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

    Raises:
        TableNotFoundError: There is none.
        FileError: As for `find_partitioned_files`, or a folder keeps a column in its name.
    """
    files = find_partitioned_files(location)
    for path, names in files.items():
        if names:
            parts = path.split("/")
            folder = "/".join(parts[: parts.index(names[0]) + 1])
            raise FileError(
                f"folder `{location.shown(folder)}` keeps a column in its name, which is read of "
                "Parquet files only; name the folder itself in `location`, or write the column "
                "into the files"
            )
    return tuple(files)


def find_partitioned_files(location: Location) -> dict[str, tuple[str, ...]]:
    """Return the paths of the files at a location, sorted → the partition folders on their way.

    A folder means every file in it and below, but for names that begin with `_` or `.`, which
    engines write for themselves. A partition folder is named `column=value`, and is not spelled in
    the location itself.

    Raises:
        TableNotFoundError: There is none.
        FileError: A folder cannot be listed, or belongs to a table of another format.
    """
    found: dict[str, tuple[str, ...]] = {}
    with location.translate_errors(location.path):
        for path, names in _files(location.store, location.path):
            # A pattern may reach a file in several ways: `**` over a folder that is spelled, too.
            if len(names) >= len(found.setdefault(path, names)):
                found[path] = names
    if not found:
        raise TableNotFoundError(f"no file matches `{location.uri}`; check the table's `location`")
    return dict(sorted(found.items()))


_Found: TypeAlias = "Iterator[tuple[str, tuple[str, ...]]]"


def _files(store: Store, path: str) -> _Found:
    if store.exists(path):
        yield path, ()
        return
    parts = path.split("/")
    first = next((i for i, part in enumerate(parts) if WILDCARD.search(part)), None)
    spelled = first is None or bool(store.files(path) or store.folders(path))
    _refuse_inside_table(store, path if spelled else "/".join(parts[:first]))
    if spelled:
        yield from _below(store, path, ())
    else:
        yield from _matches(store, "/".join(parts[:first]), parts[first:], ())


def _matches(store: Store, folder: str, parts: list[str], names: tuple[str, ...]) -> _Found:
    """Yield the files that match a pattern, part by part, below a folder."""
    [part, *rest] = parts
    if part == ANY_DEPTH:
        yield from _matches(store, folder, rest or ["*"], names)
    for name in _shown(store.files(folder)):
        if part != ANY_DEPTH and not rest and fnmatchcase(name, part):
            yield _join(folder, name), names
    for name in _shown_folders(store, folder):
        if part != ANY_DEPTH and not fnmatchcase(name, part):
            continue
        inner = _join(folder, name)
        within = (*names, name) if "=" in name and name != part else names
        if part == ANY_DEPTH:
            yield from _matches(store, inner, parts, within)
        elif rest:
            yield from _matches(store, inner, rest, within)
        else:
            yield from _below(store, inner, within)


def _below(store: Store, folder: str, names: tuple[str, ...]) -> _Found:
    if store.table_options() is not None:
        yield from _listed_below(store, folder, names)
        return
    for name in _shown(store.files(folder)):
        yield _join(folder, name), names
    for name in _shown_folders(store, folder):
        within = (*names, name) if "=" in name else names
        yield from _below(store, _join(folder, name), within)


def _listed_below(store: Store, folder: str, names: tuple[str, ...]) -> _Found:
    """Yield what `_below` does of an object store, which lists all folders at once."""
    listed = [(path, path.split("/")) for path in store.sizes(folder)]
    for _, [*folders, name] in listed:
        for depth, part in enumerate(folders):
            if part == _DELTA_LOG or (part == _METADATA and name.endswith(_METADATA_FILE)):
                _refuse_table(store, "/".join(filter(None, [folder, *folders[:depth]])), part)
    for path, [*folders, name] in listed:
        if _shown([name]) and all(map(_is_shown_folder, folders)):
            yield _join(folder, path), (*names, *(part for part in folders if "=" in part))


def _shown(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith(("_", "."))]


def _is_shown_folder(name: str) -> bool:
    """Return whether a folder belongs to the data; a column's name may begin with `_`."""
    return not name.startswith(".") and (not name.startswith("_") or "=" in name)


def _shown_folders(store: Store, folder: str) -> list[str]:
    """Return the folders in a folder that belong to its data.

    Raises:
        FileError: The folder is a table of another format.
    """
    folders = store.folders(folder)
    for log in (_DELTA_LOG, _METADATA):
        if log in folders and _is_log(store, _join(folder, log)):
            _refuse_table(store, folder, log)
    return list(filter(_is_shown_folder, folders))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _refuse_inside_table(store: Store, folder: str) -> None:
    """Refuse a folder within a Delta or Iceberg table; that it is one itself is seen later."""
    for parent in map(str, PurePosixPath(folder).parents):
        above = "" if parent == "." else parent
        for log in (_DELTA_LOG, _METADATA):
            if _is_log(store, _join(above, log)):
                _refuse_table(store, above, log)


def _is_log(store: Store, folder: str) -> bool:
    """Return whether a folder contains the log of a Delta table, or an Iceberg table's metadata."""
    names = store.files(folder)
    return any(folder.endswith(_DELTA_LOG) or name.endswith(_METADATA_FILE) for name in names)


def _refuse_table(store: Store, folder: str, log: str) -> NoReturn:
    """Refuse to read the files of a table that removes rows in its log only."""
    kind, format_ = ("a Delta", "delta") if log == _DELTA_LOG else ("an Iceberg", "iceberg")
    raise FileError(
        f"folder `{store.uri(folder)}` is {kind} table, which may have removed files that are "
        f"still there; name the folder in `location`, and write `format: {format_}`"
    )
