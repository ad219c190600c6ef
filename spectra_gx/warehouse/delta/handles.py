"""Handles on Delta tables, pinned at a version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from deltalake import DeltaTable

from spectra_gx.errors import FileError, TableNotFoundError, WarehouseError
from spectra_gx.warehouse.delta.commits import erasure_after
from spectra_gx.warehouse.delta.error_translation import UNSUPPORTED_FEATURE, translate_errors

if TYPE_CHECKING:
    from spectra_gx.warehouse.delta.table_place import TablePlace

_READ_FEATURES = frozenset({"columnMapping", "deletionVectors", "timestampNtz", "v2Checkpoint"}) | {
    *("variantType", "variantType-preview")
}
"""Delta's features of readers with which deltalake reads every row as it is stored."""


def is_table(place: TablePlace) -> bool:
    """Return whether there is a Delta table with at least one commit.

    Raises:
        WarehouseError: It cannot be determined; a file is there, for one.
    """
    if place.remote:
        return _has_commit(place)
    uri = place.uri
    if Path(uri).is_file():
        raise WarehouseError(
            f"`{uri}` is a file, but a Delta table is a folder; move the file away, or declare "
            "its `format` in the contract"
        )
    with translate_errors(f"`{uri}` cannot be examined"):
        return bool(DeltaTable.is_deltatable(uri))


def _has_commit(place: TablePlace) -> bool:
    """Return whether a table in an object store has a commit, the first or a later one.

    deltalake's own answer keeps the interpreter while it waits, and every lease with it.
    """
    log = place.below("_delta_log").path
    return place.store.exists(place.commit_path(0)) or any(
        name.endswith((".json", ".parquet")) for name in place.store.files(log)
    )


def open_table(place: TablePlace, name: str, version: int | None = None) -> DeltaTable:
    """Return a handle pinned at `version`, or at the newest version there is now.

    Raises:
        TableNotFoundError: There is no Delta table.
        FileError: It needs what is not supported, or its log is damaged.
        WarehouseError: That version is gone, or the table cannot be read.
    """
    uri, options = place.uri, place.options
    if not is_table(place):
        raise missing_table(uri, name)
    newest = _opened(f"table `{name}` at `{uri}` cannot be read", uri, options)
    if version in (None, newest.version()):
        return _supported(newest, name)
    missing = (
        f"version {version} of table `{name}` cannot be opened; the newest is {newest.version()}, "
        "and old ones expire; choose another version"
    )
    if not 0 <= version <= newest.version():
        raise WarehouseError(missing)
    try:
        older = _opened(missing, uri, options, version)
    except WarehouseError:
        if why := erasure_after(place, version):
            raise WarehouseError(
                f"version {version} of table `{name}` cannot be opened: {why}; choose a newer one"
            ) from None
        raise
    return _supported(older, name)


def _opened(
    what: str, uri: str, options: dict[str, str] | None, version: int | None = None
) -> DeltaTable:
    """Return a handle; `what` begins the message of an error."""
    if options is None:
        return _open_once(what, uri, options, version)
    # What it rests on takes time to import, and most tables are on this machine.
    from spectra_gx.store.retries import repeated  # noqa: PLC0415

    return repeated(_open_once)(what, uri, options, version)


def _open_once(
    what: str, uri: str, options: dict[str, str] | None, version: int | None
) -> DeltaTable:
    with translate_errors(what):
        return DeltaTable(uri, version=version, storage_options=options)


def missing_table(uri: str, name: str) -> TableNotFoundError:
    """Return the error of a table that does not exist."""
    return TableNotFoundError(
        f"table `{name}` does not exist at `{uri}`; "
        "check the warehouse, or run the stage that builds it"
    )


def _supported(table: DeltaTable, name: str) -> DeltaTable:
    """Return the handle, once nothing in its protocol is beyond what can be read."""
    beyond = sorted(set(table.protocol().reader_features or ()) - _READ_FEATURES)
    if beyond:
        raise FileError(
            f"table `{name}` at `{table.table_uri}` cannot be read: "
            + UNSUPPORTED_FEATURE.format("` and `".join(beyond))
        )
    return table


def is_plain(table: DeltaTable) -> bool:
    """Return whether the log's facts about each file are true of its rows, under their own names.

    Deletion vectors take rows away that are still counted, and mapped columns are counted under
    names of their own.
    """
    protocol = table.protocol()
    features = set(protocol.reader_features or ())
    return bool(protocol.min_reader_version == 1 or (features and features <= {"timestampNtz"}))
