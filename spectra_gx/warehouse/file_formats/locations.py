"""Locations of tables outside of the warehouse: a path, a pattern of paths, an address.

A location is relative to the warehouse, absolute, or `s3://bucket/prefix`; it names a file, a
folder, or several of them with `*`, `?`, `[…]` and `**`.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import fs

from spectra_gx.errors import FileError, TableNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.store.object_store import ObjectStore

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_S3 = "s3://"
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
WILDCARD = re.compile(r"[*?\[]")
ANY_DEPTH = "**"
_STAMP = ("Content-Length", "ETag", "Last-Modified")


@dataclass(frozen=True)
class Location:
    """A location, and the filesystem that it is one of."""

    filesystem: fs.FileSystem
    path: str
    """As the filesystem knows it: absolute, or bucket first."""

    @property
    def remote(self) -> bool:
        """Return whether it is in an object store."""
        return not isinstance(self.filesystem, fs.LocalFileSystem)

    @property
    def uri(self) -> str:
        """Return it as people write it."""
        return self.shown(self.path)

    def shown(self, path: str) -> str:
        """Return a path of its filesystem as people write it."""
        return f"{_S3}{path}" if self.remote else path

    def stamp(self, path: str) -> tuple[object, ...]:
        """Return what changes with a file's content: its size and when, or as what, it was written.

        Raises:
            FileError: It cannot be read.
        """
        with self.translate_errors(path):
            if self.remote:
                with self.filesystem.open_input_stream(path) as stream:
                    found = stream.metadata()
                return tuple(found.get(name) for name in _STAMP)
            stat = Path(path).stat()
            return stat.st_size, stat.st_mtime_ns, stat.st_ino

    def sizes(self) -> dict[str, int]:
        """Return every file below it, relative to it → its bytes.

        Raises:
            FileError: It cannot be listed.
        """
        with self.translate_errors(self.path):
            entries = self.filesystem.get_file_info(fs.FileSelector(self.path, recursive=True))
        return {
            entry.path.removeprefix(f"{self.path}/"): entry.size
            for entry in entries
            if entry.type is fs.FileType.File
        }

    @contextmanager
    def translate_errors(self, path: str) -> Iterator[None]:
        """Convert what a filesystem raises about a path into a FileError that quotes none of it.

        Stores send back whole responses, which may contain a key or a token.
        """
        try:
            yield
        except FileNotFoundError:
            raise FileError(
                f"file `{self.shown(path)}` is gone; run again when nothing writes to it"
            ) from None
        except (OSError, pa.ArrowException) as error:
            raise FileError(
                f"`{self.shown(path)}` cannot be read; check AWS_ENDPOINT_URL, that it is there, "
                "and that these credentials may read it"
                if self.remote
                else f"`{path}` cannot be read ({_kind(error)}); check that you may read it"
            ) from None


def locate(text: str, root: Path, store: ObjectStore) -> Location:
    """Return the location that a contract names.

    A relative one begins at `root`.

    Raises:
        FileError: Nothing of that kind can be read.
        WarehouseError: It needs credentials that are not set.
    """
    if text.startswith(_S3):
        path = text.removeprefix(_S3).strip("/")
        # A bucket may become a part of the host that is called: it must be nothing else.
        if not _BUCKET.fullmatch(path.partition("/")[0]) or "//" in path:
            raise FileError(
                "an `s3://` location names no place in a bucket; write `s3://bucket/prefix`"
            )
        return Location(store.filesystem(), path)
    if address := _ADDRESS.match(text):
        raise FileError(
            f"`{address[1]}://` locations cannot be read; name a path, or an `s3://` address"
        )
    return Location(fs.LocalFileSystem(), str((root / text).absolute()))


def find_files(location: Location) -> tuple[str, ...]:
    """Return the paths of the files at a location, sorted.

    A folder means every file in it and below, but for names that begin with `_` or `.`, which
    engines write for themselves.

    Raises:
        TableNotFoundError: There is none.
        FileError: A folder cannot be listed, or keeps a column in its name.
    """
    with location.translate_errors(location.path):
        found = sorted(set(_files(location.filesystem, location.path)))
    if not found:
        raise TableNotFoundError(f"no file matches `{location.uri}`; check the table's `location`")
    return tuple(found)


def _files(filesystem: fs.FileSystem, path: str) -> Iterator[str]:
    info = filesystem.get_file_info(path)
    if info.type is not fs.FileType.NotFound:
        yield from _below(filesystem, info)
        return
    parts = path.split("/")
    first = next((i for i, part in enumerate(parts) if WILDCARD.search(part)), None)
    if first is not None:
        for match in _matches(filesystem, "/".join(parts[:first]) or "/", parts[first:]):
            yield from _below(filesystem, match)


def _matches(filesystem: fs.FileSystem, folder: str, parts: list[str]) -> Iterator[fs.FileInfo]:
    """Yield what matches a pattern, part by part, below a folder."""
    [part, *rest] = parts
    if part == ANY_DEPTH:
        yield from _matches(filesystem, folder, rest or ["*"])
    for entry in _listed(filesystem, folder):
        is_folder = entry.type is fs.FileType.Directory
        if part != ANY_DEPTH and not fnmatchcase(entry.base_name, part):
            continue
        if entry.base_name != part:
            _refuse_partition(entry)
        if part == ANY_DEPTH and is_folder:
            yield from _matches(filesystem, entry.path, parts)
        elif part != ANY_DEPTH and not rest:
            yield entry
        elif part != ANY_DEPTH and is_folder:
            yield from _matches(filesystem, entry.path, rest)


def _below(filesystem: fs.FileSystem, info: fs.FileInfo) -> Iterator[str]:
    if info.type is not fs.FileType.Directory:
        yield info.path
        return
    for entry in _listed(filesystem, info.path):
        _refuse_partition(entry)
        yield from _below(filesystem, entry)


def _listed(filesystem: fs.FileSystem, folder: str) -> list[fs.FileInfo]:
    entries = filesystem.get_file_info(fs.FileSelector(folder, allow_not_found=True))
    return [entry for entry in entries if not entry.base_name.startswith(("_", "."))]


def _refuse_partition(entry: fs.FileInfo) -> None:
    """Refuse a folder `column=value`: its column would go missing without a word."""
    if entry.type is fs.FileType.Directory and "=" in entry.base_name:
        raise FileError(
            f"folder `{entry.path}` keeps a column in its name, which is not read; "
            "name the folder itself in `location`, or write the column into the files"
        )


def _kind(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
