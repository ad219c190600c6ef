"""YAML with places: every key and value knows its line and column.

Scalars mean what YAML 1.2's core schema says: `NO`, `on` and `2026-01-01` are texts.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

LONGEST_NUMBER = 40

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = {"0o": (re.compile(r"0o[0-7]+"), 8), "0x": (re.compile(r"0x[0-9a-fA-F]+"), 16)}
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"(?:([-+])?\.(?=[iI])|\.)(inf|Inf|INF|nan|NaN|NAN)")


@dataclass(slots=True, eq=False)
class ScalarNode:
    """A text, number, boolean or null."""

    value: str | int | float | bool | None
    text: str
    """As written, without quotes."""

    line: int
    column: int


@dataclass(slots=True, eq=False)
class ListNode:
    """A list."""

    line: int
    column: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class MapNode:
    """A mapping; of keys written twice the first is kept."""

    line: int
    column: int
    flow: bool
    """Whether it is written with `{ }`."""

    entries: dict[str, tuple[ScalarNode, Node]] = field(default_factory=dict)


Node: TypeAlias = ScalarNode | ListNode | MapNode


@dataclass(frozen=True)
class Spot:
    """A bare place in a file."""

    line: int
    column: int


TOP = Spot(1, 1)


def read_plain(text: str) -> str | int | float | bool | None:
    """Return what an unquoted scalar means in YAML 1.2's core schema.

    Raises:
        ValueError: It is a number that no column could hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    return _read_number(text) if text[0] in "+-.0123456789" else text


def _read_number(text: str) -> str | int | float:
    """Return the number that a scalar spells, or the scalar itself."""
    pattern, base = _BASED.get(text[:2], (_INTEGER, 10))
    if pattern.fullmatch(text):
        if len(text) > LONGEST_NUMBER:
            raise ValueError(text)
        return int(text, base)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if not is_exact(text, number):
            raise ValueError(text)
        return number
    special = _SPECIAL.fullmatch(text)
    return text if special is None else float(f"{special[1] or ''}{special[2].lower()}")


def is_exact(text: str, number: float) -> bool:
    """Return whether a number has no more digits than it is kept with."""
    return math.isfinite(number) and Decimal(text) == Decimal(repr(number))


def plain_value(node: Node) -> Any:
    """Return the node as ordinary Python lists, dicts and scalars."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, ListNode):
        return [plain_value(item) for item in node.items]
    return {key: plain_value(value) for key, (_, value) in node.entries.items()}


def node_at(node: Node, *path: str | int) -> Node:
    """Return the node at a path of keys and indices, or the last one that exists on the way."""
    for step in path:
        if isinstance(node, MapNode) and step in node.entries:
            node = node.entries[str(step)][1]
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            break
    return node
