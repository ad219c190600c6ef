"""Parsers of single values: each reads a node, reports what is wrong, and has a JSON schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.yaml.nodes import ListNode, MapNode, Node, ScalarNode
from spectra_gx.contract.yaml.traps import intended_boolean

if TYPE_CHECKING:
    from spectra_gx.contract.problems import Placed, Report

ROOT = "the contract"
"""What a site is at the top of a file."""

Read = Callable[[Node, "ParseContext"], Any]


@dataclass(slots=True)  # not frozen: one is made for every value, and freezing doubles its cost
class ParseContext:
    """Where a value is being read, and what is known there; nothing changes one."""

    report: Report
    what: str
    """The thing in words, for messages: "`min` of column 'size'"."""

    type: str | None = None
    """Canonical type of the column it is about, when there is one and it could be read."""

    columns: Mapping[str, str | None] = field(default_factory=dict)
    """Columns of the table and their canonical types."""

    def refuse(self, at: Placed, message: str) -> None:
        """Report that the thing here is not as it must be."""
        self.report.add(at, f"{self.what} {message}")

    def knows_column(self, node: Node, name: str) -> bool:
        """Return whether the table has the column; report it when it does not."""
        if name in self.columns:
            return True
        hint = did_you_mean(name, self.columns) or "; declare it under `columns`"
        self.refuse(node, f"names {quote(name)}, which is not a column of the table{hint}")
        return False

    def inside(self, what: str) -> ParseContext:
        """Return the context of a part of this thing."""
        return ParseContext(self.report, what, self.type, self.columns)

    def key(self, name: str) -> ParseContext:
        """Return the context of what is written behind a key of this thing."""
        return self.inside(f"`{name}`" if self.what == ROOT else f"`{name}` of {self.what}")


@dataclass(frozen=True)
class Parser:
    """What a value looks like."""

    words: str
    """`a text`, `a list of column names`; for messages and docs."""

    schema: Mapping[str, Any]
    read: Read = field(compare=False)
    """Returns the value normalised, or None with the reason reported."""


@dataclass(frozen=True)
class Key:
    """A key of the language that is no rule."""

    name: str
    purpose: str
    parser: Parser
    needed: bool = False
    example: Any = None


def describe(node: Node) -> str:
    """Return what a node is, in words."""
    if isinstance(node, ListNode):
        return "a list" if node.items else "an empty list"
    if isinstance(node, MapNode):
        return "a mapping" if node.entries else "an empty mapping"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return f"`{node.text}`"
    if isinstance(node.value, str):
        return f"the text {quote(node.text)}"
    return f"the number {node.text}"


def read_text(node: Node, context: ParseContext) -> str | None:
    """Read a text that is not blank."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        if node.value.strip():
            return node.value
        context.refuse(node, "is blank; write something or leave the key out")
        return None
    fix = ""
    if isinstance(node, ScalarNode) and node.value is not None:
        fix = f'; quote it: `"{node.text}"`'
    context.refuse(node, f"must be a text, found {describe(node)}{fix}")
    return None


def read_boolean(node: Node, context: ParseContext) -> bool | None:
    """Read true or false."""
    if isinstance(node, ScalarNode) and isinstance(node.value, bool):
        return node.value
    trap = ""
    if isinstance(node, ScalarNode) and (meant := intended_boolean(node.text)):
        trap = f"; YAML 1.2 reads `{node.text}` as text; write `{meant}`"
    context.refuse(node, f"must be `true` or `false`, found {describe(node)}{trap}")
    return None


def read_count(node: Node, context: ParseContext) -> int | None:
    """Read a whole number from 0 on."""
    if (
        isinstance(node, ScalarNode)
        and isinstance(node.value, int)
        and not isinstance(node.value, bool)
        and node.value >= 0
    ):
        return node.value
    context.refuse(node, f"must be a whole number from 0 on, found {describe(node)}")
    return None


def _read_step(node: Node, context: ParseContext) -> int | None:
    value = node.value if isinstance(node, ScalarNode) else None
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _LARGEST_STEP:
        return value
    context.refuse(
        node, f"must be a whole number from 1 to {_LARGEST_STEP}, found {describe(node)}"
    )
    return None


_LARGEST_STEP = 1_000_000
STEP = Parser(
    f"a whole number from 1 to {_LARGEST_STEP}",
    {"type": "integer", "minimum": 1, "maximum": _LARGEST_STEP},
    _read_step,
)
TEXT = Parser("a text", {"type": "string", "pattern": "\\S"}, read_text)
BOOLEAN = Parser("true or false", {"type": "boolean"}, read_boolean)
COUNT = Parser("a whole number from 0 on", {"type": "integer", "minimum": 0}, read_count)


def text_like(pattern: str, words: str, fix: str) -> Parser:
    """Return the form of a text that matches a pattern as a whole."""

    def read(node: Node, context: ParseContext) -> str | None:
        text = node.value if isinstance(node, ScalarNode) else None
        if isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII):
            return text
        context.refuse(node, f"must be {words}, found {describe(node)}; {fix}")
        return None

    return Parser(words, {"type": "string", "pattern": f"^(?:{pattern})$"}, read)


def one_of(*words: str) -> Parser:
    """Return the form of a text that is one of a few words."""
    known = "one of " + ", ".join(words)

    def read(node: Node, context: ParseContext) -> str | None:
        text = read_text(node, context)
        if text is None or text in words:
            return text
        hint = did_you_mean(text, words)
        context.refuse(node, f"must be {known}, found {quote(text)}{hint}")
        return None

    return Parser(known, {"enum": list(words)}, read)


NAME = text_like(
    r"[A-Za-z][A-Za-z0-9_-]*", "a name of letters, digits, - and _", "write one such as `auth-ok`"
)
TABLE_NAME = text_like(
    r"[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*",
    "a table's full name, `schema.table`",
    "use letters, digits and _ on both sides of one dot",
)
VERSION = text_like(
    r"(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8})){2}",
    "a semantic version",
    "write three numbers, such as `1.0.0`",
)
DURATION = text_like(
    r"[1-9][0-9]{0,5}[smhdw]", "a duration", "write a number and s, m, h, d or w, such as `24h`"
)


def _read_date(node: Node, context: ParseContext) -> str | None:
    text = _DATE_TEXT.read(node, context)
    if text is None:
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        context.refuse(node, f"is not a day of the calendar: {quote(text)}")
        return None
    return str(text)


_DATE_TEXT = text_like(r"\d{4}-\d{2}-\d{2}", "a date", "write it as `2027-01-31`")
DATE = Parser("a date", {**_DATE_TEXT.schema, "format": "date"}, _read_date)


def list_of(item: Parser, words: str, *, least: int = 0) -> Parser:
    """Return the form of a list, read as a tuple, of things of one form."""

    def read(node: Node, context: ParseContext) -> tuple[Any, ...] | None:
        if not isinstance(node, ListNode):
            context.refuse(node, f"must be {words}, found {describe(node)}")
            return None
        if len(node.items) < least:
            context.refuse(node, f"must name at least {least}; add one or leave the key out")
            return None
        inside = context.inside(f"an entry of {context.what}")
        values = [item.read(entry, inside) for entry in node.items]
        return tuple(value for value in values if value is not None)

    schema: dict[str, Any] = {"type": "array", "items": item.schema}
    return Parser(words, {**schema, "minItems": least} if least else schema, read)


TEXTS = list_of(TEXT, "a list of texts")
