"""Parsers for rules about a whole table or column: row counts, statistics, freshness, order."""

from __future__ import annotations

import math
from typing import Any

from spectra_gx.contract.parsers.parser import (
    COUNT,
    DURATION,
    TABLE_NAME,
    Key,
    ParseContext,
    Parser,
    describe,
    one_of,
    text_like,
)
from spectra_gx.contract.parsers.records import record
from spectra_gx.contract.parsers.values import COLUMN, COLUMNS
from spectra_gx.contract.yaml.nodes import ListNode, Node, ScalarNode

ORDERS = {
    "ascending": "ascending",
    "asc": "ascending",
    "descending": "descending",
    "desc": "descending",
}
"""Word → canonical word."""


def share_of(percent: str) -> float:
    """Return the share that a percentage spells: 0.2 for `20%`."""
    return float(percent.removesuffix("%")) / 100


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
    )
    plain = record("a mapping with min, max or both", keys)

    def read(node: Node, context: ParseContext) -> dict[str, Any] | None:
        said = plain.read(node, context)
        return said if _is_range(said, node, context) else None

    return Parser(plain.words, {**plain.schema, "minProperties": 1}, read)


def _is_range(said: dict[str, Any] | None, node: Node, context: ParseContext) -> bool:
    """Return whether the bounds could be read and leave something between them."""
    if said is None or None in said.values():
        return False
    if not said.keys() & {"min", "max"}:
        context.refuse(node, "bounds nothing; give `min`, `max` or both")
        return False
    if said.get("min", -math.inf) > said.get("max", math.inf):
        context.refuse(node, f"has min {said['min']} above max {said['max']}; swap or change them")
        return False
    return True


def _read_rows(node: Node, context: ParseContext) -> dict[str, Any] | None:
    said = _ROWS.read(node, context)
    if said is None or None in said.values():
        return None
    if not said:
        context.refuse(node, "is empty; give `min`, `max`, `equals`, `same_as` or `change`")
    elif "equals" in said and said.keys() & {"min", "max"}:
        context.refuse(node, "has `equals` beside a bound; `equals` is enough")
    elif said.get("min", 0) > said.get("max", math.inf):
        context.refuse(node, f"has min {said['min']} above max {said['max']}; swap or change them")
    return dict(said)


def _read_quantile(node: Node, context: ParseContext) -> dict[str, Any] | None:
    said = _QUANTILE.read(node, context)
    if said is None or "q" not in said:
        return None
    return said if _is_range(said, node, context) else None


def _read_record(parser: Parser, needed: int) -> Parser:
    """Return a form whose value is used only when every needed key of it could be read."""

    def read(node: Node, context: ParseContext) -> dict[str, Any] | None:
        said = parser.read(node, context)
        return said if said and len(said) >= needed and None not in said.values() else None

    return Parser(parser.words, parser.schema, read)


def _read_by(node: Node, context: ParseContext) -> tuple[str, ...] | None:
    if isinstance(node, ListNode):
        names: tuple[str, ...] | None = COLUMNS.read(node, context)
        return names
    name = COLUMN.read(node, context)
    return None if name is None else (name,)


def _read_order(node: Node, context: ParseContext) -> str | None:
    word = _ORDER_WORD.read(node, context)
    return None if word is None else ORDERS[word]


NUMBER = Parser("a finite number", {"type": "number"}, _read_number)
SHARE = Parser("a share from 0 to 1", {"type": "number", "minimum": 0, "maximum": 1}, _read_share)
PERCENT = text_like(
    r"(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,3})?%", "a percentage", "write one such as `20%`"
)
BOUNDS = _bounds(NUMBER)
COUNT_BOUNDS = _bounds(COUNT)
SHARE_BOUNDS = _bounds(SHARE)
COLUMN_ORDER = one_of("any", "exact")

_CHANGE = _read_record(
    record(
        "a mapping with max",
        (
            Key(
                "max",
                "By how much the rows may differ from the last passed run's.",
                PERCENT,
                needed=True,
                example="20%",
            ),
        ),
    ),
    needed=1,
)
_ROWS = record(
    "a mapping with min, max, equals, same_as or change",
    (
        Key("min", "The fewest rows the table may have.", COUNT, example=1),
        Key("max", "The most rows the table may have.", COUNT, example=1000),
        Key("equals", "The rows the table has, exactly.", COUNT, example=6),
        Key("same_as", "The table that has as many rows.", TABLE_NAME, example="source.endpoints"),
        Key(
            "change",
            "How far the row count may move from the last passed run's.",
            _CHANGE,
            example={"max": "20%"},
        ),
    ),
)
ROWS = Parser(_ROWS.words, {**_ROWS.schema, "minProperties": 1}, _read_rows)
FRESHNESS = _read_record(
    record(
        "a mapping with column and max_age",
        (
            Key("column", "The column that dates a row.", COLUMN, needed=True, example="updated"),
            Key("max_age", "How old the newest row may be.", DURATION, needed=True, example="24h"),
        ),
    ),
    needed=2,
)
_QUANTILE = record(
    "a mapping with q and min, max or both",
    (
        Key("q", "Which quantile, as a share.", SHARE, needed=True, example=0.95),
        Key("min", "The least it may be.", NUMBER, example=0),
        Key("max", "The most it may be.", NUMBER, example=1),
    ),
)
QUANTILE = Parser(_QUANTILE.words, {**_QUANTILE.schema, "minProperties": 2}, _read_quantile)
_BY = Parser(
    "a column's name, or a list of them", {"anyOf": [COLUMN.schema, COLUMNS.schema]}, _read_by
)
_ORDER_WORD = one_of(*ORDERS)
_ORDER = Parser(_ORDER_WORD.words, _ORDER_WORD.schema, _read_order)
SORTED = _read_record(
    record(
        "a mapping with by and order",
        (
            Key("by", "The columns that give the order.", _BY, needed=True, example=["day"]),
            Key("order", "Which way it runs.", _ORDER, needed=True, example="ascending"),
        ),
    ),
    needed=2,
)
