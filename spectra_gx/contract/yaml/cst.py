"""A YAML file as it is written: its nodes with their style, and the comments beside them.

`yaml_reading` says what a file means and where; this keeps what only matters when it is written
again. PyYAML reports the places of all tokens, so whatever else begins with `#` is a comment.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"(?<!\S)#[^\n\x85\u2028\u2029]*")
_HEADER = re.compile(r"[|>][-+0-9]*[ ]*")
_BLOCKS = ("|", ">")


@dataclass(slots=True, eq=False)
class CstNode:
    """A scalar, list, mapping or alias."""

    start: int
    """Where it begins: a count of characters from the top."""

    end: int
    column: int
    text: str = ""
    """Of a scalar: what it says. Of an alias: the name it repeats."""

    style: str = ""
    """Of a scalar: `'`, `"`, `|` or `>`; plain without. Of a list or mapping: `{` inside brackets.
    Of an alias: `*`."""

    lines: tuple[str, ...] = ()
    """Of a scalar: the lines it is written on."""

    anchor: str | None = None
    entries: list[CstEntry] | None = None
    """Of a list or mapping."""

    below: list[str] = field(default_factory=list)
    """Comments after the last entry; `""` is a blank line."""

    keyed: bool = False
    """Whether it is a mapping."""

    spread: bool = False
    """Whether it is to be written without brackets, however short."""

    spaced: bool = False
    """Whether blank lines are to set its larger entries apart."""

    def walk(self) -> Iterator[CstEntry]:
        """Yield every entry, however deep, in the order written."""
        for entry in self.entries or ():
            yield entry
            yield from entry.value.walk()


@dataclass(slots=True, eq=False)
class CstEntry:
    """An item of a list, or a key of a mapping with its value."""

    parents: tuple[CstNode, ...]
    """The lists and mappings it is in, the outermost first."""

    key: CstNode | None
    value: CstNode
    above: list[str] = field(default_factory=list)
    """Comments before it; `""` is a blank line."""

    beside: str | None = None
    """The comment behind it."""

    @property
    def start(self) -> int:
        """Where it begins."""
        return (self.key or self.value).start

    @property
    def name(self) -> str:
        """Its key; nothing for an item."""
        return self.key.text if self.key else ""


def parse_cst(text: str) -> CstNode:
    """Read a text that is known to be one YAML document, with lines that end in a line feed."""
    events = list(yaml.parse(text, Loader=_LOADER))
    nodes = iter(event for event in events if isinstance(event, yaml.NodeEvent | _END))
    root = _read(text, next(nodes), nodes, ())
    _Placing(text, root).place(_comments(text, events))
    return root


def list_comments(text: str) -> list[str]:
    """Return every comment of a YAML text, sorted."""
    found = _comments(text, yaml.parse(text, Loader=_LOADER))
    return sorted(comment[0].rstrip() for comment in found)


_END: Any = yaml.CollectionEndEvent


def _read(text: str, event: Any, events: Iterator[Any], parents: tuple[CstNode, ...]) -> CstNode:
    node = CstNode(event.start_mark.index, event.end_mark.index, event.start_mark.column)
    node.anchor = event.anchor
    if isinstance(event, yaml.AliasEvent):
        node.text, node.style, node.anchor = str(event.anchor), "*", None
    elif isinstance(event, yaml.ScalarEvent):
        node.text, node.style = event.value, event.style or ""
        node.lines = tuple(text[node.start : node.end].split("\n"))
    else:
        node.style = "{" if event.flow_style else ""
        node.keyed = isinstance(event, yaml.MappingStartEvent)
        _read_entries(text, node, events, parents)
    return node


def _read_entries(
    text: str, node: CstNode, events: Iterator[Any], parents: tuple[CstNode, ...]
) -> None:
    node.entries, parents = [], (*parents, node)
    event = next(events)
    while not isinstance(event, _END):
        key = _read(text, event, events, parents) if node.keyed else None
        value = _read(text, next(events) if node.keyed else event, events, parents)
        node.entries.append(CstEntry(parents, key, value))
        event = next(events)
    node.end = event.end_mark.index
    if node.entries and node.entries[0].key:
        # The mapping itself begins at its anchor when it has one.
        node.column = node.entries[0].key.column


def _comments(text: str, events: Iterable[Any]) -> list[re.Match[str]]:
    """Return what begins with `#` outside of every scalar."""
    spans = [_span(text, event) for event in events if isinstance(event, yaml.ScalarEvent)]
    rest = iter([*spans, (len(text), len(text))])
    start, end = next(rest)
    found = []
    for match in _COMMENT.finditer(text):
        while end <= match.start():
            start, end = next(rest)
        if match.start() < start:
            found.append(match)
    return found


def _span(text: str, event: Any) -> tuple[int, int]:
    """Return where a scalar's own characters are; a comment may follow the head of a block."""
    start, end = event.start_mark.index, event.end_mark.index
    head = _HEADER.match(text, start) if event.style in _BLOCKS else None
    if head is not None:
        line_end = text.find("\n", start)
        start = end if line_end < 0 else line_end
    return start, end


