"""Find the node that a part of the model was read from."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from spectra_gx.contract.yaml.nodes import ListNode, MapNode, Node, ScalarNode, node_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Rule


def key_at(root: Node, *path: str) -> Node:
    """Return the last key of a path, or the deepest node on the way to it."""
    node = node_at(root, *path[:-1])
    if isinstance(node, MapNode) and path[-1] in node.entries:
        return node.entries[path[-1]][0]
    return node


def texts_at(root: Node, *path: str | int) -> Iterator[tuple[ScalarNode, str]]:
    """Yield the texts of the list at exactly a path, with their nodes."""
    node = root
    for step in path:
        above, node = node, node_at(node, step)
        if node is above:
            return
    for item in node.items if isinstance(node, ListNode) else ():
        if isinstance(item, ScalarNode) and isinstance(item.value, str):
            yield item, item.value


def scalars_in(root: Node, keys: frozenset[str]) -> Iterator[tuple[bool, ScalarNode]]:
    """Yield every value that is no list or mapping; whether a key of these is above it, first."""
    waiting = [(False, root)]
    while waiting:
        behind, node = waiting.pop()
        if isinstance(node, ScalarNode):
            yield behind, node
        elif isinstance(node, ListNode):
            waiting.extend([(behind, item) for item in node.items])
        else:
            entries = node.entries.items()
            waiting.extend([(behind or key in keys, value) for key, (_, value) in entries])


def rule_node(root: Node, rule: Rule, key: str) -> Node:
    """Return what is written behind a key of a rule: its kind for the predicate, or an option."""
    listed = node_at(root, "tables", rule.table, "rules")
    if isinstance(listed, ListNode):
        item = _by_id(listed).get(rule.id.removeprefix(f"{rule.table}."))
        if item is not None:
            return node_at(item, key)
    column: tuple[str, ...] = ()
    if rule.id != f"{rule.table}.{rule.kind}":
        if not rule.columns and rule.place is not None:  # a listed rule without a fit id
            return ScalarNode(None, "", rule.place.line, rule.place.column)
        steps = [("items",) if step is None else ("fields", step) for step in rule.path]
        column = ("columns", rule.columns[0], *chain.from_iterable(steps))
    node = node_at(root, "tables", rule.table, *column, rule.kind)
    return node_at(node, "value" if key == rule.kind else key)


@lru_cache(maxsize=1)  # the rules of one table are asked for one after another
def _by_id(listed: ListNode) -> dict[str | None, MapNode]:
    """Return the rules of a list by id; of several with one id the first."""
    items = [item for item in reversed(listed.items) if isinstance(item, MapNode)]
    return {_text_at(item, "id"): item for item in items}


def _text_at(node: Node, key: str) -> str | None:
    value = node_at(node, key)
    return value.text if isinstance(value, ScalarNode) else None
