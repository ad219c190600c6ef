"""DataFusion's SQL translated to Spark's, with the same results."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp

from spectra_gx.engines.dialect.markers import (
    FLOAT_DIVISION,
    FLOAT_NEGATED,
    FLOAT_RESULT,
    GATHERED,
    WHOLE_DIVISION,
    TypedDataFusion,
)
from spectra_gx.engines.spark.java_regexes import java_regex
from spectra_gx.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

POSITION = "#place"
"""The column that numbers rows as they are stored, where a table is read in that order."""

_LARGEST_PRECISION = 38


def spark_sql(query: str, *, in_stored_order: bool = False) -> str:
    """Translate a query to Spark's SQL.

    `in_stored_order` takes row numbers from the column `POSITION`.

    Raises:
        EngineError: It contains a pattern that Spark reads differently.
    """
    tree = sqlglot.parse_one(query, dialect=TypedDataFusion)
    number = _stored_number if in_stored_order else _any_number
    # Operands first: what is made of them contains them as they are then.
    for node in reversed(list(tree.bfs())):
        translated = _translated(node, number)
        if translated is not node:
            node.replace(translated)
    return str(tree.sql(dialect="spark"))


def _translated(node: Any, number: Callable[[], Any]) -> Any:
    if isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber):
        return node if node.args.get("order") or node.args.get("partition_by") else number()
    if isinstance(node, exp.Select):
        return _numbered_before_items(_without_endless_limit(node))
    if isinstance(node, exp.Literal) and not node.is_string:
        return _number(node)
    if isinstance(node, exp.RegexpLike):
        return exp.RegexpLike(this=node.this, expression=_pattern(node.expression))
    if isinstance(node, exp.Anonymous) and node.name.lower() in _FUNCTIONS:
        return _FUNCTIONS[node.name.lower()](*node.expressions)
    return node


def _without_endless_limit(select: Any) -> Any:
    """Leave out a LIMIT that limits nothing: it keeps DataFusion from skipping files, Spark not."""
    limit = select.args.get("limit")
    if limit is not None and int(limit.expression.name) >= _SPARKS_LIMIT:
        select.set("limit", None)
    return select


_SPARKS_LIMIT = 2**31


_NUMBER = "monotonically_increasing_id"


def _any_number() -> Any:
    """Number rows so that no two have the same; as what does not matter."""
    return exp.Anonymous(this=_NUMBER)


def _numbered_before_items(select: Any) -> Any:
    """Number rows before their items are made rows: Spark would number the items."""
    numbers = [node for node in select.expressions for node in node.find_all(exp.Anonymous)]
    numbers = [node for node in numbers if node.name == _NUMBER]
    if not numbers or not any(node.find(exp.Explode) for node in select.expressions):
        return select
    named = exp.to_identifier(_ROW, quoted=True)
    inner = exp.select("*", exp.alias_(_any_number(), named))
    for clause in ("from_", "where"):
        inner.set(clause, select.args.get(clause))
        select.set(clause, None)
    for number in numbers:
        number.replace(exp.column(named.copy()))
    return select.from_(inner.subquery("numbered"))


_ROW = "#number"


def _stored_number() -> Any:
    return exp.column(exp.to_identifier(POSITION, quoted=True))


_PLAIN_NUMBERS = (
    *(exp.DataTypeParam, exp.Limit, exp.Offset, exp.Ordered, exp.Order, exp.Group, exp.Interval),
    *(exp.Lag, exp.Lead, exp.WindowSpec, exp.Bracket, exp.Substring),
)
"""Where a whole number is a place or a size, and no value."""


def _number(literal: Any) -> Any:
    """Write a number so that it has DataFusion's type: 64 bits, or an exact decimal."""
    text = literal.name
    if isinstance(literal.parent, _PLAIN_NUMBERS):
        return literal
    if text.isdigit():
        return exp.Literal.number(f"{text}L") if int(text) < 2**63 else literal
    if "e" not in text.lower():
        return literal
    plain = format(Decimal(text), "f")
    if len(plain.replace(".", "").lstrip("0")) > _LARGEST_PRECISION:
        raise EngineError(f"the number `{text}` has more digits than Spark's decimals have")
    return exp.Literal.number(plain if "." in plain else f"{plain}BD")


def _pattern(pattern: Any) -> Any:
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        raise EngineError("a pattern on Spark is a text that is written down")
    java = java_regex(pattern.name)
    if java is None:
        raise EngineError(f"Spark reads the pattern `{pattern.name}` in another way")
    return exp.Literal.string(java)


