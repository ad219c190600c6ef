"""PostgreSQL's SQL: what it writes in another way than DataFusion."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spectra_gx.engines.databases.common_rewrites import (
    CASED,
    by_template,
    mean_of_doubles,
    truncated_cast,
)
from spectra_gx.engines.databases.dialect import Dialect
from spectra_gx.engines.databases.postgresql.nested import (
    column,
    fetched,
    field,
    items,
    null_test,
)
from spectra_gx.engines.databases.raw_sql import filled
from spectra_gx.engines.databases.regexes import RegexForm, database_regex
from spectra_gx.engines.dialect.dialect_parity import Target
from spectra_gx.engines.dialect.markers import (
    FLOAT_DIVISION,
    FLOAT_NEGATED,
    FLOAT_RESULT,
    GATHERED,
    WHOLE_DIVISION,
)
from spectra_gx.engines.dialect.operand_types import NodeType, node_family, node_type

_SQL = "postgres"
_REGEXES = RegexForm(end=r"\Z")
_STOP = "CAST(CAST({0} AS text) || ' made NaN' AS double precision)"
"""Ends the query; made of an operand, since a constant would end it before it begins."""


def postgresql_regex(pattern: str) -> str | None:
    """Return a pattern for PostgreSQL; None where Python has to match it."""
    return database_regex(pattern, _REGEXES)


_INFINITE = (
    "CASE WHEN ({0} > 0) = (CAST({1} AS text) LIKE '-%') "
    "THEN CAST('-Infinity' AS double precision) ELSE CAST('Infinity' AS double precision) END"
)
_DIVIDED = (
    "CASE WHEN {1} <> 0 THEN {0} / {1} WHEN {0} IS NULL OR {1} IS NULL THEN NULL "
    f"WHEN {{0}} = 'NaN'::float8 THEN {{0}} WHEN {{0}} = 0 THEN {_STOP} ELSE {_INFINITE} END"
)
_to_whole = truncated_cast(_SQL, "trunc({0})")


def _cast(node: Any) -> Any:
    """Cast to whole numbers as DataFusion does, and to texts that compare by code points."""
    if node.to.this is NodeType.TEXT:
        return filled('CAST({0} AS text) COLLATE "C"', _SQL, node.this)
    return _to_whole(node)


def _joined_by_same(node: Any) -> Any:
    """Join by equal arrays what is joined by values that are the same, nulls included.

    PostgreSQL compares every pair of rows for IS NOT DISTINCT FROM. In arrays nulls are equal, and
    these it looks up.
    """
    joins = isinstance(node.find_ancestor(exp.Join, exp.Select), exp.Join)
    alike = node_type(node.this) is node_type(node.expression)
    if joins and alike and node_family(node.this) in _IN_ARRAYS:
        return filled("ARRAY[{0}] = ARRAY[{1}]", _SQL, node.this, node.expression)
    return node


_IN_ARRAYS = ("number", "text", "boolean", "time")

POSTGRESQL = Dialect(
    sqlglot=_SQL,
    target=Target("PostgreSQL", "", lambda pattern: postgresql_regex(pattern) is not None, CASED),
    functions={
        WHOLE_DIVISION: "{0} / {1}",
        FLOAT_DIVISION: (
            f"CASE WHEN {_DIVIDED} = 'NaN'::float8 "
            "AND NOT ({0} = 'NaN'::float8 OR {1} = 'NaN'::float8) "
            f"THEN {_STOP} ELSE {_DIVIDED} END"
        ),
        FLOAT_RESULT: (
            "CASE WHEN {0} = 'NaN'::float8 AND NOT ({1} = 'NaN'::float8 OR {2} = 'NaN'::float8) "
            f"THEN {_STOP} ELSE {{0}} END"
        ),
        FLOAT_NEGATED: f"CASE WHEN {{0}} = 'NaN'::float8 THEN {_STOP} ELSE -{{0}} END",
        GATHERED: "string_agg({0}, {2} ORDER BY {1} NULLS LAST)",
    },
    regex=postgresql_regex,
    match="{0} ~ {1}",
    precision=1000,
    rewrites={
        exp.IsNan: by_template(_SQL, "{0} = 'NaN'"),
        exp.Trim: by_template(_SQL, "btrim({0}, ' ')"),
        exp.Cast: _cast,
        exp.NullSafeEQ: _joined_by_same,
        exp.Avg: mean_of_doubles,
        exp.ArraySize: by_template(_SQL, "cardinality({0})"),
        exp.AnyValue: by_template(_SQL, "(array_agg({0}))[1]"),
        exp.Bracket: field,
        exp.Explode: items,
        exp.Is: null_test,
        exp.Column: column,
    },
    fetch=fetched,
)
