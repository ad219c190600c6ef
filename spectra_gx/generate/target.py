"""Where generated tables go: a warehouse in which nothing is yet."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.errors import UsageError
from spectra_gx.generate.partitioned_files import partitions_in
from spectra_gx.store.addresses import is_store_address
from spectra_gx.warehouse.file_formats.locations import WILDCARD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.warehouse.warehouse import Warehouse

_ENDINGS = {
    TableFormat.CSV: "csv",
    TableFormat.JSONL: "jsonl",
    TableFormat.PARQUET: "parquet",
}

_NAMED_FOLDER = re.compile(r"=[^/]*[*?\[]")
"""What a pattern for folders such as `day=*` has."""


def refuse_used(target: Warehouse, published: Warehouse) -> None:
    """Refuse a place that is, contains or is inside the project's warehouse, or is not empty.

    Raises:
        UsageError: It is such a place.
        WarehouseError: It cannot be looked at.
    """
    places = [one.address.rstrip("/") + "/" for one in (target, published)]
    if places[0].startswith(places[1]) or places[1].startswith(places[0]):
        raise UsageError(
            f"`{target.address}` is where the project publishes; name another place with `--to`"
        )
    if target.store.files("") or target.store.folders(""):
        raise UsageError(
            f"`{target.address}` is not empty; delete it, or name another place with `--to`"
        )


def clear(target: Warehouse) -> None:
    """Delete what a generation wrote that did not end, in a place that was empty before."""
    for folder in target.store.folders(""):
        target.store.delete_folder(folder)
    for file in target.store.files(""):
        target.store.delete(file)


def placed(contract: StageContract) -> tuple[StageContract, dict[str, str]]:
    """Return a contract whose tables have places below the warehouse, and why some were moved.

    Of tables at one location the first stays there.
    """
    tables: tuple[Table, ...] = ()
    moved: dict[str, str] = {}
    for table in contract.tables:
        reason = _reason_to_move(table, tables)
        if reason is not None:
            moved[table.name] = reason
        tables += (table if reason is None else _elsewhere(table),)
    return replace(contract, tables=tables), moved


def _reason_to_move(table: Table, others: Iterable[Table]) -> str | None:
    """Return why a table cannot be written at its location; None where it can."""
    if table.location is None:
        return None
    if table.format is TableFormat.DATABASE:
        return "it is in a database"
    if not _is_below(table.location):
        return "its `location` is outside of the warehouse"
    if table.format is not TableFormat.DELTA and table.format not in _ENDINGS:
        return f"`{table.format}` is not written"
    if _NAMED_FOLDER.search(table.location) and partitions_in(table) is None:
        return "its `location` selects folders by their names"
    if table.location in {one.location for one in others}:
        return "another table has its `location`"
    return None


def _elsewhere(table: Table) -> Table:
    """Return a table with a place of its own below the warehouse."""
    format_ = table.format
    if format_ not in _ENDINGS:
        # Delta takes names that differ only by case for one.
        names = {column.name.lower() for column in table.columns}
        format_ = TableFormat.DELTA if len(names) == len(table.columns) else TableFormat.PARQUET
    if format_ is TableFormat.DELTA:
        return replace(table, location=None, credentials=None, format=format_)
    place = f"Files/generated/{table.name.replace('.', '/')}.{_ENDINGS[format_]}"
    return replace(table, location=place, credentials=None, format=format_)


def _is_below(location: str) -> bool:
    if is_store_address(location) or "://" in location or location.startswith("/"):
        return False
    return not posixpath.normpath(location).startswith("..")


def first_file(table: Table) -> str:
    """Return the path, below the warehouse, of the one file of a table that is kept as files."""
    location = table.location or ""
    ending = _ENDINGS[table.format]
    if not WILDCARD.search(location):
        path = PurePosixPath(location)
        return location if path.suffix else f"{location.rstrip('/')}/part-0.{ending}"
    return "/".join(_plain(part) for part in location.split("/") if part != "**") or f"0.{ending}"


def _plain(part: str) -> str:
    """Return a name that a pattern matches."""
    plain, rest = "", part
    while found := WILDCARD.search(rest):
        plain += rest[: found.start()]
        if found[0] == "[":
            members, _, rest = rest[found.end() :].partition("]")
            plain += members.lstrip("!")[:1] if not members.startswith("!") else "~"
        else:
            plain, rest = plain + "0", rest[found.end() :]
    return plain + rest
