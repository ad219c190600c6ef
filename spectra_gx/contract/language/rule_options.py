"""Read the rule behind a key of a column or table, and the options beside a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import family
from spectra_gx.contract.earlier_runs import with_learnt_severity
from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.model import Place, Rule, Severity
from spectra_gx.contract.parsers.parser import (
    TEXT,
    Key,
    ParseContext,
    Parser,
    describe,
    one_of,
)
from spectra_gx.contract.parsers.records import read_entries
from spectra_gx.contract.parsers.values import SWITCH
from spectra_gx.contract.rules.gx_signatures import accepts_option
from spectra_gx.contract.yaml.nodes import MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from spectra_gx.contract.problems import Placed, Report
    from spectra_gx.contract.rules.kinds import RuleKind

Entries = Mapping[str, tuple[ScalarNode, Node]]
SeverityFields = dict[str, Any]
"""`severity` and `shares` of a rule."""


def _share(
    words: str, example: float, bounds: dict[str, int], contains: Callable[[float], bool]
) -> Parser:
    """Return the parser of a share, within bounds in words, in JSON Schema and in Python."""

    def read(node: Node, context: ParseContext) -> float | None:
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and contains(value):
            return float(value)
        context.refuse(node, f"must be {words}, such as `{example}`, found {describe(node)}")
        return None

    return Parser(words, {"type": "number", **bounds}, read)


_SHARE = _share(
    "a share above 0 and up to 1",
    0.99,
    {"exclusiveMinimum": 0, "maximum": 1},
    lambda share: 0 < share <= 1,
)
_SHARE_OF_FAILING = _share(
    "a share of rows from 0 and below 1",
    0.05,
    {"minimum": 0, "exclusiveMaximum": 1},
    lambda share: 0 <= share < 1,
)
_LEVEL = one_of(*Severity)
_LEVELS = (Severity.INFO, Severity.WARNING, Severity.CRITICAL)
"""Severities, the lowest first."""


def _read_severity(node: Node, context: ParseContext) -> SeverityFields | None:
    """Read one severity, or the share of failing rows above which each is reached."""
    if not isinstance(node, MapNode):
        level = _LEVEL.read(node, context)
        return None if level is None else {"severity": Severity(level), "shares": ()}
    entries = read_entries(node, context, dict.fromkeys(map(str, _LEVELS)))
    shares = {
        level: _SHARE_OF_FAILING.read(entries[level][1], context.key(level))
        for level in _LEVELS
        if entries and level in entries
    }
    if not node.entries:
        context.refuse(node, "is empty; give the share of failing rows that reaches `critical`")
    if not shares or None in shares.values():
        return None
    known = [share for share in shares.values() if share is not None]
    if any(later <= earlier for earlier, later in pairwise(known)):
        context.refuse(node, "must allow a higher share for a higher severity")
        return None
    return {"severity": [*shares][-1], "shares": tuple(zip(shares, known, strict=True))}


SEVERITY = Parser(
    "a severity, or the share of failing rows above which each is reached",
    {
        "anyOf": [
            _LEVEL.schema,
            {
                "type": "object",
                "additionalProperties": False,
                "minProperties": 1,
                "properties": {
                    str(level): {
                        **_SHARE_OF_FAILING.schema,
                        "description": f"Above which share of failing rows it is {level}.",
                        "examples": [0.05],
                    }
                    for level in _LEVELS
                },
            },
        ]
    },
    _read_severity,
)
OPTIONS = (
    Key(
        "severity",
        "How much a failure matters; only `critical` gates.",
        SEVERITY,
        example="warning",
    ),
    Key("mostly", "The share of rows that must satisfy the rule.", _SHARE, example=0.99),
    Key(
        "where",
        "SQL condition; the rule applies only to rows that satisfy it.",
        TEXT,
        example="status = 'open'",
    ),
    Key("description", "Why the rule is there.", TEXT),
)

_OPTIONS = {key.name: key for key in OPTIONS}
_WITH_VALUE = {"value": None, **_OPTIONS}


def place_of(report: Report, at: Placed) -> Place:
    """Return where something is written."""
    return Place(report.file, at.line, at.column)


@dataclass(frozen=True)
class Subject:
    """What a key's rule is about: a table, one of its columns, or what is nested in one."""

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

    `node` is the value, or `{value, severity, mostly, where, description}`.

    Returns:
        None for `required: false` and the like, which promise nothing. A rule that could not be
        read has the argument None, so that whatever names it can still be checked.
    """
    options: Entries = {}
    here = site_of(kind, context, context.type)
    value: Node | None = node
    plain = kind.split is None and not kind.takes_mapping
    if isinstance(node, MapNode) and (plain or "value" in node.entries):
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
    return with_options(rule, kind, key, options, here, types)


def _spelled(step: str | None) -> str:
    return "items" if step is None else step


def site_of(kind: RuleKind, context: ParseContext, column_type: str | None) -> ParseContext:
    """Return the site of a rule's value; its type only where the value could ever fit it."""
    families = column_type is not None and family(column_type) in kind.families
    what = f"`{kind.key}` of {context.what}"
    return ParseContext(context.report, what, column_type if families else None, context.columns)


def with_options(
    rule: Rule,
    kind: RuleKind,
    at: Placed,
    options: Entries,
    context: ParseContext,
    types: Iterable[tuple[str, str | None]],
) -> Rule:
    """Return the rule with what its options say, after checking that the kind fits its columns.

    `options` are the keys beside `at`, where it is named; others than options are left alone.
    `types` are those of the columns that it is about.
    """
    _check_fit(kind, at, context, types)
    parsed: dict[str, Any] = {"where": rule.argument} if kind.conditional else {}
    for name, (key, node) in options.items():
        if name not in _OPTIONS:
            continue
        if not _takes(rule, kind, name):
            context.refuse(key, f"takes no `{name}`, {_reason_against(kind)}")
            continue
        value = _OPTIONS[name].parser.read(node, context.key(name))
        if name == "severity":
            parsed |= fitting_severity(value, rule, kind, key, context)
        elif value is not None:
            parsed[name] = value
    if parsed.get("shares") and "mostly" in parsed:
        context.refuse(at, "has `mostly` beside shares of severities; remove one of them")
    rule = replace(rule, **parsed) if parsed else rule
    return with_learnt_severity(rule, parsed.get("severity"))


def fitting_severity(
    value: SeverityFields | None, rule: Rule, kind: RuleKind, at: Placed, context: ParseContext
) -> SeverityFields:
    """Return what a severity changes; shares are reported where no single rows are checked."""
    if value is None:
        return {}
    if value["shares"] and not _takes(rule, kind, "mostly"):
        reason = "because it does not check single rows; write one severity"
        context.refuse(at, f"takes no shares of severities, {reason}")
        return {}
    return value


def _reason_against(kind: RuleKind) -> str:
    if kind.conditional:
        return "because it has a condition of its own; join them with `and`"
    return "because it does not check single rows; remove it"


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
