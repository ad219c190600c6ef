"""Dialects of databases that were not run here: each kind of node is written out, or refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.databases.common_rewrites import CASED, by_template
from spectra_gx.engines.databases.dialect import Dialect
from spectra_gx.engines.databases.raw_sql import filled, raw, written
from spectra_gx.engines.databases.strict.rewrites import (
    ALIKE,
    exact_only,
    in_plain_words,
    moment,
    ordered_window,
    part_of_time,
)
from spectra_gx.engines.dialect.dialect_parity import Target
from spectra_gx.engines.dialect.markers import (
    FLOAT_DIVISION,
    FLOAT_NEGATED,
    FLOAT_RESULT,
    WHOLE_DIVISION,
)
from spectra_gx.engines.dialect.operand_types import FLOATS, INTEGERS, TIMES, NodeType, node_type
from spectra_gx.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_UNKNOWN = "may mean something else on {engine}"
_REFUSED = dict.fromkeys((exp.Interval, exp.Greatest, exp.Least, exp.GroupConcat, exp.Concat),
                         _UNKNOWN)  # fmt: skip


@dataclass(frozen=True)
class Spelling:
    """What one database writes in its own way. Templates have `{0}`, `{1}` for operands."""

    name: str
    sqlglot: str
    types: Mapping[Any, str]
    """Type → its name in a cast; a decimal's has `{0}` digits, `{1}` of them after the point."""

    text: Callable[[str], str]
    """From a text to the literal that is compared with columns."""

    date: str
    """Template of the literal of a moment, here of its day; `{0}` is the moment in UTC."""

    instant: str
    local_time: str

    text_of_number: str
    number_cut_off: str
    length: str
    trimmed: str
    joined: str
    begins_with: str
    piece: str
    """Template of a part of a text: from place `{1}` on, `{2}` letters."""

    part_of_time: str
    whole_division: str
    rest: str
    random: str
    deviation: str
    any_true: str
    all_true: str
    any_value: str
    pattern: Callable[[str], str | None] = field(default=lambda _: None)
    match: str = ""
    is_nan: str = "CASE WHEN {0} IS NOT NULL THEN FALSE END"
    """Nothing is NaN where reading one ends the query."""

    unless_nan: str = "{0}"
    infinite: Mapping[str, str] = field(default_factory=dict)
    """`inf`, `-inf` and `nan` in a cast; what is not there is refused."""

    not_a_number: str = ""
    """NaN as the result of a CASE that is reached where a value is NaN, which none is."""

    orders_nulls: bool = True
    quote: Callable[[str], str] = quote_name
    prepare: Callable[[Any], Any] = in_plain_words
    beside: Mapping[type, Callable[[Any], Any]] = field(default_factory=dict)
    """Further rewrites, which count before those that all have."""


def strict_dialect(own: Spelling) -> Dialect:
    """Return the dialect of a spelling."""
    calculate = exact_only(own.name)
    sql = own.sqlglot
    rewrites = {
        **dict.fromkeys(ALIKE, lambda node: node),
        exp.Literal: lambda node: _literal(node, own),
        exp.Cast: lambda node: _cast(node, own),
        exp.Window: ordered_window,
        exp.Ordered: lambda node: _ordered(node, own),
        exp.Avg: lambda node: _average(node, own),
        exp.Sum: lambda node: _sum(node, own),
        exp.StddevSamp: by_template(sql, own.deviation),
        exp.LogicalOr: by_template(sql, own.any_true),
        exp.LogicalAnd: by_template(sql, own.all_true),
        exp.AnyValue: by_template(sql, own.any_value),
        exp.Add: calculate,
        exp.Sub: calculate,
        exp.Mul: calculate,
        exp.Div: lambda node: _quotient(node, own),
        exp.Mod: by_template(sql, own.rest),
        exp.IsNan: by_template(sql, own.is_nan),
        exp.Length: by_template(sql, own.length),
        exp.Trim: by_template(sql, own.trimmed),
        exp.DPipe: by_template(sql, own.joined),
        exp.StartsWith: by_template(sql, own.begins_with),
        exp.Substring: lambda node: _piece(node, own),
        exp.Extract: part_of_time(own.part_of_time, sql),
        exp.Like: lambda node: node,
        exp.Rand: by_template(sql, own.random),
        **own.beside,
    }
    return Dialect(
        sqlglot=sql,
        target=Target(
            own.name,
            "",
            lambda pattern: own.pattern(pattern) is not None,
            {**CASED, **_REFUSED},
        ),
        functions={
            WHOLE_DIVISION: own.whole_division,
            FLOAT_DIVISION: own.unless_nan.replace("{0}", "({0} / {1})"),
            FLOAT_RESULT: own.unless_nan,
            FLOAT_NEGATED: "-{0}",
        },
        regex=own.pattern,
        match=own.match,
        precision=_PRECISION,
        rewrites=rewrites,
        quote=own.quote,
        prepare=own.prepare,
        closed=True,
    )


