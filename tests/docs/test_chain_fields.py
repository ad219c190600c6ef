"""What the example `chain` finds in answers, and makes of them, beside values written by hand."""

from __future__ import annotations

import importlib
import json
import sys
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.docs.pages import REPOSITORY
from tests.drawing import drawn

STAGES = REPOSITORY / "docs" / "examples" / "chain" / "stages"
MODULES = ("zephyr_answers", "zephyr_fields", "prepare")


@pytest.fixture
def stages(monkeypatch):
    """Import the helpers of the example's stages, and forget them afterwards."""
    monkeypatch.syspath_prepend(str(STAGES))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield [importlib.import_module(name) for name in MODULES]
    for name in MODULES:
        sys.modules.pop(name, None)


def in_millis(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1000


BIG = 2**53 + 1

FACTS = [
    # values of one field, row by row → structure, parts, types, nullable
    ([1, 2], "scalar", ["f"], ["int64"], False),
    ([1, None], "scalar", ["f"], ["int64"], True),
    ([1, 2.5], "scalar", ["f"], ["float64"], False),
    ([2**63 - 1], "scalar", ["f"], ["int64"], False),
    ([2**63], "scalar", ["f"], ["json"], False),
    ([BIG, 2.5], "scalar", ["f"], ["json"], False),  # no float is equal to it
    ([True, False], "scalar", ["f"], ["bool"], False),
    ([True, 1], "scalar", ["f"], ["json"], False),
    ([1, "1"], "scalar", ["f"], ["json"], False),
    (["1", "2"], "scalar", ["f"], ["text"], False),
    (["01/31/2024"], "scalar", ["f"], ["date"], False),
    (["01/31/2024", "31/01/2024"], "scalar", ["f"], ["text"], False),
    (["1/31/2024"], "scalar", ["f"], ["text"], False),
    ([None, None], "scalar", ["f"], ["text"], True),
    ([in_millis(2024, 1, 1)], "scalar", ["f"], ["int64"], False),  # `f` is no name of an instant
    ([{"a": 1}, {"b": "x"}], "record", ["a", "b"], ["int64", "text"], False),
    ([{"a": {"b": 1}}], "record", ["a"], ["json"], False),
    ([{}, {}], "objectDump", ["f"], ["json"], False),
    ([{"a": 1}, 1], "objectDump", ["f"], ["json"], False),
    ([[], None], "array", ["f"], ["json"], True),
    ([["x"], []], "array", ["f"], ["text"], False),
    ([[{"a": 1}], [{"b": True}]], "array", ["a", "b"], ["int64", "bool"], False),
    ([[[1]]], "array", ["f"], ["json"], False),
]


@pytest.mark.parametrize(("values", "structure", "parts", "types", "nullable"), FACTS)
def test_a_field_is_as_its_values_show(stages, values, structure, parts, types, nullable):
    [field] = stages[0].find_fields([{"f": value} for value in values])

    assert field.structure == structure
    assert [*field.parts] == parts
    assert [*field.types] == types
    assert field.nullable is nullable


@pytest.mark.parametrize(
    ("name", "value", "data_type"),
    [
        ("createdOn", in_millis(2024, 1, 1), "datetime"),
        ("startDate", in_millis(1999, 1, 1), "datetime"),
        ("createDatetime", in_millis(2024, 1, 1), "datetime"),
        ("versionOn", 7, "int64"),
        ("id", in_millis(2024, 1, 1), "int64"),
        ("Only", in_millis(2024, 1, 1), "int64"),
    ],
)
def test_an_instant_is_known_by_its_name_and_its_size(stages, name, value, data_type):
    [field] = stages[0].find_fields([{name: value}])
    assert field.types == (data_type,)


def test_a_field_that_a_row_lacks_is_nullable(stages):
    found = stages[0].find_fields([{"a": 1}, {"a": 2, "b": 3}])
    assert [(field.name, field.nullable, field.seen) for field in found] == [
        ("a", False, 2),
        ("b", True, 1),
    ]


# -- pages -----------------------------------------------------------------------------------------


class Http:
    """Answers pages as given, and remembers what was asked for."""

    def __init__(self, *pages):
        self._pages = [*pages]
        self.asked = []

    def get_json(self, path, params=None):
        self.asked.append((path, params))
        return self._pages.pop(0)


def page(*ids):
    return {"firstResult": 0, "resultSize": 0, "results": [{"id": one} for one in ids]}


@pytest.mark.parametrize(
    ("pages", "ids"),
    [
        ([page()], []),
        ([page(1)], [1]),
        ([page(1, 2), page()], [1, 2]),
        ([page(1, 2), page(3)], [1, 2, 3]),
        ([page(1, 2), page(1, 2)], [1, 2]),  # `offset` was ignored
        ([[{"id": 1}]], [1]),  # bare, in place of a page
    ],
)
def test_pages_end_as_they_end_at_the_vendor(stages, pages, ids):
    http = Http(*pages)
    endpoint = {"endpoint_path": "/execution", "pageSize": 2}

    assert [row["id"] for row in stages[0].rows_below(http, endpoint, 7)] == ids
    assert http.asked == [
        ("/execution", {"cycleid": 7, "offset": 2 * number, "pagesize": 2})
        for number in range(len(pages))
    ]


def test_the_parent_has_its_place_in_the_path(stages):
    http = Http([{"id": 1}])
    endpoint = {"endpoint_path": "/cycle/release/{releaseid}", "pageSize": None}

    assert [*stages[0].rows_below(http, endpoint, 7)] == [{"id": 1}]
    assert http.asked == [("/cycle/release/7", {})]


def test_pages_without_end_are_an_error(stages):
    class Endless:
        asked = 0

        def get_json(self, *_):
            self.asked += 1
            return page(self.asked)

    http = Endless()
    with pytest.raises(ValueError, match="more than 1,000 pages"):
        [*stages[0].rows_below(http, {"endpoint_path": "/x", "pageSize": 1}, 7)]
    assert http.asked == 1000


# -- values ----------------------------------------------------------------------------------------


def mapped(structure, kinds, *, column="c", taken=True):
    """Return a row of `prepare._schema`: field `f` with a part for each data type."""
    nested = structure in ("record", "array")
    names = [f"p{number}" for number in range(len(kinds))] if nested else ["f"]
    return {
        "fieldId": "f",
        "structureType": structure,
        "rawField": names,
        "targetField": [f"t_{name}" for name in names] if nested else [column],
        "dataType": kinds,
        "columnOrder": [1] * len(names),
        "isInFactIssue": [taken] * len(names),
        "dimensionName": column if structure == "record" else None,
        "bridgeName": column if structure == "array" else None,
    }


VALUES = [
    # data type, what the source sends, what it becomes; ... for a value that does not fit
    ("text", "x", "x"),
    ("text", 1, ...),
    ("int64", 1, 1),
    ("int64", True, ...),
    ("int64", "1", ...),
    ("int64", 1.5, ...),
    ("int64", 2**63 - 1, 2**63 - 1),
    ("int64", 2**63, ...),
    ("float64", 1, 1.0),
    ("float64", 1.5, 1.5),
    ("float64", 2**53 + 1, ...),
    ("float64", "1.5", ...),
    ("bool", False, False),
    ("bool", 0, ...),
    ("date", "02/29/2024", date(2024, 2, 29)),
    ("date", "02/30/2024", ...),
    ("date", 1, ...),
    ("datetime", in_millis(2024, 3, 1) + 7, datetime(2024, 3, 1, 0, 0, 0, 7000, tzinfo=UTC)),
    ("datetime", -1, datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)),
    ("datetime", 10**18, ...),
    ("datetime", "2024-03-01", ...),
    ("json", {"b": 1, "a": [None]}, '{"a": [null], "b": 1}'),
    ("json", "x", json.dumps("x")),
    *[(kind, None, None) for kind in ("text", "int64", "float64", "bool", "date", "datetime")],
]


