"""The dialect of each database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.database_addresses import DatabaseKind
from spectra_gx.engines.databases.duckdb_dialect import DUCKDB

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.engines.databases.dialect import Dialect

_DIALECTS: Mapping[DatabaseKind, Dialect] = {
    DatabaseKind.DUCKDB: DUCKDB,
}


def dialect_of(kind: DatabaseKind) -> Dialect:
    """Return how SQL is written for a database."""
    return _DIALECTS[kind]
