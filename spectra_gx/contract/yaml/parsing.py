"""Parsing YAML into nodes with places.

Nothing here recurses and nothing grows beyond the file: depth, size and what aliases repeat are
bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.yaml.nodes import (
    TOP,
    ListNode,
    MapNode,
    Node,
    ScalarNode,
    Spot,
    read_plain,
)
from spectra_gx.contract.yaml.source_text import decode_source
from spectra_gx.contract.yaml.traps import Comments, explain_yaml_error, is_octal_like

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spectra_gx.contract.problems import Report

DEEPEST = 30
MOST_REPEATED = 10_000
MOST_VALUES = 150_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YAML_TAG = "tag:yaml.org,2002:"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class _Stop(Exception):  # noqa: N818  # no error: the way out of a loop
    """Reading further would make no sense; the problem is in the report."""


def parse_yaml(source: bytes, report: Report) -> Node | None:
    """Parse bytes; return None, with a problem reported, when nothing can be made of them."""
    text = decode_source(source, report)
    if text is None:
        return None
    builder = _Builder(report, Comments(text))
    loader = _LOADER(text)
    try:
        builder.take_all(loader)
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        spot = TOP if mark is None else Spot(mark.line + 1, mark.column + 1)
        report.add(spot, explain_yaml_error(error))
        return None
    except (yaml.YAMLError, ValueError, OverflowError):  # the parser written in Python raises these
        report.add(TOP, "this is not YAML; check the escapes inside double quotes")
        return None
    finally:
        loader.dispose()
    if builder.root is None:
        report.add(TOP, "this file is empty; start with `contract: <stage>`")
    return builder.root


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

    def __init__(self, report: Report, comments: Comments) -> None:
        self.report = report
        self.root: Node | None = None
        self._comments = comments
        self._open: list[_Frame] = []
        self._anchors: dict[str, tuple[Node | None, int]] = {}
        self._documents = 0
        self._repeated = 0

    def take_all(self, loader: Any) -> None:
        """Take every event of a parser."""
        takers: Mapping[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._take_scalar,
            yaml.MappingStartEvent: self._begin_mapping,
            yaml.SequenceStartEvent: self._begin_list,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._take_alias,
            yaml.DocumentStartEvent: self._begin_document,
        }
        values = 0
        while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
            take = takers.get(type(event))
            if take is None:
                continue
            values += 1
            if values > MOST_VALUES:
                self._refuse(event, "this file contains more values than people write; split it")
            take(event)

    def _begin_document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._refuse(event, "a second document starts here; one file contains one contract")

    def _begin_mapping(self, event: Any) -> None:
        self._begin(event, MapNode(*_start(event), bool(event.flow_style)))

    def _begin_list(self, event: Any) -> None:
        self._begin(event, ListNode(*_start(event)))

    def _end(self, _: Any) -> None:
        frame = self._open.pop()
        if self._open:
            self._open[-1].size += frame.size
        if frame.anchor is not None:
            self._anchors[frame.anchor] = (frame.node or MapNode(1, 1, flow=True), frame.size)

    def _take_scalar(self, event: Any) -> None:
        if event.tag is not None:
            self._refuse_tag(event)
        text = event.value
        mark = event.start_mark
        node = ScalarNode(text, text, mark.line + 1, mark.column + 1)
        if event.implicit[0]:
            self._read_plain(node, event)
        elif not text.isprintable() and _CONTROL.search(text):
            self.report.add(node, "this text contains an invisible control character; remove it")
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1)
        self._place(node, 1)

    def _read_plain(self, node: ScalarNode, event: Any) -> None:
        """Give a scalar without quotes its value; report what is not read as it looks."""
        try:
            node.value = read_plain(node.text)
        except ValueError:
            node.value = 0  # read on as a number, so that it is reported once
            self.report.add(
                node,
                "this number is larger, or has more digits, than can be kept; round it, "
                "or quote it if it is a text",
            )
        if type(node.value) is int and is_octal_like(node.text):
            reason = (
                f"`{node.text}` is the number {node.value}, though older YAML reads it as octal"
            )
            self.report.note(node, f"{reason}; leave the 0 out, or quote it if it is a text")
        if self._comments.any:
            self._check_comment(node, event)

    def _check_comment(self, node: ScalarNode, event: Any) -> None:
        """Report a comment right after a value that may have been meant as part of it."""
        comment = self._comments.cutting(event.end_mark.index)
        if comment is None:
            return
        at = Spot(event.end_mark.line + 1, event.end_mark.column + 1 + comment.offset)
        if node.value is None:
            node.value = comment.text  # read on as it was meant, so that it is reported once
            reason = "a comment starts here, so there is no value before it; quote the value"
            self.report.add(at, f"{reason}: {quote(comment.word)}")
        else:
            reason = (
                f"a comment starts here; if {quote(comment.word)} belongs to the text, quote it"
            )
            self.report.note(at, reason)

    def _take_alias(self, event: Any) -> None:
        line, column = _start(event)
        if event.anchor not in self._anchors:
            self._refuse(event, f"nothing is named {quote('&' + event.anchor)} before this")
        node, size = self._anchors[event.anchor]
        if node is None:
            self._refuse(event, "this alias is inside what it repeats; write it out")
        self._repeated += size
        if self._repeated > MOST_REPEATED:
            self._refuse(event, "aliases repeat too much here; write the contract out")
        if isinstance(node, ScalarNode):  # the place that matters is where it is used
            node = ScalarNode(node.value, node.text, line, column)
        self._place(node, size)

    def _begin(self, event: Any, node: ListNode | MapNode) -> None:
        if event.tag is not None:
            self._refuse_tag(event)
        if len(self._open) >= DEEPEST:
            self._refuse(event, "this is nested too deeply for a contract; check the brackets")
        if event.anchor is not None:
            self._anchors[event.anchor] = (None, 0)
        placed = self._place(node, 0)
        self._open.append(_Frame(node if placed else None, event.anchor))

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
        if node.text == "<<":
            self.report.add(
                node, "merge keys (`<<`) are no part of YAML 1.2; write the keys out, or use `like`"
            )
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

    def _refuse_tag(self, event: Any) -> None:
        tag = quote(event.tag.replace(_YAML_TAG, "!!"))
        reason = f"tags such as {tag} are no part of a contract; remove it"
        self.report.add(Spot(*_start(event)), reason)

    def _refuse(self, event: Any, message: str) -> None:
        self.report.add(Spot(*_start(event)), message)
        raise _Stop


def _start(event: Any) -> tuple[int, int]:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
