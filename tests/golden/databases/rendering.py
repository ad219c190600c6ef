"""Queries of every kind of rule, written for the databases that were not run here.

`queries.json` has them by kind, as sessions got them when tables of `tests/databases` were checked.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from spectra_gx.contract.database_addresses import DatabaseKind
from spectra_gx.engines.database_table import DatabaseTable
from spectra_gx.engines.databases.dialects import dialect_of
from spectra_gx.engines.databases.translation import translate
from spectra_gx.errors import EngineError

HERE = Path(__file__).parent
QUERIES: dict[str, list[dict[str, Any]]] = json.loads((HERE / "queries.json").read_text("utf-8"))
"""Kind of rule → queries in DataFusion's SQL, and the tables that they read: name → types."""

NOT_RUN = (
    DatabaseKind.SNOWFLAKE,
    DatabaseKind.BIGQUERY,
    DatabaseKind.SQL_SERVER,
    DatabaseKind.DATABRICKS,
    DatabaseKind.REDSHIFT,
)
REFUSED = "-- refused: "


def golden_file(kind: DatabaseKind) -> Path:
    """Return the file with the queries of a database."""
    return HERE / f"{kind.name.lower()}.sql"


def rendered(kind: DatabaseKind) -> str:
    """Return all queries in a database's SQL, under the kinds of rules."""
    sections = []
    for rule, queries in QUERIES.items():
        texts = [_rendered(kind, query) for query in queries]
        sections.append("\n".join([f"-- {rule}", *texts]))
    return "\n\n".join(sections) + "\n"


def _rendered(kind: DatabaseKind, query: dict[str, Any]) -> str:
    dialect = dialect_of(kind)
    connection: Any = SimpleNamespace()
    tables = {
        name: DatabaseTable(
            connection,
            dialect.quote(name),
            types,
            {column: dialect.quote(column) for column in types},
        )
        for name, types in query["tables"].items()
    }
    try:
        return f"{translate(query['sql'], tables, dialect).sql};"
    except EngineError as error:
        return f"{REFUSED}{error.message}"
