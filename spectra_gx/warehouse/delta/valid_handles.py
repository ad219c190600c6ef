"""Handles whose credentials are still valid: an open one keeps those that it was opened with."""

from __future__ import annotations

from deltalake import DeltaTable

from spectra_gx.warehouse.delta.table_place import options_of, place_of


def valid_now(table: DeltaTable) -> DeltaTable:
    """Return a handle, or one of the same version where its credentials have been renewed since.

    Raises:
        WarehouseError: What opens the store cannot be read.
    """
    opened = options_of(table)
    if opened is None:
        return table
    place = place_of(table)
    options = place.options
    if options == opened:
        return table
    return DeltaTable(place.uri, version=table.version(), storage_options=options)
