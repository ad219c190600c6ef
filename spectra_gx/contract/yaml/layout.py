"""Write nodes of a YAML file as lines: indented by two, in brackets where that fits."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from spectra_gx.contract.yaml.nodes import read_plain
from spectra_gx.contract.yaml.scalars import text_as_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spectra_gx.contract.yaml.cst import CstEntry, CstNode

WIDTH = 100

_INDENT = 2
_BLOCK_HEAD = re.compile(r"([|>]-?)(?: |$)")
_ODD_BREAK = re.compile(r"[\x85\u2028\u2029]")
_FOLDS = re.compile(r"\S(?:\S| (?=\S))*")


def document_lines(root: CstNode) -> list[str]:
    """Return the lines of a whole file."""
    if root.entries:
        return _block(root, 0)
    return [_inline(root, flow=False) or "", *root.below]


def _block(node: CstNode, column: int) -> list[str]:
    """Return the lines of a list or mapping that is written without brackets."""
    lines: list[str] = []
    large_before = False
    for entry in node.entries or ():
        written = _entry(entry, column)
        large = len(written) > 1
        apart = [""] if node.spaced and (large or large_before) else []
        _add_comments(lines, [*apart, *entry.above], column)
        lines += written
        large_before = large
    _add_comments(lines, node.below, column)
    return lines


def _add_comments(lines: list[str], comments: Iterable[str], column: int) -> None:
    """Add comments, and blank lines: one at a time, none at the start."""
    for comment in comments:
        if comment:
            lines.append(" " * column + comment)
        elif lines and lines[-1]:
            lines.append("")


def _entry(entry: CstEntry, column: int) -> list[str]:
    """Return the lines of an entry, without the comments above it."""
    value = entry.value
    if not value.entries:
        entry.above += value.below
        value.below = []
    head = " " * column + "-"
    if entry.key is not None:
        key = _inline(entry.key, flow=False)
        head = " " * column + f"{key} :" if entry.key.style == "*" else " " * column + f"{key}:"
    beside = f"  {entry.beside}" if entry.beside else ""
    inline = _inline(value, flow=False)
    fits = inline is not None and len(head) + 1 + len(inline) <= WIDTH
    anchor = f" &{value.anchor}" if value.anchor else ""
    if value.entries and not fits:
        nested = _block(value, column + _INDENT)
        if entry.key or anchor:
            return [f"{head}{anchor}{beside}", *nested]
        # Nothing may be between a dash and what it begins.
        entry.above += [entry.beside] if entry.beside else []
        while not nested[0] or nested[0].lstrip().startswith("#"):
            entry.above.append(nested.pop(0).strip())
        return [head + nested[0][len(head) :], *nested[1:]]
    kept = None if fits else _block_scalar(value, WIDTH - column - _INDENT)
    if kept is None:
        return [f"{head} {inline}{beside}"]
    indent = " " * (column + _INDENT)
    body = [indent + line if line else "" for line in kept[1:]]
    return [f"{head}{anchor} {kept[0]}{beside}", *body]


def _inline(node: CstNode, *, flow: bool) -> str | None:
    """Return a node on one line, or None when it cannot or should not be."""
    anchor = f"&{node.anchor} " if node.anchor else ""
    if node.style == "*":
        return f"*{node.text}"
    if node.entries is None:
        return None if _kept_block(node) else anchor + _scalar(node, flow=flow)
    if node.entries and (node.spread or _has_comments(node)):
        return None
    parts = [_inline_entry(entry) for entry in node.entries]
    if None in parts or any(e.value.keyed and e.value.entries and not e.key for e in node.entries):
        return None
    inside = ", ".join(part for part in parts if part is not None)
    return anchor + (f"{{{inside}}}" if node.keyed else f"[{inside}]")


def _inline_entry(entry: CstEntry) -> str | None:
    value = _inline(entry.value, flow=True)
    if entry.key is None or value is None:
        return value
    key = _inline(entry.key, flow=True)
    return f"{key} : {value}" if entry.key.style == "*" else f"{key}: {value}"


def _scalar(node: CstNode, *, flow: bool) -> str:
    if node.style or isinstance(value := read_plain(node.text), str):
        return text_as_yaml(node.text, flow=flow)
    if value is None:
        return "null"
    return node.text.lower() if isinstance(value, bool) else node.text


def _block_scalar(node: CstNode, width: int) -> list[str] | None:
    """Return head and lines of a text that is better written on several lines."""
    if kept := _kept_block(node):
        return kept
    broken = len(node.lines) > 1 and node.style not in ("|", ">")
    if broken and node.text.isprintable() and _FOLDS.fullmatch(node.text):
        return [
            ">-",
            *textwrap.wrap(node.text, width, break_long_words=False, break_on_hyphens=False),
        ]
    return None


def _kept_block(node: CstNode) -> list[str] | None:
    """Return head and lines of a block scalar, which keeps its lines, without its indentation."""
    head = _BLOCK_HEAD.match(node.lines[0]) if node.style in ("|", ">") else None
    if head is None or _ODD_BREAK.search(node.text):
        return None
    body = list(node.lines[1:])
    while body and not body[-1].strip():
        body.pop()
    indent = next((len(line) - len(line.lstrip(" ")) for line in body if line.strip()), 0)
    return [head[1], *(line[indent:] for line in body)] if body else None


def _has_comments(node: CstNode) -> bool:
    return any(node.below) or any(
        entry.beside or any(entry.above) or _has_comments(entry.value)
        for entry in node.entries or ()
    )
