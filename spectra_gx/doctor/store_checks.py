"""Check that the store of a warehouse does what tables and locks rely on.

A folder of its own is written for that, and removed again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import CommitFailedError

from spectra_gx.doctor.findings import Finding, Level
from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.delta.table_place import TablePlace
from spectra_gx.warehouse.warehouse import FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spectra_gx.store.store import Store
    from spectra_gx.warehouse.warehouse import Warehouse

_SKEW = 5.0
"""Seconds by which clocks may differ without a remark; stores tell theirs in whole seconds."""

_CONTENT = b"spectra-gx doctor"
_GRANT = "grant it to the credentials of the warehouse"
_OTHER_STORE = "keep the warehouse on a store with conditional writes; a mount rarely has them"


def exists(warehouse: Warehouse) -> bool:
    """Return whether a warehouse is there; a folder that is not is created by the first run."""
    return warehouse.store.table_options() is not None or bool(warehouse.store.folders(""))


def check_store(warehouse: Warehouse) -> Iterator[Finding]:
    """Yield what may be done on the store, whether writes are conditional, and its clock."""
    store = warehouse.store
    folder = f"{FILES}/_doctor_{uuid4().hex}"
    file = f"{folder}/file"
    deleted: Finding | None = None
    try:
        yield from _check_access(store, folder, file)
        yield from _check_clock(store, file)
        yield from _try("conditional writes", lambda: _check_commits(store, folder), _OTHER_STORE)
        yield from _try("locks", lambda: _check_locks(store, folder), _OTHER_STORE)
    finally:
        deleted = _delete(store, folder)
    yield deleted


def _check_access(store: Store, folder: str, file: str) -> Iterator[Finding]:
    yield from _try("write", lambda: _write(store, file), _GRANT)
    yield from _try("read", lambda: _same(store.read(file), _CONTENT), _GRANT)
    yield from _try("list", lambda: _same(store.files(folder), ["file"]), _GRANT)


def _write(store: Store, file: str) -> None:
    store.write(file, _CONTENT)


def _same(found: object, wanted: object) -> str | None:
    return None if found == wanted else "what was written is not found"


def _try(what: str, check: Callable[[], str | None], fix: str) -> Iterator[Finding]:
    """Yield whether a check passes: it returns why not, or raises it."""
    try:
        wrong = check()
    except WarehouseError as error:
        wrong = error.message.partition("; ")[0]
    if wrong is None:
        yield Finding(Level.OK, "store", f"{what}: works")
    else:
        yield Finding(Level.PROBLEM, "store", f"{what}: {wrong}", fix)


def _check_clock(store: Store, file: str) -> Iterator[Finding]:
    try:
        written = store.written(file)
    except WarehouseError:
        return  # the line about reading says so
    if written is None:
        return
    ahead = (datetime.now(UTC) - written).total_seconds()
    if abs(ahead) <= _SKEW:
        yield Finding(Level.OK, "store", "clock: as this machine's")
        return
    message = f"clock: {abs(ahead):,.0f} s {'behind' if ahead > 0 else 'ahead of'} this machine's"
    fix = (
        "set this machine's clock; locks follow the store's, but `max_age`, `freshness`, `now` and "
        "the times in the log follow ours"
    )
    yield Finding(Level.WARNING, "store", message, fix)


def _check_commits(store: Store, folder: str) -> str | None:
    """Return why a commit on a version that is not the newest is not refused."""
    place = TablePlace(store, f"{folder}/table")
    schema = pa.schema([("n", pa.int64())])
    with translate_errors("a table cannot be written"):
        table = DeltaTable.create(place.uri, schema, storage_options=place.options)
        rival = DeltaTable(place.uri, storage_options=place.options)
        _commit(table)
        try:
            _commit(rival)
        except CommitFailedError:
            return None
    return "two writers can both commit one version of a table, so that one of them is lost"


def _commit(table: DeltaTable) -> None:
    properties = CommitProperties(max_commit_retries=0, custom_metadata={"by": "doctor"})
    table.create_write_transaction(
        [], "append", table.schema(), partition_by=[], commit_properties=properties
    )


def _check_locks(store: Store, folder: str) -> str | None:
    """Return why a lock that is taken can be taken again."""
    with store.lock(f"{folder}/lock", by="doctor", wait=0):
        try:
            with store.lock(f"{folder}/lock", by="doctor", wait=0):
                return "two runs can have the same lock at once"
        except WarehouseError as error:
            if error.retryable:
                return None
            raise


def _delete(store: Store, folder: str) -> Finding:
    try:
        store.delete_folder(folder)
        left = len(store.sizes(folder))
    except WarehouseError as error:
        left, why = 1, error.message.partition("; ")[0]
    else:
        why = f"`{store.uri(folder)}` cannot be deleted"
    if left:
        return Finding(Level.PROBLEM, "store", f"delete: {why}", _GRANT)
    return Finding(Level.OK, "store", "delete: works")
