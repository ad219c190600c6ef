"""Contracts of every kind of rule, as plain documents.

A column has at most one rule about its values, so that no two ever contradict each other.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.property.contract.documents import DAYS, INSTANTS, OPTIONS, TEXTS

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
ODD_NAMES = NAMES | st.sampled_from(["camelCase", "type", "fields", "a.b", "Größe", 'a"b', "a`b"])
LONGS = st.integers(-(2**63), 2**63 - 1)
DOUBLES = st.floats(-1e6, 1e6).map(lambda number: round(number, 3)) | st.integers(-9, 9)
CLOCKS = st.sampled_from(["now", "today", "now - 30d", "today + 36h"])


def _values(values: Any) -> list[Any]:
    several = st.lists(values, min_size=1, max_size=3, unique_by=lambda v: (type(v), v))
    return [
        st.fixed_dictionaries({"enum": several}),
        st.fixed_dictionaries({"not_in": several}),
        st.fixed_dictionaries({"const": values}),
    ]


def _bounds(values: Any) -> list[Any]:
    return [st.fixed_dictionaries({key: values}) for key in ("min", "max", "above", "below")]


TEXT_RULES = [
    {"pattern": r"^[a-z]+$"},
    {"pattern": "^/|x$"},
    {"format": "semver"},
    {"format": "json"},
    {"format": "masked"},
    {"min_length": 0},
    {"max_length": 7},
    {"length": 3},
]
RULES = {
    "string": [*_values(TEXTS), st.sampled_from(TEXT_RULES)],
    "boolean": _values(st.booleans()),
    "long": [*_values(LONGS), *_bounds(LONGS)],
    "byte": _bounds(st.integers(-128, 127)),
    "double": [*_values(DOUBLES), *_bounds(DOUBLES), st.just({"finite": True})],
    "decimal(12,2)": _bounds(DOUBLES),
    "date": [*_bounds(DAYS | CLOCKS), *_values(DAYS)],
    "timestamp": [*_bounds(INSTANTS | CLOCKS), st.just({"max_age": "24h"})],
    "binary": [],
    "array<string>": [],
    "map<string,array<long>>": [],
    "struct<a:string,b:array<long>>": [],
}


CONDITIONAL = {"required_if": "amount > 0"}


@st.composite
def columns(draw: Any, depth: int = 1) -> dict[str, Any]:
    """Draw a column, with fields or items of its own while `depth` lasts."""
    column_type = draw(st.sampled_from([*RULES, *(["struct", "array"] * depth)]))
    rule = draw(st.just({}) | st.one_of(RULES[column_type])) if RULES.get(column_type) else {}
    rule = {**rule, **draw(st.sampled_from([{}, {"required": True}, CONDITIONAL]))}
    keys = {
        key: {"value": value, **draw(OPTIONS)} if draw(st.booleans()) else value
        for key, value in rule.items()
    }
    if column_type == "struct":
        keys["fields"] = draw(st.dictionaries(ODD_NAMES, columns(0), min_size=1, max_size=2))
    elif column_type == "array":
        keys["items"] = draw(columns(0))
    said = {
        "description": TEXTS,
        "classification": st.sampled_from(["public", "internal", "confidential", "pii"]),
        "tags": st.lists(TEXTS, min_size=1, max_size=2),
        "examples": st.lists(TEXTS | st.integers(-9, 9) | st.booleans(), min_size=1, max_size=2),
    }
    return {"type": column_type, **keys, **draw(st.fixed_dictionaries({}, optional=said))}


LISTED = [
    {"unique": ["key", "amount"]},
    {"column": "key", "unique": True, "where": "amount > 0"},
    {"column": "key", "min": 3},
    {"compare": '"amount" <> 1.5'},
    {"compare": '"key" <= "amount"'},
    {"sql": "select * from {table} where amount < 0"},
    {"sql": "select key from {table} group by key having count(*) > 2"},
    {"references": {"columns": ["key"], "table": "demo.parents", "to": ["id"]}},
    {"freshness": {"column": "seen", "max_age": "2d"}},
    {"freshness": {"column": "seen", "expected": {"sensitivity": "low", "season": "day"}}},
    {"column": "amount", "mean": {"min": 0}},
    {"column": "amount", "null_share": {"max": 0.5}},
    {"column": "key", "distinct": {"min": 1, "max": 9}},
    {"sql_value": {"query": "select max(amount) from {table}", "min": 0, "max": 3}},
    {"column": "key", "sequence": {"step": 2}, "where": "amount > 0"},
    {"column": "key", "same_set_as": "demo.parents.id"},
    {"column": "amount", "mean": {"min": 0, "change": {"max": "12.5%"}}},
    {"column": "amount", "quantile": {"q": 0.5, "change": {"max": "20%"}}},
    {"column": "amount", "quantile": {"q": 0.95, "max": 10}},
    {"sorted": {"by": ["key", "seen"], "order": "descending"}},
    {"expect": "expect_column_values_to_be_null", "with": {"column": "amount"}},
]
"""Rules for the list of a table that has `key`, `amount` and `seen`."""

STANDING = {
    "key": {"type": "long", "required": True},
    "amount": {"type": "double"},
    "seen": {"type": "timestamp"},
}


@st.composite
def tables(draw: Any) -> dict[str, Any]:
    """Draw a table with columns, keys and listed rules."""
    made = draw(st.dictionaries(NAMES, columns(), max_size=3))
    rules = [
        {"id": f"r-{number}", **draw(st.sampled_from(LISTED))}
        for number in range(draw(st.integers(0, 4)))
    ]
    severity = st.fixed_dictionaries(
        {}, optional={"severity": st.just("warning"), "description": TEXTS}
    )
    optional = {
        "description": TEXTS,
        "primary_key": st.just(["key"]),
        "partitioned_by": st.just(["key"]),
        "column_order": st.just("exact"),
        "rows": st.sampled_from(
            [
                {"min": 1},
                {"max": 9},
                {"min": 1, "max": 9},
                {"equals": 3},
                {"same_as": "demo.parents"},
                {"change": {"max": "20%"}},
                {"expected": {"sensitivity": "low", "season": "week"}},
                {"value": {"expected": {"sensitivity": "low"}}, "severity": "critical"},
                {"value": {"min": 1, "expected": {"sensitivity": "low"}}, "severity": "critical"},
                {"min": 1, "expected": {"sensitivity": "low"}},
                {"value": {"min": 2}, "severity": "info"},
            ]
        ),
        "extra_columns": st.sampled_from(["fail", "warn", "allow"]),
        "location": st.just("elsewhere/orders"),
        "owner": TEXTS,
        "tags": st.lists(TEXTS, min_size=1, max_size=2),
        "rules": st.just([{**rule, **draw(severity)} for rule in rules]),
    }
    key = draw(st.sampled_from(["long", STANDING["key"]]))
    return {
        "columns": {**made, **STANDING, "key": key},
        **draw(st.fixed_dictionaries({}, optional=optional)),
    }


@st.composite
def contracts(draw: Any) -> dict[str, Any]:
    """Draw a whole contract that is valid."""
    named = draw(
        st.dictionaries(NAMES.map(lambda name: f"demo.t_{name}"), tables(), min_size=1, max_size=2)
    )
    named["demo.parents"] = {"columns": {"id": {"type": "long", "required": True}}}
    needs = {"version": ">=1.0,<2", "tables": {"up.stream": {"columns": {"a": {"type": "long"}}}}}
    optional = {
        "system": TEXTS,
        "status": st.sampled_from(["draft", "active", "deprecated"]),
        "contact": TEXTS,
        "purpose": TEXTS,
        "runbook": TEXTS,
        "on_failure": st.sampled_from(["abort", "continue"]),
        "inputs": st.just({"auth_method": "apiToken", "variables": ["BASE_URL"]}),
        "guarantees": st.just(
            [{"id": "g", "says": "All there.", "proven_by": ["demo.parents.columns"]}]
        ),
        "handoff": st.just({"to": "next", "requires": ["demo.parents.columns"], "max_age": "24h"}),
        "consumes": st.just({"upstream": needs}),
        "environments": st.just({"dev": {"demo.parents.location": "elsewhere/parents"}}),
        "changelog": st.just([{"version": "1.0.0", "date": "2026-11-21", "changes": ["First."]}]),
    }
    head = {"contract": "demo", "version": "1.2.3", "owner": draw(TEXTS)}
    return {**head, "tables": named, **draw(st.fixed_dictionaries({}, optional=optional))}