@pytest.mark.parametrize(("kind", "sent", "expected"), VALUES)
def test_a_value_is_converted_exactly_or_not_at_all(stages, kind, sent, expected):
    fields = stages[1].Fields([mapped("scalar", [kind])])
    table = fields.table([{"f": sent}])

    fits = expected is not ...
    assert table.to_pylist() == [
        {"c": expected if fits else None, "misfits": "none" if fits else "f"}
    ]


def test_records_and_arrays_keep_their_parts(stages):
    record = stages[1].Fields([mapped("record", ["int64", "date"])])
    assert record.table([{"f": {"p0": 1, "p1": "01/31/2024", "more": 2}}]).to_pylist() == [
        {"c": {"t_p0": 1, "t_p1": date(2024, 1, 31)}, "misfits": "none"}
    ]
    array = stages[1].Fields([mapped("array", ["text"])])
    sent = [{"f": [{"p0": "x"}, {}]}, {"f": []}, {"f": None}, {"f": "x"}, {"f": [1]}]
    assert array.table(sent).to_pylist() == [
        {"c": [{"t_p0": "x"}, {"t_p0": None}], "misfits": "none"},
        {"c": [], "misfits": "none"},
        {"c": None, "misfits": "none"},
        {"c": None, "misfits": "f"},
        {"c": None, "misfits": "f"},
    ]


