"""Read columns: their types, their rules, and what is nested in them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import DEEPEST, TOO_DEEP, struct_type
from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.language.rule_options import Entries, Subject, place_of, read_key_rule
from spectra_gx.contract.model import Column
from spectra_gx.contract.parsers.parser import (
    TEXT,
    TEXTS,
    Key,
    ParseContext,
    Parser,
    describe,
    list_of,
    one_of,
    read_text,
)
from spectra_gx.contract.parsers.records import read_entries, repair_commas
from spectra_gx.contract.parsers.values import ANYTHING, TYPE
from spectra_gx.contract.problems import Report
from spectra_gx.contract.rules.catalogue import COLUMN_KINDS
from spectra_gx.contract.rules.kinds import Scope
from spectra_gx.contract.sql.quoting import quote_name, spell_name
from spectra_gx.contract.yaml.nodes import MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.rules.kinds import RuleKind

CLASSIFICATIONS = ("public", "internal", "confidential", "pii")


def _read_zone(node: Node, context: ParseContext) -> str | None:
    text = read_text(node, context)
    if text is not None and not _is_zone(text):
        context.refuse(
            node, f"is not a time zone: {quote(text)}; write one such as `Europe/Berlin`"
        )
        return None
    if text is not None and context.type not in (None, "timestamp_ntz"):
        context.refuse(node, f"means nothing for a {context.type}; only `timestamp_ntz` takes one")
    return text


@cache
def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # few columns have one

    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True


COLUMN_KEYS = (
    Key("description", "What the column contains.", TEXT),
    Key(
        "classification",
        "How far its values may travel; confidential and pii never leave the table.",
        one_of(*CLASSIFICATIONS),
    ),
    Key(
        "timezone",
        "The zone whose wall clock a `timestamp_ntz` column shows.",
        Parser("a time zone", {"type": "string", "pattern": "\\S"}, _read_zone),
        example="Europe/Berlin",
    ),
    Key("tags", "Words to find the column by.", TEXTS),
    Key("examples", "A few values, for readers.", list_of(ANYTHING, "a list of values")),
)
NESTING_KEYS = ("fields", "items")
LIKE = "like"
KEYS_OF_COLUMNS = frozenset(
    {*COLUMN_KINDS, *(key.name for key in COLUMN_KEYS), *NESTING_KEYS, LIKE}
)

_PLAIN = {key.name: key for key in COLUMN_KEYS}
_KNOWN = {**COLUMN_KINDS, **dict.fromkeys(NESTING_KEYS), LIKE: None, **_PLAIN}


def columns_in(node: Node, context: ParseContext) -> Entries:
    """Return the entries of a mapping of columns; names that nobody can read are reported."""
    if not isinstance(node, MapNode) or not node.entries:
        context.refuse(node, f"must name its columns, found {describe(node)}")
        return {}
    fit = repair_commas(node, context.report)
    for name, (key, _) in fit.items():
        if not name.strip() or not name.isprintable():
            message = "has a name that nobody can read; give it one of printable characters"
            context.report.add(key, f"column {quote(name)} {message}")
    return fit


def report_case_twins(entries: Entries, context: ParseContext) -> None:
    """Report columns that Delta takes for one: their names differ only by case."""
    folded: dict[str, str] = {}
    for name, (key, _) in entries.items():
        twin = folded.setdefault(name.lower(), name)
        if twin != name:
            message = f"differs from {quote(twin)} only by case, which Delta refuses; rename one"
            context.report.add(key, f"column {quote(name)} {message}")


def read_type(name: str, node: Node, report: Report, depth: int = DEEPEST) -> str | None:
    """Return a column's canonical type, nested columns included, or None, reported."""
    context = ParseContext(report, f"`type` of column {quote(name)}")
    if not isinstance(node, MapNode):
        return _known_type(name, node, context)
    entries = repair_commas(node, Report(report.file))  # reported when the column is read
    if "type" not in entries:
        if LIKE not in entries:  # what it is like could not be had, which is reported
            report.add(node, f"column {quote(name)} has no `type`; add it")
        return None
    value = entries["type"][1]
    if isinstance(value, MapNode):
        value = repair_commas(value, Report(report.file)).get("value", (None, value))[1]
        if isinstance(value, MapNode):
            return None
    outer = value.text if isinstance(value, ScalarNode) else ""
    if outer not in _NESTING or _NESTING[outer] not in entries:
        return _known_type(name, value, context)
    if depth == 0:
        report.add(node, TOO_DEEP)
        return None
    return _nested_type(outer, entries[_NESTING[outer]][1], report, depth)


_NESTING = {"struct": "fields", "array": "items"}


def _known_type(name: str, node: Node, context: ParseContext) -> str | None:
    if isinstance(node, ScalarNode) and node.text in _NESTING:
        needed = _NESTING[node.text]
        context.report.add(
            node,
            f"column {quote(name)} is of type `{node.text}` and has no `{needed}`; "
            "declare what it contains",
        )
        return None
    return str(TYPE.read(node, context) or "") or None