def _arrow_cast(value: Any, to: Any) -> Any:
    return exp.cast(value, _SPARK_TYPES.get(to.name) or _other_type(to.name))


_SPARK_TYPES = {
    'Timestamp(Microsecond, Some("UTC"))': exp.DataType.build("TIMESTAMP", dialect="spark"),
    "Timestamp(Microsecond, None)": exp.DataType.build("TIMESTAMP_NTZ", dialect="spark"),
    "Utf8": exp.DataType.build("STRING", dialect="spark"),
    "Binary": exp.DataType.build("BINARY", dialect="spark"),
    "Int16": exp.DataType.build("SMALLINT", dialect="spark"),
    "Int32": exp.DataType.build("INT", dialect="spark"),
    "Int64": exp.DataType.build("BIGINT", dialect="spark"),
    "Float32": exp.DataType.build("FLOAT", dialect="spark"),
    "Date32": exp.DataType.build("DATE", dialect="spark"),
}


def _other_type(named: str) -> Any:
    """Return a decimal of Arrow's, or a type as Delta names it."""
    decimal = re.fullmatch(r"Decimal(?:128|256)\((\d+), (\d+)\)", named)
    # Spark has 38 digits at most, and fails when they do not suffice.
    text = f"DECIMAL({min(int(decimal[1]), 38)}, {decimal[2]})" if decimal else named
    return exp.DataType.build(text, dialect="spark")


def _whole_division(left: Any, right: Any) -> Any:
    return exp.IntDiv(this=exp.paren(left), expression=exp.paren(right))


def _float_division(left: Any, right: Any) -> Any:
    """Divide by zero to infinity, as floating point does; Spark alone would stop."""
    a, b = _said(left), _said(right)
    divided = (
        f"CASE WHEN {a} IS NULL OR {b} IS NULL THEN NULL WHEN {b} <> 0 THEN {a} / {b} "
        f"WHEN {a} = 0 THEN {_NAN} WHEN ISNAN({a}) THEN {a} "
        f"WHEN ({a} > 0) = (CAST({b} AS STRING) LIKE '-%') THEN CAST('-Infinity' AS DOUBLE) "
        "ELSE CAST('Infinity' AS DOUBLE) END"
    )
    return _spark(
        f"CASE WHEN ISNAN({divided}) AND NOT {_any_nan(a, b)} THEN {_STOP} ELSE {divided} END"
    )


def _float_result(result: Any, left: Any, right: Any) -> Any:
    """Stop where numbers make NaN: engines disagree on whether it is below or above all."""
    made, a, b = _said(result), _said(left), _said(right)
    return _spark(f"CASE WHEN ISNAN({made}) AND NOT {_any_nan(a, b)} THEN {_STOP} ELSE {made} END")


def _float_negated(value: Any) -> Any:
    made = _said(value)
    return _spark(f"CASE WHEN ISNAN({made}) THEN {_STOP} ELSE -{made} END")


_NAN = "CAST('NaN' AS DOUBLE)"
_STOP = "RAISE_ERROR('calculating with floating-point numbers gave NaN')"


def _any_nan(*values: str) -> str:
    return f"({' OR '.join(f'ISNAN({value})' for value in values)})"


def _gathered(value: Any, key: Any, separator: Any) -> Any:
    """Join texts in the order of a key, nulls last; none at all make null."""
    text, place = _said(value), _said(key)
    entry = f"STRUCT({place} IS NULL AS n, {place} AS k, {text} AS v)"
    one = f"CASE WHEN {text} IS NOT NULL THEN {entry} END"
    inside = f"TRANSFORM(ARRAY_SORT(COLLECT_LIST({one})), one -> one.v)"
    joined = f"ARRAY_JOIN({inside}, {separator.sql(dialect='spark')})"
    return _spark(f"CASE WHEN COUNT({text}) = 0 THEN NULL ELSE {joined} END")


def _said(node: Any) -> str:
    return f"({node.sql(dialect='spark')})"


def _spark(text: str) -> Any:
    return sqlglot.parse_one(text, dialect="spark")


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "arrow_cast": _arrow_cast,
    WHOLE_DIVISION: _whole_division,
    FLOAT_DIVISION: _float_division,
    FLOAT_RESULT: _float_result,
    FLOAT_NEGATED: _float_negated,
    GATHERED: _gathered,
}
