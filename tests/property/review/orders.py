"""Contracts of one table that hypothesis draws: each part from a few values, from strict to lax."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spectra_gx.contract.model import StageContract

NONE: Any = None
OPTIONS = {
    "severity": [NONE, NONE, NONE, "warning", "info"],
    "mostly": [NONE, NONE, NONE, 0.5, 0.9],
    "where": [NONE, NONE, NONE, "size > 0", "name = 'a' or name is null", "size / 2 > 0"],
}
KEYS: dict[str, dict[str, list[Any]]] = {
    "id": {"required": [True], "unique": [NONE, True], "min": [NONE, 0, 1]},
    "size": {
        "required": [NONE, True],
        "enum": [NONE, [0, 1, 2, 3], [3, 2, 1, 0], [1, 2], [1, 5]],
        "not_in": [NONE, [7], [7, 2], [9]],
        "min": [NONE, -1, 0, 1],
        "max": [NONE, 2, 5],
        "above": [NONE, -2, 0],
    },
    "limit": {"const": [NONE, 5, 6], "below": [NONE, 6, 9]},
    "name": {
        "required": [NONE, True],
        "enum": [NONE, ["a", "ab", "b"], ["a", "ab"]],
        "pattern": [NONE, "a", "^a", "^ab$", "b$", "^[ab]+$"],
        "min_length": [NONE, 0, 1, 2],
        "max_length": [NONE, 2, 5],
        "length": [NONE, 1, 2],
        "format": [NONE, "semver", "json"],
    },
    "share": {"min": [NONE, 0, 0.5], "finite": [NONE, True]},
    "day": {
        "min": [NONE, "2026-01-01", "2026-02-01"],
        "max_age": [NONE, "24h", "1d", "2w", "600w"],
    },
}
TYPES = {
    "id": ["long", "long", "integer"],
    "size": ["integer"],
    "limit": ["integer"],
    "name": ["string"],
    "share": ["double", "double", "float"],
    "day": ["date"],
    "notes": [NONE, "string", "string", "array<string>"],
}
TABLE: dict[str, list[Any]] = {
    "primary_key": [NONE, NONE, ["id"]],
    "rows": [NONE, {"min": 1}, {"min": 2}, {"max": 3}, {"equals": 2}, {"min": 2, "max": 2}],
    "extra_columns": [NONE, "fail", "warn", "allow"],
    "column_order": [NONE, NONE, "exact"],
    "description": [NONE, "Orders.", "All orders."],
}
RULES: dict[str, list[Any]] = {
    "fits": [NONE, *({"compare": f"size {word} limit"} for word in ("<", "<=", "<>", "=", ">"))],
    "small": [NONE, {"compare": "size <= 5"}, {"compare": "size <= 9"}, {"compare": "size < 5"}],
    "usual": [
        NONE,
        {"column": "size", "mean": {"min": 0}},
        {"column": "size", "mean": {"min": 0, "max": 9}},
        {"column": "size", "sum": {"min": 0}},
    ],
    "few": [
        NONE,
        {"column": "name", "distinct": {"max": 2}},
        {"column": "name", "distinct": {"max": 9}},
    ],
    "once": [
        NONE,
        {"unique": ["size", "name"]},
        {"unique": ["name", "size"]},
        {"unique": ["id", "name"]},
    ],
    "sane": [
        NONE,
        {"sql": "select * from {table} where size < 0"},
        {"sql": "SELECT *  from {table} where size<0"},
        {"sql": "select * from {table} where size < -1"},
    ],
    "fresh": [NONE, {"freshness": {"column": "day", "max_age": "24h"}}],
    "full": [
        NONE,
        {"column": "name", "null_share": {"max": 0.5}},
        {"column": "name", "null_share": {"max": 1}},
    ],
}
SLOTS: dict[tuple[str, ...], list[Any]] = {
    **{("type", column): values for column, values in TYPES.items()},
    **{
        ("key", column, key): values
        for column, keys in KEYS.items()
        for key, values in keys.items()
    },
    **{
        ("option", column, key, option): values
        for column, keys in KEYS.items()
        for key in keys
        for option, values in OPTIONS.items()
    },
    **{("table", key): values for key, values in TABLE.items()},
    **{("rule", rule): values for rule, values in RULES.items()},
    **{("with", rule, option): values for rule in RULES for option, values in OPTIONS.items()},
}
"""Part of a contract → what it may be, None for leaving it out."""

Choice = dict[tuple[str, ...], Any]


@st.composite
def choices(draw: Any, most: int = 8) -> Choice:
    """Draw what a contract says; most of its parts are left out."""
    chosen: Choice = {("key", "id", "required"): True}
    for slot in draw(st.lists(one_of(SLOTS), min_size=1, max_size=most)):
        needed = ("key", *slot[1:3]) if slot[0] == "option" else ("rule", *slot[1:2])
        for part in (slot, needed) if slot[0] in ("option", "with") else (slot,):
            chosen.setdefault(part, draw(st.sampled_from(said_of(part))))
    return chosen


def one_of(slots: Iterable[tuple[str, ...]]) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw a part, each sort of parts as often as any other."""
    sorts: dict[str, list[tuple[str, ...]]] = {}
    for slot in sorted(slots):
        sorts.setdefault(slot[0], []).append(slot)
    return st.sampled_from(sorted(sorts)).flatmap(lambda sort: st.sampled_from(sorts[sort]))


