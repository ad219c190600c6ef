"""What suites of Great Expectations become, and what of them is named as lost."""

import json
import re

import pytest

from spectra_gx.compiler.artefacts import compile_suite
from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from spectra_gx.interop.gx.suite_import import import_suites


def imported(*expectations, name="shop.orders", **suite):
    """Return the only table of the contract, and the losses but for owner and version."""
    said = {"name": name, "expectations": list(expectations), **suite}
    carried = import_suites({"s.json": json.dumps(said).encode()})
    contract = parse_contract(carried.text.encode(), "s")
    losses = {loss.path: loss.reason for loss in carried.losses if loss.path != "s.json"}
    return contract.tables[0], losses


def asked(expectation, **kwargs):
    return {"type": f"expect_{expectation}", "kwargs": kwargs}


def in_column(expectation, **kwargs):
    table, losses = imported(
        asked("column_values_to_be_of_type", column="a", type_="STRING"),
        asked(expectation, column="a", **kwargs),
    )
    assert losses == {}
    return {rule.kind: rule.argument for rule in table.columns[0].rules if rule.kind != "type"}


@pytest.mark.parametrize(
    ("expectation", "kwargs", "keys"),
    [
        ("column_values_to_not_be_null", {}, {"required": True}),
        ("column_values_to_be_unique", {}, {"unique": True}),
        ("column_values_to_be_in_set", {"value_set": ["x", None]}, {"enum": ("x",)}),
        ("column_values_to_not_be_in_set", {"value_set": ["x"]}, {"not_in": ("x",)}),
        ("column_values_to_match_regex", {"regex": r"^a\Z"}, {"pattern": "^a$"}),
        ("column_values_to_be_json_parseable", {}, {"format": "json"}),
        ("column_value_lengths_to_equal", {"value": 3}, {"length": 3}),
        (
            "column_value_lengths_to_be_between",
            {"min_value": 1, "max_value": 3},
            {"min_length": 1, "max_length": 3},
        ),
    ],
)
def test_expectations_of_a_column_become_keys(expectation, kwargs, keys):
    assert in_column(expectation, **kwargs) == keys


@pytest.mark.parametrize(
    ("kwargs", "keys"),
    [
        ({"min_value": 1}, {"min": 1}),
        ({"min_value": 1, "max_value": 9, "strict_max": True}, {"min": 1, "below": 9}),
        ({"min_value": 1, "strict_min": True}, {"above": 1}),
    ],
)
def test_bounds(kwargs, keys):
    table, _ = imported(asked("column_values_to_be_between", column="a", **kwargs))
    assert {r.kind: r.argument for r in table.columns[0].rules if r.kind != "type"} == keys


@pytest.mark.parametrize(
    ("expectation", "kwargs", "rule"),
    [
        (
            "compound_columns_to_be_unique",
            {"column_list": ["a", "b"]},
            ("unique", ("a", "b"), True),
        ),
        (
            "column_pair_values_a_to_be_greater_than_b",
            {"column_A": "a", "column_B": "b", "or_equal": True},
            ("compare", ("a", "b"), {"operator": ">=", "column": "b", "literal": None}),
        ),
        (
            "column_mean_to_be_between",
            {"column": "a", "min_value": 1},
            ("mean", ("a",), {"min": 1}),
        ),
        (
            "column_most_common_value_to_be_in_set",
            {"column": "a", "value_set": [1, 2]},
            (
                "expect",
                ("a",),
                {
                    "type": "expect_column_most_common_value_to_be_in_set",
                    "with": {"column": "a", "value_set": [1, 2]},
                },
            ),
        ),
    ],
)
def test_everything_else_of_the_core_becomes_a_rule(expectation, kwargs, rule):
    typed = [asked("column_values_to_be_of_type", column=name, type_="long") for name in "ab"]
    table, losses = imported(*typed, asked(expectation, **kwargs))
    found = table.table_rules[-1]
    assert (found.kind, found.columns, found.argument) == rule
    assert losses == {}


