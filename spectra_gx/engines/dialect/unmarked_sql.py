"""SQL that was written for several engines, as DataFusion alone reads it."""

from __future__ import annotations

from typing import Any

import sqlglot
from sqlglot import exp

from spectra_gx.engines.dialect.markers import (
    FLOAT_DIVISION,
    FLOAT_NEGATED,
    FLOAT_RESULT,
    GATHERED,
    WHOLE_DIVISION,
    TypedDataFusion,
)

_MARKERS = (WHOLE_DIVISION, FLOAT_DIVISION, FLOAT_RESULT, FLOAT_NEGATED, GATHERED)


def without_markers(sql: str) -> str:
    """Return a query with what DataFusion itself writes in the place of markers."""
    if not any(marker in sql for marker in _MARKERS):
        return sql
    tree = sqlglot.parse_one(sql, dialect=TypedDataFusion).transform(_unmarked)
    return str(tree.sql(dialect=TypedDataFusion))


def _unmarked(node: Any) -> Any:
    if not isinstance(node, exp.Anonymous) or node.name not in _MARKERS:
        return node
    given = [exp.paren(one) for one in node.expressions]
    if node.name in (WHOLE_DIVISION, FLOAT_DIVISION):
        return exp.paren(exp.Div(this=given[0], expression=given[1], typed=True))
    if node.name == FLOAT_NEGATED:
        return exp.paren(exp.Neg(this=given[0]))
    if node.name == FLOAT_RESULT:
        return given[0]
    value, key, separator = node.expressions
    ordered = exp.Order(this=value, expressions=[exp.Ordered(this=key, nulls_first=False)])
    return exp.GroupConcat(this=ordered, separator=separator)
