"""Parsing YAML into nodes with places.

Nothing here recurses and nothing grows beyond the file: depth, size and what aliases repeat are
bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from spectra_gx.contract.report import Report, quote
from spectra_gx.contract.yaml_nodes import (
    TOP,
    ListNode,
    MapNode,
    Node,
    ScalarNode,
    Spot,
    read_plain,
)

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE = 5 * 1024 * 1024
DEEPEST = 30
MOST_REPEATED = 10_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?= |$)", re.MULTILINE)


class _Stop(Exception):  # noqa: N818  # no error: the way out of a loop
    """Reading further would make no sense; the problem is in the report."""


def read_bytes(path: Path, report: Report) -> bytes | None:
    """Read as much of a file as a contract may hold; return None, and report why, when it fails."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except OSError as error:
        report.add(TOP, f"this file cannot be read: {error.strerror or 'unknown reason'}")
        return None


def parse_yaml(source: bytes, report: Report) -> Node | None:
    """Parse bytes; return None, with a problem reported, when nothing can be made of them."""
    text = _decode(source, report)
    if text is None or _spoilt(text, report):
        return None
    builder = _Builder(report)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        spot = TOP if mark is None else Spot(mark.line + 1, mark.column + 1)
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        report.add(spot, f"this is not YAML: {reason}; check the indentation, quotes and brackets")
        return None
    except (yaml.YAMLError, ValueError, OverflowError):  # the parser written in Python raises these
        report.add(TOP, "this is not YAML; check the escapes inside double quotes")
        return None
    if builder.root is None:
        report.add(TOP, "this file is empty; start with `contract: <stage>`")
    return builder.root


def _decode(source: bytes, report: Report) -> str | None:
    if len(source) > LARGEST_FILE:
        report.add(
            TOP, "this file is over 5 MB; a contract is written by hand, is it the right file?"
        )
        return None
    if b"\0" in source:
        before = source[: source.index(b"\0")]
        report.add(_spot(before), "this is not a text file; save the contract as UTF-8 text")
        return None
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        report.add(_spot(before), "this character is not UTF-8; save the contract as UTF-8 text")
        return None


def _spot(before: bytes) -> Spot:
    """Return the place right after the bytes."""
    text = before.decode("utf-8", errors="replace").removeprefix("\ufeff")
    return Spot(text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1)


def _spoilt(text: str, report: Report) -> bool:
    """Report what makes a text unfit before it is parsed at all."""
    markers = [match.start() for match in _CONFLICT.finditer(text)]
    for start in markers:
        report.add(
            _spot(text[:start].encode()),
            "a merge conflict was left here; choose a side and remove the marker lines",
        )
    strange = _UNPRINTABLE.search(text)
    if strange is not None:
        before = text[: strange.start()].encode()
        report.add(_spot(before), "an invisible control character stands here; remove it")
    tab = text.find("\t")
    if tab >= 0:
        report.add(
            _spot(text[:tab].encode()),
            'a tab stands here; indent with spaces, and inside a text write "\\t"',
        )
    return bool(markers) or strange is not None or tab >= 0


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is still open."""

    node: ListNode | MapNode | None
    """None inside something that was refused, such as a mapping used as a key."""

    anchor: str | None
    key: ScalarNode | None = None
    awaits_value: bool = False
    size: int = 1


class _Builder:
    """Builds nodes from events, one at a time."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.root: Node | None = None
        self._open: list[_Frame] = []
        self._anchors: dict[str, tuple[Node | None, int]] = {}
        self._documents = 0
        self._repeated = 0

    def take(self, event: Any) -> None:
        """Take the next event of the parser."""
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            line, column = _start(event)
            self._begin(event, MapNode(line, column, bool(event.flow_style)))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(event, ListNode(*_start(event)))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.AliasEvent):
            self._take_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, "a second document starts here; one file holds one contract")

    def _take_scalar(self, event: Any) -> None:
        self._check_tag(event)
        line, column = _start(event)
        text = event.value
        value: str | int | float | bool | None = text
        if event.implicit[0]:
            try:
                value = read_plain(text)
            except ValueError:
                value = 0  # read on as a number, so that it is reported once
                self.report.add(
                    Spot(line, column),
                    "this number is larger, or has more digits, than can be kept; round it, "
                    "or quote it if it is a text",
                )
        elif not text.isprintable() and _CONTROL.search(text):
            self.report.add(
                Spot(line, column), "this text holds an invisible control character; remove it"
            )
        node = ScalarNode(value, text, line, column)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1)
        self._place(node, 1)

    def _take_alias(self, event: Any) -> None:
        line, column = _start(event)
        if event.anchor not in self._anchors:
            self._refuse(event, f"nothing is named {quote('&' + event.anchor)} before this")
        node, size = self._anchors[event.anchor]
        if node is None:
            self._refuse(event, "this alias stands inside what it repeats; write it out")
        self._repeated += size
        if self._repeated > MOST_REPEATED:
            self._refuse(event, "aliases repeat too much here; write the contract out")
        if isinstance(node, ScalarNode):  # the place that matters is where it is used
            node = ScalarNode(node.value, node.text, line, column)
        self._place(node, size)

    def _begin(self, event: Any, node: ListNode | MapNode) -> None:
        self._check_tag(event)
        if len(self._open) >= DEEPEST:
            self._refuse(event, "this is nested too deeply for a contract; check the brackets")
        if event.anchor is not None:
            self._anchors[event.anchor] = (None, 0)
        placed = self._place(node, 0)
        self._open.append(_Frame(node if placed else None, event.anchor))

    def _end(self) -> None:
        frame = self._open.pop()
        if self._open:
            self._open[-1].size += frame.size
        if frame.anchor is not None:
            self._anchors[frame.anchor] = (frame.node or MapNode(1, 1, flow=True), frame.size)

    def _place(self, node: Any, size: int) -> bool:
        """Put a node where it belongs; return whether it became part of the tree."""
        if not self._open:
            self.root = node
            return True
        frame = self._open[-1]
        frame.size += size
        if frame.node is None:
            return False
        if isinstance(frame.node, ListNode):
            frame.node.items.append(node)
            return True
        if not frame.awaits_value:
            frame.awaits_value = True
            frame.key = self._read_key(node, frame.node)
            return False
        frame.awaits_value = False
        if frame.key is None:
            return False
        frame.node.entries[frame.key.text] = (frame.key, node)
        return True

    def _read_key(self, node: Node, mapping: MapNode) -> ScalarNode | None:
        """Return a key that is fit to be one, or None with the reason reported."""
        if not isinstance(node, ScalarNode):
            self.report.add(node, "a key must be a text; a list or mapping cannot name anything")
            return None
        if not isinstance(node.value, str):
            written = f'`"{node.text}"`' if node.text else "a name"
            self.report.add(node, f"a key must be a text; write {written} before the colon")
            return None
        earlier = mapping.entries.get(node.text)
        if earlier is not None:
            self.report.add(
                node,
                f"key {quote(node.text)} is written twice, first on line {earlier[0].line}; "
                "keep one of them",
            )
            return None
        return node

    def _check_tag(self, event: Any) -> None:
        if event.tag is not None:
            line, column = _start(event)
            self.report.add(
                Spot(line, column), "tags such as `!!str` are no part of a contract; remove it"
            )

    def _refuse(self, event: Any, message: str) -> None:
        self.report.add(Spot(*_start(event)), message)
        raise _Stop


def _start(event: Any) -> tuple[int, int]:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