def test_a_suite_of_018_with_old_words():
    said = {
        "expectation_suite_name": "orders.warning",
        "data_asset_type": None,
        "ge_cloud_id": None,
        "meta": {"great_expectations_version": "0.18.22"},
        "expectations": [
            {
                "expectation_type": "expect_column_values_to_not_be_null",
                "kwargs": {"column": "id", "mostly": 0.9, "result_format": "BASIC"},
                "meta": {"notes": {"format": "markdown", "content": ["Ids."]}},
            }
        ],
    }
    carried = import_suites({"o.json": json.dumps(said).encode()})
    contract = parse_contract(carried.text.encode(), "o")
    assert (contract.name, contract.status) == ("orders", "draft")
    table = contract.tables[0]
    assert (table.name, table.extra_columns) == ("orders.warning", "allow")
    rule = table.columns[0].rules[1]
    assert (rule.kind, rule.mostly) == ("required", 0.9)
    assert {loss.path for loss in carried.losses} == {
        "o.json",
        "o.json: column 'id'",
        "o.json.expectations[0].meta.notes",
    }


def test_columns_without_a_type_get_one_that_nothing_contradicts():
    table, losses = imported(
        asked("column_values_to_be_in_set", column="flag", value_set=[True]),
        asked("column_values_to_be_between", column="size", min_value=0.5),
        asked("column_values_to_be_between", column="count", min_value=1),
        asked("column_values_to_match_regex", column="name", regex="x"),
        asked("column_sum_to_be_between", column="total", max_value=3),
        asked("column_to_exist", column="other"),
    )
    assert {found.name: found.type for found in table.columns} == {
        "flag": "boolean",
        "size": "double",
        "count": "long",
        "name": "string",
        "total": "double",
        "other": "string",
    }
    assert losses["s.json: column 'other'"] == ("no expectation names its type; used 'string'")
    assert len(losses) == len(table.columns)


def test_types_by_their_pandas_and_spark_names():
    table, losses = imported(
        asked("column_values_to_be_of_type", column="a", type_="int8"),
        asked("column_values_to_be_of_type", column="b", type_="LongType"),
        asked("column_values_to_be_in_type_list", column="c", type_list=["int64", "INTEGER"]),
        asked("column_values_to_be_of_type", column="d", type_="Category"),
    )
    assert [found.type for found in table.columns] == ["byte", "long", "long", "string"]
    assert list(losses) == ["s.json: column 'c'", "s.json: column 'd'"]


def test_the_columns_of_a_table():
    table, losses = imported(
        asked("column_values_to_be_unique", column="b"),
        asked("table_columns_to_match_ordered_list", column_list=["a", "b"]),
        asked("table_row_count_to_be_between", min_value=1, max_value=9, strict_min=True),
    )
    assert [found.name for found in table.columns] == ["a", "b"]
    assert table.extra_columns == "fail"
    rules = {rule.kind: rule.argument for rule in table.table_rules}
    assert (rules["column_order"], rules["rows"]) == ("exact", {"min": 2, "max": 9})
    assert len(losses) == 2


@pytest.mark.parametrize(
    ("condition", "where"),
    [
        (
            {"type": "comparison", "column": {"name": "a"}, "operator": ">=", "parameter": 3},
            '"a" >= 3',
        ),
        (
            {
                "type": "and",
                "conditions": [
                    {"type": "nullity", "column": {"name": "a"}, "is_null": False},
                    {
                        "type": "comparison",
                        "column": {"name": "b"},
                        "operator": "IN",
                        "parameter": ["x'y"],
                    },
                ],
            },
            "(\"a\" is not null) and (\"b\" in ('x''y'))",
        ),
    ],
)
def test_row_conditions_become_sql(condition, where):
    table, _ = imported(
        asked("column_values_to_be_between", column="a", min_value=3),
        asked("column_values_to_be_in_set", column="b", value_set=["x"], row_condition=condition),
    )
    assert table.columns[1].rules[1].where == where


def test_a_row_condition_in_another_language_loses_its_expectation():
    table, losses = imported(
        asked("column_values_to_not_be_null", column="a", row_condition="b > 1")
    )
    assert [rule.kind for rule in table.columns[0].rules] == ["type"]
    assert "its row condition is not SQL" in losses["s.json.expectations[0]"]


def test_a_share_of_rows_within_both_bounds_stays_one_rule():
    table, _ = imported(
        asked("column_values_to_be_between", column="a", min_value=1, max_value=2, mostly=0.5)
    )
    rule = table.table_rules[-1]
    assert (rule.kind, rule.mostly) == ("expect", 0.5)


def test_an_option_that_means_nothing_to_an_expectation_is_named():
    asked_of = {"column": "a", "value_set": [1], "mostly": 0.5}
    table, losses = imported(asked("column_most_common_value_to_be_in_set", **asked_of))
    assert (table.table_rules[-1].kind, table.table_rules[-1].mostly) == ("expect", 1)
    assert "has no `mostly`" in losses["s.json.expectations[0].mostly"]


