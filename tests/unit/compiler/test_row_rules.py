"""What comparisons and bounds are compiled to."""

from __future__ import annotations

from typing import Any

import pytest

from spectra_gx.compiler.artefacts import compile_checkpoint, compile_suite
from spectra_gx.compiler.registry import exactly
from tests.fakes.contracts import contract_of


def compiled(comparison: str) -> tuple[str, dict[str, Any]]:
    contract = contract_of(
        f"shop.t:\n  columns: {{a: long, b: long}}\n  rules: [{{id: its, compare: {comparison}}}]\n"
    )
    suite = compile_suite(contract, contract.tables[0])
    (its,) = [each for each in suite["expectations"] if each["meta"]["rule"] == "shop.t.its"]
    return its["type"], its["kwargs"]


@pytest.mark.parametrize(
    ("comparison", "bounds"),
    [
        ("a < 5", {"max_value": 5, "strict_max": True}),
        ("a <= 5", {"max_value": 5}),
        ("a > 5", {"min_value": 5, "strict_min": True}),
        ("a >= 5", {"min_value": 5}),
    ],
)
def test_a_literal_is_a_bound(comparison: str, bounds: dict[str, Any]) -> None:
    expected = {"column": "a", **bounds}
    assert compiled(comparison) == ("expect_column_values_to_be_between", expected)


@pytest.mark.parametrize(
    ("comparison", "pair"),
    [
        ("a < b", {"column_A": "b", "column_B": "a"}),
        ("a <= b", {"column_A": "b", "column_B": "a", "or_equal": True}),
        ("a > b", {"column_A": "a", "column_B": "b"}),
        ("a >= b", {"column_A": "a", "column_B": "b", "or_equal": True}),
    ],
)
def test_of_two_columns_one_is_greater(comparison: str, pair: dict[str, Any]) -> None:
    assert compiled(comparison) == (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {**pair, "ignore_row_if": "either_value_is_missing"},
    )


def test_columns_are_equal_or_differ() -> None:
    equal, _ = compiled("a = b")
    assert equal == "expect_column_pair_values_to_be_equal"
    assert compiled("a <> b") == ("expect_columns_to_differ", {"column_list": ["a", "b"]})


@pytest.mark.parametrize(
    ("bound", "ours"), [(2**53, False), (2**53 + 1, True), (-(2**53) - 1, True), (1e300, False)]
)
def test_what_a_float_may_round_is_ours(bound: float, ours: bool) -> None:
    name, kwargs = exactly("expect_it", {"max_value": bound})
    assert (name, kwargs) == ("expect_it_exactly" if ours else "expect_it", {"max_value": bound})


def test_a_checkpoint_wants_a_sample_and_no_query() -> None:
    contract = contract_of("shop.t:\n  primary_key: [a]\n  columns: {a: long}\n")
    assert compile_checkpoint(contract.tables[0])["result_format"] == {
        "result_format": "SUMMARY",
        "partial_unexpected_count": 20,
        "return_unexpected_index_query": False,
        "unexpected_index_column_names": ["a"],
    }
