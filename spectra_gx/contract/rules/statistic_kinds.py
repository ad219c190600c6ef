"""Rule kinds about all values of a column together: how new, how many, how large on average."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import NUMBERS, SIMPLE, TIMES, Family
from spectra_gx.contract.earlier_runs import written_bounds
from spectra_gx.contract.parsers.columns import COLUMN
from spectra_gx.contract.parsers.earlier_runs import CHANGE, EXPECTED
from spectra_gx.contract.parsers.parser import (
    COUNT,
    DURATION,
    TEXT,
    Key,
    ParseContext,
    Parser,
    describe,
)
from spectra_gx.contract.parsers.records import record
from spectra_gx.contract.rules.kinds import IN_LIST, RuleKind, Scope, no_columns
from spectra_gx.contract.yaml.nodes import Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def _read_number(node: Node, context: ParseContext) -> float | None:
    value = node.value if isinstance(node, ScalarNode) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    context.refuse(node, f"must be a finite number, found {describe(node)}")
    return None


def _read_share(node: Node, context: ParseContext) -> float | None:
    value = _read_number(node, context)
    if value is not None and not 0 <= value <= 1:
        context.refuse(node, f"must be a share from 0 to 1, found {describe(node)}")
        return None
    return value


def _bounds(bound: Parser) -> Parser:
    """Return the form of a mapping with min, max or both."""
    keys = (
        Key("min", "The least it may be.", bound, example=0),
        Key("max", "The most it may be.", bound, example=1),
        *_OF_EARLIER_RUNS,
    )
    plain = record("a mapping with min, max, change or expected", keys)

    def read(node: Node, context: ParseContext) -> dict[str, Any] | None:
        values = plain.read(node, context)
        return values if _is_range(values, node, context) else None

    return Parser(plain.words, {**plain.schema, "minProperties": 1}, read)


_OF_EARLIER_RUNS = (
    Key(
        "change",
        "How far it may move from the last passed run's.",
        CHANGE,
        example={"max": "20%"},
    ),
    EXPECTED,
)


def _is_range(values: dict[str, Any] | None, node: Node, context: ParseContext) -> bool:
    """Return whether the bounds could be read and leave something between them."""
    if values is None or None in values.values():
        return False
    if not values.keys() & {"min", "max", "change", "expected"}:
        context.refuse(node, "bounds nothing; give `min`, `max` or both")
        return False
    if values.get("min", -math.inf) > values.get("max", math.inf):
        context.refuse(
            node, f"has min {values['min']} above max {values['max']}; swap or change them"
        )
        return False
    return True


def _read_quantile(node: Node, context: ParseContext) -> dict[str, Any] | None:
    values = _QUANTILE.read(node, context)
    if values is None or "q" not in values:
        return None
    return values if _is_range(values, node, context) else None


NUMBER = Parser("a finite number", {"type": "number"}, _read_number)
SHARE = Parser("a share from 0 to 1", {"type": "number", "minimum": 0, "maximum": 1}, _read_share)
BOUNDS = _bounds(NUMBER)
COUNT_BOUNDS = _bounds(COUNT)
SHARE_BOUNDS = _bounds(SHARE)
_FRESHNESS = record(
    "a mapping with column, and max_age, expected or both",
    (
        Key("column", "The column that dates a row.", COLUMN, needed=True, example="updated"),
        Key("max_age", "How old the newest row may be.", DURATION, example="24h"),
        EXPECTED,
    ),
)


def _read_freshness(node: Node, context: ParseContext) -> dict[str, Any] | None:
    values: dict[str, Any] | None = _FRESHNESS.read(node, context)
    if values is None or "column" not in values or None in values.values():
        return None
    if values.keys() == {"column"}:
        context.refuse(node, "bounds nothing; give `max_age`, `expected` or both")
        return None
    return values


FRESHNESS = Parser(_FRESHNESS.words, {**_FRESHNESS.schema, "minProperties": 2}, _read_freshness)
_QUANTILE = record(
    "a mapping with q and min, max, change or expected",
    (
        Key("q", "Which quantile, as a share.", SHARE, needed=True, example=0.95),
        Key("min", "The least it may be.", NUMBER, example=0),
        Key("max", "The most it may be.", NUMBER, example=1),
        *_OF_EARLIER_RUNS,
    ),
)
QUANTILE = Parser(_QUANTILE.words, {**_QUANTILE.schema, "minProperties": 2}, _read_quantile)


def _read_sql_value(node: Node, context: ParseContext) -> dict[str, Any] | None:
    values = _SQL_VALUE.read(node, context)
    if values is None or "query" not in values:
        return None
    return values if _is_range(values, node, context) else None


_SQL_VALUE = record(
    "a mapping with query and min, max or both",
    (
        Key(
            "query",
            "One SELECT of one number.",
            TEXT,
            needed=True,
            example="select sum(amount) from {table}",
        ),
        Key("min", "The least it may be.", NUMBER, example=0),
        Key("max", "The most it may be.", NUMBER, example=1),
    ),
)
SQL_VALUE = Parser(_SQL_VALUE.words, {**_SQL_VALUE.schema, "minProperties": 2}, _read_sql_value)


def _statistic(
    key: str,
    purpose: str,
    example: Mapping[str, Any],
    breaking: Sequence[Any],
    noun: str,
    *,
    parser: Parser = BOUNDS,
    families: frozenset[Family] = NUMBERS,
) -> RuleKind:
    return RuleKind(
        key=key,
        purpose=f"{purpose} within these bounds.",
        parser=parser,
        example=example,
        counter_example={"value": breaking},
        positions=IN_LIST,
        scope=Scope.COLUMN,
        wording=f"{noun} of {{columns}}",
        families=families,
        bounded=True,
        join=written_bounds,
    )


def _written_freshness(columns: tuple[str, ...], argument: Any) -> dict[str, Any]:
    bounds = written_bounds(columns, argument)
    return {"column": columns[0], **{key: bounds[key] for key in bounds if key != "timezone"}}


STATISTIC_KINDS = (
    RuleKind(
        key="freshness",
        purpose="The newest row is at most this old.",
        parser=FRESHNESS,
        example={"column": "last_updated", "max_age": "24h"},
        counter_example={"last_updated": [date(2026, 1, 1), date(2026, 1, 2), None]},
        positions=IN_LIST,
        scope=Scope.COLUMN,
        families=TIMES,
        bounded=True,
        clocked=True,
        split=lambda parsed: (
            (parsed["column"],),
            {key: value for key, value in parsed.items() if key != "column"},
        ),
        join=_written_freshness,
    ),
    _statistic("mean", "The mean of the column is", {"min": 0, "max": 1}, [1, 4], "the mean"),
    _statistic("median", "The median of the column is", {"min": 0}, [-1, -1, 9], "the median"),
    _statistic("sum", "The sum of the column is", {"min": 0}, [1, -3], "the sum"),
    _statistic(
        "stdev",
        "The sample standard deviation of the column is",
        {"max": 5},
        [0, 100],
        "the standard deviation",
    ),
    _statistic(
        "distinct",
        "The number of distinct values of the column is",
        {"min": 2, "max": 50},
        ["a", "a", None],
        "the number of distinct values",
        parser=COUNT_BOUNDS,
        families=SIMPLE,
    ),
    _statistic(
        "null_share",
        "The share of rows where the column is null is",
        {"max": 0.05},
        ["a", None],
        "the share of nulls",
        parser=SHARE_BOUNDS,
        families=frozenset(Family),
    ),
    _statistic(
        "quantile",
        "The value below which this share of the column's values lies is",
        {"q": 0.95, "max": 250},
        [1, 300],
        "the {argument[q]} quantile",
        parser=QUANTILE,
    ),
)
SQL_VALUE_KIND = RuleKind(
    key="sql_value",
    purpose="The one number that this SELECT returns is within these bounds.",
    parser=SQL_VALUE,
    example={"query": "select sum(total) from {table}", "min": 0},
    counter_example={"total": [1, -3]},
    positions=IN_LIST,
    scope=Scope.TABLE,
    bounded=True,
    split=no_columns,
)
