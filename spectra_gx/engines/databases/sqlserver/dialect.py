"""SQL Server's SQL: what it writes in another way than DataFusion. It was not run here.

SQL Server does not see blanks at the end of texts, under no collation. So each text ends with a
letter of ours while it is in a query: one that is below all others, so that texts keep their order.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.databases.raw_sql import raw, written
from spectra_gx.engines.databases.sqlserver.booleans import separate_booleans
from spectra_gx.engines.databases.strict.dialect import Spelling, strict_dialect
from spectra_gx.engines.databases.strict.rewrites import in_plain_words
from spectra_gx.engines.dialect.operand_types import NodeType
from spectra_gx.errors import EngineError

COLLATION = "Latin1_General_100_BIN2_UTF8"
"""Compares texts by their code points, as far as they are not blanks at the end."""

_SQL = "tsql"
_OWN = "LEFT({0}, LEN({0}) - 1)"
"""A text without the letter that it ends with in a query."""


def sealed(text: str) -> str:
    """Return an expression of a text as queries have it."""
    return f"(CAST({text} COLLATE {COLLATION} AS VARCHAR(MAX)) + CHAR(1))"


def sqlserver_text(text: str) -> str:
    """Write a text as queries have it."""
    return sealed(f"N{quote_text(text)}")


def _prepare(tree: Any) -> Any:
    return separate_booleans(in_plain_words(tree))


def _like(node: Any) -> Any:
    if "[" in node.expression.name or "\\" in node.expression.name:
        raise EngineError("SQL Server reads `[` in LIKE in another way")
    pattern = sqlserver_text(node.expression.name)
    like = "NOT LIKE" if node.args.get("negate") else "LIKE"
    return exp.Paren(this=raw(f"{written(node.this, _SQL)} {like} {pattern}"))


def _count(node: Any) -> Any:
    return raw(f"COUNT_BIG({written(node.this, _SQL)})")


SQL_SERVER = strict_dialect(
    Spelling(
        name="SQL Server",
        sqlglot=_SQL,
        types={
            NodeType.TINYINT: "SMALLINT",
            NodeType.SMALLINT: "SMALLINT",
            NodeType.INT: "INT",
            NodeType.BIGINT: "BIGINT",
            NodeType.FLOAT: "REAL",
            NodeType.DOUBLE: "FLOAT(53)",
            NodeType.DECIMAL: "DECIMAL({0}, {1})",
        },
        text=sqlserver_text,
        date="CAST('{0:%Y-%m-%d}' AS DATE)",
        instant="CAST('{0:%Y-%m-%dT%H:%M:%S.%f}+00:00' AS DATETIMEOFFSET(6))",
        local_time="CAST('{0:%Y-%m-%dT%H:%M:%S.%f}' AS DATETIME2(6))",
        text_of_number=sealed("CAST({0} AS VARCHAR(40))"),
        # The third operand cuts digits off instead of rounding them.
        number_cut_off="ROUND({0}, 0, 1)",
        length="LEN({0}) - 1",
        trimmed=f"TRIM(' ' FROM {_OWN}) + CHAR(1)",
        joined=f"{_OWN} + {{1}}",
        begins_with="LEFT({0}, LEN({1}) - 1) + CHAR(1) = {1}",
        piece=f"SUBSTRING({_OWN}, {{1}}, {{2}}) + CHAR(1)",
        part_of_time="DATEPART({part}, {0})",
        whole_division="{0} / {1}",
        rest="{0} % {1}",
        # RAND() is one number for all rows.
        random="CAST(CAST(CRYPT_GEN_RANDOM(6) AS BIGINT) AS FLOAT(53)) / 281474976710656.0",
        deviation="STDEV({0})",
        any_true="CAST(MAX(CAST({0} AS TINYINT)) AS BIT)",
        all_true="CAST(MIN(CAST({0} AS TINYINT)) AS BIT)",
        any_value="MAX({0})",
        is_nan="CASE WHEN {0} IS NOT NULL THEN CAST(0 AS BIT) END",
        not_a_number="CAST(NULL AS FLOAT(53))",
        orders_nulls=False,
        prepare=_prepare,
        beside={exp.Like: _like, exp.Count: _count},
    )
)
