"""Arguments of GX's expectations that are null, missing or of another shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.errors import ContractError
from tests.contract.checking import contract_of, outcomes, store, validate

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.contract.model import StageContract


def asking(expectation: str, **arguments: Any) -> StageContract:
    rule = {"id": "r", "expect": f"expect_column_{expectation}", "with": arguments}
    return contract_of("shop.t: " + json.dumps({"columns": {"x": "long"}, "rules": [rule]}))


# What GX answers on pandas for the rows 1, null, 3, 1.
NULL_MEMBERS = {
    ("values_to_be_in_set", (1, None)): "failed",
    ("values_to_be_in_set", (1, 3, None)): "passed",
    ("values_to_not_be_in_set", (None,)): "passed",
    ("values_to_not_be_in_set", (1, None)): "failed",
    ("distinct_values_to_be_in_set", (1, 3, None)): "passed",
    ("distinct_values_to_be_in_set", (None,)): "failed",
    ("distinct_values_to_contain_set", (1, None)): "failed",
    ("distinct_values_to_equal_set", (1, 3, None)): "failed",
}


def test_a_null_among_values_means_what_it_means_to_gx(tmp_path: Path) -> None:
    rules = [
        {"id": f"r{i}", "expect": f"expect_column_{name}", "with": {"column": "x", "value_set": s}}
        for i, (name, s) in enumerate(NULL_MEMBERS)
    ]
    contract = contract_of("shop.t: " + json.dumps({"columns": {"x": "long"}, "rules": rules}))
    store(tmp_path, "shop.t", {"x": "long"}, [[1], [None], [3], [1]])

    found = outcomes(validate(contract, tmp_path))

    statuses = [found[f"shop.t.r{i}"].status for i in range(len(NULL_MEMBERS))]
    assert statuses == list(NULL_MEMBERS.values())


def test_an_argument_that_is_null_is_not_given(tmp_path: Path) -> None:
    contract = asking(
        "values_to_be_between", column="x", min_value=None, max_value=2, strict_max=None
    )
    store(tmp_path, "shop.t", {"x": "long"}, [[1], [3]])

    found = outcomes(validate(contract, tmp_path))["shop.t.r"]

    assert (found.status, found.unexpected, found.sample) == ("failed", 1, (3,))


@pytest.mark.parametrize(
    ("expectation", "arguments", "said"),
    [
        ("values_to_be_between", {"min_value": None}, "neither `min_value` nor `max_value`"),
        ("value_lengths_to_be_between", {}, "neither `min_value` nor `max_value`"),
        ("quantile_values_to_be_between", {"quantile_ranges": None}, "lacks the argument"),
        (
            "quantile_values_to_be_between",
            {"quantile_ranges": {"quantiles": [0.5]}},
            "`value_ranges` beside them",
        ),
        (
            "quantile_values_to_be_between",
            {"quantile_ranges": {"quantiles": [0, 0.25, 1], "value_ranges": [[1, 2]]}},
            "a pair in `value_ranges` for each",
        ),
        (
            "quantile_values_to_be_between",
            {"quantile_ranges": {"quantiles": [1.5], "value_ranges": [[1, 2]]}},
            "not a number from 0 to 1",
        ),
    ],
)
def test_arguments_that_say_nothing_are_refused_by_lint(
    expectation: str, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(ContractError, match=said):
        asking(expectation, column="x", **arguments)


def test_each_quantile_of_a_column_is_its_own(tmp_path: Path) -> None:
    def asked(share: float) -> dict[str, Any]:
        ranges = {"quantiles": [share], "value_ranges": [[None, 60]]}
        return {"column": "x", "quantile_ranges": ranges}

    expectation = "expect_column_quantile_values_to_be_between"
    rules = [
        *({"id": f"q{n}", "column": "x", "quantile": {"q": n / 100, "max": 60}} for n in (50, 95)),
        *({"id": f"e{n}", "expect": expectation, "with": asked(n / 100)} for n in (50, 95)),
    ]
    contract = contract_of("shop.t: " + json.dumps({"columns": {"x": "long"}, "rules": rules}))
    store(tmp_path, "shop.t", {"x": "long"}, [[number] for number in range(101)])

    found = outcomes(validate(contract, tmp_path))

    statuses = {rule["id"]: str(found[f"shop.t.{rule['id']}"].status) for rule in rules}
    assert statuses == {"q50": "passed", "q95": "failed", "e50": "passed", "e95": "failed"}
    assert found["shop.t.q95"].observed == 95
