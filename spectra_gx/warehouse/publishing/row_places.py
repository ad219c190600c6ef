"""Find rows of a small table by the place that each of them carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.warehouse.publishing.queries import fetch
from spectra_gx.warehouse.publishing.row_sql import column_list, same_key, where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deltalake import DeltaTable

PLACE = "#place"
"""The column with a row's place; it is null in rows that need none."""


def places_where(rows: DeltaTable, condition: str, what: str) -> list[int]:
    """Return the places of the rows that meet a condition.

    Raises:
        WarehouseError: It cannot be evaluated; `what` begins the message.
    """
    return _places({"s": rows}, f"s {where(condition)}", what)


def places_with_key(
    rows: DeltaTable, table: DeltaTable, key: Sequence[str], what: str
) -> list[int]:
    """Return the places of the rows whose key another table has.

    Raises:
        WarehouseError: A table cannot be read; `what` begins the message.
    """
    other = f"(SELECT {column_list(key)} FROM p) AS p"
    source = f"s LEFT SEMI JOIN {other} ON {same_key(key, 's', 'p')}"
    return _places({"s": rows, "p": table}, source, what)


def _places(tables: Mapping[str, DeltaTable], source: str, what: str) -> list[int]:
    found = fetch(tables, f"SELECT s.{quote_name(PLACE)} AS place FROM {source}", what)
    places: list[int] = found.column("place").to_pylist()
    return places
