"""The forms a value can take: each reads a node, reports what is wrong, and has a JSON schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.quoting import did_you_mean, quote
from spectra_gx.contract.yaml.nodes import ListNode, MapNode, Node, ScalarNode
from spectra_gx.contract.yaml.traps import intended_boolean

if TYPE_CHECKING:
    from spectra_gx.contract.problems import Placed, Report

ROOT = "the contract"
"""What a site is at the top of a file."""

Read = Callable[[Node, "ParseContext"], Any]


@dataclass(slots=True)  # not frozen: one is made for every value, and freezing doubles its cost
class ParseContext:
    """Where a value is being read, and what is known there; nobody changes one."""

    report: Report
    what: str
    """The thing in words, for messages: "`min` of column 'size'"."""

    type: str | None = None
    """Canonical type of the column spoken of, when there is one and it could be read."""

    columns: Mapping[str, str | None] = field(default_factory=dict)
    """Columns of the table and their canonical types."""

    def refuse(self, at: Placed, message: str) -> None:
        """Report that the thing here is not as it must be."""
        self.report.add(at, f"{self.what} {message}")

    def inside(self, what: str) -> ParseContext:
        """Return the site of a part of this thing."""
        return ParseContext(self.report, what, self.type, self.columns)

    def key(self, name: str) -> ParseContext:
        """Return the site of what stands behind a key of this thing."""
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
    mend = ""
    if isinstance(node, ScalarNode) and node.value is not None:
        mend = f'; quote it: `"{node.text}"`'
    context.refuse(node, f"must be a text, found {describe(node)}{mend}")
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


TEXT = Parser("a text", {"type": "string", "pattern": "\\S"}, read_text)
BOOLEAN = Parser("true or false", {"type": "boolean"}, read_boolean)
COUNT = Parser("a whole number from 0 on", {"type": "integer", "minimum": 0}, read_count)


def text_like(pattern: str, words: str, mend: str) -> Parser:
    """Return the form of a text that matches a pattern as a whole."""

    def read(node: Node, context: ParseContext) -> str | None:
        text = node.value if isinstance(node, ScalarNode) else None
        if isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII):
            return text
        context.refuse(node, f"must be {words}, found {describe(node)}; {mend}")
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


def names_of(item: Parser, words: str, name: Parser = TEXT) -> Parser:
    """Return the form of a mapping from names to things of one form, read as a dict."""

    def read(node: Node, context: ParseContext) -> dict[str, Any] | None:
        if not isinstance(node, MapNode):
            context.refuse(node, f"must be {words}, found {describe(node)}")
            return None
        values = {}
        for key, value in repair_commas(node, context.report).values():
            if name.read(key, context.inside(f"a name in {context.what}")) is not None:
                values[key.text] = item.read(value, context.inside(quote(key.text)))
        return values

    schema = {"type": "object", "propertyNames": name.schema, "additionalProperties": item.schema}
    return Parser(words, schema, read)


def record(words: str, keys: Sequence[Key]) -> Parser:
    """Return the form of a mapping with known keys, read as a dict of those written."""
    by_name = {key.name: key for key in keys}

    def read(node: Node, context: ParseContext) -> dict[str, Any] | None:
        entries = read_entries(node, context, by_name)
        if entries is None:
            return None
        report_missing(node, context, [key.name for key in keys if key.needed], entries)
        return {
            name: by_name[name].parser.read(value, context.key(name))
            for name, (_, value) in entries.items()
        }

    return Parser(words, record_schema(keys), read)


def record_schema(keys: Sequence[Key]) -> dict[str, Any]:
    """Return the JSON schema of a mapping with known keys."""
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: key_schema(key) for key in keys},
    }
    needed = [key.name for key in keys if key.needed]
    return {**schema, "required": needed} if needed else schema


def key_schema(key: Key) -> dict[str, Any]:
    """Return the JSON schema of a key's value, with what editors show beside it."""
    shown = {"description": key.purpose}
    examples = {} if key.example is None else {"examples": [key.example]}
    return {**shown, **key.parser.schema, **examples}


def read_entries(
    node: Node, context: ParseContext, known: Mapping[str, Any]
) -> dict[str, tuple[ScalarNode, Node]] | None:
    """Return the entries of a mapping whose keys are known; report the others.

    Args:
        node: What should be a mapping; None is returned when it is not.
        context: What the mapping is, in words.
        known: The keys that may stand here.
    """
    if not isinstance(node, MapNode):
        context.refuse(node, f"must be a mapping, found {describe(node)}")
        return None
    if known.keys() >= node.entries.keys():
        return node.entries
    entries = repair_commas(node, context.report)
    for name, (key, _) in list(entries.items()):
        if name not in known:
            del entries[name]
            context.report.add(key, _unknown(name, context.what, known))
    return entries


def repair_commas(node: MapNode, report: Report) -> dict[str, tuple[ScalarNode, Node]]:
    """Return the entries of a mapping, with a type that `{ }` cut at its comma put together again.

    `{type: decimal(12,2)}` is YAML for `type: decimal(12` and a key `2)`. It is reported once, and
    read on as it was meant.
    """
    entries = dict(node.entries)
    if not node.flow or None not in [
        value.value for _, value in entries.values() if isinstance(value, ScalarNode)
    ]:
        return entries
    cut: tuple[ScalarNode, ScalarNode] | None = None
    for name, (key, value) in node.entries.items():
        if not isinstance(value, ScalarNode):
            cut = None
        elif cut is not None and value.value is None:
            key_of_cut, head = cut
            whole = ScalarNode(f"{head.text},{name}", f"{head.text},{name}", head.line, head.column)
            entries[key_of_cut.text] = (key_of_cut, whole)
            del entries[name]
            cut = (key_of_cut, whole) if _is_open(whole.text) else None
            if cut is None:
                mend = f'quote the type: `"{whole.text}"`'
                report.add(head, f"{quote(head.text)} ends at a comma inside `{{ }}`; {mend}")
        else:
            cut = (key, value) if _is_open(value.text) and value.value == value.text else None
    return entries


def _is_open(text: str) -> bool:
    return text.count("(") > text.count(")") or text.count("<") > text.count(">")


def _unknown(name: str, what: str, known: Mapping[str, Any]) -> str:
    return f"unknown key {quote(name)} in {what}" + (
        did_you_mean(name, known) or "; keys here are " + ", ".join(known)
    )


def report_missing(
    node: Node, context: ParseContext, needed: Sequence[str], entries: Mapping[str, Any]
) -> None:
    """Report each needed key that is not there."""
    for name in needed:
        if name not in entries:
            context.refuse(node, f"has no `{name}`; add it")


TEXTS = list_of(TEXT, "a list of texts")
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
        context.refuse(node, f"is no day of the calendar: {quote(text)}")
        return None
    return str(text)


_DATE_TEXT = text_like(r"\d{4}-\d{2}-\d{2}", "a date", "write it as `2027-01-31`")
DATE = Parser("a date", {**_DATE_TEXT.schema, "format": "date"}, _read_date)
