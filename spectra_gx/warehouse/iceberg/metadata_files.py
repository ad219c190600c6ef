"""Find the file of metadata that describes an Iceberg table now, without a catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from spectra_gx.errors import FileError, TableNotFoundError

if TYPE_CHECKING:
    from spectra_gx.warehouse.file_formats.locations import Location

FOLDER = "metadata"
_HINT = "version-hint.text"
_NAME = re.compile(r"v?(\d+)(-[^/]*?)?(\.gz)?\.metadata\.json(\.gz)?")


@dataclass(frozen=True)
class MetadataFile:
    """A file of metadata, and the folder of its table."""

    folder: str
    path: str


def is_metadata_file(name: str) -> bool:
    """Return whether a file is named as one of metadata is."""
    return _NAME.fullmatch(PurePosixPath(name).name) is not None


def is_iceberg(location: Location) -> bool:
    """Return whether a folder contains an Iceberg table."""
    return bool(_versions(location, location.path))


def find_metadata(location: Location) -> MetadataFile:
    """Return the newest file of metadata of a table.

    Args:
        location: The table's folder, or one of its files of metadata, which is then taken.

    Raises:
        TableNotFoundError: There is no Iceberg table.
        FileError: It cannot be listed, or which file is the newest is not to be known.
    """
    with location.translate_errors(location.path):
        if location.store.exists(location.path):
            return _named(location)
        found = _versions(location, location.path)
        hint = location.store.read(_in_metadata(location.path, _HINT))
    if not found:
        raise TableNotFoundError(
            f"there is no Iceberg table at `{location.uri}`; check the table's `location`"
        )
    newest = max(found) if hint is None else _hinted(location, hint, found)
    names = found[newest]
    if len(names) > 1:
        raise FileError(
            f"`{location.uri}` has two files of metadata for its version {newest}, `{names[0]}` "
            f"and `{names[1]}`, and only its catalogue knows which counts; name that file in "
            "`location`"
        )
    return MetadataFile(location.path, _in_metadata(location.path, names[0]))


def _named(location: Location) -> MetadataFile:
    path = PurePosixPath(location.path)
    if path.parent.name != FOLDER or not is_metadata_file(path.name):
        raise FileError(
            f"`{location.uri}` is not a file of metadata of an Iceberg table; name the table's "
            f"folder, or a file `{FOLDER}/….metadata.json` in it"
        )
    return MetadataFile(str(path.parent.parent), location.path)


def _versions(location: Location, folder: str) -> dict[int, list[str]]:
    """Return number → the files of metadata of that number."""
    found: dict[int, list[str]] = {}
    for name in location.store.files(_in_metadata(folder)):
        if match := _NAME.fullmatch(name):
            found.setdefault(int(match[1]), []).append(name)
    return found


def _in_metadata(folder: str, *names: str) -> str:
    return "/".join([*filter(None, [folder]), FOLDER, *names])


def _hinted(location: Location, hint: bytes, found: dict[int, list[str]]) -> int:
    """Return the number that a hint leads to: writers renew it after the file that it is about."""
    text = hint.decode("ascii", "replace").strip()
    match = _NAME.fullmatch(text)
    number = int(match[1]) if match else int(text) if text.isascii() and text.isdigit() else None
    if number not in found:
        raise FileError(
            f"`{FOLDER}/{_HINT}` of `{location.uri}` names no file of metadata that is there; "
            "restore it, or name the file in `location`"
        )
    while number + 1 in found:
        number += 1
    return number
