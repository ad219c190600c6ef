"""What rules of columns are compiled to."""

from __future__ import annotations

from typing import Any

import pytest

from spectra_gx.compiler.artefacts import compile_suite
from tests.fakes.contracts import contract_of


@pytest.mark.parametrize(
    ("rule", "expectation"),
    [
        (
            "{id: its, column: a, unique: true}",
            ("expect_column_values_to_be_unique", {"column": "a"}),
        ),
        (
            "{id: its, unique: [b, a]}",
            (
                "expect_compound_columns_to_be_unique",
                {"column_list": ["a", "b"], "ignore_row_if": "any_value_is_missing"},
            ),
        ),
    ],
)
def test_one_column_is_unique_or_several_together(
    rule: str, expectation: tuple[str, dict[str, Any]]
) -> None:
    contract = contract_of(f"shop.t:\n  columns: {{a: long, b: long}}\n  rules: [{rule}]\n")
    (its,) = [
        each
        for each in compile_suite(contract, contract.tables[0])["expectations"]
        if each["meta"]["rule"] == "shop.t.its"
    ]
    assert (its["type"], its["kwargs"]) == expectation
