"""SQL of databases in the cloud as DuckDB reads it, so that a fake of their drivers can answer."""

from __future__ import annotations

import re
from typing import Any

import sqlglot
from sqlglot import exp

_MOMENTS = re.compile(
    r" AT\(TIMESTAMP => TO_TIMESTAMP_TZ\('[^']*', '[^']*'\)\)"
    r"| FOR SYSTEM_TIME AS OF TIMESTAMP '[^']*'| VERSION AS OF \d+"
)
_TEXTS = (exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT, exp.DataType.Type.NVARCHAR)


def as_duckdb(sql: str, dialect: str) -> str:
    """Return a query as DuckDB reads it, of the tables as they are now."""
    tree = sqlglot.parse_one(_MOMENTS.sub("", sql), dialect=dialect)
    for node in reversed(list(tree.bfs())):
        new = _replaced(node, dialect)
        if new is not node:
            node.replace(new)
    return str(tree.sql(dialect="duckdb"))


def _replaced(node: Any, dialect: str) -> Any:
    if isinstance(node, exp.Collate):
        return node.this
    if isinstance(node, exp.Anonymous):
        return _function(node)
    if isinstance(node, exp.Cast) and node.to.this in _TEXTS and node.to.expressions:
        return exp.cast(node.this, "TEXT")
    if isinstance(node, exp.Cast) and node.to.this in (
        exp.DataType.Type.FLOAT,
        exp.DataType.Type.DOUBLE,
    ):
        return exp.cast(node.this, "DOUBLE")
    if isinstance(node, exp.Cast) and node.to.this is exp.DataType.Type.BIT:
        return exp.cast(node.this, "BOOLEAN")
    if isinstance(node, exp.Cast) and node.to.this is exp.DataType.Type.BIGDECIMAL:
        return exp.cast(node.this, exp.DataType.build("DECIMAL(38, 10)"))
    if dialect == "tsql" and isinstance(node, exp.Add) and _is_text(node.this):
        return exp.DPipe(this=node.this, expression=node.expression)
    if dialect == "tsql" and isinstance(node, exp.Round) and node.args.get("truncate"):
        return exp.Anonymous(this="trunc", expressions=[node.this])
    return node


def _is_text(node: Any) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return node.to.this in _TEXTS
    return isinstance(node, exp.Left | exp.Trim | exp.Substring | exp.DPipe | exp.Chr)


def _function(node: Any) -> Any:
    name, given = node.name.upper(), node.expressions
    if name in ("COLLATE", "SWITCHOFFSET"):
        return given[0]
    if name == "CHR":
        return exp.Anonymous(this="chr", expressions=given)
    if name == "TO_VARCHAR":
        return exp.cast(given[0], "TEXT")
    if name == "STDEV":
        return exp.Anonymous(this="stddev_samp", expressions=given)
    return node
