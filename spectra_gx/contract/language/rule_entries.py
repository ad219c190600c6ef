"""Rules: behind the keys of columns and tables, and in the list under `rules:`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import family
from spectra_gx.contract.gx_expectations import accepts_option, read_arguments, signatures
from spectra_gx.contract.model import Place, Rule, Severity
from spectra_gx.contract.parsers.parser import (
    NAME,
    TEXT,
    Key,
    ParseContext,
    Parser,
    describe,
    one_of,
    read_entries,
)
from spectra_gx.contract.parsers.values import ANYTHING, COLUMN, COLUMNS, SWITCH
from spectra_gx.contract.quoting import quote
from spectra_gx.contract.rules.catalogue import (
    CATALOGUE,
    ONE_COLUMN_PREDICATES,
    PREDICATES,
)
from spectra_gx.contract.yaml.nodes import ListNode, MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from spectra_gx.contract.problems import Placed, Report
    from spectra_gx.contract.rules.kinds import RuleKind

Entries = Mapping[str, tuple[ScalarNode, Node]]


def _read_share(node: Node, context: ParseContext) -> float | None:
    value = node.value if isinstance(node, ScalarNode) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    context.refuse(
        node, f"must be a share above 0 and up to 1, such as `0.99`, found {describe(node)}"
    )
    return None


_SHARE = Parser(
    "a share above 0 and up to 1",
    {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    _read_share,
)
_ARGUMENTS = Parser("a mapping of arguments", {"type": "object"}, ANYTHING.read)
OPTIONS = (
    Key("severity", "How much a failure matters; only `critical` gates.", one_of(*Severity)),
    Key("mostly", "The share of rows that must satisfy the rule.", _SHARE, example=0.99),
    Key(
        "where",
        "SQL condition; the rule speaks only of rows that satisfy it.",
        TEXT,
        example="status = 'open'",
    ),
    Key("description", "Why the rule is there.", TEXT),
)
RULE_KEYS = (
    Key("id", "The rule's name within its table.", NAME, needed=True, example="auth-ok"),
    Key("column", "The column that the predicate speaks of.", COLUMN, example="auth_status"),
    Key("columns", "The columns that the expectation of `expect` speaks of.", COLUMNS),
    Key("with", "The arguments of the expectation of `expect`.", _ARGUMENTS),
    *OPTIONS,
)
RESERVED_IDS = frozenset(
    {kind.key for kind in CATALOGUE}
    | {key.name for key in RULE_KEYS}
    | {"columns", "rules", "tags", "examples", "classification", "extra_columns", "timezone"}
    | {"like", "fields", "items", "location", "format", "quarantine"}
)

_OPTIONS = {key.name: key for key in OPTIONS}
_WITH_VALUE = {"value": None, **_OPTIONS}
_IN_LIST = {key.name: key for key in RULE_KEYS}
_ALL_PREDICATES = {**ONE_COLUMN_PREDICATES, **PREDICATES}
_KNOWN_IN_LIST = {**_IN_LIST, **_ALL_PREDICATES}


def place_of(report: Report, at: Placed) -> Place:
    """Return where something stands."""
    return Place(report.file, at.line, at.column)


@dataclass(frozen=True)
class Subject:
    """What a key's rule speaks of: a table, one of its columns, or what is nested in one."""

    table: str
    column: str | None = None
    path: tuple[str | None, ...] = ()
    id: str = ""
    """What its rules' ids start with."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The column that its rules name."""
        return () if self.column is None else (self.column,)