def test_class_names_serve_as_types():
    table, _ = imported({"type": "ExpectColumnValuesToNotBeNull", "kwargs": {"column": "a"}})
    assert table.columns[0].rules[1].kind == "required"


def test_a_key_of_the_table_that_is_given_twice_is_reported():
    _, losses = imported(
        asked("column_to_exist", column="a"),
        asked("table_row_count_to_equal", value=1),
        asked("table_row_count_to_equal", value=2),
        {"type": "expect_column_to_exist", "kwargs": {"column": "a"}, "severity": "grave"},
    )
    assert "given twice" in losses["s.json.expectations[2]"]
    assert "not a severity" in losses["s.json.expectations[3].severity"]


def test_the_second_of_a_kind_becomes_a_rule():
    table, losses = imported(
        asked("column_values_to_match_regex", column="a", regex="x"),
        asked("column_values_to_match_regex", column="a", regex="y"),
    )
    assert table.columns[0].rules[1].argument == "x"
    assert (table.table_rules[-1].id, table.table_rules[-1].argument) == (
        "shop.orders.a-pattern",
        "y",
    )
    assert list(losses) == ["s.json: column 'a'"]


@pytest.mark.parametrize(
    ("expectation", "reason"),
    [
        (asked("stars_to_align", column="a"), "not a core expectation of GX"),
        (asked("column_values_to_be_in_set", column="a"), "its arguments are not those of GX"),
        (
            asked("column_values_to_be_between", column="a", min_value={"$PARAMETER": "low"}),
            "only known at run time",
        ),
        ({"type": 3}, "not a core expectation of GX"),
        ("x", "not a mapping"),
    ],
)
def test_what_cannot_be_expressed_is_reported(expectation, reason):
    _, losses = imported(asked("column_to_exist", column="a"), expectation)
    assert any(reason in reported for reported in losses.values())


def test_several_suites_make_one_contract():
    suite = {"expectations": [asked("column_to_exist", column="a")]}
    files = {"x/orders.json": suite, "y/orders.json": suite, "z.json": {**suite, "name": "z"}}
    carried = import_suites({file: json.dumps(said).encode() for file, said in files.items()})
    contract = parse_contract(carried.text.encode(), "x")
    assert [table.name for table in contract.tables] == ["orders.orders", "orders.orders_2", "z.z"]


@pytest.mark.parametrize(
    ("source", "place", "message"),
    [
        (b'{"a": ', (1, 7), "not valid JSON"),
        (b"\xff", (1, 1), "not valid JSON in UTF-8"),
        (b"[" * 100_000, (1, 1), "not valid JSON"),
        (b"[]", (1, 1), "not a suite"),
        (b'{"expectations": {}}', (1, 1), "not a suite"),
    ],
)
def test_what_is_no_suite_is_refused_with_its_place(source, place, message):
    with pytest.raises(ContractError) as refused:
        import_suites({"x.json": source})
    (problem,) = refused.value.problems
    assert ((problem.line, problem.column), problem.file) == (place, "x.json")
    assert problem.message.startswith(message)


BETWEEN = "column_values_to_be_between"


@pytest.mark.parametrize(
    ("bound", "column_type"),
    [
        ("2024-01-01T00:00:00", "timestamp_ntz"),
        ("2024-01-01T00:00:00+00:00", "timestamp"),
        ("2024-01-01", "date"),
    ],
)
def test_bounds_imply_dates_and_timestamps_without_a_type(bound, column_type):
    table, _ = imported(asked(BETWEEN, column="a", min_value=bound, max_value=None))

    [column] = table.columns
    assert column.type == column_type
    assert {rule.kind: rule.argument for rule in column.rules}["min"] == bound


@pytest.mark.parametrize(
    ("named", "written", "losses"),
    [
        ("TIMESTAMP", "2024-01-01T00:00:00+00:00", 1),
        ("DATE", "2024-01-01", 0),
    ],
)
def test_bounds_are_written_for_the_type_that_is_named(named, written, losses):
    table, lost = imported(
        asked("column_values_to_be_of_type", column="a", type_=named),
        asked(BETWEEN, column="a", min_value="2024-01-01T00:00:00"),
    )

    [column] = table.columns
    assert {rule.kind: rule.argument for rule in column.rules}["min"] == written
    assert len(lost) == losses


