"""The rules of the list under `rules:` of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.model import Rule
from spectra_gx.contract.parsers.columns import COLUMN, COLUMNS
from spectra_gx.contract.parsers.parser import (
    NAME,
    Key,
    ParseContext,
    Parser,
    describe,
)
from spectra_gx.contract.parsers.records import read_entries
from spectra_gx.contract.parsers.values import ANYTHING, SWITCH
from spectra_gx.contract.rules.catalogue import (
    CATALOGUE,
    ONE_COLUMN_PREDICATES,
    PREDICATES,
)
from spectra_gx.contract.rules.gx_expectations import read_arguments
from spectra_gx.contract.rules.gx_signatures import signatures
from spectra_gx.contract.yaml.nodes import ListNode, MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.rules.kinds import RuleKind
from spectra_gx.contract.language.rule_options import (
    OPTIONS,
    Entries,
    place_of,
    site_of,
    with_options,
)

_ARGUMENTS = Parser("a mapping of arguments", {"type": "object"}, ANYTHING.read)
RULE_KEYS = (
    Key("id", "The rule's name within its table.", NAME, needed=True, example="auth-ok"),
    Key("column", "The column that the rule is about.", COLUMN, example="auth_status"),
    Key("columns", "The columns that the expectation of `expect` is about.", COLUMNS),
    Key("with", "The arguments of the expectation of `expect`.", _ARGUMENTS),
    *OPTIONS,
)
RESERVED_IDS = frozenset(
    {kind.key for kind in CATALOGUE}
    | {key.name for key in RULE_KEYS}
    | {"columns", "rules", "tags", "examples", "classification", "extra_columns", "timezone"}
    | {"like", "fields", "items", "location", "format", "quarantine"}
)
_IN_LIST = {key.name: key for key in RULE_KEYS}
_ALL_PREDICATES = {**ONE_COLUMN_PREDICATES, **PREDICATES}
_KNOWN_IN_LIST = {**_IN_LIST, **_ALL_PREDICATES}


def read_listed_rules(node: Node, table: str, context: ParseContext) -> Iterator[Rule]:
    """Yield the rules of the list under `rules:`."""
    if not isinstance(node, ListNode):
        context.refuse(node, f"must be a list of rules, found {describe(node)}")
        return
    for number, item in enumerate(node.items, start=1):
        rule = _read_listed_rule(item, table, context.inside(f"rule {number} of '{table}'"))
        if rule is not None:
            yield rule


def _read_listed_rule(node: Node, table: str, context: ParseContext) -> Rule | None:
    entries = read_entries(node, context, _KNOWN_IN_LIST)
    if entries is None:
        return None
    name = _read_id(node, entries, context)
    context = context.inside(f"rule '{name}'") if name else context
    predicates = [key for key in entries if key in _ALL_PREDICATES]
    if not predicates and isinstance(node, MapNode) and not set(node.entries) - set(entries):
        context.refuse(node, "checks nothing; add for example `min`, `enum` or `sql`")
    if len(predicates) > 1:
        message = " and ".join(f"`{key}`" for key in predicates)
        context.refuse(node, f"has several predicates, {message}; make a rule of each")
    if len(predicates) != 1:
        return None
    key, value = entries[predicates[0]]
    kind = _kind_of(key.text, value)
    _check_company(kind, entries, context)
    columns, argument = _read_predicate(kind, key, value, entries, context)
    if argument is False and kind.parser is SWITCH:
        context.refuse(value, f"checks nothing with `{key.text}: false`; remove the rule")
    at = entries["id"][0] if "id" in entries else key
    rule_id = f"{table}.{name or f'line {key.line}'}"
    rule = Rule(
        rule_id,
        table,
        kind.key,
        columns,
        argument=argument,
        place=place_of(context.report, at),
    )
    types = ((column, context.columns.get(column)) for column in columns)
    return with_options(rule, kind, at, entries, context, types)


def _check_company(kind: RuleKind, entries: Entries, context: ParseContext) -> None:
    """Report keys beside a predicate that mean nothing there."""
    if kind.split is not None and not kind.takes_column and "column" in entries:
        context.refuse(entries["column"][0], f"has `column` beside `{kind.key}`; remove it")
    for name in ("columns", "with"):
        if name in entries and kind.key != "expect":
            context.refuse(entries[name][0], f"has `{name}`, which only `expect` takes; remove it")


def _read_id(node: Node, entries: Entries, context: ParseContext) -> str | None:
    if "id" not in entries:
        context.refuse(node, "has no `id`; add one")
        return None
    value = entries["id"][1]
    name: str | None = NAME.read(value, context.key("id"))
    if name is None:
        return None
    taken = "a column" if name in context.columns else "a key of the language"
    if name in context.columns or name in RESERVED_IDS:
        context.refuse(value, f"has the id {quote(name)}, which is {taken}; choose another")
    return name


def _kind_of(key: str, value: Node) -> RuleKind:
    """Return the kind a predicate means; `unique` names its columns itself or does not."""
    if key in PREDICATES and (key not in ONE_COLUMN_PREDICATES or isinstance(value, ListNode)):
        return PREDICATES[key]
    return ONE_COLUMN_PREDICATES[key]


def _read_predicate(
    kind: RuleKind, key: ScalarNode, value: Node, entries: Entries, context: ParseContext
) -> tuple[tuple[str, ...], Any]:
    """Return the columns and the argument of a listed rule."""
    if kind.key == "expect":
        return _read_expectation(kind, key, value, entries, context)
    column = None
    if "column" in entries and (kind.split is None or kind.takes_column):
        column = COLUMN.read(entries["column"][1], context.key("column"))
    if kind.split is not None:
        message = kind.parser.read(value, context.key(kind.key))
        columns, argument = ((), None) if message is None else kind.split(message)
        return (*columns, *([column] if column else [])), argument
    if "column" not in entries:
        context.refuse(key, f"has `{key.text}` but no `column`; add the column it is about")
        return (), kind.parser.read(value, context.key(kind.key))
    here = site_of(kind, context, context.columns.get(column or ""))
    return (() if column is None else (column,)), kind.parser.read(value, here)


def _read_expectation(
    kind: RuleKind, key: ScalarNode, value: Node, entries: Entries, context: ParseContext
) -> tuple[tuple[str, ...], Any]:
    """Return the columns of a rule under `expect`, and GX's type with its arguments."""
    expectation = kind.parser.read(value, context.key(kind.key))
    if expectation is None:
        return (), None
    given = {}
    for name, parser in (("column", COLUMN), ("columns", COLUMNS)):
        if name in entries:
            given[name] = parser.read(entries[name][1], context.key(name))
    if None in given.values():
        return (), None
    named = given.pop("columns", None)
    if named is not None:
        known = signatures()[expectation]["arguments"]
        pair = dict(zip(("column_A", "column_B"), named, strict=False))
        given |= pair if "column_A" in known else {"column_list": list(named)}
    written = entries["with"][1] if "with" in entries else None
    read = read_arguments(expectation, key, written, context, given)
    if read is None:
        return (), None
    columns, arguments = read
    return columns, {"type": expectation, "with": arguments}
