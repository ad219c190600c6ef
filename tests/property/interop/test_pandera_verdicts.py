"""Imported schemas of pandera fail on the frames that it refuses, as its meaning is in Python."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import yaml
from hypothesis import given

from spectra_gx.interop.importers import import_files
from tests.drawing import drawn
from tests.property.interop.imported_verdicts import CHILD, Verdicts, rows_of_child

DTYPES = {
    "id": "int64", "n": "Int64", "x": "float64", "s": "str", "d": "date", "f": "boolean",
}  # fmt: skip
FLAT = {"id": "long", "n": "long", "x": "double", "s": "string", "d": "date", "f": "boolean"}
FRAMES: dict[str, tuple[str, dict[str, Any], Any]] = {
    # name → a column, its keys, and what every value that is there satisfies
    "null": ("s", {"nullable": False}, None),
    "unique": ("n", {"nullable": True, "unique": True}, "unique"),
    "unique-required": ("n", {"nullable": False, "unique": True}, "unique"),
    "least": ("n", {"nullable": True, "checks": {"ge": 0}}, lambda v: v >= 0),
    "above": ("x", {"nullable": True, "checks": {"greater_than": 0.25}}, lambda v: v > 0.25),
    "range": (
        "x",
        {
            "nullable": True,
            "checks": {"in_range": {"min_value": 0, "max_value": 2, "include_max": False}},
        },
        lambda v: 0 <= v < 2,
    ),
    "equal": ("n", {"nullable": True, "checks": {"eq": 1}}, lambda v: v == 1),
    "other": ("n", {"nullable": True, "checks": {"not_equal_to": 1}}, lambda v: v != 1),
    "in": ("s", {"nullable": True, "checks": {"isin": ["a", "b"]}}, lambda v: v in ("a", "b")),
    "not-in": ("s", {"nullable": True, "checks": {"notin": ["a"]}}, lambda v: v != "a"),
    "matches": (
        "s",
        {"nullable": True, "checks": {"str_matches": "a|b"}},
        lambda v: re.match("a|b", v),
    ),
    "matches-start": (
        "s",
        {"nullable": True, "checks": {"str_matches": "^a"}},
        lambda v: re.match("^a", v),
    ),
    "contains": (
        "s",
        {"nullable": True, "checks": {"str_contains": "b"}},
        lambda v: re.search("b", v),
    ),
    "starts": ("s", {"nullable": True, "checks": {"str_startswith": "a"}}, lambda v: v[:1] == "a"),
    "ends": ("s", {"nullable": True, "checks": {"str_endswith": "b"}}, lambda v: v[-1:] == "b"),
    "lengths": (
        "s",
        {"nullable": True, "checks": {"str_length": {"min_value": 1, "max_value": 2}}},
        lambda v: 1 <= len(v) <= 2,
    ),
}
TOGETHER = {"together": ["n", "s"]}


def _frame(column: str | None, keys: dict[str, Any], unique: list[str] | None) -> bytes:
    columns = {name: {"dtype": dtype, "nullable": True} for name, dtype in DTYPES.items()}
    if column is not None:
        columns[column] |= keys
    schema = {"schema_type": "dataframe", "name": "m", "columns": columns, "strict": True}
    return yaml.safe_dump(schema | ({"unique": unique} if unique else {})).encode()


@cache
def _of_pandera() -> Verdicts:
    files = {name: _frame(column, keys, None) for name, (column, keys, _) in FRAMES.items()}
    files |= {name: _frame(None, {}, unique) for name, unique in TOGETHER.items()}
    return Verdicts(
        {name: import_files("pandera", {"m.yaml": source}) for name, source in files.items()}
    )


def _breaks(values: list[Any], keys: dict[str, Any], condition: Any) -> bool:
    if not keys["nullable"] and None in values:
        return True
    if condition == "unique":  # nulls are equal to each other
        return max(Counter(values).values(), default=0) > 1
    return condition is not None and not all(condition(v) for v in values if v is not None)


@drawn(2, many=20)
@given(rows_of_child())
def test_schemas_fail_where_pandera_refuses_a_frame(child) -> None:
    places = [list(CHILD).index(name) for name in FLAT]
    rows = [tuple(row[place] for place in places) for row in child]
    by_column = {name: [row[at] for row in rows] for at, name in enumerate(FLAT)}
    answers: dict[str, bool | None] = {
        f"m/{name}": _breaks(by_column[column], keys, condition)
        for name, (column, keys, condition) in FRAMES.items()
    }
    for name, unique in TOGETHER.items():
        keys_of_rows = list(zip(*(by_column[column] for column in unique), strict=True))
        answers[f"m/{name}"] = len(set(keys_of_rows)) < len(keys_of_rows)
    assert _of_pandera().left_out == set()
    assert _of_pandera().differing({"m.m": (FLAT, rows)}, answers) == {}
