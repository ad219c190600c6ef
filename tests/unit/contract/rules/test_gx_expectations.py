"""What lint says of expectations that cannot be asked as they are written."""

# ruff: noqa: E501 - sentences stand whole, as they are said

from __future__ import annotations

import pytest

from spectra_gx.errors import ContractError
from tests.fakes.contracts import contract_of

COLUMNS = "n: long, t: string, d: date, s: timestamp, x: double, a: 'array<long>'"
NO_COLUMN = "names 'nn', which is not a column of the table — did you mean 'n'?"


def problems(rule: str) -> list[str]:
    with pytest.raises(ContractError) as caught:
        contract_of(f"shop.t:\n  columns: {{{COLUMNS}}}\n  rules:\n    - {{id: its, {rule}}}\n")
    return [problem.message for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "expect: ExpectColumnValuesToBeBetwen, column: n",
            (
                "'ExpectColumnValuesToBeBetwen' is not an expectation of GX's core — did you mean "
                "'ExpectColumnValuesToBeBetween'?"
            ),
        ),
        (
            "expect: ExpectColumnMeanToBeBetween, column: n, with: {minvalue: 1}",
            (
                "`expect_column_mean_to_be_between` takes no argument 'minvalue' — did you mean "
                "'min_value'?"
            ),
        ),
        (
            "expect: ExpectColumnMeanToBeBetween, column: n, with: {min_value: [1]}",
            "`min_value` of `with` must be a number or a text, found a list",
        ),
        (
            "expect: ExpectColumnValueLengthsToEqual, column: t",
            (
                "rule 'its' lacks the argument `value` of `expect_column_value_lengths_to_equal`; "
                "add it under `with`"
            ),
        ),
        (
            "expect: ExpectColumnMeanToBeBetween, with: {min_value: 1}",
            (
                "rule 'its' lacks the argument `column` of `expect_column_mean_to_be_between`; add it "
                "under `with`"
            ),
        ),
        (
            "expect: ExpectColumnMeanToBeBetween, column: n, mostly: 0.9",
            "rule 'its' takes no `mostly`, because it does not check single rows; remove it",
        ),
        (
            "expect: ExpectTableColumnCountToEqual, with: {value: 1}, where: n > 1",
            "rule 'its' takes no `where`, because it does not check single rows; remove it",
        ),
        (
            "expect: ExpectColumnValuesToBeOfType, column: n, with: {type_: long}, mostly: 0.9",
            "rule 'its' takes no `mostly`, because it does not check single rows; remove it",
        ),
        (
            "expect: ExpectColumnValuesToBeNull, column: n, with: {mostly: 0.9}",
            (
                "`expect_column_values_to_be_null` takes no argument 'mostly'; its arguments are "
                "column; write `mostly` beside `expect`"
            ),
        ),
        ("expect: ExpectColumnValuesToBeNull, with: {column: nn}", NO_COLUMN),
        (
            "expect: ExpectQueryResultsToMatchComparison",
            (
                "'ExpectQueryResultsToMatchComparison' compares with a second datasource, and a check "
                "reads one snapshot of one; consume the other table and compare with `sql`"
            ),
        ),
        (
            "expect: ExpectColumnMeanToBeBetween, column: t, with: {min_value: 1}",
            (
                "cannot ask `expect_column_mean_to_be_between` of 't', which is string; it fits columns "
                "of number, whole number"
            ),
        ),
        (
            "expect: ExpectColumnValuesToMatchRegex, column: n, with: {regex: a}",
            (
                "cannot ask `expect_column_values_to_match_regex` of 'n', which is long; it fits "
                "columns of text"
            ),
        ),
        (
            "expect: ExpectColumnValuesToMatchRegex, column: t, with: {regex: '('}",
            "`regex` is not a regular expression: ",
        ),
        (
            "expect: ExpectColumnValuesToBeInSet, column: d, with: {value_set: [soon]}",
            (
                "a value of `value_set` must be a date such as `2027-01-31` for a column of type date, "
                "found 'soon'"
            ),
        ),
        (
            "expect: ExpectColumnMinToBeBetween, column: s, with: {min_value: 2026-01-01T10:00:00}",
            (
                "`min_value` must be an instant with its time zone such as `2027-01-31T12:00:00Z` for "
                "a column of type timestamp, found '2026-01-01T10:00:00'"
            ),
        ),
        (
            "expect: ExpectColumnValuesToBeInSet, column: n, with: {value_set: []}",
            "`value_set` is empty; add to it",
        ),
        (
            "expect: ExpectColumnValuesToBeOfType, column: n, with: {type_: int64}",
            "'int64' is not a type — did you mean 'int'?",
        ),
        (
            "expect: ExpectColumnPairValuesToBeEqual, columns: [n, t]",
            "compares columns of different kinds; name columns of one kind",
        ),
        (
            (
                "expect: ExpectColumnPairValuesToBeInSet, columns: [n, d], "
                "with: {value_pairs_set: [[1, tomorrow]]}"
            ),
            "`value_pairs_set` must be a date such as `2027-01-31` for a column of type date",
        ),
        (
            "expect: ExpectColumnPairValuesToBeInSet, columns: [n, d], with: {value_pairs_set: [1]}",
            "`value_pairs_set` must be a list of pairs, each a value of one column and of the other",
        ),
        (
            "expect: ExpectTableRowCountToEqualOtherTable, with: {other_table_name: shop.tt}",
            "table 'shop.tt' is neither declared nor consumed",
        ),
        (
            'expect: UnexpectedRowsExpectation, with: {unexpected_rows_query: "drop table {table}"}',
            "`expect` of 'shop.t.its': ",
        ),
        ("expect: ExpectColumnValuesToBeNull, column: n, min: 1", "has several predicates"),
        *(
            (
                (
                    "expect: ExpectColumnKLDivergenceToBeLessThan, column: n, "
                    f"with: {{threshold: 0.1, partition_object: {partition}}}"
                ),
                f"`partition_object` {fault}",
            )
            for partition, fault in {
                "{values: [1]}": "must have `weights`, and `values` or `bins` beside them",
                "{values: [1], weights: [0.5]}": "has weights that do not add up to 1",
                "{values: [1], weights: [a]}": "has a weight that is not a share",
                "{values: [1, 2], weights: [1]}": "needs a weight for each of its values, or for "
                "each bin between its edges",
                "{bins: [1, 1], weights: [1]}": "has bins whose edges do not rise",
            }.items()
        ),
        (
            "expect: ExpectColumnKLDivergenceToBeLessThan, column: n, with: {threshold: 0.1}",
            "rule 'its' lacks the argument `partition_object` of",
        ),
        (
            (
                "expect: ExpectColumnKLDivergenceToBeLessThan, column: d, "
                "with: {threshold: 0.1, partition_object: {bins: [0, 1], weights: [1]}}"
            ),
            "`partition_object` has bins, which a column of type date does not fall into",
        ),
        ("column: n, min: 1, with: {a: 1}", "which only `expect` takes; remove it"),
    ],
)
def test_lint_refuses(rule: str, message: str) -> None:
    said = problems(rule)
    assert any(message in one for one in said), said


