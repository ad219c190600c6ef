"""Lists after IN, as DataFusion reads them without a mistake.

It takes `x in (1, 2) and x not in (y)` for `x in (1, 2)`, as if what is spelled in another way were
never equal, and as if null were a value like others. So only constants stay in a list.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from sqlglot import exp

_WHOLE = (exp.Boolean, exp.Column, exp.Func, exp.Literal, exp.Null, exp.Paren)
"""Nodes that need no brackets beside `=`."""


def is_constant(node: Any) -> bool:
    """Return whether a member of a list is a value that is spelled out, and not null."""
    if isinstance(node, exp.Tuple):
        return all(map(is_constant, node.expressions))
    bare = node.this if isinstance(node, (exp.Neg, exp.Cast, exp.Paren)) else node
    return isinstance(bare, (exp.Literal, exp.Boolean))


def expand_in_list(node: Any) -> Any:
    """Return an IN as the IN of its constants, or one equality for each other member."""
    constants = [one.copy() for one in node.expressions if is_constant(one)]
    parts = [_equal(node.this, one) for one in node.expressions if not is_constant(one)]
    if constants:
        parts.insert(0, exp.In(this=node.this.copy(), expressions=constants))
    return exp.paren(reduce(lambda one, other: exp.Or(this=one, expression=other), parts))


def _equal(one: Any, other: Any) -> Any:
    if isinstance(one, exp.Tuple) and isinstance(other, exp.Tuple):
        pairs = map(_equal, one.expressions, other.expressions)
        return exp.paren(reduce(lambda some, more: exp.And(this=some, expression=more), pairs))
    return exp.EQ(this=_bracketed(one), expression=_bracketed(other))


def _bracketed(node: Any) -> Any:
    return node.copy() if isinstance(node, _WHOLE) else exp.paren(node)
