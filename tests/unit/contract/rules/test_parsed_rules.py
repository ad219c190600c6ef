"""The normal form of every rule kind, which the compiler relies on."""

import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.model import ExtraColumns, Place, Severity
from spectra_gx.contract.rules.catalogue import CATALOGUE, KINDS
from spectra_gx.contract.rules.kinds import Position
from spectra_gx.errors import ContractError

HEAD = "contract: demo\nversion: 1.0.0\nowner: Data Platform\ntables:\n  demo.t:\n"


def table(body):
    return parse_contract((HEAD + body).encode(), "demo.contract.yaml").tables[0]


def column_rules(written):
    (column,) = table(f"    columns:\n      c: {{{written}}}\n").columns
    return {rule.kind: rule for rule in column.rules}


def listed(written, columns="a: long, b: long, t: string, d: date"):
    return table(f"    columns: {{{columns}}}\n    rules:\n      - {{id: r, {written}}}\n").rules[1]


@pytest.mark.parametrize(
    ("column_type", "key", "written", "argument"),
    [
        ("string", "required", "true", True),
        ("string", "unique", "true", True),
        ("string", "enum", "[a, NO]", ("a", "NO")),
        ("long", "enum", "[1, 0x2]", (1, 2)),
        ("long", "not_in", "[13]", (13,)),
        ("boolean", "const", "false", False),
        ("string", "pattern", "^/", "^/"),
        ("string", "format", "json", "json"),
        ("double", "min", "0", 0),
        ('"decimal(5,2)"', "max", "9.5", 9.5),
        ("date", "above", "2026-01-01", "2026-01-01"),
        ("timestamp", "below", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("timestamp", "min", "2026-01-01", "2026-01-01"),
        ("string", "min_length", "0", 0),
        ("string", "max_length", "3", 3),
        ("string", "length", "3", 3),
    ],
)
def test_a_column_key_makes_a_rule_of_its_column(column_type, key, written, argument):
    rule = column_rules(f"type: {column_type}, {key}: {written}")[key]
    assert (rule.id, rule.table, rule.columns) == (f"demo.t.c.{key}", "demo.t", ("c",))
    assert (rule.argument, type(rule.argument)) == (argument, type(argument))
    assert (rule.severity, rule.mostly, rule.where) == (Severity.CRITICAL, 1.0, None)


def test_the_short_and_the_long_form_of_a_key_differ_only_in_what_the_long_one_adds():
    rule = column_rules(
        "type: long, min: {value: 3, severity: info, mostly: 0.5, where: c < 9, description: Why.}"
    )["min"]
    assert (rule.argument, rule.severity, rule.mostly) == (3, Severity.INFO, 0.5)
    assert (rule.where, rule.description) == ("c < 9", "Why.")
    assert rule.place == Place("demo.contract.yaml", 7, 23)


@pytest.mark.parametrize("key", ["required", "unique"])
@pytest.mark.parametrize("written", ["false", "{value: false, severity: info}"])
def test_a_switch_that_is_off_makes_no_rule(key, written):
    assert column_rules(f"type: long, {key}: {written}").keys() == {"type"}


def test_a_bare_type_is_a_nullable_column_with_no_other_rule():
    (column,) = table("    columns: {c: int}\n").columns
    assert (column.type, column.required, [rule.kind for rule in column.rules]) == (
        "integer",
        False,
        ["type"],
    )
    assert column.rules[0].argument == "integer"


def test_the_type_rule_comes_first_wherever_it_is_written():
    assert list(column_rules("required: true, type: long")) == ["type", "required"]


def test_a_masked_or_classified_column_is_sensitive():
    columns = table(
        "    columns:\n"
        "      a: {type: string, format: masked}\n"
        "      b: {type: string, classification: pii}\n"
        "      c: {type: string, classification: confidential}\n"
        "      d: {type: string, classification: internal}\n"
    )
    assert columns.sensitive_columns == {"a", "b", "c"}


def test_table_rules_come_in_one_order_columns_first():
    made = table(
        "    rules: [{id: r, column: a, min: 1}]\n"
        "    columns: {a: {type: long, required: true}, b: long}\n"
        "    rows: {min: 1, max: 3}\n"
        "    primary_key: [a]\n"
        "    extra_columns: warn\n"
    )
    assert [rule.id for rule in made.table_rules] == [
        "demo.t.columns",
        "demo.t.primary_key",
        "demo.t.rows",
        "demo.t.r",
    ]
    columns, key, rows, _ = made.table_rules
    assert (columns.columns, columns.argument) == (("a", "b"), "warn")
    assert (columns.severity, made.extra_columns) == (Severity.CRITICAL, ExtraColumns.WARN)
    assert (key.columns, key.argument, made.primary_key) == (("a",), True, ("a",))
    assert (rows.columns, rows.argument) == ((), {"min": 1, "max": 3})


@pytest.mark.parametrize(
    ("written", "kind", "columns", "argument"),
    [
        ("column: a, min: 3", "min", ("a",), 3),
        ("column: a, unique: true", "unique", ("a",), True),
        ("unique: [b, a]", "unique", ("b", "a"), True),
        (
            "references: {columns: [a], table: demo.t, to: [b]}",
            "references",
            ("a",),
            {"table": "demo.t", "to": ("b",)},
        ),
        (
            "compare: a <= b",
            "compare",
            ("a", "b"),
            {"operator": "<=", "column": "b", "literal": None},
        ),
        (
            "compare: a<>-3",
            "compare",
            ("a",),
            {"operator": "<>", "column": None, "literal": -3},
        ),
        (
            "compare: \"t = 'it''s'\"",
            "compare",
            ("t",),
            {"operator": "=", "column": None, "literal": "it's"},
        ),
        (
            "compare: d > '2026-01-01'",
            "compare",
            ("d",),
            {"operator": ">", "column": None, "literal": "2026-01-01"},
        ),
        (
            "sql: 'select * from {table} where a > 1'",
            "sql",
            (),
            "select * from {table} where a > 1",
        ),
    ],
)
def test_a_listed_rule_has_its_own_id(written, kind, columns, argument):
    rule = listed(written)
    assert (rule.id, rule.kind, rule.columns, rule.argument) == (
        "demo.t.r",
        kind,
        columns,
        argument,
    )


def test_a_quoted_column_compares_under_its_exact_name():
    rule = listed('compare: \'"aB""c" < other\'', columns="'aB\"c': long, other: long")
    assert rule.columns == ('aB"c', "other")


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.key)
def test_every_kind_says_its_purpose_in_one_sentence(kind):
    assert kind.purpose.endswith(".")
    assert kind.purpose[0].isupper()
    assert kind.positions <= set(Position)


