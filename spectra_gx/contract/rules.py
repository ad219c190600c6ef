"""Rules: behind the keys of columns and tables, and in the list under `rules:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from spectra_gx.contract.arguments import COLUMN, SWITCH
from spectra_gx.contract.catalogue import (
    CATALOGUE,
    LATER_COLUMN_KEYS,
    LATER_PREDICATES,
    LATER_TABLE_KEYS,
    ONE_COLUMN_PREDICATES,
    PREDICATES,
    RuleKind,
)
from spectra_gx.contract.column_types import family
from spectra_gx.contract.forms import (
    NAME,
    TEXT,
    Form,
    Key,
    Site,
    found,
    one_of,
    read_entries,
)
from spectra_gx.contract.model import Place, Rule, Severity
from spectra_gx.contract.report import Placed, Report, quote
from spectra_gx.contract.yaml_nodes import ListNode, MapNode, Node, ScalarNode

Entries = Mapping[str, tuple[ScalarNode, Node]]


def _read_share(node: Node, site: Site) -> float | None:
    value = node.value if isinstance(node, ScalarNode) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    site.refuse(node, f"must be a share above 0 and up to 1, such as `0.99`, found {found(node)}")
    return None


_SHARE = Form(
    "a share above 0 and up to 1",
    {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    _read_share,
)
OPTIONS = (
    Key("severity", "How much a failure matters; only `critical` gates.", one_of(*Severity)),
    Key("mostly", "The share of rows that must satisfy the rule.", _SHARE, example=0.99),
    Key("where", "SQL condition; the rule speaks only of rows that satisfy it.", TEXT),
    Key("description", "Why the rule is there.", TEXT),
)
RULE_KEYS = (
    Key("id", "The rule's name within its table.", NAME, needed=True, example="auth-ok"),
    Key("column", "The column that the predicate speaks of.", COLUMN),
    *OPTIONS,
)
RESERVED_IDS = frozenset(
    {kind.key for kind in CATALOGUE}
    | {key.name for key in RULE_KEYS}
    | {"columns", "rules", "tags", "examples", "classification", "extra_columns"}
    | {*LATER_COLUMN_KEYS, *LATER_TABLE_KEYS, *LATER_PREDICATES}
)

_OPTIONS = {key.name: key for key in OPTIONS}
_WITH_VALUE = {"value": None, **_OPTIONS}
_IN_LIST = {key.name: key for key in RULE_KEYS}
_ALL_PREDICATES = {**ONE_COLUMN_PREDICATES, **PREDICATES}
_KNOWN_IN_LIST = {**_IN_LIST, **_ALL_PREDICATES}


def place_of(report: Report, at: Placed) -> Place:
    """Return where something stands."""
    return Place(report.file, at.line, at.column)


def read_key_rule(
    kind: RuleKind,
    key: ScalarNode,
    node: Node,
    site: Site,
    *,
    table: str,
    column: str | None = None,
) -> Rule | None:
    """Read the rule behind a key of a column or table, in short form or with options.

    Args:
        kind: What the key means.
        key: The key, as written.
        node: The value, or `{value, severity, mostly, where, description}`.
        site: The column or table, in words; its type when it is a column.
        table: Full name of the table.
        column: None when the key is the table's own.

    Returns:
        None for `required: false` and the like, which promise nothing. A rule that could not be
        read has the argument None, so that whatever names it can still be checked.
    """
    options: Entries = {}
    here = _site_of(kind, site, site.type)
    value: Node | None = node
    if isinstance(node, MapNode) and (kind.split is None or "value" in node.entries):
        options = read_entries(node, here, _WITH_VALUE) or {}
        value = options["value"][1] if "value" in options else None
        if value is None:
            site.refuse(node, f"has `{kind.key}` without `value`; add it")
    argument = None if value is None else kind.form.read(value, here)
    if argument is False and kind.form is SWITCH:
        return None
    columns: tuple[str, ...] = () if column is None else (column,)
    if kind.split is not None and argument is not None:
        columns, argument = kind.split(argument)
    rule_id = ".".join((table, *([] if column is None else [column]), kind.key))
    rule = Rule(
        rule_id,
        table,
        kind.key,
        columns,
        argument=argument,
        place=place_of(site.report, key),
    )
    return _with_options(rule, kind, key, options, here)


def _site_of(kind: RuleKind, site: Site, column_type: str | None) -> Site:
    """Return the site of a rule's value; its type only where the value could ever fit it."""
    fits = column_type is not None and family(column_type) in kind.fits
    here = site.key(kind.key)
    return Site(here.report, here.what, column_type if fits else None, here.columns)