def said_of(slot: tuple[str, ...]) -> list[Any]:
    """Return what a part may say, leaving it out aside."""
    return [value for value in SLOTS[slot] if value is not NONE]


@st.composite
def pairs(draw: Any, most: int = 8) -> tuple[StageContract, StageContract]:
    """Draw a contract and what it becomes when some of its parts are changed."""
    before = draw(choices(most))
    after = dict(before)
    weighty = [
        slot
        for slot in sorted(SLOTS)
        if slot in before
        or (slot[0] == "option" and ("key", *slot[1:3]) in before)
        or (slot[0] == "with" and ("rule", slot[1]) in before)
    ]
    bounds = [slot for slot in before if slot[0] in ("key", "rule", "table")]
    slots = one_of(bounds) | one_of(bounds) | one_of(weighty) | one_of(SLOTS)
    for slot in draw(st.lists(slots, min_size=1, max_size=3, unique=True)):
        others = [value for value in said_of(slot) if value != before.get(slot)]
        if draw(st.integers(0, 2)) == 0:
            others = [NONE]
        after[slot] = draw(st.sampled_from(others or SLOTS[slot]))
    after["key", "id", "required"] = True
    old, new = contract_of(before), contract_of(after)
    if old is None or new is None:
        return draw(st.nothing())
    return old, new


def contract_of(chosen: Choice) -> StageContract | None:
    """Return the contract, or None when its parts contradict each other."""
    try:
        return parse_contract(json.dumps(document(chosen)).encode(), "shop.contract.yaml")
    except ContractError:
        return None


def document(chosen: Choice) -> dict[str, Any]:
    """Return the contract as a document."""
    columns: dict[str, Any] = {}
    for name, types in TYPES.items():
        column_type = chosen.get(("type", name), types[1 if name == "notes" else 0])
        if column_type is NONE:
            continue
        columns[name] = {"type": column_type}
        for key in KEYS.get(name, ()):
            value = chosen.get(("key", name, key))
            if value is not NONE:
                options = _options(chosen, ("option", name, key))
                columns[name][key] = {"value": value, **options} if options else value
    rules = []
    for rule in RULES:
        said = chosen.get(("rule", rule))
        if said is not NONE:
            rules.append({"id": rule, **said, **_options(chosen, ("with", rule))})
    keys = {key: chosen.get(("table", key)) for key in TABLE}
    table = {key: value for key, value in keys.items() if value is not NONE}
    table |= {"columns": columns, **({"rules": rules} if rules else {})}
    head = {"contract": "shop", "version": "1.0.0", "owner": "Tests"}
    return {**head, "tables": {"shop.orders": table}}


def _options(chosen: Choice, slot: tuple[str, ...]) -> dict[str, Any]:
    options = {option: chosen.get((*slot, option)) for option in OPTIONS}
    return {option: value for option, value in options.items() if value is not NONE}
