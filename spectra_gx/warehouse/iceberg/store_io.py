"""The files of an Iceberg table, read through the store of its location.

pyiceberg would take addresses and credentials from wherever it finds them. Here it gets bytes:
every file is below the table's folder, and is opened by the store that the contract names. A table
that was moved or copied is read where it is now.
"""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NoReturn

import pyarrow as pa
from pyiceberg.io import FileIO, InputFile, InputStream, OutputFile

from spectra_gx.errors import FileError

if TYPE_CHECKING:
    from spectra_gx.warehouse.file_formats.locations import Location

_SAME_STORES = re.compile(r"^s3[an]://")
_LOCAL = re.compile(r"^file:/+")


class StoreIO(FileIO):
    """Opens files for reading, and nothing else."""

    def __init__(self, location: Location, folder: str, stated: str, scratch: Path) -> None:
        """Take what is read.

        Args:
            location: In its store.
            folder: Of the table, in that store.
            stated: What the metadata calls the folder.
            scratch: For copies of files of object stores.
        """
        super().__init__()
        self._location = location
        self._folder = folder
        self._stated = _common_form(stated)
        self._scratch = scratch
        self._copies = count()

    def new_input(self, location: str) -> InputFile:
        """Return a file by its address in the metadata.

        Raises:
            FileError: It is not below the table's folder.
        """
        inside = _common_form(location).removeprefix(f"{self._stated}/")
        steps = PurePosixPath(inside)
        if inside == _common_form(location) or steps.is_absolute() or ".." in steps.parts:
            raise FileError(
                f"the Iceberg table `{self._location.uri}` has files outside of its folder, which "
                "are not read; rewrite them into it"
            )
        return _StoredFile(location, self, f"{self._folder}/{inside}".lstrip("/"))

    def new_output(self, location: str) -> OutputFile:
        """Refuse."""
        _refuse_write(location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Refuse."""
        _refuse_write(location)

    def open(self, path: str) -> pa.NativeFile:
        """Open a file of the store; of an object store, a copy that goes away when it is closed.

        Raises:
            FileError: It cannot be read.
        """
        local = Path(self._location.shown(path))
        # Names of folders may be values of a column, so that no message has the path.
        with self._location.translate_errors(self._location.path):
            if self._location.remote:
                local = self._scratch / f"iceberg{next(self._copies)}"
                self._location.store.download(path, local)
        try:
            return pa.OSFile(str(local))
        except OSError:
            raise FileError(
                f"a file of the Iceberg table `{self._location.uri}` is gone or cannot be read; "
                "restore it, or name a newer file of metadata"
            ) from None
        finally:
            if self._location.remote:
                local.unlink(missing_ok=True)


class _StoredFile(InputFile):
    def __init__(self, location: str, files: StoreIO, path: str) -> None:
        super().__init__(location)
        self._files = files
        self._path = path

    def __len__(self) -> int:
        with self._files.open(self._path) as file:
            return int(file.size())

    def exists(self) -> bool:
        try:
            self._files.open(self._path).close()
        except FileError:
            return False
        return True

    def open(self, seekable: bool = True) -> InputStream:
        del seekable
        opened: InputStream = self._files.open(self._path)
        return opened


def _common_form(address: str) -> str:
    """Return one form of an address that writers spell in several ways."""
    address = _SAME_STORES.sub("s3://", address)
    return _LOCAL.sub("/", address).rstrip("/")


def _refuse_write(location: object) -> NoReturn:
    raise NotImplementedError(f"{location} is only read")