def test_what_is_not_taken_is_no_column(stages):
    rows = [mapped("scalar", ["text"], taken=False)]
    assert stages[1].Fields(rows).schema({"x": pa.int64()}).names == ["misfits", "x"]


def test_an_array_of_plain_values_is_a_list(stages):
    row = {**mapped("array", ["int64"]), "rawField": ["f"], "targetField": ["c"]}
    fields = stages[1].Fields([{**row, "bridgeName": None}])
    assert fields.table([{"f": [1, None]}, {"f": [1.5]}]).to_pylist() == [
        {"c": [1, None], "misfits": "none"},
        {"c": None, "misfits": "f"},
    ]


# -- what Prepare makes of both --------------------------------------------------------------------

RELEASE = {
    "id": 1,
    "projectId": 2,
    "name": "Spring",
    "startDate": in_millis(2024, 1, 1),
    "endDate": in_millis(2024, 2, 1),
    "createdDate": in_millis(2023, 1, 1),
    "orderId": 7,
}
SPRING = {
    "release_id": 1,
    "project_id": 2,
    "name": "Spring",
    "started_at": datetime(2024, 1, 1, tzinfo=UTC),
    "ended_at": datetime(2024, 2, 1, tzinfo=UTC),
    "created_at": datetime(2023, 1, 1, tzinfo=UTC),
    "misfits": "none",
}


@pytest.mark.parametrize("names", [sorted(RELEASE), sorted(RELEASE, reverse=True)])
def test_columns_do_not_depend_on_the_order_of_the_answer(stages, names):
    answers, fields, prepare = stages
    rows = [{name: RELEASE[name] for name in names}]
    described = prepare._fields_of("release", 1, answers.find_fields(rows))
    table = fields.Fields(described).table(rows)

    assert table.to_pylist() == [SPRING]
    assert table.column_names == [*SPRING]


def test_a_field_without_a_value_is_as_it_was_before(stages):
    answers, _, prepare = stages

    def described(rows):
        found = prepare._fields_of("release", len(rows), answers.find_fields(rows))
        return {row["fieldId"]: row for row in found}

    before = described([RELEASE])["startDate"]
    now = described([{**RELEASE, "startDate": None}])["startDate"]
    kept = prepare._as_before(now, {("release", "startDate"): before})

    assert (now["dataType"], kept["dataType"]) == (["text"], ["datetime"])
    assert (kept["isNullable"], kept["notes"]) == (True, "a value in 0 of 1 rows")
    assert prepare._as_before(now, {}) == now


VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.dates().map(lambda day: day.strftime("%m/%d/%Y")),
    st.integers(10**11, 10**13 - 1),
    st.lists(st.integers(0, 9), max_size=2),
    st.dictionaries(st.sampled_from("ab"), st.integers(0, 9) | st.text(max_size=2)),
)
ROWS = st.lists(
    st.dictionaries(st.sampled_from(["f", "createdOn"]), VALUE, min_size=1), min_size=1, max_size=4
)


@drawn(60)
@given(ROWS)
@example([{"f": 2**64}, {"f": 0.0}])
@example([{"f": 2**53 + 1}, {"f": 0.5}])
def test_rows_fit_the_fields_that_were_found_in_them(stages, rows):
    answers, fields, _ = stages
    described = [
        {
            "fieldId": field.name,
            "structureType": field.structure,
            "rawField": field.parts,
            "targetField": field.parts,
            "dataType": field.types,
            "columnOrder": [1],
            "isInFactIssue": [True] * len(field.parts),
            "dimensionName": field.name if field.structure == "record" else None,
            "bridgeName": None
            if field.structure != "array" or field.parts == (field.name,)
            else field.name,
        }
        for field in answers.find_fields(rows)
    ]

    for row in fields.Fields(described).table(rows).to_pylist():
        assert row["misfits"] == "none"