def test_columns_of_conditions_are_declared():
    above = {"type": "comparison", "column": {"name": "b"}, "operator": ">", "parameter": 5}
    there = {"type": "nullity", "column": {"name": "c"}, "is_null": False}
    table, _ = imported(
        asked(
            "column_values_to_not_be_null",
            column="a",
            row_condition={"type": "and", "conditions": [above, there]},
        )
    )

    assert {column.name: column.type for column in table.columns} == {
        "a": "string",
        "b": "long",
        "c": "string",
    }
    [rule] = [rule for rule in table.columns[0].rules if rule.kind == "required"]
    assert rule.where == '("b" > 5) and ("c" is not null)'


def test_the_place_of_a_column_is_kept():
    table, _ = imported(asked("column_to_exist", column="a", column_index=0))

    [rule] = [rule for rule in table.table_rules if rule.kind == "expect"]
    assert rule.argument["with"]["column_index"] == 0


@pytest.mark.parametrize(
    "ranges",
    [
        {"quantiles": [0.5]},
        {"quantiles": [0.5], "value_ranges": []},
        {"quantiles": [0.5, 0.6], "value_ranges": [[1, 2]]},
        {"quantiles": [], "value_ranges": []},
        {"quantiles": [0.5, 7], "value_ranges": [[1, 2], [1, 2]]},
        {"quantiles": [0.5, 0.6], "value_ranges": [[1, 2], [1]]},
        {"quantiles": [0.5], "value_ranges": [[1]]},
    ],
)
def test_quantiles_without_their_ranges_are_named_as_lost(ranges):
    _, losses = imported(
        asked("column_quantile_values_to_be_between", column="a", quantile_ranges=ranges)
    )

    assert "s.json.expectations[0]" in losses


def test_a_null_among_values_is_passed_over():
    table, _ = imported(
        asked("column_values_to_not_be_in_set", column="a", value_set=[1, None]),
    )

    rules = {rule.kind: rule.argument for rule in table.columns[0].rules}
    assert rules["not_in"] == (1,)


def test_a_carriage_return_is_carried():
    table, losses = imported(
        asked("column_values_to_be_in_set", column="a", value_set=["x\ry", "x\r\ny"]),
    )

    assert "s.json.expectations[0]" not in losses
    rules = {rule.kind: rule.argument for rule in table.columns[0].rules}
    assert rules["enum"] == ("x\ry", "x\r\ny")


@pytest.mark.parametrize(
    ("condition", "declared"),
    [
        ("b = 'x'", {"b": "string"}),
        ("b >= -1.5 and c in (1, 2)", {"b": "double", "c": "long"}),
        ("b between '2026-01-01' and '2026-02-01'", {"b": "date"}),
        ("b = true", {"b": "boolean"}),
    ],
)
def test_columns_of_a_condition_in_sql_are_declared(condition, declared):
    said = {"type": "pass_through", "pass_through_filter": condition}
    table, losses = imported(asked("column_values_to_be_unique", column="a", row_condition=said))
    assert {column.name: column.type for column in table.columns} == {"a": "string", **declared}
    assert [rule.where for rule in table.rules if rule.kind == "unique"] == [condition]
    assert all(re.search("used '|replace", reason) for reason in losses.values())


@pytest.mark.parametrize("condition", ["b is not null", "b > -'x'", "b > a"])
def test_a_column_of_a_condition_without_a_type_is_reported(condition):
    said = {"type": "pass_through", "pass_through_filter": condition}
    table, losses = imported(asked("column_values_to_be_unique", column="a", row_condition=said))
    assert [column.name for column in table.columns] == ["a"]
    assert any("left out" in reason and "'b'" in reason for reason in losses.values())


@pytest.mark.parametrize("severity", [None, "info", "warning", "critical"])
@pytest.mark.parametrize("bounds", [{}, {"min": 1}])
def test_the_severity_of_learnt_bounds_comes_back(severity, bounds):
    value = {**bounds, "expected": {"sensitivity": "low"}}
    contract = parse_contract(
        json.dumps(
            {
                "contract": "shop",
                "version": "1.0.0",
                "owner": "Tests",
                "tables": {
                    "shop.orders": {
                        "rows": {"value": value, "severity": severity} if severity else value,
                        "columns": {"a": "long"},
                    }
                },
            }
        ).encode(),
        "x",
    )
    suite = compile_suite(contract, contract.tables[0])
    again = parse_contract(import_suites({"s.json": json.dumps(suite).encode()}).text.encode(), "y")
    known = {rule.id: rule for rule in contract.tables[0].rules}
    back = {rule.id: rule for rule in again.tables[0].rules}
    assert back["shop.orders.rows"] == known["shop.orders.rows"]