def read_key_rule(
    kind: RuleKind, key: ScalarNode, node: Node, context: ParseContext, subject: Subject
) -> Rule | None:
    """Read the rule behind a key of a column or table, in short form or with options.

    Args:
        kind: What the key means.
        key: The key, as written.
        node: The value, or `{value, severity, mostly, where, description}`.
        context: The column or table, in words; its type when it is a column.
        subject: What the rule speaks of.

    Returns:
        None for `required: false` and the like, which promise nothing. A rule that could not be
        read has the argument None, so that whatever names it can still be checked.
    """
    options: Entries = {}
    here = _site_of(kind, context, context.type)
    value: Node | None = node
    if isinstance(node, MapNode) and (kind.split is None or "value" in node.entries):
        options = read_entries(node, here, _WITH_VALUE) or {}
        value = options["value"][1] if "value" in options else None
        if value is None:
            context.refuse(node, f"has `{kind.key}` without `value`; add it")
    argument = None if value is None else kind.parser.read(value, here)
    if argument is False and kind.parser is SWITCH:
        return None
    columns = subject.columns
    if kind.split is not None and argument is not None:
        columns, argument = kind.split(argument)
    rule = Rule(
        f"{subject.id}.{kind.key}",
        subject.table,
        kind.key,
        columns,
        subject.path,
        argument,
        place=place_of(context.report, key),
    )
    types = [(column, context.columns.get(column)) for column in columns]
    if subject.column is not None:
        types = [(".".join((subject.column, *map(_spelled, subject.path))), context.type)]
    return _with_options(rule, kind, key, options, here, types)


def _spelled(step: str | None) -> str:
    return "items" if step is None else step


def _site_of(kind: RuleKind, context: ParseContext, column_type: str | None) -> ParseContext:
    """Return the site of a rule's value; its type only where the value could ever fit it."""
    families = column_type is not None and family(column_type) in kind.families
    what = f"`{kind.key}` of {context.what}"
    return ParseContext(context.report, what, column_type if families else None, context.columns)


def _with_options(
    rule: Rule,
    kind: RuleKind,
    at: Placed,
    options: Entries,
    context: ParseContext,
    types: Iterable[tuple[str, str | None]],
) -> Rule:
    """Return the rule with what its options say, after checking that the kind fits its columns.

    Args:
        rule: The rule without them.
        kind: What it is.
        at: Where it is named.
        options: Keys beside it; those that are no options are left alone.
        context: The rule, in words.
        types: Column → canonical type, of the columns that it speaks of.
    """
    _check_fit(kind, at, context, types)
    said: dict[str, Any] = {}
    for name, (key, node) in options.items():
        if name not in _OPTIONS:
            continue
        if not _takes(rule, kind, name):
            context.refuse(key, f"takes no `{name}`, for it does not judge row by row; remove it")
            continue
        value = _OPTIONS[name].parser.read(node, context.key(name))
        if value is not None:
            said[name] = Severity(value) if name == "severity" else value
    return replace(rule, **said) if said else rule


def _takes(rule: Rule, kind: RuleKind, option: str) -> bool:
    """Return whether an option means anything for a rule."""
    if option not in ("mostly", "where"):
        return True
    if kind.key == "expect" and rule.argument is not None:
        return accepts_option(rule.argument["type"], option)
    return kind.takes_mostly if option == "mostly" else kind.takes_where


def _check_fit(
    kind: RuleKind, at: Placed, context: ParseContext, types: Iterable[tuple[str, str | None]]
) -> None:
    for column, column_type in types:
        if column_type is None or family(column_type) in kind.families:
            continue
        fitting = ", ".join(sorted(kind.families))
        context.refuse(
            at,
            f"does not fit {quote(column)}, which is {column_type}; it fits columns of {fitting}",
        )


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
        context.refuse(node, "has no predicate; add one of " + ", ".join(_ALL_PREDICATES))
    if len(predicates) > 1:
        said = " and ".join(f"`{key}`" for key in predicates)
        context.refuse(node, f"has several predicates, {said}; make a rule of each")
    if len(predicates) != 1:
        return None
    key, value = entries[predicates[0]]
    kind = _kind_of(key.text, value)
    _check_company(kind, entries, context)
    columns, argument = _read_predicate(kind, key, value, entries, context)
    if argument is False and kind.parser is SWITCH:
        context.refuse(value, f"promises nothing with `{key.text}: false`; remove the rule")
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
    return _with_options(rule, kind, at, entries, context, types)


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
        said = kind.parser.read(value, context.key(kind.key))
        columns, argument = ((), None) if said is None else kind.split(said)
        return (*columns, *([column] if column else [])), argument
    if "column" not in entries:
        context.refuse(key, f"has `{key.text}` but no `column`; add the column it speaks of")
        return (), kind.parser.read(value, context.key(kind.key))
    here = _site_of(kind, context, context.columns.get(column or ""))
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
