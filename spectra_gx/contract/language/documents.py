"""Read a whole contract file: its top-level keys, into the model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.language.column_templates import (
    DEFINITIONS,
    check_definitions,
    written_out,
)
from spectra_gx.contract.language.environments import ENVIRONMENTS, read_environments
from spectra_gx.contract.language.tables import read_tables
from spectra_gx.contract.model import (
    Guarantee,
    Handoff,
    Inputs,
    Need,
    OnFailure,
    Release,
    StageContract,
    Waiver,
)
from spectra_gx.contract.parsers.parser import (
    BOOLEAN,
    DATE,
    DURATION,
    NAME,
    ROOT,
    TABLE_NAME,
    TEXT,
    TEXTS,
    VERSION,
    Key,
    ParseContext,
    Parser,
    describe,
    list_of,
    one_of,
    read_text,
)
from spectra_gx.contract.parsers.records import names_of, record
from spectra_gx.contract.parsers.values import TYPE
from spectra_gx.contract.yaml.nodes import MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from spectra_gx.contract.problems import Report

STATUSES = ("draft", "active", "deprecated")


def read_document(node: Node, report: Report) -> StageContract:
    """Read a contract's root; whatever is wrong is reported and left out."""
    check_definitions(node, report)
    parsed = _DOCUMENT.read(written_out(node, report), ParseContext(report, ROOT)) or {}
    inputs = parsed.get("inputs") or {}
    contract = StageContract(
        name=parsed.get("contract") or "",
        version=parsed.get("version") or "",
        owner=parsed.get("owner") or "",
        tables=parsed.get("tables") or (),
        system=parsed.get("system"),
        status=parsed.get("status") or "active",
        contact=parsed.get("contact"),
        purpose=parsed.get("purpose"),
        inputs=Inputs(inputs.get("auth_method"), inputs.get("variables") or ()),
        guarantees=tuple(map(_guarantee, parsed.get("guarantees") or ())),
        handoff=_handoff(parsed.get("handoff")),
        on_failure=OnFailure(parsed.get("on_failure") or OnFailure.ABORT),
        runbook=parsed.get("runbook"),
        consumes=tuple(
            _need(stage, need) for stage, need in (parsed.get("consumes") or {}).items()
        ),
        waivers=tuple(map(_waiver, parsed.get("waivers") or ())),
        changelog=tuple(map(_release, parsed.get("changelog") or ())),
        file=report.file,
    )
    written = parsed.get("environments")
    if written is None:
        return contract
    return replace(contract, environments=tuple(read_environments(written, contract, report)))


def _guarantee(parsed: dict[str, Any]) -> Guarantee:
    return Guarantee(
        parsed.get("id") or "", parsed.get("says") or "", parsed.get("proven_by") or ()
    )


def _handoff(parsed: dict[str, Any] | None) -> Handoff | None:
    if parsed is None:
        return None
    return Handoff(parsed.get("to") or "", parsed.get("requires") or (), parsed.get("max_age"))


def _need(stage: str, parsed: dict[str, Any] | None) -> Need:
    tables = (parsed or {}).get("tables") or {}
    return Need(
        stage,
        (parsed or {}).get("version") or "",
        {name: (table or {}).get("columns") or {} for name, table in tables.items()},
    )


def _waiver(parsed: dict[str, Any]) -> Waiver:
    return Waiver(*(parsed.get(key.name) or "" for key in _WAIVER_KEYS))


def _release(parsed: dict[str, Any]) -> Release:
    return Release(
        parsed.get("version") or "", parsed.get("date") or "", parsed.get("changes") or ()
    )


def _read_variable(node: Node, context: ParseContext) -> str | None:
    value = node.value if isinstance(node, ScalarNode) else None
    if isinstance(value, str) and value.isascii() and value.isidentifier() and value.isupper():
        return value
    context.refuse(
        node, "must be a variable's name in capitals, such as `API_TOKEN`, never its value"
    )
    return None


def _read_range(node: Node, context: ParseContext) -> str | None:
    text = read_text(node, context)
    if text is None:
        return None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415  # few consume

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        context.refuse(
            node,
            f"must be a range of versions, found {describe(node)}; write one such as `>=3.0,<4`",
        )
        return None
    return text


def _read_needed_column(node: Node, context: ParseContext) -> dict[str, Any] | None:
    if isinstance(node, MapNode):
        parsed = _NEEDED_COLUMN.read(node, context) or {}
        return {name: value for name, value in parsed.items() if value is not None}
    column_type = TYPE.read(node, context)
    return None if column_type is None else {"type": column_type}