def test_every_problem_is_raised_at_once_in_the_order_of_the_file():
    with pytest.raises(ContractError) as raised:
        table("    columns:\n      c: {type: strin, requierd: true}\n      d: {}\n    rowz: 1\n")
    assert [(problem.line, problem.column) for problem in raised.value.problems] == [
        (7, 17),
        (7, 24),
        (8, 10),
        (9, 5),
    ]
    assert (
        "demo.contract.yaml:7:24: unknown key 'requierd' in column 'c' — did you mean 'required'?"
        in str(raised.value)
    )


def test_a_contract_that_is_no_mapping_is_refused():
    with pytest.raises(ContractError) as raised:
        parse_contract(b"- hello\n", "x.yaml")
    assert str(raised.value).startswith("x.yaml:1:1: the contract must be a mapping, found a list")


@pytest.mark.parametrize("rule", ["compare: a < other", "sql: 'select * from {table}'"])
@pytest.mark.parametrize("key", ["columns: [a]", "with: {x: 1}"])
def test_only_expect_takes_columns_and_arguments(rule, key):
    with pytest.raises(ContractError, match="which only `expect` takes"):
        listed(f"{rule}, {key}", columns="a: long, other: long")


@pytest.mark.parametrize(("length", "words"), [(1, "1 character"), (2, "2 characters")])
def test_one_character_is_singular(length, words):
    rule = column_rules(f"type: string, max_length: {length}")["max_length"]
    assert KINDS[rule.kind].wording(rule, "c").endswith(words)
