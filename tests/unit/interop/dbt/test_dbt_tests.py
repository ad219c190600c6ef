"""What tests of dbt become: rules that pass and fail where dbt's do, or a named loss."""

import json

import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from spectra_gx.interop.dbt.dbt_import import import_dbt
from spectra_gx.interop.dbt.generic_tests import WITHOUT_VALUE

COLUMNS = [
    {"name": "id", "data_type": "bigint", "data_tests": ["not_null"]},
    {"name": "state", "data_type": "text"},
    {"name": "total", "data_type": "double"},
    {"name": "seen", "data_type": "timestamp"},
]
PARENT = {"name": "parents", "columns": [{"name": "id", "data_type": "bigint"}]}


def imported(model, *more):
    conversion = import_dbt({"schema.json": json.dumps({"models": [model, *more]}).encode()})
    contract = parse_contract(conversion.text.encode(), "x")
    losses = {
        loss.path: loss.reason
        for loss in conversion.losses
        if loss.path != "schema.json" and loss.reason != WITHOUT_VALUE
    }
    return contract.tables[0], losses


def of_column(test, column="total"):
    """Return the rules but for types that a test of a column becomes."""
    columns = [dict(each) for each in COLUMNS]
    for each in columns:
        if each["name"] == column:
            each["data_tests"] = [*each.get("data_tests", ()), test]
    table, losses = imported({"name": "orders", "columns": columns}, PARENT)
    given = [rule for rule in table.rules if rule.kind not in ("type", "columns")]
    return [rule for rule in given if rule.id != "dbt.orders.id.required"], losses


def of_table(test):
    table, losses = imported({"name": "orders", "columns": COLUMNS, "data_tests": [test]}, PARENT)
    return [rule for rule in table.table_rules if rule.kind != "columns"], losses


@pytest.mark.parametrize(
    ("test", "column", "kind", "argument"),
    [
        ("unique", "total", "unique", True),
        ({"accepted_values": {"values": ["a", "b"]}}, "state", "enum", ("a", "b")),
        ({"accepted_values": {"values": ["1", "2"]}}, "id", "enum", (1, 2)),
        ({"accepted_values": {"arguments": {"values": [1]}}}, "state", "enum", ("1",)),
        ({"dbt_utils.not_accepted_values": {"values": ["a"]}}, "state", "not_in", ("a",)),
        ({"dbt_utils.accepted_range": {"min_value": 1}}, "total", "min", 1),
        ({"dbt_utils.accepted_range": {"max_value": 1, "inclusive": False}}, "total", "below", 1),
        ("dbt_utils.not_empty_string", "state", "pattern", "[^ ]"),
        ({"dbt_utils.not_null_proportion": {"at_least": 0.9}}, "total", "null_share", {"max": 0.1}),
        (
            {"dbt_expectations.expect_column_values_to_match_regex": {"regex": "^a"}},
            "state",
            "pattern",
            "^a",
        ),
        (
            {
                "dbt_expectations.expect_column_values_to_be_between": {
                    "min_value": 1,
                    "strictly": True,
                }
            },
            "total",
            "above",
            1,
        ),
        (
            {"dbt_expectations.expect_column_mean_to_be_between": {"max_value": 5}},
            "total",
            "mean",
            {"max": 5},
        ),
    ],
)
def test_a_test_of_a_column_becomes_a_rule(test, column, kind, argument):
    rules, losses = of_column(test, column)
    assert [(rule.kind, rule.argument) for rule in rules] == [(kind, argument)]
    assert losses == {}


def test_a_reference_keeps_its_condition_and_severity():
    test = {
        "relationships": {
            "to": "ref('parents')",
            "field": "id",
            "config": {"severity": "warn", "where": "state = 'a'"},
        }
    }
    [rule], losses = of_column(test, "id")
    assert (rule.kind, rule.argument) == ("references", {"table": "dbt.parents", "to": ("id",)})
    assert (str(rule.severity), rule.where) == ("warning", "state = 'a'")
    assert losses == {}


@pytest.mark.parametrize(
    ("config", "known"),
    [
        ({"error_if": ">10"}, [("critical", "<= 10"), ("warning", None)]),
        ({"error_if": ">= 10", "warn_if": "> 2"}, [("critical", "< 10"), ("warning", "<= 2")]),
        ({"severity": "warn", "warn_if": ">5"}, [("warning", "<= 5")]),
        ({"warn_if": ">5"}, [("critical", None)]),
        ({"error_if": "!= 0", "warn_if": "!= 0"}, [("critical", None)]),
    ],
)
def test_accepted_failures_are_counted(config, known):
    rules, losses = of_column({"unique": {"config": config}})
    found = []
    for rule in rules:
        condition = None
        if rule.kind == "sql":
            assert "group by" in rule.argument
            condition = rule.argument.partition("where (value ")[2].partition(")")[0]
        found.append((str(rule.severity), condition))
    assert sorted(found) == sorted(known, key=str) or found == known
    assert losses == {}


