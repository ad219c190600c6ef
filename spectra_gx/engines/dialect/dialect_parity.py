"""Rewrite SQL so that every engine evaluates it alike.

They agree on less than it seems: not on a text compared with a number, nor on `/`, nor on what most
functions return for odd arguments. What is listed here was found to agree, and tests check it; the
rest is refused by name, so that a rule ends as errored and never with a different verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from spectra_gx.engines.dialect.markers import GATHERED
from spectra_gx.engines.dialect.operand_types import (
    INTEGERS,
    NotPortable,
    mark,
    node_family,
    node_type,
    require_family,
)
from spectra_gx.engines.dialect.value_parity import (
    average,
    calculate,
    cast,
    choose,
    compare,
    negate,
)
from spectra_gx.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STRUCTURE = (
    *(exp.Select, exp.SetOperation, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join),
    *(exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Distinct),
    *(exp.Window, exp.Filter, exp.Table, exp.TableAlias, exp.Alias, exp.Identifier, exp.Column),
    *(exp.Star, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Case, exp.If, exp.DataType),
    *(exp.DataTypeParam, exp.Var, exp.Interval),
)
_OPERATORS = (
    *(exp.And, exp.Or, exp.Not, exp.Is, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
    *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In, exp.Exists, exp.Like),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.DPipe, exp.Cast, exp.RegexpLike),
)
_FUNCTIONS = (
    *(exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.LogicalOr, exp.LogicalAnd),
    *(exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead),
    *(exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Abs, exp.IsNan),
    *(exp.Lower, exp.Upper, exp.Length, exp.Trim, exp.StartsWith, exp.Concat, exp.Substring),
    *(exp.Extract, exp.CurrentDate, exp.GroupConcat),
)
_PORTABLE = (*_STRUCTURE, *_OPERATORS, *_FUNCTIONS)

_PARTS_OF_TIMES = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "MINUTE"})


@dataclass(frozen=True)
class Target:
    """Another engine that has to compute what DataFusion would."""

    name: str
    """Its name in messages."""

    otherwise: str
    """What may be done but write a rule in another way, for messages; begins with a comma."""

    reads_regex: Callable[[str], bool]
    """Whether it reads a pattern as Rust and Python do."""

    refused: Mapping[type, str] = field(default_factory=dict)
    """Kinds of nodes that this engine alone computes in another way → how."""


def rewrite(node: Any, target: Target) -> None:
    """Rewrite a node of a typed tree so that DataFusion and the target compute the same.

    Raises:
        EngineError: They may compute it differently; names the node.
    """
    try:
        if not isinstance(node, _PORTABLE):
            raise NotPortable
        if type(node) in target.refused:
            raise NotPortable(target.refused[type(node)])
        if isinstance(node, exp.RegexpLike):
            _match(node, target)
            return
        found = next((_REWRITES[kind] for kind in type(node).__mro__ if kind in _REWRITES), None)
        if found is not None:
            found(node)
    except NotPortable as problem:
        raise _refusal(node, str(problem), target) from None


def _refusal(node: Any, problem: str, target: Target) -> EngineError:
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()
    written = node.name if isinstance(node, exp.Anonymous) else kind
    problem = (problem or "may mean something else on {engine}").replace("{engine}", target.name)
    return EngineError(f"`{written}` {problem}; write the rule without it{target.otherwise}")


def _like(node: Any) -> None:
    pattern = node.expression
    if not isinstance(pattern, exp.Literal) or "\\" in pattern.name:
        raise NotPortable("with a pattern that is no plain text may mean something else")
    require_family("text")(node)


def _match(node: Any, target: Target) -> None:
    pattern = node.expression
    if node.args.get("flag") is not None or not isinstance(pattern, exp.Literal):
        raise NotPortable
    if not target.reads_regex(pattern.name):
        raise NotPortable("has a pattern that {engine} reads in another way")
    require_family("text")(node)


def _join(node: Any) -> None:
    parts = [node.this, node.expression] if isinstance(node, exp.DPipe) else node.expressions
    for part in parts:
        if node_type(part) in INTEGERS:
            part.replace(exp.cast(part.copy(), "TEXT"))
        elif node_family(part) != "text":
            raise NotPortable("joins something else than texts and whole numbers")


def _gather(node: Any) -> None:
    """Mark texts that are gathered in an order; others gather first and order then."""
    order, separator = node.this, node.args.get("separator")
    if not (isinstance(order, exp.Order) and isinstance(separator, exp.Literal)):
        raise NotPortable("gathers texts in no order that {engine} keeps")
    [key, *others] = order.expressions
    if others or key.args.get("desc") or node_family(order.this) != "text":
        raise NotPortable("gathers texts by more than one rising column")
    mark(node, GATHERED, [order.this.copy(), key.this.copy(), separator.copy()])


def _cut(node: Any) -> None:
    start, length = node.args.get("start"), node.args.get("length")
    places = [place for place in (start, length) if place is not None]
    written = all(isinstance(place, exp.Literal) and place.name.isdigit() for place in places)
    if start is None or not written or start.name == "0":
        raise NotPortable("counts from a place that is no number from 1 on")
    require_family("text")(node)


def _trim(node: Any) -> None:
    if node.expression or node.args.get("position"):
        raise NotPortable("of something else than blanks on both sides may mean something else")
    require_family("text")(node)


def _extract(node: Any) -> None:
    if node.name.upper() not in _PARTS_OF_TIMES or node_family(node.expression) != "time":
        raise NotPortable


def _number_rows(node: Any) -> None:
    if isinstance(node.this, exp.RowNumber) and not node.args.get("order"):
        raise NotPortable("numbers rows in no order that {engine} keeps")


_REWRITES: Mapping[type, Callable[[Any], None]] = {
    **dict.fromkeys(
        (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
        compare,
    ),
    **dict.fromkeys((exp.Between, exp.In, exp.Case), compare),
    **dict.fromkeys((exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least), choose),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod), calculate),
    **dict.fromkeys((exp.DPipe, exp.Concat), _join),
    **dict.fromkeys((exp.Lower, exp.Upper, exp.Length, exp.StartsWith), require_family("text")),
    **dict.fromkeys((exp.Sum, exp.Abs, exp.IsNan), require_family("number")),
    exp.Neg: negate,
    exp.Avg: average,
    exp.Cast: cast,
    exp.Like: _like,
    exp.Substring: _cut,
    exp.Trim: _trim,
    exp.Extract: _extract,
    exp.Window: _number_rows,
    exp.GroupConcat: _gather,
}
"""Kind of node → how one is checked and rewritten, after its operands."""
