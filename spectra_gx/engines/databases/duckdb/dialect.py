"""DuckDB's SQL: what it writes in another way than DataFusion."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from spectra_gx.engines.databases.common_rewrites import (
    CASED,
    by_template,
    truncated_cast,
)
from spectra_gx.engines.databases.dialect import Dialect
from spectra_gx.engines.databases.regexes import RegexForm, database_regex
from spectra_gx.engines.dialect.dialect_parity import Target
from spectra_gx.engines.dialect.markers import (
    FLOAT_DIVISION,
    FLOAT_NEGATED,
    FLOAT_RESULT,
    GATHERED,
    WHOLE_DIVISION,
)
from spectra_gx.engines.dialect.operand_types import NodeType, node_type

_REGEXES = RegexForm(end=r"\z", digits=r"\p{Nd}")
_STOP_NAN = "error('calculating with floating-point numbers gave NaN')"
_STOP_ZERO = "error('division by zero')"


def duckdb_regex(pattern: str) -> str | None:
    """Return a pattern for DuckDB; None where Python has to match it."""
    return database_regex(pattern, _REGEXES)


def _unless_nan(made: str, *given: str) -> str:
    """Return a template that stops where numbers make NaN of none."""
    were = " OR ".join(f"isnan({one})" for one in given)
    return f"CASE WHEN isnan({made}) AND NOT ({were}) THEN {_STOP_NAN} ELSE {made} END"


_SQL = "duckdb"


def _multiply(node: Any) -> Any:
    """Take factors with half of the digits where the product has room for no more."""
    factors = [node.this, node.expression]
    if any(node_type(one) is not NodeType.DECIMAL for one in factors):
        return node
    sizes = [[int(size.name) for size in one.type.expressions] for one in factors]
    if all(sizes) and sum(precision for precision, *_ in sizes) > _PRECISION:
        for factor, (_, *scale) in zip(factors, sizes, strict=True):
            half = f"DECIMAL({_PRECISION // 2}, {scale[0] if scale else 0})"
            factor.replace(exp.cast(factor.copy(), half))
    return node


_PRECISION = 38

DUCKDB = Dialect(
    sqlglot=_SQL,
    target=Target("DuckDB", "", lambda pattern: duckdb_regex(pattern) is not None, CASED),
    functions={
        WHOLE_DIVISION: f"CASE WHEN {{1}} = 0 THEN {_STOP_ZERO} ELSE {{0}} // {{1}} END",
        FLOAT_DIVISION: _unless_nan("{0} / {1}", "{0}", "{1}"),
        FLOAT_RESULT: _unless_nan("{0}", "{1}", "{2}"),
        FLOAT_NEGATED: _unless_nan("-{0}", "{0}"),
        GATHERED: "string_agg({0}, {2} ORDER BY {1} NULLS LAST)",
        "make_array": "[{0}]",
    },
    regex=duckdb_regex,
    match="regexp_matches({0}, {1})",
    precision=_PRECISION,
    rewrites={
        exp.Mod: by_template(
            _SQL,
            f"CASE WHEN {{1}} = 0 THEN {_STOP_ZERO} ELSE {{0}} % {{1}} END",
        ),
        exp.Mul: _multiply,
        exp.Trim: by_template(_SQL, "trim({0}, ' ')"),
        exp.Cast: truncated_cast(_SQL, "trunc({0})"),
        exp.ArraySize: by_template(_SQL, "len({0})"),
    },
)
