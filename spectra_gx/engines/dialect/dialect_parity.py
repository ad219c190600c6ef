"""What engines agree on in SQL, and how it is written where they do not.

Engines agree on less than it seems: on what a text is beside a number, on what `/` gives, on what
most functions do at their edges. What is listed here was found to agree, and is held to it by
tests; the rest is refused by name, so that a rule ends as errored and never in another verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from spectra_gx.engines.dialect.markers import (
    FLOAT_DIVISION,
    FLOAT_NEGATED,
    FLOAT_RESULT,
    GATHERED,
    WHOLE_DIVISION,
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

_T = exp.DataType.Type
_WHOLE = frozenset({_T.TINYINT, _T.SMALLINT, _T.INT, _T.BIGINT})
_EXACT = _WHOLE | {_T.DECIMAL}
_FLOATS = frozenset({_T.FLOAT, _T.DOUBLE})
_TIMES = frozenset({_T.DATE, _T.TIMESTAMP, _T.TIMESTAMPTZ, _T.TIMESTAMPNTZ})
_FAMILIES: Mapping[Any, str] = {
    **dict.fromkeys((*_EXACT, _T.FLOAT, _T.DOUBLE), "number"),
    **dict.fromkeys((_T.TEXT, _T.VARCHAR, _T.CHAR), "text"),
    **dict.fromkeys(_TIMES, "time"),
    _T.BOOLEAN: "boolean",
}


@dataclass(frozen=True)
class Target:
    """Another engine that is to compute what DataFusion would."""

    name: str
    """As people know it."""

    option: str
    """Its name for `--engine`."""

    reads_regex: Callable[[str], bool]
    """Whether it reads a pattern as Rust and Python do."""


class _NotPortable(Exception):  # noqa: N818 - an outcome of one node, never seen outside
    """What of a node another engine may compute differently; `{engine}` stands for its name."""


def rewrite(node: Any, target: Target) -> None:
    """Write a node of a tree, whose types are known, so that both engines read it alike.

    Raises:
        EngineError: They may read it in two ways; names it.
    """
    try:
        if not isinstance(node, _PORTABLE):
            raise _NotPortable
        if isinstance(node, exp.RegexpLike):
            _match(node, target)
            return
        found = next((_REWRITES[kind] for kind in type(node).__mro__ if kind in _REWRITES), None)
        if found is not None:
            found(node)
    except _NotPortable as problem:
        raise _refusal(node, str(problem), target) from None


def _refusal(node: Any, problem: str, target: Target) -> EngineError:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()
    written = node.name if isinstance(node, exp.Anonymous) else words
    problem = (problem or "may mean something else on {engine}").replace("{engine}", target.name)
    return EngineError(
        f"`{written}` {problem}; "
        f"write the rule without it, or check it without `--engine {target.option}`"
    )


def _type(node: Any) -> Any:
    return node.type.this if node.type is not None else None


def _family(node: Any) -> str | None:
    if isinstance(node.unnest(), exp.Null):
        return "null"
    return _FAMILIES.get(_type(node))


def _of(*families: str) -> Callable[[Any], None]:
    def check(node: Any) -> None:
        if _family(node.this) not in families:
            raise _NotPortable(f"is asked of something else than {' or '.join(families)}")

    return check


def _compare(node: Any) -> None:
    """Refuse to compare kinds of values that engines make alike in ways of their own."""
    operands = _operands(node)
    families = {_family(operand) for operand in operands} - {"null"}
    if families == {"time", "text"}:
        texts = [operand for operand in operands if _family(operand) == "text"]
        families = {"time"} if all(map(_is_plain_time, texts)) else families
    if len(families) > 1 or None in families:
        raise _NotPortable("compares values of different or unknown types")
    kinds = {_type(operand) for operand in operands}
    if isinstance(node, exp.In) and kinds & _FLOATS and len(node.expressions) > _MEMBERS:
        raise _NotPortable(f"of over {_MEMBERS} floating-point numbers tells -0.0 from 0.0")
    if kinds & _FLOATS:
        _write_as_floats(operands, kinds)


_MEMBERS = 3
"""So many members of a set DataFusion compares one by one; a larger set it looks up by its bits."""


def _write_as_floats(operands: list[Any], kinds: set[Any]) -> None:
    """Take exact numbers beside floating-point ones as such, as DataFusion is asked to."""
    for operand in operands:
        if _type(operand) is _T.DECIMAL:
            literal = operand.this if isinstance(operand, exp.Cast) else operand
            if not isinstance(literal, exp.Literal):
                raise _NotPortable("holds decimals beside floating-point numbers; cast one")
            single = _T.DOUBLE not in kinds and abs(Decimal(literal.name)) <= _LARGEST_FLOAT
            number = exp.Literal.string(repr(float(literal.name)))
            operand.replace(exp.cast(number, _T.FLOAT if single else _T.DOUBLE))
        elif _type(operand) in _WHOLE and _T.DOUBLE not in kinds:
            operand.replace(exp.cast(operand.copy(), _T.DOUBLE))


_LARGEST_FLOAT = Decimal("3.4028234663852886e38")


def _operands(node: Any) -> list[Any]:
    if isinstance(node, exp.Case):
        # Each WHEN is compared with what stands after CASE, if anything does.
        tested = [node.this, *(case.this for case in node.args["ifs"])] if node.this else []
        results = [*(case.args["true"] for case in node.args["ifs"]), node.args.get("default")]
        _same_type([result for result in results if result is not None])
        return tested
    names = ("this", "expression", "low", "high")
    single = [node.args[name] for name in names if node.args.get(name) is not None]
    query = node.args.get("query")
    found = [*single, *node.expressions]
    if query is not None:
        found += query.this.selects if isinstance(query, exp.Subquery) else query.selects
    return found


def _same_type(operands: list[Any]) -> None:
    families = {_family(operand) for operand in operands} - {"null"}
    kinds = {_type(operand) for operand in operands if _family(operand) != "null"}
    if len(families) > 1 or None in families or (kinds & _FLOATS and len(kinds) > 1):
        raise _NotPortable("brings values of different or unknown types together")


def _choose(node: Any) -> None:
    _same_type(_operands(node))


_PLAIN_TIME = re.compile(
    r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


def _is_plain_time(node: Any) -> bool:
    return bool(isinstance(node, exp.Literal) and _PLAIN_TIME.fullmatch(node.name))


def _float_beside_exact(node: Any, operands: list[Any]) -> None:
    """Narrow numbers beside 32-bit ones to 32 bits, as DataFusion does; others take 64."""
    kinds = {_type(operand) for operand in operands}
    if _T.DECIMAL in kinds and kinds & _FLOATS:
        raise _NotPortable("calculates with decimals and floating-point numbers; cast one of them")
    if _T.FLOAT not in kinds or not kinds & _EXACT:
        return
    if _T.DOUBLE in kinds or isinstance(node.args.get("query"), exp.Expression):
        raise _NotPortable("brings numbers of 32 bits, of 64 bits and exact ones together")
    for operand in operands:
        if _type(operand) in _EXACT:
            narrowed = exp.cast(operand.copy(), _T.FLOAT)
            narrowed.type = exp.DataType(this=_T.FLOAT)
            operand.replace(narrowed)


def _calculate(node: Any) -> None:
    left, right = node.this, node.expression
    if isinstance(right, exp.Interval) and _family(left) == "time" and _is_calendar(right):
        return
    if {_family(left), _family(right)} != {"number"}:
        raise _NotPortable("calculates with something else than numbers")
    _float_beside_exact(node, [left, right])
    if isinstance(node, (exp.Div, exp.Mod)):
        _divide(node)
    elif _type(node) in _FLOATS:
        _mark(node, FLOAT_RESULT, [node.copy(), node.this.copy(), node.expression.copy()])


def _negate(node: Any) -> None:
    if _type(node.this) in _FLOATS and not isinstance(node.this, exp.Literal):
        _mark(node, FLOAT_NEGATED, [node.this.copy()])
    _of("number")(node)


def _mark(node: Any, function: str, arguments: list[Any]) -> None:
    """Put a marker in the place of a node, which the target computes in words of its own."""
    marked = exp.Anonymous(this=function, expressions=arguments)
    marked.type = node.type
    node.replace(marked)


def _is_calendar(interval: Any) -> bool:
    return str(interval.unit).upper() in ("DAY", "MONTH", "YEAR")


def _divide(node: Any) -> None:
    kinds = {_type(node.this), _type(node.expression)}
    if kinds <= _WHOLE:
        function = WHOLE_DIVISION
    elif _T.DOUBLE in kinds:
        function = FLOAT_DIVISION
    else:
        function = None
    if isinstance(node, exp.Mod):
        if function != WHOLE_DIVISION:
            raise _NotPortable("takes the rest of something else than whole numbers")
        return
    if function is None:
        raise _NotPortable("divides decimals or 32-bit numbers; cast one of them to double")
    _mark(node, function, [node.this.copy(), node.expression.copy()])


def _cast(node: Any) -> None:
    from_, to = _type(node.this), node.to.this
    exact = from_ in _EXACT and to in {*_EXACT, _T.FLOAT, _T.DOUBLE}
    floating = from_ in {_T.FLOAT, _T.DOUBLE} and to in {*_WHOLE, _T.FLOAT, _T.DOUBLE}
    decimal = to is _T.DECIMAL and isinstance(node.this, exp.Literal)
    time = to in _TIMES and (from_ in _TIMES or _is_plain_time(node.this))
    if not (exact or floating or decimal or time):
        raise _NotPortable(f"to {node.to.sql()} reads some values in another way on {{engine}}")


def _like(node: Any) -> None:
    pattern = node.expression
    if not isinstance(pattern, exp.Literal) or "\\" in pattern.name:
        raise _NotPortable("with a pattern that is no plain text may mean something else")
    _of("text")(node)


def _match(node: Any, target: Target) -> None:
    pattern = node.expression
    if node.args.get("flag") is not None or not isinstance(pattern, exp.Literal):
        raise _NotPortable
    if not target.reads_regex(pattern.name):
        raise _NotPortable("has a pattern that {engine} reads in another way")
    _of("text")(node)


def _join(node: Any) -> None:
    parts = [node.this, node.expression] if isinstance(node, exp.DPipe) else node.expressions
    for part in parts:
        if _type(part) in _WHOLE:
            part.replace(exp.cast(part.copy(), "TEXT"))
        elif _family(part) != "text":
            raise _NotPortable("joins something else than texts and whole numbers")


def _gather(node: Any) -> None:
    """Mark texts that are gathered in an order; others gather first and order then."""
    order, separator = node.this, node.args.get("separator")
    if not (isinstance(order, exp.Order) and isinstance(separator, exp.Literal)):
        raise _NotPortable("gathers texts in no order that {engine} keeps")
    [key, *others] = order.expressions
    if others or key.args.get("desc") or _family(order.this) != "text":
        raise _NotPortable("gathers texts by more than one rising column")
    _mark(node, GATHERED, [order.this.copy(), key.this.copy(), separator.copy()])


def _cut(node: Any) -> None:
    start, length = node.args.get("start"), node.args.get("length")
    places = [place for place in (start, length) if place is not None]
    written = all(isinstance(place, exp.Literal) and place.name.isdigit() for place in places)
    if start is None or not written or start.name == "0":
        raise _NotPortable("counts from a place that is no number from 1 on")
    _of("text")(node)


def _trim(node: Any) -> None:
    if node.expression or node.args.get("position"):
        raise _NotPortable("of something else than blanks on both sides may mean something else")
    _of("text")(node)


def _extract(node: Any) -> None:
    if node.name.upper() not in _PARTS_OF_TIMES or _family(node.expression) != "time":
        raise _NotPortable


def _number_rows(node: Any) -> None:
    if isinstance(node.this, exp.RowNumber) and not node.args.get("order"):
        raise _NotPortable("numbers rows in no order that {engine} keeps")


def _average(node: Any) -> None:
    if _type(node.this) is _T.DECIMAL:
        raise _NotPortable("rounds the mean of decimals in another way on {engine}")
    _of("number")(node)


_REWRITES: Mapping[type, Callable[[Any], None]] = {
    **dict.fromkeys(
        (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
        _compare,
    ),
    **dict.fromkeys((exp.Between, exp.In, exp.Case), _compare),
    **dict.fromkeys((exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least), _choose),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod), _calculate),
    **dict.fromkeys((exp.DPipe, exp.Concat), _join),
    **dict.fromkeys((exp.Lower, exp.Upper, exp.Length, exp.StartsWith), _of("text")),
    **dict.fromkeys((exp.Sum, exp.Abs, exp.IsNan), _of("number")),
    exp.Neg: _negate,
    exp.Avg: _average,
    exp.Cast: _cast,
    exp.Like: _like,
    exp.Substring: _cut,
    exp.Trim: _trim,
    exp.Extract: _extract,
    exp.Window: _number_rows,
    exp.GroupConcat: _gather,
}
"""Kind of node → what is asked of one, once what it holds is known to agree."""
