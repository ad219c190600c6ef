"""The dialect of each database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.database_addresses import DatabaseKind
from spectra_gx.engines.databases.bigquery.dialect import BIGQUERY
from spectra_gx.engines.databases.databricks.dialect import DATABRICKS
from spectra_gx.engines.databases.duckdb.dialect import DUCKDB
from spectra_gx.engines.databases.mariadb.dialect import MARIADB
from spectra_gx.engines.databases.postgresql.dialect import POSTGRESQL
from spectra_gx.engines.databases.redshift.dialect import REDSHIFT
from spectra_gx.engines.databases.snowflake.dialect import SNOWFLAKE
from spectra_gx.engines.databases.sqlite.dialect import SQLITE
from spectra_gx.engines.databases.sqlserver.dialect import SQL_SERVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.engines.databases.dialect import Dialect

_DIALECTS: Mapping[DatabaseKind, Dialect] = {
    DatabaseKind.DUCKDB: DUCKDB,
    DatabaseKind.MARIADB: MARIADB,
    DatabaseKind.POSTGRESQL: POSTGRESQL,
    DatabaseKind.SQLITE: SQLITE,
    DatabaseKind.SNOWFLAKE: SNOWFLAKE,
    DatabaseKind.BIGQUERY: BIGQUERY,
    DatabaseKind.SQL_SERVER: SQL_SERVER,
    DatabaseKind.DATABRICKS: DATABRICKS,
    DatabaseKind.REDSHIFT: REDSHIFT,
}


def dialect_of(kind: DatabaseKind) -> Dialect:
    """Return how SQL is written for a database."""
    return _DIALECTS[kind]
