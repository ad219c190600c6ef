"""Databricks' SQL: what it writes in another way than DataFusion. It was not run here."""

from __future__ import annotations

from spectra_gx.contract.sql.quoting import quote_backticked, quote_escaped_text
from spectra_gx.engines.databases.strict.dialect import Spelling, strict_dialect
from spectra_gx.engines.dialect.operand_types import NodeType
from spectra_gx.engines.spark.java_regexes import java_regex

_STOP = "RAISE_ERROR('calculating with floating-point numbers gave NaN')"

DATABRICKS = strict_dialect(
    Spelling(
        name="Databricks SQL",
        sqlglot="databricks",
        types={
            NodeType.TINYINT: "TINYINT",
            NodeType.SMALLINT: "SMALLINT",
            NodeType.INT: "INT",
            NodeType.BIGINT: "BIGINT",
            NodeType.FLOAT: "FLOAT",
            NodeType.DOUBLE: "DOUBLE",
            NodeType.DECIMAL: "DECIMAL({0}, {1})",
        },
        text=quote_escaped_text,
        date="DATE'{0:%Y-%m-%d}'",
        instant="TIMESTAMP'{0:%Y-%m-%d %H:%M:%S.%f}+00:00'",
        local_time="TIMESTAMP_NTZ'{0:%Y-%m-%d %H:%M:%S.%f}'",
        text_of_number="CAST({0} AS STRING)",
        # Spark's cast cuts digits off by itself.
        number_cut_off="{0}",
        length="CHAR_LENGTH({0})",
        trimmed="TRIM(BOTH ' ' FROM {0})",
        joined="{0} || {1}",
        begins_with="STARTSWITH({0}, {1})",
        piece="SUBSTRING({0}, {1}, {2})",
        part_of_time="EXTRACT({part} FROM {0})",
        whole_division="{0} DIV {1}",
        rest="{0} % {1}",
        random="RAND()",
        deviation="STDDEV_SAMP({0})",
        any_true="BOOL_OR({0})",
        all_true="BOOL_AND({0})",
        any_value="ANY_VALUE({0}, TRUE)",
        pattern=java_regex,
        match="{0} RLIKE {1}",
        is_nan="CASE WHEN {0} IS NOT NULL THEN ISNAN({0}) END",
        unless_nan=f"CASE WHEN ISNAN({{0}}) THEN {_STOP} ELSE {{0}} END",
        infinite={
            "inf": "CAST('Infinity' AS DOUBLE)",
            "-inf": "CAST('-Infinity' AS DOUBLE)",
            "nan": "CAST('NaN' AS DOUBLE)",
        },
        quote=quote_backticked,
    )
)
