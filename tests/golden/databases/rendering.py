"""Queries of every kind of rule, written for the databases that were not run here.

`queries.json` has them by kind, as sessions get them when tables of `tests/databases` are checked;
`recording` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from spectra_gx.contract.database_addresses import DatabaseKind
from spectra_gx.engines.database_table import DatabaseTable
from spectra_gx.engines.databases.dialects import dialect_of
from spectra_gx.engines.databases.translation import translate
from spectra_gx.errors import EngineError

HERE = Path(__file__).parent
FILE = HERE / "queries.json"
Queries = Mapping[str, Sequence[dict[str, Any]]]
QUERIES: Queries = json.loads(FILE.read_text("utf-8"))
"""Kind of rule → queries in DataFusion's SQL, and the tables that they read: name → types."""

WITHOUT_QUERIES = {
    "columns": "what the database says of its columns",
    "type": "what the database says of its columns",
    "column_order": "what the database says of its columns",
    "undeclared_tables": "names of tables in a warehouse",
    "partitioned_by": "refused where a table is in a database",
}
"""Kind of rule → what answers it in the place of a query."""

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


def rendered(kind: DatabaseKind, queries: Queries = QUERIES) -> str:
    """Return queries in a database's SQL, under the kinds of rules."""
    sections = []
    for rule, of_rule in sorted(queries.items()):
        texts = [_rendered(kind, query) for query in of_rule]
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
