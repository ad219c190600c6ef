"""A snapshot for another process: the same versions, each table opened when it is first read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spectra_gx.errors import SnapshotChangedError
from spectra_gx.store.opening import store_at
from spectra_gx.warehouse.delta.handles import open_table
from spectra_gx.warehouse.delta.table_place import TablePlace, place_of

if TYPE_CHECKING:
    from spectra_gx.engines.snapshot import PinnedTable, Snapshot


def portable_snapshot(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot that can be pickled; keep it off disks, it may contain credentials."""
    if isinstance(snapshot.tables, _Reopened):
        return snapshot
    pins = {name: _pin(table) for name, table in snapshot.tables.items()}
    portable = replace(snapshot, tables=_Reopened(pins), databases=None)
    # The other process must not open every table to name what it reads.
    vars(portable)["id"] = snapshot.id
    return portable


@dataclass(frozen=True)
class _Pin:
    """A pinned table without its handle, and how to come by that again."""

    table: PinnedTable
    uri: str | None
    """None for a table without a handle."""

    version: int
    """Of the handle; that of the table may be another, where only a part of it is read."""

    options: Mapping[str, str] | None
    identity: str
    """Of the Delta table; a table that replaced it has another."""

    def open(self) -> PinnedTable:
        if self.uri is None:
            return self.table
        name = self.table.name
        delta = open_table(TablePlace(store_at(self.uri, self.options), ""), name, self.version)
        if str(delta.metadata().id) != self.identity:
            raise SnapshotChangedError(
                f"table `{name}` was replaced while it was read; "
                "run again when nothing writes to it"
            )
        return replace(self.table, delta=delta)


def _pin(table: PinnedTable) -> _Pin:
    if table.delta is None:
        # A connection stays in its process, which alone asks for tables of databases.
        return _Pin(replace(table, database=None), None, -1, None, "")
    options = place_of(table.delta).options
    return _Pin(
        replace(table, delta=None),
        table.delta.table_uri,
        table.delta.version(),
        None if options is None else dict(options),
        str(table.delta.metadata().id),
    )


class _Reopened(Mapping[str, "PinnedTable"]):
    """Table → its handle, opened once."""

    def __init__(self, pins: Mapping[str, _Pin]) -> None:
        self._pins = dict(pins)
        self._open: dict[str, PinnedTable] = {}

    def __getitem__(self, name: str) -> PinnedTable:
        if name not in self._open:
            self._open[name] = self._pins[name].open()
        return self._open[name]

    def __contains__(self, name: object) -> bool:
        return name in self._pins

    def __iter__(self) -> Iterator[str]:
        return iter(self._pins)

    def __len__(self) -> int:
        return len(self._pins)

    def __getstate__(self) -> dict[str, object]:
        return {"_pins": self._pins, "_open": {}}
