"""How comparisons, arithmetic and casts are written so that engines compute the same values."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sqlglot import exp

from spectra_gx.engines.dialect.markers import (
    FLOAT_DIVISION,
    FLOAT_NEGATED,
    FLOAT_RESULT,
    WHOLE_DIVISION,
)
from spectra_gx.engines.dialect.operand_types import (
    EXACT_NUMBERS,
    FLOATS,
    INTEGERS,
    TIMES,
    NodeType,
    NotPortable,
    mark,
    node_family,
    node_type,
    require_family,
)


def compare(node: Any) -> None:
    """Refuse to compare types of values that engines convert differently."""
    operands = _operands(node)
    families = {node_family(operand) for operand in operands} - {"null"}
    if families == {"time", "text"}:
        texts = [operand for operand in operands if node_family(operand) == "text"]
        families = {"time"} if all(map(_is_plain_time, texts)) else families
    if len(families) > 1 or None in families:
        raise NotPortable("compares values of different or unknown types")
    kinds = {node_type(operand) for operand in operands}
    if isinstance(node, exp.In) and kinds & FLOATS and len(node.expressions) > _MEMBERS:
        raise NotPortable(f"of over {_MEMBERS} floating-point numbers tells -0.0 from 0.0")
    if kinds & FLOATS:
        _write_as_floats(operands, kinds)


_MEMBERS = 3
"""The largest set whose members DataFusion compares one by one; it looks up larger ones by bits."""


def _write_as_floats(operands: list[Any], kinds: set[Any]) -> None:
    """Write exact numbers beside floating-point ones as floating-point, as DataFusion does."""
    for operand in operands:
        if node_type(operand) is NodeType.DECIMAL:
            literal = operand.this if isinstance(operand, exp.Cast) else operand
            if not isinstance(literal, exp.Literal):
                raise NotPortable("mixes decimals and floating-point numbers; cast one")
            single = NodeType.DOUBLE not in kinds and abs(Decimal(literal.name)) <= _LARGEST_FLOAT
            number = exp.Literal.string(repr(float(literal.name)))
            operand.replace(exp.cast(number, NodeType.FLOAT if single else NodeType.DOUBLE))
        elif node_type(operand) in INTEGERS and NodeType.DOUBLE not in kinds:
            operand.replace(exp.cast(operand.copy(), NodeType.DOUBLE))


_LARGEST_FLOAT = Decimal("3.4028234663852886e38")


def _operands(node: Any) -> list[Any]:
    if isinstance(node, exp.Case):
        # Each WHEN is compared with what follows CASE, if anything does.
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
    families = {node_family(operand) for operand in operands} - {"null"}
    kinds = {node_type(operand) for operand in operands if node_family(operand) != "null"}
    if len(families) > 1 or None in families or (kinds & FLOATS and len(kinds) > 1):
        raise NotPortable("brings values of different or unknown types together")


def choose(node: Any) -> None:
    """Refuse to choose among values of different types."""
    _same_type(_operands(node))


_PLAIN_TIME = re.compile(
    r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII
)


def _is_plain_time(node: Any) -> bool:
    return bool(isinstance(node, exp.Literal) and _PLAIN_TIME.fullmatch(node.name))


def _float_beside_exact(node: Any, operands: list[Any]) -> None:
    """Narrow numbers beside 32-bit ones to 32 bits, as DataFusion does; others take 64."""
    kinds = {node_type(operand) for operand in operands}
    if NodeType.DECIMAL in kinds and kinds & FLOATS:
        raise NotPortable("calculates with decimals and floating-point numbers; cast one of them")
    if NodeType.FLOAT not in kinds or not kinds & EXACT_NUMBERS:
        return
    if NodeType.DOUBLE in kinds or isinstance(node.args.get("query"), exp.Expression):
        raise NotPortable("brings numbers of 32 bits, of 64 bits and exact ones together")
    for operand in operands:
        if node_type(operand) in EXACT_NUMBERS:
            narrowed = exp.cast(operand.copy(), NodeType.FLOAT)
            narrowed.type = exp.DataType(this=NodeType.FLOAT)
            operand.replace(narrowed)


def calculate(node: Any) -> None:
    """Write arithmetic with the types that DataFusion computes it in."""
    left, right = node.this, node.expression
    if isinstance(right, exp.Interval) and node_family(left) == "time" and _is_calendar(right):
        return
    if {node_family(left), node_family(right)} != {"number"}:
        raise NotPortable("calculates with something else than numbers")
    _float_beside_exact(node, [left, right])
    if isinstance(node, (exp.Div, exp.Mod)):
        _divide(node)
    elif node_type(node) in FLOATS:
        mark(node, FLOAT_RESULT, [node.copy(), node.this.copy(), node.expression.copy()])


def negate(node: Any) -> None:
    """Mark the negation of a floating-point number."""
    if node_type(node.this) in FLOATS and not isinstance(node.this, exp.Literal):
        mark(node, FLOAT_NEGATED, [node.this.copy()])
    require_family("number")(node)


def _is_calendar(interval: Any) -> bool:
    return str(interval.unit).upper() in ("DAY", "MONTH", "YEAR")


def _divide(node: Any) -> None:
    kinds = {node_type(node.this), node_type(node.expression)}
    if kinds <= INTEGERS:
        function = WHOLE_DIVISION
    elif NodeType.DOUBLE in kinds:
        function = FLOAT_DIVISION
    else:
        function = None
    if isinstance(node, exp.Mod):
        if function != WHOLE_DIVISION:
            raise NotPortable("takes the rest of something else than whole numbers")
        return
    if function is None:
        raise NotPortable("divides decimals or 32-bit numbers; cast one of them to double")
    mark(node, function, [node.this.copy(), node.expression.copy()])


def cast(node: Any) -> None:
    """Refuse casts that read some values differently."""
    from_, to = node_type(node.this), node.to.this
    exact = from_ in EXACT_NUMBERS and to in EXACT_NUMBERS | FLOATS
    floating = from_ in {NodeType.FLOAT, NodeType.DOUBLE} and to in {
        *INTEGERS,
        NodeType.FLOAT,
        NodeType.DOUBLE,
    }
    decimal = to is NodeType.DECIMAL and isinstance(node.this, exp.Literal)
    time = to in TIMES and (from_ in TIMES or _is_plain_time(node.this))
    if not (exact or floating or decimal or time):
        raise NotPortable(f"to {node.to.sql()} reads some values in another way on {{engine}}")


def average(node: Any) -> None:
    """Refuse the mean of decimals, which engines round differently."""
    if node_type(node.this) is NodeType.DECIMAL:
        raise NotPortable("rounds the mean of decimals in another way on {engine}")
    require_family("number")(node)
