"""MariaDB's SQL: what it writes in another way than DataFusion, or does not have."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from spectra_gx.contract.sql.quoting import quote_backticked, quote_escaped_text
from spectra_gx.engines.databases.common_rewrites import CASED, by_template, refused
from spectra_gx.engines.databases.dialect import Dialect
from spectra_gx.engines.databases.mariadb.types import COLLATION, read_sorted
from spectra_gx.engines.databases.raw_sql import filled, raw, written
from spectra_gx.engines.databases.regexes import RegexForm, database_regex
from spectra_gx.engines.dialect.dialect_parity import Target
from spectra_gx.engines.dialect.markers import (
    FLOAT_DIVISION,
    FLOAT_NEGATED,
    FLOAT_RESULT,
    WHOLE_DIVISION,
)
from spectra_gx.engines.dialect.operand_types import FLOATS, INTEGERS, TIMES, NodeType, node_type
from spectra_gx.errors import EngineError

_SQL = "mysql"
_REGEXES = RegexForm(end=r"\z", digits=r"\p{Nd}")
_INFINITE = "NULL /* not finite */"
"""An infinity or NaN, which no value here is: a result that is never reached, unless something is
compared with it."""

_INFINITE_TEXT = re.compile(r"'[-+]?(?:inf|infinity|nan)'", re.IGNORECASE)
_UNKNOWN = "may mean something else on {engine}"
_REFUSED = dict.fromkeys(
    (exp.Extract, exp.Interval, exp.Greatest, exp.Least, exp.GroupConcat, exp.Mod), _UNKNOWN
)


def mariadb_regex(pattern: str) -> str | None:
    """Return a pattern for MariaDB; None where Python has to match it."""
    written_ = database_regex(pattern, _REGEXES)
    return None if written_ is None else f"(?-i){written_}"


def text_literal(text: str) -> str:
    """Write a text; its letters are compared one by one."""
    return f"_utf8mb4{quote_escaped_text(text)} COLLATE {COLLATION}"


def _literal(node: Any) -> Any:
    return raw(text_literal(node.name)) if node.is_string else node


def _cast(node: Any) -> Any:
    from_, to = node_type(node.this), node.to.this
    value = written(node.this, _SQL)
    if isinstance(node.this, exp.Literal | exp.Var) and to in TIMES:
        return _time(node)
    if to in INTEGERS and from_ in INTEGERS:
        return filled("CAST({0} AS SIGNED)", _SQL, node.this)
    if to is NodeType.DOUBLE:
        # MariaDB would take a text that is no number of its own for 0.
        infinite = _is_literal(node) and _INFINITE_TEXT.search(value)
        return raw(_INFINITE if infinite else f"CAST({value} AS DOUBLE)")
    if to is NodeType.DECIMAL and (from_ in {*INTEGERS, NodeType.DECIMAL} or _is_literal(node)):
        sizes = ", ".join(size.name for size in node.to.expressions)
        return raw(f"CAST({value} AS DECIMAL({sizes}))")
    if to is NodeType.TEXT and from_ in INTEGERS:
        return raw(f"CAST({value} AS CHAR CHARACTER SET utf8mb4) COLLATE {COLLATION}")
    if to is from_:
        return node.this
    raise EngineError(f"MariaDB converts values to {node.to.sql()} in another way")


def _is_literal(node: Any) -> bool:
    return isinstance(node.this, exp.Literal | exp.Var)


def _time(node: Any) -> Any:
    """Write a time without a zone: the session's is UTC."""
    text = node.this.name.partition("'")[2].partition("'")[0] or node.this.name
    text = text.removesuffix("Z").removesuffix("+00:00").replace("T", " ")
    if "+" in text or text.count("-") > 2:  # noqa: PLR2004 - those of a day
        raise EngineError("MariaDB reads zones in another way; write the instant in UTC")
    if node.to.this is NodeType.DATE:
        return raw(f"DATE'{text[:10]}'")
    return raw(f"TIMESTAMP'{text if len(text) > len('2026-01-01') else text + ' 00:00:00'}'")


_AGGREGATES = (exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.StddevSamp)


def _filter(node: Any) -> Any:
    """Write FILTER, which MariaDB does not have, as a CASE within."""
    condition = written(node.expression.this, _SQL)
    inner = node.this
    if isinstance(inner, exp.Count) and isinstance(inner.this, exp.Star):
        return raw(f"COUNT(CASE WHEN {condition} THEN 1 END)")
    if isinstance(inner, _AGGREGATES) and not isinstance(inner.this, exp.Distinct):
        inner.set("this", raw(f"CASE WHEN {condition} THEN {written(inner.this, _SQL)} END"))
        return _in_range(inner)
    raise EngineError("MariaDB cannot choose the rows of this aggregate")