def _nested_type(outer: str, node: Node, report: Report, depth: int) -> str | None:
    """Return the type of a struct with `fields`, or of an array with `items`."""
    if outer == "array":
        item = read_type("items", node, report, depth - 1)
        return None if item is None else f"array<{item}>"
    if not isinstance(node, MapNode):
        return None  # reported when the fields are read
    fields = {
        name: read_type(name, value, report, depth - 1)
        for name, (_, value) in repair_commas(node, Report(report.file)).items()
    }
    known = {name: type_ for name, type_ in fields.items() if type_ is not None}
    return struct_type(known.items()) if known and len(known) == len(fields) else None


def read_column(
    key: ScalarNode, node: Node, column_type: str | None, context: ParseContext, subject: Subject
) -> Column:
    """Read one column; whatever is wrong is reported and left out.

    `node` is its type alone, or its keys; `where` may name the columns of `context`.
    """
    name = key.text
    here = ParseContext(context.report, f"column {quote(name)}", column_type, context.columns)
    entries: Entries = {"type": (key, node)}
    if isinstance(node, MapNode):
        entries = read_entries(node, here, _KNOWN) or {}
    if "type" in entries:
        at, value = entries["type"]
        entries = {**entries, "type": (at, _spelled_out(value, column_type))}
    rules = [
        read_key_rule(kind, *entries[key_of_kind], here, subject)
        for key_of_kind, kind in COLUMN_KINDS.items()
        if key_of_kind in entries and _may_be_nested(kind, entries[key_of_kind][0], here, subject)
    ]
    plain = read_plain_keys(_PLAIN, entries, here)
    made = tuple(rule for rule in rules if rule is not None)
    return Column(
        name=name,
        type=column_type or "",
        rules=made,
        description=plain.get("description"),
        classification=plain.get("classification"),
        masked=any(rule.kind == "format" and rule.argument == "masked" for rule in made),
        timezone=plain.get("timezone"),
        fields=_read_fields(entries, here, subject),
        items=_read_items(entries, here, subject),
        tags=plain.get("tags") or (),
        examples=plain.get("examples") or (),
        place=place_of(context.report, key),
    )


def _may_be_nested(
    kind: RuleKind, key: ScalarNode, context: ParseContext, subject: Subject
) -> bool:
    """Return whether a key may be where it is; a field or item with it is reported."""
    if not subject.path or kind.scope not in (Scope.ROWS, Scope.COLUMN):
        return True
    context.refuse(
        key,
        f"has `{kind.key}`, which is about a whole column and not about fields or items; remove it",
    )
    return False


def read_plain_keys(
    keys: Mapping[str, Key], entries: Entries, context: ParseContext
) -> dict[str, Any]:
    """Return the values of the keys that make no rule."""
    return {
        name: keys[name].parser.read(value, context.key(name))
        for name, (_, value) in entries.items()
        if name in keys
    }


def _spelled_out(node: Node, column_type: str | None) -> Node:
    """Return `struct` or `array` as the whole type that `fields` or `items` make of it."""
    if isinstance(node, MapNode) and "value" in node.entries:
        key, value = node.entries["value"]
        spelled = {**node.entries, "value": (key, _spelled_out(value, column_type))}
        return MapNode(node.line, node.column, node.flow, spelled)
    if isinstance(node, ScalarNode) and node.text in _NESTING:
        # What could not be read was reported; any type will do to go on with.
        text = column_type or "string"
        return ScalarNode(text, text, node.line, node.column)
    return node


def _read_fields(entries: Entries, context: ParseContext, subject: Subject) -> tuple[Column, ...]:
    if "fields" not in entries:
        return ()
    key, node = entries["fields"]
    if not _is_of(context.type, "struct", key, context):
        return ()
    inside = context.inside(f"`fields` of {context.what}")
    written = columns_in(node, inside)
    report_case_twins(written, inside)
    return tuple(
        read_column(
            name, value, read_type(name.text, value, context.report), context, _in(subject, name)
        )
        for name, value in written.values()
    )


def _read_items(entries: Entries, context: ParseContext, subject: Subject) -> Column | None:
    if "items" not in entries:
        return None
    key, node = entries["items"]
    if not _is_of(context.type, "array", key, context):
        return None
    inner = Subject(subject.table, subject.column, (*subject.path, None), f"{subject.id}.items")
    return read_column(key, node, read_type("items", node, context.report), context, inner)


def _in(subject: Subject, field: ScalarNode) -> Subject:
    """Return a struct's field as what rules are about; a name that is a key is quoted in ids."""
    name = field.text
    step = quote_name(name) if name in KEYS_OF_COLUMNS else spell_name(name)
    return Subject(subject.table, subject.column, (*subject.path, name), f"{subject.id}.{step}")


def _is_of(column_type: str | None, outer: str, key: ScalarNode, context: ParseContext) -> bool:
    if column_type is None or column_type.startswith(f"{outer}<"):
        return True
    context.refuse(key, f"has `{key.text}` but is {column_type}; only `type: {outer}` has them")
    return False
