"""Imported schemas fail on exactly the rows that pandera and pointblank themselves refuse."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given

from spectra_gx.interop.importers import import_files
from tests.commands.foreign_verdicts import PANDERA, POINTBLANK, ForeignVerdicts
from tests.drawing import drawn
from tests.property.interop.imported_verdicts import CHILD, Rows, Verdicts, rows_of_child
from tests.property.interop.test_pandera_verdicts import DTYPES, FLAT

if TYPE_CHECKING:
    from collections.abc import Iterator

OF_PANDERA: dict[str, tuple[str, dict[str, Any]]] = {
    "null": ("s", {"nullable": False}),
    "unique": ("n", {"unique": True}),
    "unique-required": ("n", {"unique": True, "nullable": False}),
    "least": ("n", {"checks": {"greater_than_or_equal_to": 0}}),
    "above": ("x", {"checks": {"greater_than": 0.25}}),
    "most": ("n", {"checks": {"less_than_or_equal_to": 3}}),
    "below": ("x", {"checks": {"less_than": 2.0}}),
    "between": ("x", {"checks": {"in_range": {"min_value": 0, "max_value": 2}}}),
    "within": (
        "n",
        {
            "checks": {
                "in_range": {
                    "min_value": 0,
                    "max_value": 3,
                    "include_min": False,
                    "include_max": False,
                }
            }
        },
    ),
    "equal": ("n", {"checks": {"equal_to": 1}}),
    "equal-text": ("s", {"checks": {"equal_to": "a"}}),
    "other": ("n", {"checks": {"not_equal_to": 1}}),
    "in": ("s", {"checks": {"isin": ["a", "b", ""]}}),
    "in-numbers": ("n", {"checks": {"isin": [0, 1]}}),
    "not-in": ("s", {"checks": {"notin": ["a"]}}),
    "matches": ("s", {"checks": {"str_matches": "a|b"}}),
    "matches-start": ("s", {"checks": {"str_matches": "^a"}}),
    "matches-all": ("s", {"checks": {"str_matches": "a*$"}}),
    "contains": ("s", {"checks": {"str_contains": "b|n"}}),
    "starts": ("s", {"checks": {"str_startswith": "a"}}),
    "ends": ("s", {"checks": {"str_endswith": "b"}}),
    "lengths": ("s", {"checks": {"str_length": {"min_value": 1, "max_value": 2}}}),
    "shortest": ("s", {"checks": {"str_length": {"min_value": 2}}}),
    "several": ("n", {"nullable": False, "checks": {"ge": 0, "le": 3}}),
    "true": ("f", {"checks": {"equal_to": True}}),
}
OF_POINTBLANK: dict[str, Any] = {
    "greater": {"col_vals_gt": {"columns": "n", "value": 0}},
    "greater-or-null": {"col_vals_gt": {"columns": "n", "value": 0, "na_pass": True}},
    "least": {"col_vals_ge": {"columns": ["n", "id"], "value": 1, "na_pass": True}},
    "less": {"col_vals_lt": {"columns": "x", "value": 2, "na_pass": True}},
    "most": {"col_vals_le": {"columns": "x", "value": 0.25, "na_pass": True}},
    "equal": {"col_vals_eq": {"columns": "n", "value": 1, "na_pass": True}},
    "equal-text": {"col_vals_eq": {"columns": "s", "value": "a", "na_pass": True}},
    "other": {"col_vals_ne": {"columns": "n", "value": 1, "na_pass": True}},
    "other-strictly": {"col_vals_ne": {"columns": "n", "value": 1}},
    "since": {"col_vals_ge": {"columns": "d", "value": "2026-11-19", "na_pass": True}},
    "between": {"col_vals_between": {"columns": "x", "left": 0, "right": 2, "na_pass": True}},
    "within": {
        "col_vals_between": {
            "columns": "n",
            "left": 0,
            "right": 3,
            "inclusive": [False, False],
            "na_pass": True,
        }
    },
    "in": {"col_vals_in_set": {"columns": "s", "set": ["a", "b", ""]}},
    "in-or-null": {"col_vals_in_set": {"columns": "s", "set": ["a", "b", None]}},
    "in-numbers-or-null": {"col_vals_in_set": {"columns": "n", "set": [0, 1, 2, None]}},
    "not-in": {"col_vals_not_in_set": {"columns": "s", "set": ["a"]}},
    "not-in-or-null": {"col_vals_not_in_set": {"columns": "s", "set": ["a"], "na_pass": True}},
    "matches": {"col_vals_regex": {"columns": "s", "pattern": "a|b", "na_pass": True}},
    "matches-strictly": {"col_vals_regex": {"columns": "s", "pattern": "^a"}},
    "matches-all": {"col_vals_regex": {"columns": "s", "pattern": "^a*$", "na_pass": True}},
    "null": {"col_vals_not_null": {"columns": ["n", "s"]}},
    "complete": {"rows_complete": {"columns_subset": ["n", "x"]}},
    "distinct": {"rows_distinct": {"columns_subset": ["n"]}},
    "distinct-together": {"rows_distinct": {"columns_subset": ["n", "s"]}},
    "count": {"row_count_match": {"count": 3}},
    "about": {"row_count_match": {"count": 4, "tol": 1}},
    "about-a-share": {"row_count_match": {"count": 4, "tol": 0.25}},
}


STORED = [
    *(["id", "Int64"], ["n", "Int64"], ["x", "Float64"], ["s", "String"], ["d", "Date"]),
    ["f", "Boolean"],
]


def _schema(column: str, keys: dict[str, Any]) -> str:
    columns = {name: {"dtype": dtype, "nullable": True} for name, dtype in DTYPES.items()}
    columns[column] |= keys
    schema = {"schema_type": "dataframe", "name": "m", "columns": columns, "strict": True}
    return yaml.safe_dump(schema)


@cache
def _schemas() -> dict[str, str]:
    together = yaml.safe_load(_schema("n", {})) | {"unique": ["n", "s"]}
    schemas = {name: _schema(*said) for name, said in OF_PANDERA.items()}
    return {**schemas, "together": yaml.safe_dump(together)}


@cache
def _plans() -> dict[str, str]:
    plan = {"tbl": "small_table", "tbl_name": "m", "df_library": "polars"}
    typed = {"col_schema_match": {"schema": {"columns": STORED}}}
    return {
        name: yaml.safe_dump({**plan, "steps": [typed, step]})
        for name, step in OF_POINTBLANK.items()
    }


@pytest.fixture(scope="module")
def pandera() -> Iterator[tuple[ForeignVerdicts, Verdicts]]:
    with ForeignVerdicts(PANDERA, _schemas()) as foreign:
        # Both as a person writes a schema and as pandera itself does.
        sources = {f"{name}-1": text for name, text in _schemas().items()}
        sources |= {f"{name}-2": text for name, text in foreign.written.items()}
        yield foreign, _imported("pandera", sources)


@pytest.fixture(scope="module")
def pointblank() -> Iterator[tuple[ForeignVerdicts, Verdicts]]:
    with ForeignVerdicts(POINTBLANK, _plans()) as foreign:
        yield foreign, _imported("pointblank", _plans())


def _imported(tool: str, sources: dict[str, str]) -> Verdicts:
    return Verdicts(
        {name: import_files(tool, {"m.yaml": text.encode()}) for name, text in sources.items()}
    )


def _flat(child: Rows) -> Rows:
    places = [list(CHILD).index(name) for name in FLAT]
    return [tuple(row[place] for place in places) for row in child]


@drawn(6)
@given(child=rows_of_child())
def test_pandera_refuses_the_same_frames(
    pandera: tuple[ForeignVerdicts, Verdicts], child: Rows
) -> None:
    foreign, imported = pandera
    rows = _flat(child)
    answers = {
        f"m/{name}-{form}": fails
        for name, fails in foreign.failed(FLAT, rows).items()
        for form in (1, 2)
    }
    assert imported.left_out == set()
    assert imported.differing({"m.m": (FLAT, rows)}, answers) == {}


@drawn(6)
@given(child=rows_of_child())
def test_pointblank_refuses_the_same_tables(
    pointblank: tuple[ForeignVerdicts, Verdicts], child: Rows
) -> None:
    foreign, imported = pointblank
    rows = _flat(child)
    answers = {f"m/{name}": fails for name, fails in foreign.failed(FLAT, rows).items()}
    assert imported.left_out == set()
    assert imported.differing({"m.m": (FLAT, rows)}, answers) == {}
