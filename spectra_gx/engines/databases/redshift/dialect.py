"""Redshift's SQL: what it writes in another way than DataFusion. It was not run here.

Redshift does not see blanks at the end of texts. So each text ends with a letter of ours while it
is in a query: one that is below all others, so that texts keep their order.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.databases.raw_sql import raw, written
from spectra_gx.engines.databases.strict.dialect import Spelling, strict_dialect
from spectra_gx.engines.dialect.operand_types import NodeType
from spectra_gx.errors import EngineError

_OWN = "LEFT({0}, LEN({0}) - 1)"
"""A text without the letter that it ends with in a query."""


def redshift_text(text: str) -> str:
    """Write a text; a backslash, which may begin an escape or be a letter, by its number."""
    parts = " || CHR(92) || ".join(map(quote_text, text.split("\\")))
    return f"({parts} || CHR(1))"


def _like(node: Any) -> Any:
    if "\\" in node.expression.name:
        raise EngineError("Redshift reads a backslash in LIKE in another way")
    pattern = f"({quote_text(node.expression.name)} || CHR(1))"
    like = "NOT LIKE" if node.args.get("negate") else "LIKE"
    return exp.Paren(this=raw(f"{written(node.this, 'redshift')} {like} {pattern}"))


REDSHIFT = strict_dialect(
    Spelling(
        name="Redshift",
        sqlglot="redshift",
        types={
            NodeType.SMALLINT: "SMALLINT",
            NodeType.INT: "INTEGER",
            NodeType.BIGINT: "BIGINT",
            NodeType.FLOAT: "REAL",
            NodeType.DOUBLE: "DOUBLE PRECISION",
            NodeType.DECIMAL: "DECIMAL({0}, {1})",
        },
        text=redshift_text,
        date="CAST('{0:%Y-%m-%d}' AS DATE)",
        instant="CAST('{0:%Y-%m-%d %H:%M:%S.%f}+00' AS TIMESTAMPTZ)",
        local_time="CAST('{0:%Y-%m-%d %H:%M:%S.%f}' AS TIMESTAMP)",
        text_of_number="CAST({0} AS VARCHAR) || CHR(1)",
        number_cut_off="TRUNC({0})",
        length="LEN({0}) - 1",
        trimmed=f"BTRIM({_OWN}, ' ') || CHR(1)",
        joined=f"{_OWN} || {{1}}",
        begins_with="LEFT({0}, LEN({1}) - 1) || CHR(1) = {1}",
        piece=f"SUBSTRING({_OWN}, {{1}}, {{2}}) || CHR(1)",
        part_of_time="EXTRACT({part} FROM {0})",
        whole_division="{0} / {1}",
        rest="{0} % {1}",
        random="RANDOM()",
        deviation="STDDEV_SAMP({0})",
        any_true="BOOL_OR({0})",
        all_true="BOOL_AND({0})",
        any_value="ANY_VALUE({0})",
        unless_nan=(
            "CASE WHEN {0} = CAST('NaN' AS DOUBLE PRECISION) "
            "THEN CAST(CAST({0} AS VARCHAR) || ' was made' AS DOUBLE PRECISION) ELSE {0} END"
        ),
        infinite={
            "inf": "CAST('Infinity' AS DOUBLE PRECISION)",
            "-inf": "CAST('-Infinity' AS DOUBLE PRECISION)",
        },
        not_a_number="CAST('NaN' AS DOUBLE PRECISION)",
        beside={exp.Like: _like},
    )
)
