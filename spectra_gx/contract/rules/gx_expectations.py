"""Read `expect`: an expectation of GX's own, its arguments checked against GX's signatures.

The signatures are data, `gx_expectations.json`, generated from GX; a test holds them up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.parsers.parser import ParseContext, describe
from spectra_gx.contract.rules.gx_arguments import adapt_arguments
from spectra_gx.contract.rules.gx_signatures import signatures
from spectra_gx.contract.yaml.nodes import ListNode, MapNode, Node, ScalarNode, plain_value

if TYPE_CHECKING:
    from spectra_gx.contract.problems import Placed


_NEEDED_ALL_THE_SAME = frozenset(
    {"partition_object", "threshold", "regex", "type_list", "column_set"}
)
"""Arguments that GX takes for optional, and without which there is nothing to hold to."""

_ONE_COLUMN = ("column", "column_A", "column_B")
_WORDS = {
    "text": "a text",
    "number": "a number",
    "boolean": "`true` or `false`",
    "list": "a list",
    "mapping": "a mapping",
}


def read_arguments(
    expectation: str, at: Placed, node: Node | None, context: ParseContext, given: dict[str, Any]
) -> tuple[tuple[str, ...], dict[str, Any]] | None:
    """Read what is written under `with`.

    `given` are arguments written beside `with`, such as the rule's `column`.

    Returns:
        The columns of the table that it names, and all arguments. None with the reason reported.
    """
    known = signatures()[expectation]["arguments"]
    arguments = dict(given)
    here = context.inside("`with`")
    if node is not None and not isinstance(node, MapNode):
        here.refuse(node, f"must be a mapping of arguments, found {describe(node)}")
        return None
    sound = True
    written = node.entries if isinstance(node, MapNode) else {}
    # As in GX, an argument that is null is not given.
    entries = {
        name: (key, value)
        for name, (key, value) in written.items()
        if name not in known or not _is_null(value)
    }
    for name, (key, value) in entries.items():
        if name in given:
            context.report.add(key, f"`{name}` is both in `with` and beside it; keep one of them")
            sound = False
        elif name not in known:
            hint = did_you_mean(name, known) or "; its arguments are " + ", ".join(known)
            context.report.add(
                key, f"`{expectation}` takes no argument {quote(name)}{hint}{_own(name)}"
            )
            sound = False
        else:
            sound &= _fits(value, known[name], here.key(name)) and _are_texts(name, value, here)
            arguments[name] = plain_value(value)
    for name, accepted in known.items():
        if name not in arguments and (accepted["needed"] or name in _NEEDED_ALL_THE_SAME):
            context.refuse(
                at, f"lacks the argument `{name}` of `{expectation}`; add it under `with`"
            )
            sound = False
    for name in given.keys() - known.keys():
        context.refuse(at, f"has `{name}`, which `{expectation}` does not take; remove it")
        sound = False
    if not sound:
        return None
    columns = _columns(expectation, arguments)
    checked = [context.knows_column(node or _spot(at), column) for column in columns]
    if not all(checked):
        return None
    nodes = {name: value for name, (_, value) in entries.items()} or {"column": _spot(at)}
    return columns, adapt_arguments(expectation, columns, arguments, nodes, here)


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value is None


def _spot(at: Placed) -> Node:
    return ScalarNode(None, "", at.line, at.column)


def _own(name: str) -> str:
    return {
        "mostly": "; write `mostly` beside `expect`",
        "row_condition": "; write `where` beside `expect`",
    }.get(name, "")


def _columns(expectation: str, arguments: dict[str, Any]) -> tuple[str, ...]:
    """Return the columns that must be there for the expectation to be asked."""
    one = [arguments[name] for name in _ONE_COLUMN if name in arguments]
    if expectation.startswith("expect_table_") or expectation == "expect_column_to_exist":
        return ()
    return tuple(dict.fromkeys((*one, *arguments.get("column_list", ()))))


def _fits(node: Node, accepted: dict[str, Any], context: ParseContext) -> bool:
    """Return whether a value is of a kind that the argument takes."""
    if "one_of" in accepted:
        words = accepted["one_of"]
        if isinstance(node, ScalarNode) and node.value in words:
            return True
        context.refuse(node, f"must be one of {', '.join(words)}, found {describe(node)}")
        return False
    kinds = accepted["kinds"]
    if "anything" in kinds or _kind_of(node) in kinds:
        return True
    wanted = " or ".join(_WORDS[kind] for kind in kinds)
    context.refuse(node, f"must be {wanted}, found {describe(node)}")
    return False


_TEXTS = ("column_list", "column_set", "like_pattern_list", "regex_list", "type_list")
"""Arguments that are lists of texts, which the signatures do not say."""


def _are_texts(name: str, node: Node, context: ParseContext) -> bool:
    items = node.items if isinstance(node, ListNode) and name in _TEXTS else ()
    others = [item for item in items if _kind_of(item) != "text"]
    for item in others:
        context.inside(f"an entry of `{name}`").refuse(
            item, f"must be a text, found {describe(item)}"
        )
    return not others


def _kind_of(node: Node) -> str | None:
    if isinstance(node, ListNode):
        return "list"
    if isinstance(node, MapNode):
        return "mapping"
    if isinstance(node.value, bool):
        return "boolean"
    if isinstance(node.value, int | float):
        return "number"
    return "text" if isinstance(node.value, str) else None