class _Placing:
    """Gives every comment, and every blank line, to the entry that it belongs to."""

    def __init__(self, text: str, root: CstNode) -> None:
        self.text = text
        self.root = root
        self.entries = list(root.walk())
        self.starts = [entry.start for entry in self.entries]
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.holders = {id(entry.value): entry for entry in self.entries}

    def place(self, comments: list[re.Match[str]]) -> None:
        """Place all of them; they come in the order written."""
        for comment in comments:
            at, message = comment.start(), comment[0].rstrip()
            index = bisect_right(self.starts, at)
            owner = self._owner(self.entries[index - 1], at) if index else None
            if owner is None:
                place = self._above(index, at)
                place += ["", message] if self._after_blank(at) else [message]
            elif owner.beside is None:
                owner.beside = message
            else:
                owner.above.append(message)
        for entry, before in zip(self.entries, [None, *self.starts], strict=False):
            if entry.start != before and self._after_blank(entry.start):
                entry.above.append("")

    def _line(self, at: int) -> int:
        return bisect_right(self.lines, at) - 1

    def _after_blank(self, at: int) -> bool:
        """Return whether what is here begins its line, and the line before is blank."""
        line = self._line(at)
        start = self.lines[line]
        if line == 0 or self.text[start:at].strip(" -?"):
            return False
        return not self.text[self.lines[line - 1] : start].strip()

    def _owner(self, last: CstEntry, at: int) -> CstEntry | None:
        """Return the entry that a comment follows, on the same line."""
        owner = last
        for parent in last.parents:
            if parent.style == "{" and parent.end <= at and id(parent) in self.holders:
                owner = self.holders[id(parent)]
                break
        ends = [owner.key.end] if owner.key else []
        if owner.value.style in _BLOCKS:
            ends.append(owner.value.start)
        elif owner.value.entries is None or owner.value.style == "{":
            ends.append(owner.value.end)
        return owner if self._line(at) in map(self._line, ends) else None

    def _above(self, index: int, at: int) -> list[str]:
        """Return where a comment on a line of its own belongs; `index` is the next entry's."""
        after = self.entries[index] if index < len(self.entries) else None
        within = after.parents if after else ()
        before = self.entries[index - 1] if index else None
        open_ = [*before.parents, before.value] if before else [self.root]
        around = [node for node in open_ if node.style == "{" and node.start < at < node.end]
        if around:
            return after.above if after and around[-1] in within else around[-1].below
        column = at - self.lines[self._line(at)]
        if after is None or (not any(after.above) and column > within[-1].column):
            ended = [node for node in open_ if node.entries and not node.style]
            ended = [node for node in ended if node not in within and node.column <= column]
            if ended:
                return ended[-1].below
        return after.above if after else self.root.below
