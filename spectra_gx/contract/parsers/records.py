"""Parsers of lists and mappings, and the entries of a mapping with known keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.yaml.nodes import MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.problems import Report
from spectra_gx.contract.parsers.parser import TEXT, Key, ParseContext, Parser, describe


def names_of(item: Parser, words: str, name: Parser = TEXT) -> Parser:
    """Return the form of a mapping from names to things of one form, read as a dict."""

    def read(node: Node, context: ParseContext) -> dict[str, Any] | None:
        if not isinstance(node, MapNode):
            context.refuse(node, f"must be {words}, found {describe(node)}")
            return None
        values = {}
        for key, value in repair_commas(node, context.report).values():
            if name.read(key, context.inside(f"a name in {context.what}")) is not None:
                values[key.text] = item.read(value, context.inside(quote(key.text)))
        return values

    schema = {"type": "object", "propertyNames": name.schema, "additionalProperties": item.schema}
    return Parser(words, schema, read)


def record(words: str, keys: Sequence[Key]) -> Parser:
    """Return the form of a mapping with known keys, read as a dict of those written."""
    by_name = {key.name: key for key in keys}

    def read(node: Node, context: ParseContext) -> dict[str, Any] | None:
        entries = read_entries(node, context, by_name)
        if entries is None:
            return None
        report_missing(node, context, [key.name for key in keys if key.needed], entries)
        return {
            name: by_name[name].parser.read(value, context.key(name))
            for name, (_, value) in entries.items()
        }

    return Parser(words, record_schema(keys), read)


def record_schema(keys: Sequence[Key]) -> dict[str, Any]:
    """Return the JSON schema of a mapping with known keys."""
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: key_schema(key) for key in keys},
    }
    needed = [key.name for key in keys if key.needed]
    return {**schema, "required": needed} if needed else schema


def key_schema(key: Key) -> dict[str, Any]:
    """Return the JSON schema of a key's value, with what editors show beside it."""
    shown = {"description": key.purpose}
    examples = {} if key.example is None else {"examples": [key.example]}
    return {**shown, **key.parser.schema, **examples}


def read_entries(
    node: Node, context: ParseContext, known: Mapping[str, Any]
) -> dict[str, tuple[ScalarNode, Node]] | None:
    """Return the entries of a mapping whose keys are known; report the others.

    Return None when `node` is not a mapping; `context` says in words what it should be.
    """
    if not isinstance(node, MapNode):
        context.refuse(node, f"must be a mapping, found {describe(node)}")
        return None
    if known.keys() >= node.entries.keys():
        return node.entries
    entries = repair_commas(node, context.report)
    for name, (key, _) in list(entries.items()):
        if name not in known:
            del entries[name]
            context.report.add(key, _unknown(name, context.what, known))
    return entries


def repair_commas(node: MapNode, report: Report) -> dict[str, tuple[ScalarNode, Node]]:
    """Return the entries of a mapping, with a type that `{ }` cut at its comma put together again.

    `{type: decimal(12,2)}` is YAML for `type: decimal(12` and a key `2)`. It is reported once, and
    read on as it was meant.
    """
    entries = dict(node.entries)
    if not node.flow or None not in [
        value.value for _, value in entries.values() if isinstance(value, ScalarNode)
    ]:
        return entries
    cut: tuple[ScalarNode, ScalarNode] | None = None
    for name, (key, value) in node.entries.items():
        if not isinstance(value, ScalarNode):
            cut = None
        elif cut is not None and value.value is None:
            key_of_cut, head = cut
            whole = ScalarNode(f"{head.text},{name}", f"{head.text},{name}", head.line, head.column)
            entries[key_of_cut.text] = (key_of_cut, whole)
            del entries[name]
            cut = (key_of_cut, whole) if _is_open(whole.text) else None
            if cut is None:
                fix = f'quote the type: `"{whole.text}"`'
                report.add(head, f"{quote(head.text)} ends at a comma inside `{{ }}`; {fix}")
        else:
            cut = (key, value) if _is_open(value.text) and value.value == value.text else None
    return entries


def _is_open(text: str) -> bool:
    return text.count("(") > text.count(")") or text.count("<") > text.count(">")


def _unknown(name: str, what: str, known: Mapping[str, Any]) -> str:
    return f"unknown key {quote(name)} in {what}" + (
        did_you_mean(name, known) or "; keys here are " + ", ".join(known)
    )


def report_missing(
    node: Node, context: ParseContext, needed: Sequence[str], entries: Mapping[str, Any]
) -> None:
    """Report each needed key that is not there."""
    for name in needed:
        if name not in entries:
            context.refuse(node, f"has no `{name}`; add it")


def complete(parser: Parser, needed: int) -> Parser:
    """Return a form whose value is used only when every needed key of it could be read."""

    def read(node: Node, context: ParseContext) -> dict[str, Any] | None:
        parsed = parser.read(node, context)
        return parsed if parsed and len(parsed) >= needed and None not in parsed.values() else None

    return Parser(parser.words, parser.schema, read)
