"""Insert lines into a YAML file, each other byte of which stays as it is."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.yaml.cst import CstNode, parse_cst

if TYPE_CHECKING:
    from collections.abc import Sequence

_BREAK = re.compile(r"\r\n?")


@dataclass(frozen=True)
class Insertion:
    """Text to insert, in which lines end in a line feed."""

    at: int
    """Characters before it, in a text whose lines end in a line feed."""

    text: str


class YamlFile:
    """A YAML file as it is written."""

    def __init__(self, source: bytes) -> None:
        """Take the bytes of a file that is known to be YAML in UTF-8."""
        self._mark = codecs.BOM_UTF8 if source.startswith(codecs.BOM_UTF8) else b""
        self._written = source.decode("utf-8-sig")
        self.text = _BREAK.sub("\n", self._written)
        self.root = parse_cst(self.text)

    def insert(self, insertions: Sequence[Insertion]) -> bytes:
        """Return the file with all insertions; of those at one place in the order given."""
        pairs = [match.start() for match in re.finditer("\r\n", self._written)]
        # Where a pair is in the text whose lines end in a line feed.
        shifts = [place - number for number, place in enumerate(pairs)]
        found = _BREAK.search(self._written)
        line_end = found[0] if found else "\n"
        parts, done = [], 0
        for one in sorted(insertions, key=lambda one: one.at):
            at = one.at + bisect_left(shifts, one.at)
            parts += [self._written[done:at], one.text.replace("\n", line_end)]
            done = at
        parts.append(self._written[done:])
        return self._mark + "".join(parts).encode()

    def entry(self, *keys: str) -> CstNode | None:
        """Return the value behind keys; None where there is none, or it is written for several.

        What is added to a value that is repeated would be added to all of them.
        """
        node = self.root
        for key in keys:
            entries = [one for one in node.entries or () if one.name == key and one.key]
            if len(entries) != 1:
                return None
            node = entries[0].value
            if node.style == "*" or node.anchor is not None:
                return None
        return node

    def append(self, mapping: CstNode, lines: Sequence[str]) -> Insertion:
        """Return what puts entries behind the last one of a mapping that has no brackets.

        `lines` are written as at the beginning of a line.
        """
        assert mapping.entries  # noqa: S101 - a mapping without brackets has some
        indent = " " * mapping.column
        body = "\n".join(indent + line if line else "" for line in lines)
        at = self._below(self._end_of_line(_last_leaf(mapping)), mapping.column)
        if at == len(self.text) and not self.text.endswith("\n"):
            return Insertion(at, f"\n{body}")
        return Insertion(at, f"{body}\n")

    def append_in_brackets(self, mapping: CstNode, entry: str) -> Insertion:
        """Return what puts an entry behind the last one of a mapping in brackets."""
        entries = mapping.entries or ()
        if not entries:
            return Insertion(mapping.start + 1, entry)
        last = entries[-1]
        end = max(last.value.end, last.key.end if last.key else 0)
        return Insertion(end, f", {entry}")

    def comments_above(self, mapping: CstNode, key: str) -> list[str]:
        """Return the comments on the lines right above a key of a mapping."""
        found: list[str] = []
        for line in reversed(self.text[: self._line_start(mapping, key)].splitlines()):
            if not line.lstrip().startswith("#"):
                break
            found.append(line.strip())
        return found

    def comment_above(self, mapping: CstNode, key: str, comment: str) -> Insertion:
        """Return what puts a comment on a line of its own above a key of a mapping."""
        return Insertion(self._line_start(mapping, key), f"{' ' * mapping.column}{comment}\n")

    def _line_start(self, mapping: CstNode, key: str) -> int:
        [entry] = [one for one in mapping.entries or () if one.name == key]
        return self.text.rfind("\n", 0, entry.start) + 1

    def _below(self, at: int, column: int) -> int:
        """Return what is behind the comments that still belong to a mapping, by how they begin."""
        end = at
        while at < len(self.text):
            following = self.text.find("\n", at) + 1 or len(self.text)
            line = self.text[at:following]
            inside = line.strip() and line.index(line.strip()[0]) >= column
            if line.strip() and not (inside and line.lstrip().startswith("#")):
                break
            at = following
            end = at if line.strip() else end
        return end

    def _end_of_line(self, leaf: CstNode) -> int:
        if leaf.end > leaf.start and self.text[leaf.end - 1] == "\n":
            return leaf.end  # a text that is written on lines of its own
        end = self.text.find("\n", leaf.end)
        return len(self.text) if end < 0 else end + 1


def _last_leaf(node: CstNode) -> CstNode:
    """Return the node that a list or mapping ends with: its own end is behind what follows."""
    if node.entries and node.style != "{":
        last = node.entries[-1]
        inner = last.value
        if inner.entries is None and inner.end <= inner.start and last.key is not None:
            return last.key  # a key without a value
        return _last_leaf(inner)
    return node
