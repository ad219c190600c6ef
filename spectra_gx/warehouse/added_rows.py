"""The rows that a Delta table has in files of its own since an earlier version of it.

They are made a table in a folder of this machine: the same schema, and no files but these, linked,
or copied where they are in an object store. So the engine reads them as it reads the table itself,
partition values and old schemas included.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.delta.handles import is_plain, open_table
from spectra_gx.warehouse.delta.live_files import is_address
from spectra_gx.warehouse.delta.table_place import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from spectra_gx.warehouse.delta.table_place import TablePlace

_COMMIT = "{:020d}.json"


def content_hash(table: DeltaTable) -> str:
    """Return a hash of the files that a version consists of, and of whose they are."""
    files = ((unquote(path), size, modified) for path, size, modified in _files(table))
    return files_hash(str(table.metadata().id), files)


def files_hash(table_id: str, files: Iterable[tuple[str, int, int]]) -> str:
    """Return what `content_hash` is of a table with this id and these files.

    `files` are their decoded paths, sizes and times of modification.
    """
    lines = [table_id, *map(repr, sorted(files))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def open_added_rows(
    table: DeltaTable, name: str, base: int, content: str, folder: Path
) -> DeltaTable:
    """Return a table of the rows in files that a version has and an earlier one had not.

    A file that was rewritten counts as added, and one that is gone matters no more.

    Args:
        table: The version.
        name: What the table is called.
        base: The earlier version.
        content: What its `content_hash` was.
        folder: Where the new table is made; must not exist.

    Raises:
        WarehouseError: The earlier version is gone, is no longer what it was, or is unlike this
            one; or a commit in between is missing.
    """
    place = place_of(table)
    before = open_table(place, name, base)
    if content_hash(before) != content:
        raise WarehouseError(f"version {base} of table `{name}` is not the one that was checked")
    _refuse_unlike(table, before, name)
    added = _files(table) - _files(before)
    with translate_errors(f"what was added to table `{name}` cannot be read"):
        actions = _add_actions(place, range(base + 1, table.version() + 1))
        chosen = [actions[path] for path, *_ in sorted(added)]
        if any(_facts(action) != fact for action, fact in zip(chosen, sorted(added), strict=True)):
            raise WarehouseError(f"the log of table `{name}` describes its files in two ways")
        return _gathered(place, table, chosen, folder)


def _refuse_unlike(table: DeltaTable, before: DeltaTable, name: str) -> None:
    def shape(one: DeltaTable) -> tuple[Any, ...]:
        about = one.metadata()
        return about.id, one.schema().to_json(), about.partition_columns, about.configuration

    if shape(table) != shape(before):
        raise WarehouseError(f"table `{name}` has other columns or properties than before")
    if not (is_plain(table) and is_plain(before)):
        raise WarehouseError(f"table `{name}` uses features that give its files another meaning")


def _files(table: DeltaTable) -> set[tuple[str, int, int]]:
    """Return path, size and time of each file; one that was rewritten differs in one of them."""
    actions = pa.table(table.get_add_actions())
    columns = (actions[name].to_pylist() for name in ("path", "size_bytes", "modification_time"))
    return set(zip(*columns, strict=True))


def _facts(action: Mapping[str, Any]) -> tuple[str, int, int]:
    return action["path"], action["size"], action["modificationTime"]


def _add_actions(place: TablePlace, versions: range) -> dict[str, dict[str, Any]]:
    """Return path → the last action that added it, in these commits."""
    return {action["path"]: action for version in versions for action in _added(place, version)}


def _added(place: TablePlace, version: int) -> Iterator[dict[str, Any]]:
    actions = place.commit(version)
    if actions is None:
        raise WarehouseError(f"the commit of version {version} is missing")
    for action in actions:
        if action.get("add") is not None:
            yield action["add"]


def _gathered(
    place: TablePlace, table: DeltaTable, actions: list[dict[str, Any]], folder: Path
) -> DeltaTable:
    about = table.metadata()
    made = DeltaTable.create(
        str(folder), schema=table.schema(), partition_by=about.partition_columns
    )
    lines = []
    for number, action in enumerate(actions):
        if action.get("deletionVector") is not None:
            raise WarehouseError("a file of it has rows that were deleted")
        link = f"{number}.parquet"
        _fetch(place, unquote(action["path"]), folder / link)
        lines.append(json.dumps({"add": {**action, "path": link}}))
    commit = folder / "_delta_log" / _COMMIT.format(made.version() + 1)
    commit.write_text("\n".join(lines), encoding="utf-8")
    return DeltaTable(str(folder))


def _fetch(place: TablePlace, path: str, file: Path) -> None:
    """Link a file of a table, or copy it where it is in an object store."""
    if not place.remote:
        file.symlink_to(Path(place.uri) / path)
        return
    inside = place.store.path_of(path) if is_address(path) else place.below(path).path
    if inside is None or not inside.startswith(place.below("").path):
        raise WarehouseError(f"its file `{path}` lies outside of its folder")
    place.store.download(inside, file)