def _with_options(rule: Rule, kind: RuleKind, at: Placed, options: Entries, site: Site) -> Rule:
    """Return the rule with what its options say, after checking that the kind fits its columns."""
    _check_fit(kind, at, site, rule.columns)
    said: dict[str, Any] = {}
    for name, (key, node) in options.items():
        if name not in _OPTIONS:
            continue
        if name in ("mostly", "where") and not kind.judges_rows:
            site.refuse(key, f"takes no `{name}`, for it does not judge row by row; remove it")
            continue
        value = _OPTIONS[name].form.read(node, site.key(name))
        if value is not None:
            said[name] = Severity(value) if name == "severity" else value
    return replace(rule, **said) if said else rule


def _check_fit(kind: RuleKind, at: Placed, site: Site, columns: tuple[str, ...]) -> None:
    for column in columns:
        column_type = site.columns.get(column)
        if column_type is None or family(column_type) in kind.fits:
            continue
        fitting = ", ".join(sorted(kind.fits))
        site.refuse(
            at,
            f"does not fit {quote(column)}, which is {column_type}; it fits columns of {fitting}",
        )


def read_listed_rules(node: Node, table: str, site: Site) -> Iterator[Rule]:
    """Yield the rules of the list under `rules:`."""
    if not isinstance(node, ListNode):
        site.refuse(node, f"must be a list of rules, found {found(node)}")
        return
    for number, item in enumerate(node.items, start=1):
        rule = _read_listed_rule(item, table, site.inside(f"rule {number} of '{table}'"))
        if rule is not None:
            yield rule


def _read_listed_rule(node: Node, table: str, site: Site) -> Rule | None:
    later = ("columns", *LATER_PREDICATES)
    entries = read_entries(node, site, _KNOWN_IN_LIST, later)
    if entries is None:
        return None
    name = _read_id(node, entries, site)
    site = site.inside(f"rule '{name}'") if name else site
    predicates = [key for key in entries if key in _ALL_PREDICATES]
    if not predicates and isinstance(node, MapNode) and not set(node.entries) - set(entries):
        site.refuse(node, "has no predicate; add one of " + ", ".join(_ALL_PREDICATES))
    if len(predicates) > 1:
        said = " and ".join(f"`{key}`" for key in predicates)
        site.refuse(node, f"has several predicates, {said}; make a rule of each")
    if len(predicates) != 1:
        return None
    key, value = entries[predicates[0]]
    kind = _kind_of(key.text, value)
    columns, argument = _read_predicate(kind, key, value, entries, site)
    if argument is False and kind.form is SWITCH:
        site.refuse(value, f"promises nothing with `{key.text}: false`; remove the rule")
    at = entries["id"][0] if "id" in entries else key
    rule_id = f"{table}.{name or f'line {key.line}'}"
    rule = Rule(
        rule_id,
        table,
        kind.key,
        columns,
        argument=argument,
        place=place_of(site.report, at),
    )
    return _with_options(rule, kind, at, entries, site)


def _read_id(node: Node, entries: Entries, site: Site) -> str | None:
    if "id" not in entries:
        site.refuse(node, "has no `id`; add one")
        return None
    value = entries["id"][1]
    name: str | None = NAME.read(value, site.key("id"))
    if name is None:
        return None
    taken = "a column" if name in site.columns else "a key of the language"
    if name in site.columns or name in RESERVED_IDS:
        site.refuse(value, f"has the id {quote(name)}, which is {taken}; choose another")
    return name


def _kind_of(key: str, value: Node) -> RuleKind:
    """Return the kind a predicate means; `unique` names its columns itself or does not."""
    if key in PREDICATES and (key not in ONE_COLUMN_PREDICATES or isinstance(value, ListNode)):
        return PREDICATES[key]
    return ONE_COLUMN_PREDICATES[key]


def _read_predicate(
    kind: RuleKind, key: ScalarNode, value: Node, entries: Entries, site: Site
) -> tuple[tuple[str, ...], Any]:
    """Return the columns and the argument of a listed rule."""
    if kind.split is not None:
        if "column" in entries:
            site.refuse(entries["column"][0], f"has `column` beside `{key.text}`; remove it")
        argument = kind.form.read(value, site.key(kind.key))
        return ((), None) if argument is None else kind.split(argument)
    if "column" not in entries:
        site.refuse(key, f"has `{key.text}` but no `column`; add the column it speaks of")
        return (), kind.form.read(value, site.key(kind.key))
    column = COLUMN.read(entries["column"][1], site.key("column"))
    here = _site_of(kind, site, site.columns.get(column or ""))
    return (() if column is None else (column,)), kind.form.read(value, here)
