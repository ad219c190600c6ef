"""The last value that is let through, and the first that is not."""

import pytest

from spectra_gx.contract.dumping import dump_contract
from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError

HEAD = "contract: demo\nversion: 1.0.0\nowner: Data Platform\ntables:\n"


def read(tables):
    return parse_contract((HEAD + tables).encode(), "demo.contract.yaml")


def problems(tables):
    with pytest.raises(ContractError) as caught:
        read(tables)
    return [str(problem) for problem in caught.value.problems]


def one_column(written):
    return f"  demo.t:\n    columns:\n      c: {{{written}}}\n"


@pytest.mark.parametrize(
    ("column_type", "largest"),
    [
        ("byte", 2**7 - 1),
        ("short", 2**15 - 1),
        ("integer", 2**31 - 1),
        ("long", 2**63 - 1),
    ],
)
def test_a_whole_number_must_fit_its_column(column_type, largest):
    read(one_column(f"type: {column_type}, max: {largest}"))
    read(one_column(f"type: {column_type}, min: {-largest - 1}"))

    assert len(problems(one_column(f"type: {column_type}, max: {largest + 1}"))) == 1
    assert len(problems(one_column(f"type: {column_type}, min: {-largest - 2}"))) == 1


@pytest.mark.parametrize(("written", "right"), [("2026-02-28", True), ("2026-02-29", False)])
def test_a_day_must_be_one_of_the_calendar(written, right):
    contract = one_column(f"type: date, min: {written}")
    if right:
        read(contract)
    else:
        assert "a date such as" in problems(contract)[0]


@pytest.mark.parametrize("precision", [1, 38])
def test_decimals_have_one_to_38_digits(precision):
    read(one_column(f'type: "decimal({precision},0)"'))


@pytest.mark.parametrize("precision", [0, 39])
def test_decimals_of_other_lengths_are_refused(precision):
    assert (
        "precision goes from 1 to 38" in problems(one_column(f'type: "decimal({precision},0)"'))[0]
    )


@pytest.mark.parametrize("names", [("demo.t", "demo.T"), ("demo.T", "demo.t")])
def test_tables_whose_names_differ_by_case_alone_are_refused(names):
    tables = "".join(f"  {name}:\n    columns: {{c: string}}\n" for name in names)

    assert f"table '{names[1]}' differs from '{names[0]}' only by case" in problems(tables)[0]


def test_a_rule_without_an_id_is_named_by_its_number():
    table = "  demo.t:\n    columns: {c: string}\n    rules:\n"
    first = problems(table + "      - {sql: 'select * from {table}'}\n")
    second = problems(
        table + "      - {id: a, column: c, const: x}\n      - {sql: 'select * from {table}'}\n"
    )

    assert "rule 1 of 'demo.t'" in first[0]
    assert "rule 2 of 'demo.t'" in second[0]


def test_a_switch_that_is_off_promises_nothing_but_a_constant_false_does():
    listed = "  demo.t:\n    columns: {c: boolean}\n    rules:\n      - {id: a, column: c, %s}\n"

    assert "checks nothing with `required: false`" in problems(listed % "required: false")[0]
    assert read(listed % "const: false").tables[0].rules[1].argument is False


def brackets(depth):
    text = "(" * depth + "1" + ")" * depth
    return (
        "  demo.t:\n    columns: {c: long}\n    rules:\n"
        f'      - {{id: a, sql: "select * from {{table}} where c = {text}"}}\n'
    )


def test_sql_may_be_nested_40_levels_deep_and_no_deeper():
    read(brackets(40))

    assert len(problems(brackets(41))) == 1


def test_a_problem_in_one_of_several_rules_is_placed_at_that_rule():
    tables = (
        "  demo.t:\n    columns: {c: string}\n    rules:\n"
        "      - {id: a, sql: 'select * from {table}'}\n"
        "      - {id: b, sql: 'drop table x'}\n"
    )

    assert problems(tables)[0].startswith("demo.contract.yaml:9:22:")


def test_a_comparison_of_a_quoted_name_survives_a_round_trip():
    contract = read(
        "  demo.t:\n    columns: {'a\"b': long, c: long}\n"
        '    rules:\n      - {id: r, compare: \'"a""b" <= c\'}\n'
    )

    again = parse_contract(dump_contract(contract).encode(), "demo.contract.yaml")

    assert again == contract
    assert again.tables[0].rules[1].columns == ('a"b', "c")


def test_values_alone_are_no_select():
    assert problems(
        "  demo.t:\n    columns: {c: long}\n    rules:\n      - {id: a, sql: 'values (1)'}\n"
    )