_PRECISION = 38
_NOT_FINITE = ("inf", "-inf", "nan")


def _literal(node: Any, own: Spelling) -> Any:
    return raw(own.text(node.name)) if node.is_string and not _is_part(node) else node


def _is_part(node: Any) -> bool:
    """Return whether a literal is what another node is written with: of a cast, of a pattern."""
    parent = node.parent
    if isinstance(parent, exp.Cast):
        return bool(parent.to.this is not NodeType.TEXT)
    return isinstance(parent, exp.Like) and node.arg_key == "expression"


def _time_template(type_: Any, own: Spelling) -> str:
    if type_ is NodeType.DATE:
        return own.date
    return own.instant if type_ is NodeType.TIMESTAMPTZ else own.local_time


def _cast(node: Any, own: Spelling) -> Any:
    from_, to = node_type(node.this), node.to.this
    value = written(node.this, own.sqlglot)
    literal = isinstance(node.this, exp.Literal)
    if to in TIMES and literal:
        found = moment(node, own.name)
        return raw(_time_template(to, own).format(found)) if found is not None else node
    if to in FLOATS and literal and node.this.name.lower() in _NOT_FINITE:
        return raw(_not_finite(node, own))
    if to is NodeType.TEXT:
        if from_ in INTEGERS:
            return filled(own.text_of_number, own.sqlglot, node.this)
        if literal or from_ is NodeType.TEXT or isinstance(node.this, exp.Var):
            return node.this
    if to in INTEGERS and (from_ in FLOATS or from_ is NodeType.DECIMAL):
        cut = own.number_cut_off.format(f"({value})")
        return raw(f"CAST({cut} AS {own.types[to]})")
    numbers = {*INTEGERS, *FLOATS, NodeType.DECIMAL}
    if to in own.types and (literal or from_ is to or (from_ in numbers and to in numbers)):
        sizes = [size.name for size in node.to.expressions]
        type_ = own.types[to].format(*sizes, *(["0"] if len(sizes) == 1 else []))
        return raw(f"CAST({value} AS {type_})")
    if (to is NodeType.DATE and from_ in TIMES) or from_ is to:
        return raw(f"CAST({value} AS DATE)") if to is NodeType.DATE else node.this
    raise EngineError(f"{own.name} converts values to {node.to.sql()} in another way")


def _not_finite(node: Any, own: Spelling) -> str:
    name = node.this.name.lower()
    if name in own.infinite:
        return own.infinite[name]
    result = isinstance(node.parent, exp.If) and node.arg_key == "true"
    if name == "nan" and result and own.not_a_number:
        return own.not_a_number
    raise EngineError(f"{own.name} has no infinity")


def _ordered(node: Any, own: Spelling) -> Any:
    """Write where nulls are: which place is the usual one is a setting of some databases."""
    if not own.orders_nulls:
        return node
    order = " DESC" if node.args.get("desc") else ""
    place = "FIRST" if node.args.get("nulls_first") else "LAST"
    return raw(f"{written(node.this, own.sqlglot)}{order} NULLS {place}")


def _average(node: Any, own: Spelling) -> Any:
    """Write a mean as that of doubles, which DataFusion's is."""
    if node_type(node.this) not in INTEGERS:
        return node
    return raw(f"AVG(CAST({written(node.this, own.sqlglot)} AS {own.types[NodeType.DOUBLE]}))")


def _sum(node: Any, own: Spelling) -> Any:
    """Add whole numbers up as those of 64 bits: some databases take the type of what is added."""
    if node_type(node.this) not in INTEGERS:
        return node
    cast = exp.Sum(
        this=raw(f"CAST({written(node.this, own.sqlglot)} AS {own.types[NodeType.BIGINT]})")
    )
    cast.type = node.type
    return cast


def _quotient(node: Any, own: Spelling) -> Any:
    """Divide floating-point numbers; what is exact is divided in another way everywhere."""
    if not {node_type(node.this), node_type(node.expression)} <= FLOATS:
        raise EngineError(f"{own.name} divides exact numbers in another way")
    return node


_LONGEST = str(2**31 - 1)


def _piece(node: Any, own: Spelling) -> Any:
    length = node.args.get("length") or exp.Literal.number(_LONGEST)
    return filled(own.piece, own.sqlglot, node.this, node.args["start"], length)