@pytest.mark.parametrize("name", ["ExpectColumnValuesToBeNull", "expect_column_values_to_be_null"])
def test_an_expectation_goes_by_its_class_or_its_type(name: str) -> None:
    contract = contract_of(
        f"shop.t:\n  columns: {{n: long}}\n  rules: [{{id: its, expect: {name}, column: n}}]"
    )
    [table] = contract.tables
    rule = next(rule for rule in table.rules if rule.id == "shop.t.its")
    assert rule.argument == {"type": "expect_column_values_to_be_null", "with": {"column": "n"}}


def test_instants_are_brought_to_utc() -> None:
    contract = contract_of(
        "shop.t:\n  columns: {s: timestamp}\n  rules:\n    - {id: its, column: s, "
        "expect: ExpectColumnValuesToBeInSet, "
        "with: {value_set: ['2026-01-01T01:00:00+01:00', '2026-01-01']}}"
    )
    rule = next(rule for rule in contract.tables[0].rules if rule.kind == "expect")
    assert rule.argument["with"]["value_set"] == [
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T00:00:00+00:00",
    ]


def test_a_value_of_a_pair_may_be_null_whatever_type_its_column_has() -> None:
    contract = contract_of(
        "shop.t:\n  columns: {n: long, t: string}\n  rules: [{id: its, columns: [n, t], "
        "expect: ExpectColumnPairValuesToBeInSet, with: {value_pairs_set: [[null, a]]}}]"
    )
    [rule] = (rule for rule in contract.tables[0].rules if rule.kind == "expect")
    assert rule.argument["with"]["value_pairs_set"] == [[None, "a"]]


def test_columns_of_one_kind_are_compared() -> None:
    pair = "with: {column_A: n, column_B: m}"
    columns = "n: long, m: integer"
    contract_of(
        f"shop.t:\n  columns: {{{columns}}}\n  rules:\n"
        f"    - {{id: its, expect: ExpectColumnPairValuesToBeEqual, {pair}}}\n"
    )
