"""Snowflake's SQL: what it writes in another way than DataFusion. It was not run here."""

from __future__ import annotations

import re

from spectra_gx.contract.sql.quoting import quote_escaped_text
from spectra_gx.engines.databases.regexes import RegexForm, database_regex
from spectra_gx.engines.databases.strict.dialect import Spelling, strict_dialect
from spectra_gx.engines.dialect.operand_types import NodeType

_REGEXES = RegexForm(end=r"\z", group="(")
_WHOLE = re.compile(r"(?:\^|\\A)(.*)\\z", re.DOTALL)
_PIECE = re.compile(r"\\.|\[\^?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_LAZY = re.compile(r"[*+?}]\?")
_NAN = "CAST('NaN' AS DOUBLE)"


def snowflake_regex(pattern: str) -> str | None:
    """Return what the whole of a text matches; None where Python has to match it.

    Snowflake's patterns are about whole texts, know no lazy repeats, and were tried on no letters
    beyond ASCII.
    """
    written = database_regex(pattern, _REGEXES)
    whole = _WHOLE.fullmatch(written or "")
    if whole is None or not whole[1].isascii() or _LAZY.search(whole[1]):
        return None
    depth = 0
    for piece in _PIECE.findall(whole[1]):
        depth += (piece == "(") - (piece == ")")
        beside_ends = piece in ("^", r"\A", r"\z", r"\n") or (piece == "|" and depth == 0)
        if beside_ends or (piece.startswith("[") and "\\" in piece):
            return None
    return whole[1]


SNOWFLAKE = strict_dialect(
    Spelling(
        name="Snowflake",
        sqlglot="snowflake",
        types={
            NodeType.TINYINT: "NUMBER(38, 0)",
            NodeType.SMALLINT: "NUMBER(38, 0)",
            NodeType.INT: "NUMBER(38, 0)",
            NodeType.BIGINT: "NUMBER(38, 0)",
            NodeType.DOUBLE: "DOUBLE",
            NodeType.DECIMAL: "NUMBER({0}, {1})",
        },
        text=quote_escaped_text,
        date="CAST('{0:%Y-%m-%d}' AS DATE)",
        instant="CAST('{0:%Y-%m-%d %H:%M:%S.%f} +00:00' AS TIMESTAMP_LTZ(6))",
        local_time="CAST('{0:%Y-%m-%d %H:%M:%S.%f}' AS TIMESTAMP_NTZ(6))",
        text_of_number="CAST({0} AS VARCHAR)",
        number_cut_off="TRUNC({0})",
        length="LENGTH({0})",
        trimmed="TRIM({0}, ' ')",
        joined="{0} || {1}",
        begins_with="STARTSWITH({0}, {1})",
        piece="SUBSTR({0}, {1}, {2})",
        part_of_time="EXTRACT({part} FROM {0})",
        # A quotient of whole numbers is rounded to six digits: only what divides is divided.
        whole_division="({0} - {0} % {1}) / {1}",
        rest="{0} % {1}",
        random="UNIFORM(0::FLOAT, 1::FLOAT, RANDOM())",
        deviation="STDDEV_SAMP({0})",
        any_true="BOOLOR_AGG({0})",
        all_true="BOOLAND_AGG({0})",
        any_value="ANY_VALUE({0})",
        pattern=snowflake_regex,
        match="REGEXP_LIKE({0}, {1}, 'c')",
        is_nan=f"{{0}} = {_NAN}",
        unless_nan=(
            f"CASE WHEN {{0}} = {_NAN} THEN CAST(TO_VARCHAR({{0}}) || ' was made' AS DOUBLE) "
            "ELSE {0} END"
        ),
        infinite={
            "inf": "CAST('inf' AS DOUBLE)",
            "-inf": "CAST('-inf' AS DOUBLE)",
            "nan": _NAN,
        },
    )
)
