"""Rewrites of typed nodes that several databases share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from spectra_gx.engines.databases.raw_sql import filled
from spectra_gx.engines.dialect.operand_types import FLOATS, INTEGERS, NodeType, node_type
from spectra_gx.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.engines.databases.dialect import Rewrite

CASED: Mapping[type, str] = dict.fromkeys(
    (exp.Lower, exp.Upper), "changes letters beyond ASCII in another way on {engine}"
)
"""What no two engines compute alike for all letters."""


_OPERANDS = ("this", "expression", "typed", "safe", "big_int", "coalesce")
"""What a node may have: its operands, and marks of the parser that change nothing here."""


def by_template(dialect: str, template: str) -> Rewrite:
    """Return a rewrite that fills a node's operands into a template."""

    def rewrite(node: Any) -> Any:
        if any(value for name, value in node.args.items() if name not in _OPERANDS):
            raise EngineError(
                f"`{node.sql()}` says more than can be followed; write it more simply"
            )
        operands = [node.args[name] for name in ("this", "expression") if node.args.get(name)]
        return filled(template, dialect, *operands)

    return rewrite


def truncated_cast(dialect: str, template: str) -> Rewrite:
    """Return a rewrite of casts to whole numbers, which cut digits off and do not round them."""

    def rewrite(node: Any) -> Any:
        from_, to = node_type(node.this), node.to.this
        if to in INTEGERS and (from_ in FLOATS or from_ is NodeType.DECIMAL):
            return exp.cast(filled(template, dialect, node.this), node.to)
        return node

    return rewrite


def mean_of_doubles(node: Any) -> Any:
    """Write the mean of whole numbers as that of doubles, which DataFusion's is."""
    if node_type(node.this) in INTEGERS:
        node.set("this", exp.cast(node.this, NodeType.DOUBLE))
    return node


def refused(name: str) -> Rewrite:
    """Return a rewrite of what a database does not have."""

    def rewrite(node: Any) -> Any:
        raise EngineError(
            f"`{type(node).__name__.upper()}` is not known on {name}; write the rule without it"
        )

    return rewrite
