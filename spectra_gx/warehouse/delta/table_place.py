"""Where a Delta table is, or would be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.store.folder import FolderStore
from spectra_gx.store.opening import store_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from deltalake import DeltaTable

    from spectra_gx.store.store import Store


@dataclass(frozen=True)
class TablePlace:
    """A folder of a store that a Delta table is in, or will be."""

    store: Store
    path: str

    @property
    def uri(self) -> str:
        """Return its address."""
        return self.store.uri(self.path)

    @property
    def options(self) -> dict[str, str] | None:
        """Return what deltalake needs to reach it, valid now; None on this machine."""
        options = self.store.table_options()
        return None if options is None else _Options(options, self)

    @property
    def remote(self) -> bool:
        """Return whether it is in an object store."""
        return self.store.table_options() is not None

    def commit(self, version: int) -> list[Mapping[str, Any]] | None:
        """Return the actions of a version's commit; None when that is not there.

        Raises:
            WarehouseError: It cannot be read.
            ValueError: It is no JSON.
        """
        content = self.store.read(self.commit_path(version))
        return (
            None if content is None else [json.loads(line) for line in content.splitlines() if line]
        )

    def committed(self, version: int) -> datetime | None:
        """Return when the file of a version's commit was written, UTC; None when it is gone."""
        return self.store.written(self.commit_path(version))

    def commit_path(self, version: int) -> str:
        """Return the path of a version's commit in the store."""
        return self.below(f"_delta_log/{version:020}.json").path

    def below(self, path: str) -> TablePlace:
        """Return a folder below this one."""
        return TablePlace(self.store, f"{self.path}/{path}" if self.path else path)


def local_place(folder: Path) -> TablePlace:
    """Return a folder of this machine that a table is in."""
    return TablePlace(FolderStore(folder), "")


class _Options(dict[str, str]):
    """Options of a handle that know where it is, so that they can be renewed."""

    def __init__(self, options: Mapping[str, str], place: TablePlace) -> None:
        super().__init__(options)
        self.place = place

    def __repr__(self) -> str:
        return f"options of {self.place.uri}"


def place_of(table: DeltaTable) -> TablePlace:
    """Return where the table of a handle is, reached as it is reached now."""
    options = options_of(table)
    if isinstance(options, _Options):
        return options.place
    return TablePlace(store_at(str(table.table_uri), options), "")


def options_of(table: DeltaTable) -> Mapping[str, str] | None:
    """Return what a handle was opened with; None on this machine."""
    # deltalake offers no public way to the options of an open table.
    options: Mapping[str, str] | None = table._storage_options  # noqa: SLF001
    return options
