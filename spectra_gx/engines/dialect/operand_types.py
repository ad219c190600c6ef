"""Types and families of values in a tree, and what is done to a node by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NodeType = exp.DataType.Type
INTEGERS = frozenset({NodeType.TINYINT, NodeType.SMALLINT, NodeType.INT, NodeType.BIGINT})
EXACT_NUMBERS = INTEGERS | {NodeType.DECIMAL}
FLOATS = frozenset({NodeType.FLOAT, NodeType.DOUBLE})
TIMES = frozenset({NodeType.DATE, NodeType.TIMESTAMP, NodeType.TIMESTAMPTZ, NodeType.TIMESTAMPNTZ})
_FAMILIES: Mapping[Any, str] = {
    **dict.fromkeys((*EXACT_NUMBERS, NodeType.FLOAT, NodeType.DOUBLE), "number"),
    **dict.fromkeys((NodeType.TEXT, NodeType.VARCHAR, NodeType.CHAR), "text"),
    **dict.fromkeys(TIMES, "time"),
    NodeType.BOOLEAN: "boolean",
}


class NotPortable(Exception):  # noqa: N818 - an outcome of one node, never seen outside
    """What another engine may compute differently in a node; `{engine}` is replaced by its name."""


def node_type(node: Any) -> Any:
    """Return the type that was found for a node; None where there is none."""
    return node.type.this if node.type is not None else None


def node_family(node: Any) -> str | None:
    """Return `number`, `text`, `time`, `boolean` or `null`; None for any other type."""
    if isinstance(node.unnest(), exp.Null):
        return "null"
    return _FAMILIES.get(node_type(node))


def require_family(*families: str) -> Callable[[Any], None]:
    """Return a check that a node is computed from values of one of these families."""

    def check(node: Any) -> None:
        if node_family(node.this) not in families:
            raise NotPortable(f"is used on something other than {' or '.join(families)}")

    return check


def mark(node: Any, function: str, arguments: list[Any]) -> None:
    """Put a marker in the place of a node, which the target translates."""
    marked = exp.Anonymous(this=function, expressions=arguments)
    marked.type = node.type
    node.replace(marked)