_IN_RANGE = {
    exp.Sum: "SUM({0}) + 0e0",
    exp.Avg: "SUM({0}) / COUNT({0})",
    exp.StddevSamp: "STDDEV_SAMP({0}) * 2e0 / 2e0",
}


def _in_range(node: Any) -> Any:
    """Calculate with the result of an aggregate of floating-point numbers.

    One out of range is 0, or the largest number, until something is calculated with it: that fails.
    """
    template = _IN_RANGE.get(type(node))
    if template is None or node_type(node) not in FLOATS:
        return node
    return exp.Paren(this=raw(template.format(written(node.this, _SQL))))


def _aggregate(node: Any) -> Any:
    if isinstance(node, exp.Avg) and node_type(node.this) in INTEGERS:
        node.set("this", raw(f"CAST({written(node.this, _SQL)} AS DOUBLE)"))
    if isinstance(node.parent, exp.Filter):
        return node
    if isinstance(node.parent, exp.Window) and node_type(node) in FLOATS:
        raise EngineError("MariaDB takes a number out of range for 0; calculate with decimals")
    return _in_range(node)


def _compare(node: Any) -> Any:
    """Write texts that are compared with times as times."""
    operands = [node.args[name] for name in ("this", "expression", "low", "high")
                if node.args.get(name) is not None]  # fmt: skip
    operands += node.expressions
    if any(_is_infinite(one) for one in operands):
        return _compare_with_infinity(node)
    times = {node_type(one) for one in operands} & TIMES
    for operand in operands if times else ():
        if isinstance(operand, exp.Var):
            to = next(iter(times))
            operand.replace(_time(exp.cast(operand.copy(), to)))
    if isinstance(node, exp.NullSafeEQ | exp.NullSafeNEQ):
        same = filled("{0} <=> {1}", _SQL, node.this, node.expression)
        return same if isinstance(node, exp.NullSafeEQ) else filled("NOT {0}", _SQL, same)
    return node


def _is_infinite(node: Any) -> bool:
    return isinstance(node, exp.Var) and node.name == _INFINITE


def _compare_with_infinity(node: Any) -> Any:
    """Leave infinities out of a list, which no number is equal to; refuse other comparisons."""
    if not isinstance(node, exp.In):
        raise EngineError("MariaDB has no infinity")
    finite = [one for one in node.expressions if not _is_infinite(one)]
    if not finite:
        return filled("NULLIF({0} IS NULL, TRUE)", _SQL, node.this)
    node.set("expressions", finite)
    return _compare(node)


def _floating(node: Any) -> Any:
    """Refuse what could be infinite, which no number of MariaDB's is."""
    if node_type(node) in FLOATS:
        raise EngineError("MariaDB has no infinity; calculate with decimals")
    return node


_COMPARISONS = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Between, exp.In),
)

MARIADB = Dialect(
    sqlglot=_SQL,
    target=Target(
        "MariaDB", "", lambda pattern: mariadb_regex(pattern) is not None, {**CASED, **_REFUSED}
    ),
    functions={
        WHOLE_DIVISION: "{0} DIV {1}",
        FLOAT_DIVISION: "{0} / {1}",
        FLOAT_RESULT: "{0}",
        FLOAT_NEGATED: "-{0}",
    },
    regex=mariadb_regex,
    match="0 <> REGEXP_INSTR({0}, {1})",
    precision=65,
    quote=quote_backticked,
    read_sorted=read_sorted,
    rewrites={
        exp.Literal: _literal,
        exp.IsNan: by_template(_SQL, "{0} IS NULL AND FALSE"),
        exp.Trim: by_template(_SQL, "TRIM(BOTH ' ' FROM {0})"),
        exp.Length: by_template(_SQL, "CHAR_LENGTH({0})"),
        exp.DPipe: by_template(_SQL, "CONCAT({0}, {1})"),
        exp.StartsWith: by_template(_SQL, "LEFT({0}, CHAR_LENGTH({1})) = {1}"),
        exp.Rand: by_template(_SQL, "RAND()"),
        exp.LogicalOr: lambda node: exp.Max(this=node.this),
        exp.LogicalAnd: lambda node: exp.Min(this=node.this),
        exp.AnyValue: by_template(_SQL, "MAX({0})"),
        exp.Cast: _cast,
        exp.Filter: _filter,
        **dict.fromkeys(_IN_RANGE, _aggregate),
        **dict.fromkeys(_COMPARISONS, _compare),
        **dict.fromkeys((exp.Concat, exp.Explode, exp.Bracket), refused("MariaDB")),
    },
)
