"""What checks and contracts of Soda become."""

import json

import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.interop.soda.soda_import import import_soda

TYPES = {
    "fail": {
        "when wrong column type": {
            "id": "bigint",
            "note": "text",
            "total": "double",
            "seen": "timestamptz",
        }
    }
}


ALWAYS = ("no type is given", "where no row has a value, which Soda does not evaluate")
"""Said of types that are guessed, and of statistics."""


def checked(*checks):
    """Return the rules but for types that checks of a dataset become, and the losses."""
    document = {
        "checks for orders": [{"schema": TYPES}, *checks],
        "checks for customers": ["missing_count(id) = 0"],
    }
    conversion = import_soda({"soda.json": json.dumps(document).encode()})
    contract = parse_contract(conversion.text.encode(), "x")
    losses = {
        loss.path: loss.reason
        for loss in conversion.losses
        if loss.path != "soda.json" and not any(said in loss.reason for said in ALWAYS)
    }
    table = next(each for each in contract.tables if each.name.endswith(".orders"))
    return [rule for rule in table.rules if rule.kind not in ("type", "columns")], losses


@pytest.mark.parametrize(
    ("check", "kind", "argument"),
    [
        ("row_count > 0", "rows", {"min": 1}),
        ("row_count between 10 and 20", "rows", {"min": 10, "max": 20}),
        ("missing_count(note) = 0", "required", True),
        ("duplicate_count(id) = 0", "unique", True),
        ({"invalid_count(note) = 0": {"valid values": ["a"]}}, "enum", ("a",)),
        ({"invalid_count(note) = 0": {"valid min length": 2}}, "min_length", 2),
        ({"invalid_count(total) = 0": {"valid max": 9.5}}, "max", 9.5),
        ({"invalid_count(note) = 0": {"valid format": "uuid"}}, "format", "uuid"),
        ("avg(total) between 1 and 2", "mean", {"min": 1, "max": 2}),
        ("freshness(seen) < 1d12h", "freshness", {"max_age": "36h", "timezone": None}),
    ],
)
def test_a_check_becomes_a_key_or_a_rule(check, kind, argument):
    [rule], losses = checked(check)
    assert (rule.kind, rule.argument) == (kind, argument)
    assert losses == {}


def test_a_share_of_missing_values_is_kept_only_where_it_is_the_same():
    [rule], _ = checked("missing_percent(note) <= 5%")
    assert (rule.kind, rule.mostly) == ("required", 0.95)
    [rule], _ = checked("missing_percent(note) < 5%")  # just 5 percent fail there
    assert rule.kind == "sql"
    assert "value < 5" in rule.argument


def test_two_thresholds_are_two_rules():
    rules, losses = checked({"row_count": {"warn": "when < 100", "fail": "when < 1"}})
    assert [(rule.kind, str(rule.severity)) for rule in rules] == [
        ("rows", "critical"),
        ("sql", "warning"),
    ]
    assert losses == {}


def test_what_counts_as_missing_is_not_invalid():
    rules, _ = checked(
        {"invalid_count(note) = 0": {"valid values": ["a"], "missing values": ["NA"]}}
    )
    assert rules[0].where == """not ("note" is null or "note" in ('NA'))"""


def test_duplicates_are_counted_by_value():
    [rule], _ = checked("duplicate_count(id) < 3")
    assert "case when n > 1 then 1 else 0 end" in rule.argument
    assert '"id" is not null' in rule.argument


def test_references_and_the_same_number_of_rows():
    rules, losses = checked(
        "values in (id) must exist in customers (id)", "row_count same as customers"
    )
    assert {rule.kind for rule in rules} == {"rows", "references"}
    assert losses == {}


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        ("anomaly detection for row_count", "has no equal"),
        ("change for row_count < 5", "has no equal"),
        ("distribution_difference(total) > 0.05", "has no equal"),
        ("row_count > ${LEAST}", "contains a template"),
        (
            {"invalid_count(note) = 0": {"valid format": "credit card number"}},
            "write it as `pattern`",
        ),
        ("values in (id) must exist in nobody (id)", "not in these files"),
        ("row_count same as customers in other", "two data sources"),
        ("invalid_count(note) = 0", "nothing says which values"),
        ("missing_count(note)", "has no threshold"),
    ],
)
def test_what_has_no_equal_is_named(check, reason):
    rules, losses = checked(check)
    assert rules == []
    [found] = losses.values()
    assert reason in found


def contract(*checks, column=(), **head):
    document = {
        "dataset": "source/db/shop/orders",
        **head,
        "columns": [
            {"name": "id", "data_type": "bigint", "checks": list(column) or None},
            {"name": "note", "data_type": "varchar"},
        ],
        "checks": list(checks) or None,
    }
    conversion = import_soda({"soda.json": json.dumps(document).encode()})
    [table] = parse_contract(conversion.text.encode(), "x").tables
    losses = [
        loss.reason
        for loss in conversion.losses
        if loss.path != "soda.json" and ALWAYS[1] not in loss.reason
    ]
    return table, [r for r in table.rules if r.kind not in ("type", "columns")], losses


@pytest.mark.parametrize(
    ("check", "kind", "argument"),
    [
        ({"missing": None}, "required", True),
        ({"type": "no_missing_values"}, "required", True),
        ({"duplicate": None}, "unique", True),
        ({"type": "no_duplicate_values"}, "unique", True),
        ({"invalid": {"valid_values": [1, 2]}}, "enum", (1, 2)),
        ({"type": "invalid_count", "valid_min": 3, "must_be": 0}, "min", 3),
        (
            {"aggregate": {"function": "avg", "threshold": {"must_be": 3}}},
            "mean",
            {"min": 3, "max": 3},
        ),
    ],
)
def test_a_check_of_a_contract_of_either_version(check, kind, argument):
    _, [rule], losses = contract(column=[check])
    assert (rule.kind, rule.argument) == (kind, argument)
    assert losses == []


def test_the_filter_of_a_contract_is_on_every_rule():
    _, rules, _ = contract(
        {"duplicate": {"columns": ["id", "note"]}}, column=[{"missing": None}], filter="id > 3"
    )
    counted, required = rules
    assert required.where == "id > 3"
    # Keys with a null count in a contract, and not in a file of checks.
    assert 'from {table} where (id > 3) group by "id", "note"' in counted.argument


def test_other_columns_are_allowed_without_a_schema_check():
    assert str(contract()[0].extra_columns) == "allow"
    table, rules, _ = contract({"schema": None})
    assert str(table.extra_columns) == "fail"
    assert [rule.kind for rule in rules] == ["column_order"]


def test_a_level_is_a_severity():
    _, [rule], _ = contract(column=[{"missing": {"threshold": {"level": "warn", "must_be": 0}}}])
    assert str(rule.severity) == "warning"


def test_no_row_count_is_forgotten_where_a_table_has_several():
    rules, losses = checked(
        "row_count > 5", "row_count same as customers", {"row_count < 9": {"filter": "id > 1"}}
    )
    assert [rule.kind for rule in rules] == ["rows", "sql_value", "sql"]
    assert rules[0].argument == {"min": 6}
    assert losses == {}
