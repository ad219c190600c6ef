"""SQLite's SQL: what it writes in another way than DataFusion, or does not have."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sqlglot import exp

from spectra_gx.engines.databases.common_rewrites import (
    CASED,
    by_template,
    refused,
)
from spectra_gx.engines.databases.dialect import Dialect
from spectra_gx.engines.databases.raw_sql import filled
from spectra_gx.engines.databases.sqlite.functions import (
    CALCULATE,
    DEVIATION,
    FIT,
    STOP,
    TOTAL,
    TOTAL_DIGITS,
    stored_number,
)
from spectra_gx.engines.dialect.dialect_parity import Target
from spectra_gx.engines.dialect.markers import (
    FLOAT_DIVISION,
    FLOAT_NEGATED,
    FLOAT_RESULT,
    WHOLE_DIVISION,
)
from spectra_gx.engines.dialect.operand_types import (
    EXACT_NUMBERS,
    INTEGERS,
    TIMES,
    NodeType,
    node_type,
)
from spectra_gx.errors import EngineError

_SQL = "sqlite"
_FLOATING_DECIMALS = "SQLite calculates with decimals as floating-point numbers"
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
    """Write an exact number; one that is calculated has to fit its type."""
    if isinstance(node.this, exp.Literal):
        return _written_decimal(node)
    precision, scale, *_ = (*(int(size.name) for size in node.to.expressions), 0, 0)
    if node_type(node.this) in INTEGERS and precision - scale >= _LONG_DIGITS:
        return node.this
    if node_type(node.this) in EXACT_NUMBERS and precision:
        return filled(f"{FIT}({{0}}, {precision}, {scale})", _SQL, node.this)
    raise EngineError(_FLOATING_DECIMALS)


_LONG_DIGITS = 19


def _written_decimal(node: Any) -> Any:
    """Write a decimal's digits, unless SQLite would take another number for it."""
    value = Decimal(node.this.name)
    beyond = value == value.to_integral_value() and isinstance(node.parent, _COMPARISONS)
    if stored_number(value) is None and not beyond:  # such a one is beyond all that are stored
        raise EngineError("SQLite has no numbers of so many digits; write fewer")
    return filled(node.this.name, _SQL)


def _calculated(operator: str) -> Any:
    """Return a rewrite of arithmetic with exact numbers that stops where a result is none."""
    checked = by_template(
        _SQL,
        f"CASE WHEN typeof({{0}} {operator} {{1}}) = 'real' THEN {STOP}() "
        f"ELSE {{0}} {operator} {{1}} END",
    )

    def rewrite(node: Any) -> Any:
        kinds = {node_type(node.this), node_type(node.expression)}
        if isinstance(node.expression, exp.Interval):
            return _days_later(node)
        if NodeType.DECIMAL not in kinds:
            return checked(node) if kinds <= INTEGERS else node
        if not kinds <= EXACT_NUMBERS or _is_shown(node):
            raise EngineError(_FLOATING_DECIMALS)
        return filled(f"{CALCULATE}({{0}}, '{operator}', {{1}})", _SQL, node.this, node.expression)

    return rewrite


def _days_later(node: Any) -> Any:
    """Write a day that follows another; none follows the last one that SQLite knows."""
    interval = node.expression
    days = interval.this.name
    if node_type(node.this) is not NodeType.DATE or interval.text("unit").upper() != "DAY":
        raise EngineError("SQLite has no intervals; compare days with days")
    if not days.isdigit():
        raise EngineError("SQLite has no intervals; compare days with days")
    return filled(
        f"CASE WHEN {{0}} IS NOT NULL THEN coalesce(date({{0}}, '+{days} days'), {STOP}()) END",
        _SQL,
        node.this,
    )


def _total_exactly(tree: Any) -> Any:
    """Mark sums of decimals, and of products of them; one that is fetched has all of its digits."""
    for total in list(tree.find_all(exp.Sum)):
        kind = node_type(total.this)
        if kind in (None, NodeType.UNKNOWN):
            raise EngineError("its SQL adds up what has no known type on SQLite; write it simply")
        if kind is not NodeType.DECIMAL:
            continue
        if isinstance(total.this, exp.Distinct):
            raise EngineError(_FLOATING_DECIMALS)
        summed = total.this.unnest()
        is_product = isinstance(summed, exp.Mul)
        factors = (
            [summed.this, summed.expression] if is_product else [summed, exp.Literal.number(1)]
        )
        if _is_fetched(total, tree):
            function, given = TOTAL_DIGITS, [*factors, exp.Literal.number(_scale(summed))]
        elif is_product and _is_shown(total):
            raise EngineError(_FLOATING_DECIMALS)
        else:
            function, given = TOTAL, factors
        made = exp.Anonymous(this=function, expressions=given)
        made.type = total.type
        total.replace(made)
    return tree


def _scale(node: Any) -> int:
    _, scale, *_ = (*(int(size.name) for size in node.type.expressions), 0, 0)
    return scale


def _is_shown(node: Any) -> bool:
    """Return whether a result's digits may be shown, of which its type says too little."""
    around = (*_COMPARISONS, exp.Where, exp.Having, exp.Join, exp.Cast, exp.Anonymous, exp.Select)
    return isinstance(node.find_ancestor(*around), exp.Select)


_AROUND_TOTALS = (exp.Filter, exp.Coalesce, exp.Paren, exp.Alias)


def _is_fetched(total: Any, tree: Any) -> bool:
    """Return whether a sum is handed out as it is, and not calculated with or compared."""
    around = total.parent
    while isinstance(around, _AROUND_TOTALS):
        around = around.parent
    return around is tree


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
        TOTAL: f"{TOTAL}({{0}}, {{1}})",
        TOTAL_DIGITS: f"{TOTAL_DIGITS}({{0}}, {{1}}, {{2}})",
    },
    prepare=_total_exactly,
    regex=lambda _: None,
    match="{0} REGEXP {1}",
    precision=1000,
    rewrites={
        exp.IsNan: by_template(_SQL, "{0} IS NULL AND 0"),
        exp.Trim: by_template(_SQL, "trim({0}, ' ')"),
        exp.Mod: by_template(_SQL, f"CASE WHEN {{1}} = 0 THEN {STOP}() ELSE {{0}} % {{1}} END"),
        exp.Cast: _cast,
        **dict.fromkeys(_COMPARISONS, _compare),
        exp.Add: _calculated("+"),
        exp.Sub: _calculated("-"),
        exp.Mul: _calculated("*"),
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
