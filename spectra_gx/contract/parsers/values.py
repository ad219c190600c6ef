"""Parsers of what is written behind a rule's key: values, patterns, columns, references."""

from __future__ import annotations

import math
import re
import warnings
from functools import cache
from typing import Any

from spectra_gx.contract.clocks import WAYS, clock_hint, looks_like_clock, read_clock
from spectra_gx.contract.column_types import (
    TIMES,
    canonical_type,
    family,
    misfit,
)
from spectra_gx.contract.model import ExtraColumns
from spectra_gx.contract.parsers.columns import COLUMNS
from spectra_gx.contract.parsers.parser import (
    TABLE_NAME,
    TEXT,
    Key,
    ParseContext,
    Parser,
    describe,
    list_of,
    one_of,
    read_boolean,
    read_text,
)
from spectra_gx.contract.parsers.records import record
from spectra_gx.contract.sql.quoting import unquote_name
from spectra_gx.contract.yaml.nodes import ListNode, Node, ScalarNode, plain_value

FORMAT_NAMES = ("semver", "email", "uuid", "uri", "ipv4", "date", "json", "masked")

_LONGEST_PATTERN = 5000


def _read_value(node: Node, context: ParseContext) -> Any:
    if not isinstance(node, ScalarNode) or node.value is None:
        context.refuse(node, f"must be a value, found {describe(node)}")
        return None
    if isinstance(node.value, float) and not math.isfinite(node.value):
        context.refuse(node, "must be a finite value; NaN and infinity compare with nothing")
        return None
    wanted = None if context.type is None else misfit(node.value, context.type)
    if wanted is not None:
        context.refuse(
            node,
            f"must be {wanted} for a column of type {context.type}, found {describe(node)}"
            + _clock_advice(node.value, context),
        )
        return None
    return node.value


def _read_clocked_value(node: Node, context: ParseContext) -> Any:
    """Read a value, or what the run's clock gives where the column contains times."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and _of_times(context):
        value = read_clock(node.value)
        if value is not None:
            return value
        if hint := clock_hint(node.value):
            context.refuse(node, f"cannot be read, found {describe(node)}{hint}")
            return None
    return _read_value(node, context)


def _of_times(context: ParseContext) -> bool:
    return context.type is not None and family(context.type) in TIMES


def _clock_advice(value: Any, context: ParseContext) -> str:
    """Return what to do instead of a clock value where none may be written."""
    if not isinstance(value, str) or not looks_like_clock(value):
        return ""
    if _of_times(context):
        return f"; {WAYS} are for `min`, `max`, `above`, `below` and `const`"
    return "; the clock is for columns of type date, timestamp and timestamp_ntz"


def _read_anything(node: Node, context: ParseContext) -> Any:
    value = plain_value(node)
    if value is None:
        context.refuse(node, "must be a value, found nothing")
    return value


def _read_values(node: Node, context: ParseContext) -> tuple[Any, ...] | None:
    if not isinstance(node, ListNode) or not node.items:
        problem = "an empty list" if isinstance(node, ListNode) else describe(node)
        context.refuse(node, f"must be a list of values, found {problem}")
        return None
    inside = context.inside(f"a value of {context.what}")
    values: dict[tuple[type, Any], Any] = {}  # `1` and `true` are not the same
    for item in node.items:
        value = _read_value(item, inside)
        if value is None:
            continue
        if (type(value), value) in values:
            context.refuse(item, "names the same value twice; keep one of them")
            continue
        values[type(value), value] = value
    return tuple(values.values())


def _read_pattern(node: Node, context: ParseContext) -> str | None:
    text = read_text(node, context)
    fault = None if text is None else _fault_of(text)
    if fault is not None:
        context.refuse(node, fault)
        return None
    return text


@cache
def _fault_of(pattern: str) -> str | None:
    """Return what is wrong with a regular expression."""
    if len(pattern) > _LONGEST_PATTERN:
        return "is too large a regular expression; make it simpler"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern)
    except re.error as error:
        return f"is not a regular expression: {error}"
    except FutureWarning:
        return "reads differently in different engines; escape `[`, `&`, `~`, `|` in `[…]`"
    except (RecursionError, OverflowError, MemoryError):
        return "is too large a regular expression; make it simpler"
    return None


def _read_type(node: Node, context: ParseContext) -> str | None:
    text = read_text(node, context)
    if text is None:
        return None
    try:
        return canonical_type(text)
    except ValueError as error:
        context.report.add(node, str(error))
        return None


def _read_references(node: Node, context: ParseContext) -> dict[str, Any] | None:
    parsed: dict[str, Any] | None = _REFERENCES.read(node, context)
    if parsed is None or len(parsed) < len(_REFERENCES_KEYS) or None in parsed.values():
        return None
    if len(parsed["columns"]) != len(parsed["to"]):
        context.refuse(node, "must name as many columns under `to` as under `columns`")
    return parsed


SCALAR = {"type": ["string", "number", "boolean"]}
VALUE = Parser("a value of the column's type", SCALAR, _read_value)
CLOCKED_VALUE = Parser(
    "a value of the column's type; of dates and timestamps also `now`, `today`, `now - 30d`",
    SCALAR,
    _read_clocked_value,
)
ANYTHING = Parser("anything but null", {"not": {"type": "null"}}, _read_anything)
VALUES = Parser(
    "a list of values of the column's type",
    {"type": "array", "items": SCALAR, "minItems": 1, "uniqueItems": True},
    _read_values,
)
CONDITION = Parser("a condition on rows, as SQL", TEXT.schema, read_text)
SWITCH = Parser("true", {"type": "boolean"}, read_boolean)
TYPE = Parser("a type", {"type": "string", "pattern": "\\S"}, _read_type)
PATTERN = Parser(
    "a regular expression, searched for", {"type": "string", "pattern": "\\S"}, _read_pattern
)
FORMAT = one_of(*FORMAT_NAMES)
EXTRA_COLUMNS = one_of(*ExtraColumns)


def _read_table_column(node: Node, context: ParseContext) -> dict[str, str] | None:
    text = read_text(node, context)
    match = None if text is None else _TABLE_COLUMN.fullmatch(text.strip())
    if text is not None and match is None:
        context.refuse(node, f"must be `schema.table.column`, found {describe(node)}")
    if match is None:
        return None
    return {"table": match["table"], "column": unquote_name(match["column"])}


def _read_other_column(node: Node, context: ParseContext) -> str | None:
    written = read_text(node, context)
    return None if written is None else unquote_name(written)


_TABLE_COLUMN = re.compile(r"(?P<table>[A-Za-z_]\w*\.[A-Za-z_]\w*)\.(?P<column>\S.*)", re.ASCII)
TABLE_COLUMN = Parser(
    "a column of another table, `schema.table.column`",
    {"type": "string", "pattern": r"^\s*[A-Za-z_]\w*\.[A-Za-z_]\w*\.\S"},
    _read_table_column,
)
_NAMES = list_of(
    Parser("a column's name", {"type": "string", "pattern": "\\S"}, _read_other_column),
    "a list of column names",
    least=1,
)
_REFERENCES_KEYS = (
    Key("columns", "Columns of this table that name a row of the other.", COLUMNS, needed=True),
    Key(
        "table",
        "The table that contains the parents.",
        TABLE_NAME,
        needed=True,
        example="source.categories",
    ),
    Key("to", "Columns of the other table, in the same order.", _NAMES, needed=True),
)
_REFERENCES = record("a mapping with columns, table and to", _REFERENCES_KEYS)
REFERENCES = Parser(_REFERENCES.words, _REFERENCES.schema, _read_references)