_VARIABLE = Parser(
    "a variable's name in capitals",
    {"type": "string", "pattern": "^[A-Z_][A-Z0-9_]*$"},
    _read_variable,
)
_RANGE = Parser("a range of versions", {"type": "string", "pattern": "\\S"}, _read_range)
_INPUTS = record(
    "a mapping",
    (
        Key("auth_method", "How the source knows us.", TEXT, example="apiToken"),
        Key(
            "variables",
            "Names of the settings the stage needs; never their values.",
            list_of(_VARIABLE, "a list of variable names"),
            example=["BASE_URL", "API_TOKEN"],
        ),
    ),
)
_GUARANTEE = record(
    "a mapping",
    (
        Key("id", "The guarantee's name.", NAME, needed=True, example="catalogue-complete"),
        Key(
            "says",
            "The promise in words.",
            TEXT,
            needed=True,
            example="Every published endpoint is present exactly once.",
        ),
        Key(
            "proven_by",
            "Ids of the rules that prove it.",
            list_of(TEXT, "a list of rule ids", least=1),
            needed=True,
            example=["source.endpoints.rows"],
        ),
    ),
)
_HANDOFF = record(
    "a mapping",
    (
        Key("to", "The next stage.", NAME, needed=True, example="prepare"),
        Key("requires", "Ids of the rules that must have passed.", TEXTS),
        Key("max_age", "How old the last passed run may be.", DURATION, example="24h"),
    ),
)
_NEEDED_COLUMN = record(
    "a mapping",
    (
        Key("type", "The type the consumer relies on.", TYPE, example="string"),
        Key("required", "Whether the consumer relies on there being no null.", BOOLEAN),
    ),
)
_NEEDED_COLUMNS = names_of(
    Parser(
        "a type, or a mapping with type and required",
        {"anyOf": [TYPE.schema, _NEEDED_COLUMN.schema]},
        _read_needed_column,
    ),
    "a mapping from columns to what is needed of them",
)
_NEEDED_TABLE = record(
    "a mapping", (Key("columns", "The columns it reads.", _NEEDED_COLUMNS, needed=True),)
)
_NEED = record(
    "a mapping",
    (
        Key("version", "The versions it accepts.", _RANGE, needed=True, example=">=3.0,<4"),
        Key(
            "tables",
            "The tables it reads.",
            names_of(_NEEDED_TABLE, "a mapping from tables to columns", TABLE_NAME),
        ),
    ),
)
_WAIVER_KEYS = (
    Key("change", "Kind of the change.", TEXT, needed=True, example="column-removed"),
    Key("path", "What is changed.", TEXT, needed=True, example="source.endpoints.notes"),
    Key("owner", "Who answers for it.", TEXT, needed=True, example="Data Platform"),
    Key("reason", "Why it is let through.", TEXT, needed=True, example="Nobody reads it."),
    Key("expires", "The last day it is valid.", DATE, needed=True, example="2027-01-31"),
)
_RELEASE = record(
    "a mapping",
    (
        Key("version", "The version released.", VERSION, needed=True, example="3.1.0"),
        Key("date", "The day of the release.", DATE, needed=True, example="2026-11-21"),
        Key("changes", "What changed, in words.", TEXTS, needed=True),
    ),
)
_TABLES = Parser(
    "a mapping from tables to what they contain", {"$ref": "#/$defs/tables"}, read_tables
)
_DEFINITIONS = Parser(
    "a mapping from names to columns", {"$ref": "#/$defs/columns"}, lambda node, _: node
)
"""Read, and written out, before the rest."""

TOP_KEYS = (
    Key("contract", "The stage.", NAME, needed=True, example="source"),
    Key(
        "system",
        "The source system; without it runs are known by the stage alone.",
        TEXT,
        example="jira",
    ),
    Key("version", "Semantic version of this contract.", VERSION, needed=True, example="3.1.0"),
    Key("status", "Where the contract is in its life.", one_of(*STATUSES)),
    Key("owner", "Who answers for it.", TEXT, needed=True, example="Data Platform"),
    Key("contact", "Where its owner is reached.", TEXT, example="#data-platform"),
    Key("purpose", "What the stage is for.", TEXT, example="The source's catalogue."),
    Key(
        "runbook",
        "Address or path of the stage's own runbook; alerts and pages lead there.",
        TEXT,
        example="https://wiki.example.com/shop-runbook",
    ),
    Key("inputs", "How the stage reaches its source; names only.", _INPUTS),
    Key(
        DEFINITIONS,
        "Columns by name, for `like`.",
        _DEFINITIONS,
        example={"instant": {"type": "timestamp", "required": True}},
    ),
    Key("tables", "The tables the stage promises.", _TABLES, needed=True),
    Key(
        "guarantees",
        "Promises in words, each with the rules that prove it.",
        list_of(_GUARANTEE, "a list of guarantees"),
    ),
    Key(
        "on_failure",
        "Whether a failing table keeps the others of the stage from being published.",
        one_of(*OnFailure),
        example="continue",
    ),
    Key("handoff", "What the next stage checks before it starts.", _HANDOFF),
    Key(
        "consumes",
        "What this stage needs of others.",
        names_of(_NEED, "a mapping from stages to needs", NAME),
    ),
    Key(
        "environments",
        "What differs away from production: bounds, severities, locations.",
        ENVIRONMENTS,
        example={"dev": {"source.endpoints.rows": {"min": 1}}},
    ),
    Key(
        "waivers",
        "Changes let through until a day.",
        list_of(record("a mapping", _WAIVER_KEYS), "a list of waivers"),
    ),
    Key("changelog", "What changed when, newest first.", list_of(_RELEASE, "a list of releases")),
)
_DOCUMENT = record("a contract", TOP_KEYS)