def test_keys_with_nulls_count_as_dbt_counts_them():
    test = {"dbt_utils.unique_combination_of_columns": {"combination_of_columns": ["id", "state"]}}
    [rule], _ = of_table(test)
    assert rule.kind == "sql"
    assert "is not null" not in rule.argument
    test["dbt_utils.unique_combination_of_columns"]["combination_of_columns"] = ["id"]
    table, _ = imported({"name": "orders", "columns": COLUMNS, "data_tests": [test]})
    assert "unique" in {rule.kind for rule in table.columns[0].rules}


def test_an_expression_lets_nulls_pass_and_has_its_condition():
    test = {
        "dbt_utils.expression_is_true": {
            "expression": "total > 0",
            "config": {"where": "state = 'a'"},
        }
    }
    [rule], losses = of_table(test)
    assert rule.argument == "select * from {table} where (not (total > 0)) and (state = 'a')"
    assert losses == {}


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ({"unique": {"config": {"enabled": False}}}, "it is not enabled"),
        ({"unique": {"config": {"where": "day > '{{ var(\"d\") }}'"}}}, "contains a template"),
        ({"unique": {"config": {"fail_calc": "sum(n)"}}}, "only `count(*)`"),
        ({"unique": {"config": {"error_if": "> n"}}}, "not a comparison with numbers"),
        ({"relationships": {"to": "ref('nobody')", "field": "id"}}, "not in these files"),
        ({"my_own_test": {"least": 1}}, "has no equal"),
        ({"accepted_values": {"values": ["{{ x }}"]}}, "contains a template"),
        (
            {
                "dbt_expectations.expect_column_mean_to_be_between": {
                    "min_value": 1,
                    "group_by": ["a"],
                }
            },
            "not at groups",
        ),
    ],
)
def test_what_has_no_equal_is_lost_whole_and_named(test, reason):
    rules, losses = of_column(test)
    assert rules == []
    [found] = losses.values()
    assert reason in found


@pytest.mark.parametrize(
    ("test", "noted"),
    [
        ({"dbt_utils.not_null_proportion": {"at_least": 0.9}}, True),
        ({"dbt_expectations.expect_column_max_to_be_between": {"max_value": 5}}, True),
        ({"dbt_expectations.expect_column_values_to_be_between": {"max_value": 5}}, False),
        ({"dbt_utils.at_least_one": {}}, False),
    ],
)
def test_what_differs_on_columns_without_a_value_is_named(test, noted):
    columns = [{**each} for each in COLUMNS]
    columns[2]["data_tests"] = [test]
    document = {"models": [{"name": "orders", "columns": columns}]}
    conversion = import_dbt({"schema.json": json.dumps(document).encode()})
    assert (WITHOUT_VALUE in [loss.reason for loss in conversion.losses]) is noted


def test_a_quantile_between_two_values_is_named():
    test = "dbt_expectations.expect_column_quantile_values_to_be_between"
    rules, losses = of_column({test: {"quantile": 0.9, "max_value": 5}})
    assert rules == []
    assert "dbt takes a quantile between two values" in next(iter(losses.values()))
    [rule], losses = of_column({test: {"quantile": 1, "max_value": 5}})
    assert (rule.kind, losses) == ("quantile", {})


def test_versions_are_tables_and_the_latest_is_referred_to():
    model = {
        "name": "customers",
        "latest_version": 1,
        "columns": [{"name": "id", "data_type": "bigint"}, {"name": "old", "data_type": "text"}],
        "versions": [{"v": 1}, {"v": 2, "columns": [{"include": "all", "exclude": ["old"]}]}],
    }
    orders = {
        "name": "orders",
        "columns": [
            {
                "name": "id",
                "data_type": "bigint",
                "data_tests": [{"relationships": {"to": "ref('customers')", "field": "id"}}],
            }
        ],
    }
    table, losses = imported(orders, model)
    assert table.table_rules[-1].argument["table"] == "dbt.customers_v1"
    assert losses == {}


def test_an_enforced_contract_allows_no_other_columns():
    table, _ = imported(
        {"name": "a", "config": {"contract": {"enforced": True}}, "columns": COLUMNS}
    )
    assert str(table.extra_columns) == "fail"
    table, _ = imported({"name": "a", "columns": COLUMNS})
    assert str(table.extra_columns) == "allow"


@pytest.mark.parametrize(
    "source", [b"{}", b"[]", b"name: x", b'{"models": 3}', b"models: [", b"\xff"]
)
def test_another_file_is_refused_with_its_place(source):
    with pytest.raises(ContractError) as caught:
        import_dbt({"x.yml": source})
    assert caught.value.problems[0].line >= 1


def test_a_test_of_one_number_keeps_the_level_that_it_can_reach():
    test = {
        "dbt_expectations.expect_column_mean_to_be_between": {
            "min_value": 1,
            "config": {"error_if": ">3"},
        }
    }
    [rule], losses = of_column(test)
    assert (rule.kind, str(rule.severity)) == ("mean", "warning")
    assert "number of accepted failures" in next(iter(losses.values()))
