"""Booleans in SQL Server, where a condition is no value and a value is no condition."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spectra_gx.engines.databases.raw_sql import raw
from spectra_gx.engines.dialect.operand_types import NodeType, node_type

_CONDITIONS = (
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is),
    *(exp.Between, exp.In, exp.Exists, exp.Like, exp.StartsWith),
)


def separate_booleans(tree: Any) -> Any:
    """Write conditions that are used as values as CASE, and values that are conditions as `= 1`."""
    # Operands first: what is made of them contains them as they are then.
    for node in reversed(list(tree.bfs())):
        if isinstance(node, exp.Paren) or node.parent is None:
            continue
        if isinstance(node, exp.Boolean):
            node.replace(_literal(value=bool(node.this), condition=_is_condition(node)))
        elif isinstance(node, _CONDITIONS):
            if not _is_condition(node):
                node.replace(_as_value(node.copy()))
        elif _is_condition(node) and (
            node_type(node) is NodeType.BOOLEAN or isinstance(node, exp.Null)
        ):
            node.replace(_typed(exp.EQ(this=node.copy(), expression=exp.Literal.number(1))))
    return tree


def _is_condition(node: Any) -> bool:
    """Return whether a node is where SQL Server takes a condition, and nothing else."""
    parent, key = node.parent, node.arg_key
    if isinstance(parent, exp.Paren):
        return _is_condition(parent)
    if isinstance(parent, exp.If):
        of = parent.parent
        return key == "this" and not (isinstance(of, exp.Case) and of.this is not None)
    if isinstance(parent, exp.Join):
        return bool(key == "on")
    return isinstance(parent, exp.And | exp.Or | exp.Not | exp.Where | exp.Having)


def _typed(node: Any) -> Any:
    node.type = exp.DataType(this=NodeType.BOOLEAN)
    return node


def _literal(*, value: bool, condition: bool) -> Any:
    if condition:
        return _typed(raw("1 = 1" if value else "1 = 0"))
    return _typed(raw(f"CAST({int(value)} AS BIT)"))


def _as_value(condition: Any) -> Any:
    negated = _typed(exp.Not(this=_typed(exp.Paren(this=condition.copy()))))
    ifs = [
        exp.If(this=condition, true=_literal(value=True, condition=False)),
        exp.If(this=negated, true=_literal(value=False, condition=False)),
    ]
    return _typed(exp.Paren(this=_typed(exp.Case(ifs=ifs))))
