"""Which columns a SELECT reads for each column that it returns, by sqlglot."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage

from spectra_gx.contract.sql.datafusion_dialect import DataFusionDialect
from spectra_gx.contract.sql.placeholders import substitute
from spectra_gx.contract.sql.quoting import quote_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.contract.model import Table

logger = logging.getLogger(__name__)

Origin = tuple[str, str]
"""A table and one of its columns."""


def column_lineage(
    select: str, output: Table, tables: Mapping[str, Table]
) -> dict[str, Sequence[Origin]]:
    """Return each declared column of a table → the columns that its value is computed from.

    A column of which that is not known is left out, and all are where nobody can follow the SELECT.

    Args:
        select: The SELECT that builds it, with `{schema.table}` as placeholders.
        output: The table that it builds.
        tables: Tables that it may read, by name.
    """
    try:
        returned = _follow(select, tables)
    except (SqlglotError, ValueError) as error:
        logger.debug("the SELECT of `%s` cannot be followed: %s", output.name, type(error).__name__)
        return {}
    origins = {
        column.name: tuple(sorted({*_leaves(returned[column.name], tables)}))
        for column in output.columns
        if column.name in returned
    }
    return {column: found for column, found in origins.items() if found}


def _follow(select: str, tables: Mapping[str, Table]) -> Mapping[str, Any]:
    """Return each column that a SELECT returns → where its value comes from, step by step.

    Raises:
        ValueError: It is not one SELECT.
        SqlglotError: It cannot be read, or a column in it belongs to no table.
    """
    text = substitute(select, lambda name: _spelled(name) if name in tables else "NULL")
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for name, table in tables.items():
        folder, _, own = name.partition(".")
        columns = {quote_name(column.name): "unknown" for column in table.columns}
        schema.setdefault(quote_name(folder), {})[quote_name(own)] = columns
    found: Mapping[str, Any] = lineage(
        None, text, schema, dialect=DataFusionDialect, validate_qualify_columns=True
    )
    return found


def _spelled(name: str) -> str:
    return ".".join(map(quote_name, name.split(".")))


def _leaves(root: Any, tables: Mapping[str, Table]) -> Iterator[Origin]:
    for node in root.walk():
        if node.downstream or not isinstance(node.expression, exp.Table):
            continue
        name = ".".join(filter(None, (node.expression.db, node.expression.name)))
        column = node.name.rpartition(".")[2].strip('"')
        if name in tables and tables[name].column(column) is not None:
            yield name, column
