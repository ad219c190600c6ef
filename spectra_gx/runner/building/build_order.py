"""The order in which builders run: after those whose tables they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

T = TypeVar("T")


@dataclass(frozen=True)
class Node(Generic[T]):
    """A builder in the graph of what needs what."""

    builder: T
    tables: tuple[str, ...]
    needs: frozenset[str]
    """Tables that it reads as they will be."""

    follows: frozenset[str] = frozenset()
    """Tables that its own refer to: built before it, unless these refer back."""


def in_order(nodes: Sequence[Node[T]]) -> list[T]:
    """Return builders in dependency order, otherwise as given; they contain no circle of needs."""
    waiting = list(nodes)
    known = {table for node in nodes for table in node.tables}
    done: set[str] = set()
    ordered = []
    while waiting:
        ready = [node for node in waiting if not (node.needs & known) - done - {*node.tables}]
        chosen = next(
            (node for node in ready if not (node.follows & known) - done - {*node.tables}),
            (ready or waiting)[0],
        )
        waiting.remove(chosen)
        done |= {*chosen.tables}
        ordered.append(chosen.builder)
    return ordered


def find_circle(needs: Mapping[str, Iterable[str]]) -> list[str] | None:
    """Return tables that need each other in a circle, the first one again at the end.

    Args:
        needs: Table → tables that it reads as they will be.
    """
    done: set[str] = set()
    for start in needs:
        path: list[str] = []
        pending = [(start, iter(needs[start]))] if start not in done else []
        while pending:
            table, left = pending[-1]
            if len(path) < len(pending):
                path.append(table)
            following = next((one for one in left if one in needs and one not in done), None)
            if following is None:
                done.add(table)
                pending.pop()
                path.pop()
            elif following in path:
                return [*path[path.index(following) :], following]
            else:
                pending.append((following, iter(needs[following])))
    return None


def dependants(tables: Iterable[str], needs: Mapping[str, Iterable[str]]) -> set[str]:
    """Return tables and all that need them, however far off."""
    found = {*tables}
    while more := {
        table for table, before in needs.items() if table not in found and found & {*before}
    }:
        found |= more
    return found
