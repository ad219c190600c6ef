"""BigQuery's SQL: what it writes in another way than DataFusion. It was not run here."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spectra_gx.contract.sql.quoting import quote_escaped_text
from spectra_gx.engines.databases.regexes import RegexForm, database_regex
from spectra_gx.engines.databases.strict.dialect import Spelling, strict_dialect
from spectra_gx.engines.databases.strict.rewrites import in_plain_words
from spectra_gx.engines.dialect.operand_types import NodeType

_REGEXES = RegexForm(end=r"\z", digits=r"\p{Nd}")
_FORBIDDEN = '!"$()*,./;?@[\\]^{}~`# '


def bigquery_regex(pattern: str) -> str | None:
    """Return a pattern for BigQuery, whose engine is RE2; None where Python has to match it."""
    return database_regex(pattern, _REGEXES)


def quote_bigquery_name(name: str) -> str:
    """Write a name; what no column of BigQuery may have in its name is written as its number."""
    return f"`{plain_name(name)}`"


def plain_name(name: str) -> str:
    """Return a name as one that a column may have; no stored column changes its name."""
    return "".join(f"_x{ord(one):x}_" if one in _FORBIDDEN[:-1] else one for one in name)


def _prepare(tree: Any) -> Any:
    for identifier in tree.find_all(exp.Identifier):
        identifier.set("this", plain_name(identifier.name))
    return in_plain_words(tree)


BIGQUERY = strict_dialect(
    Spelling(
        name="BigQuery",
        sqlglot="bigquery",
        types={
            NodeType.TINYINT: "INT64",
            NodeType.SMALLINT: "INT64",
            NodeType.INT: "INT64",
            NodeType.BIGINT: "INT64",
            NodeType.DOUBLE: "FLOAT64",
            # With digits BigQuery rounds a cast, and without them it keeps all 38.
            NodeType.DECIMAL: "BIGNUMERIC",
        },
        text=quote_escaped_text,
        date="DATE '{0:%Y-%m-%d}'",
        instant="TIMESTAMP '{0:%Y-%m-%d %H:%M:%S.%f}+00:00'",
        local_time="DATETIME '{0:%Y-%m-%d %H:%M:%S.%f}'",
        text_of_number="CAST({0} AS STRING)",
        number_cut_off="TRUNC({0})",
        length="CHAR_LENGTH({0})",
        trimmed="TRIM({0}, ' ')",
        joined="{0} || {1}",
        begins_with="STARTS_WITH({0}, {1})",
        piece="SUBSTR({0}, {1}, {2})",
        part_of_time="EXTRACT({part} FROM {0})",
        whole_division="DIV({0}, {1})",
        rest="MOD({0}, {1})",
        random="RAND()",
        deviation="STDDEV_SAMP({0})",
        any_true="LOGICAL_OR({0})",
        all_true="LOGICAL_AND({0})",
        any_value="ANY_VALUE({0})",
        pattern=bigquery_regex,
        match="REGEXP_CONTAINS({0}, {1})",
        unless_nan=(
            "IF(IS_NAN({0}), ERROR('calculating with floating-point numbers gave NaN'), {0})"
        ),
        infinite={"inf": "CAST('inf' AS FLOAT64)", "-inf": "CAST('-inf' AS FLOAT64)"},
        not_a_number="CAST('nan' AS FLOAT64)",
        quote=quote_bigquery_name,
        prepare=_prepare,
    )
)
