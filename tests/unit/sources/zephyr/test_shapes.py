from __future__ import annotations

import json
from importlib import resources

import pytest

from spectra_gx.sources.zephyr.sandbox.data import build_dataset
from spectra_gx.sources.zephyr.shapes import find_mismatch

DATA = build_dataset()


@pytest.mark.parametrize("shape", ["projects", "releases", "cycles"])
def test_an_empty_level_fits(shape):
    assert find_mismatch(shape, []) is None


def test_the_seeded_data_fits():
    assert find_mismatch("projects", DATA.projects) is None
    for releases in DATA.releases.values():
        assert find_mismatch("releases", releases) is None
    for cycles in DATA.cycles.values():
        assert find_mismatch("cycles", cycles) is None
    for executions in DATA.executions.values():
        assert find_mismatch("execution_page", {"resultSize": 0, "results": executions}) is None


def test_other_fields_may_stand_beside_and_known_ones_be_null():
    body = [{"id": 1, "name": "Harbour", "description": None, "members": None, "new": {"a": 1}}]
    assert find_mismatch("projects", body) is None


@pytest.mark.parametrize(
    ("shape", "body", "misfit"),
    [
        ("projects", {}, "`$` is of type object, not array"),
        ("projects", None, "`$` is of type null, not array"),
        ("projects", [1.5], "`$[0]` is of type number, not object"),
        ("projects", [{"name": "x"}], "`$[0].id` is missing"),
        ("projects", [{"id": "1", "name": "x"}], "`$[0].id` is of type string, not integer"),
        ("projects", [{"id": True, "name": "x"}], "`$[0].id` is of type boolean, not integer"),
        (
            "projects",
            [{"id": 1, "name": "x", "status": 2}],
            "`$[0].status` is of type integer, not string or null",
        ),
        (
            "cycles",
            [{"id": 1, "name": "x", "cyclePhases": [{}]}],
            "`$[0].cyclePhases[0].id` is missing",
        ),
        ("execution_page", [], "`$` is of type array, not object"),
        ("execution_page", {}, "`$.results` is missing"),
        (
            "execution_page",
            {"results": [{"id": 1}]},
            "`$.results[0].tcrTreeTestcase` is missing",
        ),
        (
            "execution_page",
            {"results": [{"id": 1, "tcrTreeTestcase": {"id": None}}]},
            "`$.results[0].tcrTreeTestcase.id` is of type null, not integer",
        ),
        ("page", {"results": [{}]}, "`$.results[0].id` is missing"),
    ],
)
def test_a_misfit_names_its_place(shape, body, misfit):
    assert find_mismatch(shape, body) == misfit


def test_a_misfit_never_repeats_a_value():
    assert "secret" not in str(find_mismatch("projects", ["secret" * 1000]))


def test_the_shapes_use_only_the_keywords_that_can_be_described():
    text = (resources.files("spectra_gx.sources.zephyr") / "zephyr_shapes.json").read_text()
    for definition in json.loads(text)["$defs"].values():
        assert set(definition) <= {"type", "required", "properties", "items", "$ref"}
