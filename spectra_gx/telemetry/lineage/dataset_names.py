"""The names of tables in OpenLineage: where they are, as every producer would name the place."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from spectra_gx.contract.database_addresses import (
    DatabaseKind,
    is_database_address,
    parse_database_address,
)
from spectra_gx.store.addresses import is_store_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from spectra_gx.contract.model import Table

_SERVERS = {
    DatabaseKind.POSTGRESQL: ("postgres", 5432),
    DatabaseKind.MARIADB: ("mysql", 3306),
    DatabaseKind.SQL_SERVER: ("mssql", 1433),
    DatabaseKind.REDSHIFT: ("redshift", 5439),
}
"""Databases whose namespace is scheme, host and port → the former and the usual port."""


class DatasetName(NamedTuple):
    """A dataset by the datasource that it is in, and its name there."""

    namespace: str
    name: str


def dataset_name(table: Table, uri: Callable[[str], str]) -> DatasetName:
    """Return the name of a declared table.

    Args:
        table: The table.
        uri: Returns the address of a path of the warehouse.
    """
    location = table.location
    if location is None:
        return _at(uri(f"Tables/{table.name.replace('.', '/')}"))
    if is_database_address(location):
        return _in_database(location)
    if is_store_address(location) or PurePosixPath(location).is_absolute():
        return _at(location)
    return _at(uri(location))


def _at(address: str) -> DatasetName:
    if not is_store_address(address):
        return DatasetName("file", address.rstrip("/"))
    scheme, _, rest = address.partition("://")
    authority, _, path = rest.partition("/")
    return DatasetName(f"{scheme}://{authority}", path.rstrip("/"))


def _in_database(location: str) -> DatasetName:
    place = parse_database_address(location)
    names = ".".join(filter(None, (place.database, place.schema, place.table)))
    if place.kind in _SERVERS:
        scheme, port = _SERVERS[place.kind]
        return DatasetName(f"{scheme}://{place.host}:{place.port or port}", names)
    if place.kind is DatabaseKind.BIGQUERY:
        return DatasetName("bigquery", f"{place.host}.{names}")
    if place.host is None:
        table = ".".join(filter(None, (place.schema, place.table)))
        return DatasetName("file", f"{place.database}#{table}")
    scheme = location.partition(":")[0].lower()
    account = place.host.partition(".")[0] if place.kind is DatabaseKind.SNOWFLAKE else place.host
    return DatasetName(f"{scheme}://{account}", names)
