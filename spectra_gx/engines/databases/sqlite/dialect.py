"""SQLite's SQL: what it writes in another way than DataFusion, or does not have."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from spectra_gx.engines.databases.common_rewrites import (
    CASED,
    by_template,
    refused,
)
from spectra_gx.engines.databases.dialect import Dialect
from spectra_gx.engines.databases.raw_sql import filled
from spectra_gx.engines.dialect.dialect_parity import Target
from spectra_gx.engines.dialect.markers import (
    FLOAT_DIVISION,
    FLOAT_NEGATED,
    FLOAT_RESULT,
    WHOLE_DIVISION,
)
from spectra_gx.engines.dialect.operand_types import INTEGERS, TIMES, NodeType, node_type
from spectra_gx.errors import EngineError

_SQL = "sqlite"
STOP, DEVIATION = "spectra_stop", "spectra_stddev_samp"
"""Functions that the connection adds: the one ends a query, the other SQLite lacks."""

_UNKNOWN = "may mean something else on {engine}"
_REFUSED = dict.fromkeys(
    (exp.Extract, exp.Interval, exp.Greatest, exp.Least, exp.GroupConcat, exp.RegexpLike), _UNKNOWN
)


def _cast(node: Any) -> Any:
    from_, to = node_type(node.this), node.to.this
    if to is NodeType.DATE:
        return _day(node)
    if to in TIMES:
        return _time(node)
    if to is NodeType.DECIMAL:
        return _decimal(node)
    if to in INTEGERS and from_ not in INTEGERS:
        raise EngineError("SQLite cuts numbers off in another way; cast none to whole numbers")
    if to in (NodeType.FLOAT, NodeType.DOUBLE):
        return _floating(node, to)
    return node


_OPERANDS = ("this", "expression", "low", "high")


def _compare(node: Any) -> Any:
    """Write texts that are compared with times as the texts that times are read as."""
    operands = [node.args[name] for name in _OPERANDS if node.args.get(name) is not None]
    operands += node.expressions
    times = {node_type(one) for one in operands} & TIMES
    for operand in operands if times else ():
        if isinstance(operand, exp.Literal) and operand.is_string:
            cast = exp.cast(operand.copy(), next(iter(times)))
            operand.replace(_day(cast) if NodeType.DATE in times else _time(cast))
    return node


_COMPARISONS = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Between, exp.In),
)


def _floating(node: Any, to: Any) -> Any:
    value = node.this
    special = {"inf": "9e999", "-inf": "-9e999", "nan": "NULL"}
    if to is NodeType.FLOAT and node_type(value) is not NodeType.FLOAT:
        raise EngineError("SQLite has no numbers of 32 bits; use doubles")
    if isinstance(value, exp.Literal) and value.name.lower() in special:
        return filled(special[value.name.lower()], _SQL)
    return filled("CAST({0} AS REAL)", _SQL, value)


def _day(node: Any) -> Any:
    """Write a day as the text that SQLite stores."""
    if isinstance(node.this, exp.Literal):
        return exp.Literal.string(node.this.name[:10])
    if node_type(node.this) is NodeType.DATE:
        return node.this
    raise EngineError("SQLite has no days of instants; compare the instants")


def _time(node: Any) -> Any:
    """Write a time as the text that it is read as: with six digits of a second."""
    if node_type(node.this) is node.to.this:
        return node.this
    if not isinstance(node.this, exp.Literal):
        raise EngineError("SQLite has no instants of days; compare days with days")
    text = re.sub(r"(?:Z|\+00:00)$", "", node.this.name).replace("T", " ")
    if "+" in text or "Z" in text or text.count("-") > 2:  # noqa: PLR2004 - those of a day
        raise EngineError("SQLite has no zones; write the instant in UTC without one")
    day, _, clock = text.partition(" ")
    clock = clock or "00:00:00"
    whole, _, fraction = clock.partition(".")
    return exp.Literal.string(f"{day} {whole}.{fraction:<06}")


def _decimal(node: Any) -> Any:
    """Write an exact number; SQLite calculates with whole numbers exactly, and with no other."""
    sizes = [int(size.name) for size in node.to.expressions]
    scale = sizes[1] if len(sizes) > 1 else 0
    if isinstance(node.this, exp.Literal):
        return filled(node.this.name, _SQL)
    if node_type(node.this) in INTEGERS and scale == 0:
        return node.this
    raise EngineError("SQLite adds decimals up as floating-point numbers; check them elsewhere")


def _whole(operator: str) -> Any:
    """Return a rewrite that stops where whole numbers would become floating-point ones."""
    checked = by_template(
        _SQL,
        f"CASE WHEN typeof({{0}} {operator} {{1}}) = 'real' THEN {STOP}() "
        f"ELSE {{0}} {operator} {{1}} END",
    )

    def rewrite(node: Any) -> Any:
        kinds = {node_type(node.this), node_type(node.expression)}
        if NodeType.DECIMAL in kinds:
            raise EngineError("SQLite calculates with decimals as floating-point numbers")
        return checked(node) if kinds <= INTEGERS else node

    return rewrite


_NAN = f"CASE WHEN {{0}} IS NULL AND {{1}} IS NOT NULL AND {{2}} IS NOT NULL THEN {STOP}() ELSE"

SQLITE = Dialect(
    sqlglot=_SQL,
    target=Target("SQLite", "", lambda _: False, {**CASED, **_REFUSED}),
    functions={
        WHOLE_DIVISION: f"CASE WHEN {{1}} = 0 THEN {STOP}() ELSE {{0}} / {{1}} END",
        FLOAT_DIVISION: (
            "CASE WHEN {1} <> 0 THEN {0} / {1} WHEN {0} IS NULL OR {1} IS NULL THEN NULL "
            f"ELSE {STOP}() END"
        ),
        FLOAT_RESULT: f"{_NAN} {{0}} END",
        FLOAT_NEGATED: "-{0}",
    },
    regex=lambda _: None,
    match="{0} REGEXP {1}",
    precision=1000,
    rewrites={
        exp.IsNan: by_template(_SQL, "{0} IS NULL AND 0"),
        exp.Trim: by_template(_SQL, "trim({0}, ' ')"),
        exp.Mod: by_template(_SQL, f"CASE WHEN {{1}} = 0 THEN {STOP}() ELSE {{0}} % {{1}} END"),
        exp.Cast: _cast,
        **dict.fromkeys(_COMPARISONS, _compare),
        exp.Add: _whole("+"),
        exp.Sub: _whole("-"),
        exp.Mul: _whole("*"),
        exp.LogicalOr: by_template(_SQL, "max({0})"),
        exp.LogicalAnd: by_template(_SQL, "min({0})"),
        exp.AnyValue: by_template(_SQL, "max({0})"),
        exp.StddevSamp: by_template(_SQL, f"{DEVIATION}({{0}})"),
        exp.StartsWith: by_template(_SQL, "substr({0}, 1, length({1})) = {1}"),
        exp.Rand: by_template(_SQL, "random() / 18446744073709551616.0 + 0.5"),
        exp.Concat: refused("SQLite"),
        exp.Explode: refused("SQLite"),
        exp.Bracket: refused("SQLite"),
    },
)
