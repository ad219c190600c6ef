"""Rewrites for databases whose SQL is written out in full: nothing is left to a transpiler."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from spectra_gx.engines.databases.raw_sql import filled, raw
from spectra_gx.engines.dialect.operand_types import INTEGERS, TIMES, NodeType, node_type
from spectra_gx.errors import EngineError

if TYPE_CHECKING:
    from spectra_gx.engines.databases.dialect import Rewrite

COMPARISONS = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Between, exp.In),
)
ALIKE: frozenset[type] = frozenset(
    (
        *(exp.Select, exp.SetOperation, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join),
        *(
            exp.Where,
            exp.Group,
            exp.Having,
            exp.Order,
            exp.Ordered,
            exp.Limit,
            exp.Offset,
            exp.Distinct,
        ),
        *(exp.Window, exp.WindowSpec, exp.Table, exp.TableAlias, exp.Alias, exp.Identifier),
        *(exp.Column, exp.Star, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Case, exp.If),
        *(exp.DataType, exp.DataTypeParam, exp.Var, exp.Tuple, exp.And, exp.Or, exp.Not, exp.Is),
        *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Exists),
        *(exp.Neg, exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.RowNumber, exp.Rank),
        *(exp.DenseRank, exp.Lag, exp.Lead, exp.Coalesce, exp.Nullif, exp.Abs),
    )
)
"""Kinds of nodes that every database writes and reads alike; others are rewritten or refused."""

_DIGITS = {
    NodeType.TINYINT: 3,
    NodeType.SMALLINT: 5,
    NodeType.INT: 10,
    NodeType.BIGINT: 19,
}
_PRECISION = 38


def in_plain_words(tree: Any) -> Any:
    """Write FILTER, `IS TRUE` and `IS DISTINCT FROM` as CASE; cast texts that meet times.

    Raises:
        EngineError: The rows of an aggregate cannot be chosen.
    """
    # Operands first: what is made of them contains them as they are then.
    for node in reversed(list(tree.bfs())):
        if isinstance(node, exp.Filter):
            node.replace(_chosen(node))
        elif isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean):
            node.replace(_one_of_two(node))
        elif isinstance(node, COMPARISONS):
            _cast_to_times(node)
            if isinstance(node, exp.NullSafeEQ | exp.NullSafeNEQ):
                node.replace(_same(node, equal=isinstance(node, exp.NullSafeEQ)))
    return tree


def _chosen(node: Any) -> Any:
    """Write FILTER as a CASE within the aggregate."""
    aggregate, condition = node.this.copy(), node.expression.this
    value = aggregate.this
    if isinstance(value, exp.Distinct):
        if len(value.expressions) > 1:
            raise EngineError("rows of an aggregate of several columns cannot be chosen there")
        [one] = value.expressions
        value.set("expressions", [_where(condition, one)])
    elif isinstance(value, exp.Star):
        aggregate.set("this", _where(condition, _typed(exp.Literal.number(1), NodeType.INT)))
    else:
        aggregate.set("this", _where(condition, value))
    return aggregate


def _where(condition: Any, value: Any) -> Any:
    case = exp.Case(ifs=[exp.If(this=condition.copy(), true=value.copy())])
    case.type = value.type
    return case


def _typed(node: Any, type_: Any = NodeType.BOOLEAN) -> Any:
    node.type = exp.DataType(this=type_)
    return node


def _boolean(*, value: bool) -> Any:
    return _typed(exp.Boolean(this=value))


def _one_of_two(node: Any) -> Any:
    """Write `IS TRUE`, `IS FALSE` and their opposites."""
    condition = node.this.copy()
    if not node.expression.this:
        condition = _typed(exp.Not(this=_typed(exp.Paren(this=condition))))
    meets = not node.args.get("negate")
    true = exp.If(this=condition, true=_boolean(value=meets))
    case = exp.Case(ifs=[true], default=_boolean(value=not meets))
    return _typed(exp.Paren(this=_typed(case)))


def _same(node: Any, *, equal: bool) -> Any:
    left, right = node.this, node.expression
    same = _typed(exp.EQ(this=left.copy(), expression=right.copy()))
    nulls = [_typed(exp.Is(this=one.copy(), expression=exp.Null())) for one in (left, right)]
    both = _typed(exp.And(this=nulls[0], expression=nulls[1]))
    ifs = [exp.If(this=one, true=_boolean(value=equal)) for one in (same, both)]
    return _typed(exp.Paren(this=_typed(exp.Case(ifs=ifs, default=_boolean(value=not equal)))))


def _cast_to_times(node: Any) -> None:
    operands = [node.args[name] for name in ("this", "expression", "low", "high")
                if node.args.get(name) is not None]  # fmt: skip
    operands += node.expressions
    times = [node_type(one) for one in operands if node_type(one) in TIMES]
    for operand in operands if times else ():
        if isinstance(operand, exp.Literal) and operand.is_string:
            operand.replace(_typed(exp.cast(operand.copy(), times[0]), times[0]))


def exact_only(engine: str) -> Rewrite:
    """Return a rewrite that refuses arithmetic whose result has no room for all of its digits."""

    def rewrite(node: Any) -> Any:
        sizes = [_size(one) for one in (node.this, node.expression)]
        known = [size for size in sizes if size is not None]
        if not known or all(scale == 0 for _, scale in known):
            return node
        if len(known) < len(sizes):
            raise EngineError(f"{engine} would round decimals here; write the rule without it")
        (left, left_scale), (right, right_scale) = known
        if isinstance(node, exp.Mul):
            scale, digits = left_scale + right_scale, left + right + 1
        else:
            scale = max(left_scale, right_scale)
            digits = scale + max(left - left_scale, right - right_scale) + 1
        if digits > _PRECISION or scale > _SCALE:
            raise EngineError(f"{engine} would round decimals here; write the rule without it")
        return node

    return rewrite


_SCALE = 12
"""Digits after the point that a product keeps everywhere."""


def _size(node: Any) -> tuple[int, int] | None:
    """Return digits, and those after the point, of an exact number; None for others."""
    kind = node_type(node)
    if kind in INTEGERS:
        return _DIGITS[kind], 0
    if kind is not NodeType.DECIMAL:
        return None
    sizes = [int(size.name) for size in node.type.expressions]
    return (sizes[0], sizes[1] if len(sizes) > 1 else 0) if sizes else (_PRECISION, _PRECISION)


def moment(node: Any, engine: str) -> datetime | None:
    """Return the literal that is cast to a time; None where something else is cast.

    Raises:
        EngineError: It is no such time, or has a zone that the type has not.
    """
    if not (isinstance(node.this, exp.Literal) and node.this.is_string):
        return None
    try:
        found = datetime.fromisoformat(node.this.name)
    except ValueError:
        raise EngineError(f"`{node.this.name}` is no date or time on {engine}") from None
    if found.tzinfo is None:
        return found
    if node.to.this is not NodeType.TIMESTAMPTZ:
        raise EngineError(f"{engine} reads zones in another way; write the time without one")
    return found.astimezone(UTC).replace(tzinfo=None)


def part_of_time(template: str, dialect: str) -> Rewrite:
    """Return a rewrite of EXTRACT by a template with `{part}`."""

    def rewrite(node: Any) -> Any:
        return filled(template.replace("{part}", node.name.upper()), dialect, node.expression)

    return rewrite


def ordered_window(node: Any) -> Any:
    """Give rows that are numbered in any order an order: some databases need one."""
    if isinstance(node.this, exp.RowNumber) and not node.args.get("order"):
        node.set("order", exp.Order(expressions=[raw("(SELECT NULL)")]))
    return node
