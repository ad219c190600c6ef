"""Contracts of tables whose columns take their values from each other, as plain documents."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_KEYS = {
    "long": [{}, {"min": 0}, {"min": 1, "max": 50}, {"enum": [1, 2, 3, 5, 8, 13]}, {"not_in": [3]}],
    "string": [
        {},
        {"enum": ["a", "b", "c", "d"]},
        {"pattern": "^[a-z]{2,4}$"},
        {"min_length": 2, "max_length": 5},
    ],
    "date": [{}, {"min": "2026-01-01", "max": "2026-03-01"}],
}
"""Type of a column that others refer to → rules of its own."""

_MEASURES = [
    {"type": "long", "min": 0, "max": 9},
    {"type": "double", "required": True, "above": 0},
    {"type": "decimal(12,2)", "not_in": [1.5], "max": 100},
    {"type": "string", "max_length": 4, "required": True},
    {"type": "string", "enum": ["x", "y"]},
    {"type": "timestamp", "max": "now"},
]
_LISTED = [
    {"column": "ref", "unique": True},
    {"column": "same", "unique": True},
    {"unique": ["ref", "same"]},
    {"unique": ["key", "same"]},
    {"unique": ["ref", "measure"]},
    {"column": "ref", "required": True, "where": "measure is not null"},
    {"column": "same", "required": True},
    {"column": "key", "unique": True},
    {"column": "key", "distinct": {"min": 2}},
    {"column": "same", "distinct": {"min": 2}},
    {"column": "measure", "unique": True, "where": "key is not null"},
    {"column": "measure", "null_share": {"max": 0.4}},
]
"""Rules for the list of a table that has `key`, `measure`, `ref` and `same`."""


def _options(choices: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(choices).map(dict)


@st.composite
def related_tables(draw: Any) -> dict[str, Any]:
    """Draw a contract of two or three tables, each of which refers to those before it, or after."""
    kind = draw(st.sampled_from([*_KEYS]))
    names = ["demo.first", "demo.second", "demo.third"][: draw(st.integers(2, 3))]
    tables: dict[str, Any] = {}
    for name in names:
        key = {"type": kind, **draw(_options(_KEYS[kind]))}
        table: dict[str, Any] = {
            "columns": {
                "key": key | draw(st.sampled_from([{}, {"required": True}])),
                "measure": draw(_options(_MEASURES)),
                "ref": {"type": kind, **draw(st.sampled_from([{}, {"required": True}]))},
                "same": {"type": kind, **draw(_options([{}, *_KEYS[kind][:2]]))},
            }
        }
        table |= draw(
            st.sampled_from(
                [
                    {},
                    {"primary_key": ["key"]},
                    {"primary_key": ["key", "ref"]},
                    {"rows": {"max": 9}},
                ]
            )
        )
        others = [one for one in names if one != name]
        rules = draw(st.lists(st.sampled_from(_LISTED), max_size=2, unique_by=str))
        if draw(st.booleans()):
            parent = {"columns": ["ref"], "table": draw(st.sampled_from(names)), "to": ["key"]}
            rules.append({"references": parent})
        if draw(st.booleans()):
            column = draw(st.sampled_from(["same", "ref"]))
            other = f"{draw(st.sampled_from(others))}.{draw(st.sampled_from(['key', 'same']))}"
            rules.append({"column": column, "same_set_as": other})
        table["rules"] = [{"id": f"r-{number}", **rule} for number, rule in enumerate(rules)]
        tables[name] = table
    return {"contract": "demo", "version": "1.0.0", "owner": "Somebody", "tables": tables}
