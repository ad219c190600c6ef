"""Open what a person named: tables, and all tables of folders and patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from spectra_gx.contract.database_addresses import is_database_address
from spectra_gx.engines.databases.opening import Databases
from spectra_gx.errors import UsageError, WarehouseError
from spectra_gx.profile.discovery.database_tables import open_database
from spectra_gx.profile.discovery.folder_tables import OTHER_KIND, find_tables
from spectra_gx.profile.table_access import OpenTable, locate_named, open_table
from spectra_gx.warehouse.file_formats.locations import ANY_DEPTH, WILDCARD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.warehouse.file_formats.locations import Location
    from spectra_gx.warehouse.warehouse import Warehouse

_PARTITION = re.compile(r"(?<=[^/=`])=[^/`]*")


@dataclass(frozen=True)
class OpenTables:
    """Tables that can be queried, and what is none."""

    tables: tuple[OpenTable, ...]
    left_out: Mapping[str, str]
    """File or folder → why it is no table; without values, as partitions have them in paths."""


def open_tables(
    named: Sequence[str], warehouse: Warehouse, credentials: str | None = None
) -> OpenTables:
    """Open tables by their names, paths or addresses; all tables of a folder or a pattern.

    What cannot be read is left out where others of its folder can be.

    Args:
        named: Which.
        warehouse: Contains the tables with a name; relative locations begin there.
        credentials: The name of what opens addresses outside of it.

    Raises:
        TableNotFoundError: There is none.
        UsageError: One has no column that a contract can declare, or `credentials` opens nothing.
        WarehouseError: One cannot be read.
    """
    left_out: dict[str, str] = {}
    with Databases(warehouse) as databases:
        opened = [
            table
            for one in named
            for table in (
                open_database(one, databases, warehouse, credentials, left_out)
                if is_database_address(one)
                else _opened(one, warehouse, credentials, left_out)
            )
        ]
    if credentials is not None and all(table.credentials is None for table in opened):
        raise UsageError(
            f"credential `{credentials}` opens none of these tables: it is for addresses outside "
            "of the warehouse; leave it out"
        )
    return OpenTables(tuple(opened), left_out)


def _opened(
    named: str, warehouse: Warehouse, credentials: str | None, left_out: dict[str, str]
) -> Iterator[OpenTable]:
    location = locate_named(named, warehouse, credentials)
    if location is None or ANY_DEPTH in location.path.split("/"):
        yield open_table(named, warehouse, credentials)
        return
    found = find_tables(location)
    if [table.path for table in found.tables] in ([], [location.path]):
        yield open_table(named, warehouse, credentials)
    else:
        failures: list[Exception] = []
        for table in found.tables:
            shown = location.shown(table.path)
            try:
                opened = open_table(shown, warehouse, credentials)
            except (WarehouseError, UsageError) as error:
                failures.append(error)
                typed = _as_typed(table.path, named, location)
                left_out[typed] = _without_values(str(error).replace(shown, typed))
            else:
                own = opened.name.startswith(".")
                yield replace(opened, name=f".{table.word}") if own else opened
        if len(failures) == len(found.tables):
            raise failures[0]
    left_out.update((_as_typed(path, named, location), OTHER_KIND) for path in found.left_out)


def _as_typed(path: str, named: str, location: Location) -> str:
    """Return a path below a location as it continues what a person named."""
    inside = path.removeprefix(f"{_spelled(location.path)}/")
    return _without_values("/".join(filter(None, [_spelled(named), inside])))


def _spelled(text: str) -> str:
    """Return what is before the first part with a wildcard."""
    parts = text.rstrip("/").split("/")
    return "/".join(takewhile(lambda part: not WILDCARD.search(part), parts))


def _without_values(path: str) -> str:
    return _PARTITION.sub("=…", path)
