"""Rules about a set of values beside another table's, and about the one value of a query."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.causes import Cause
from spectra_gx.errors import ContractError
from tests.contract.checking import contract_of, outcomes, store, validate
from tests.drawing import drawn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spectra_gx.validation.results import RuleResult

SETS = """
shop.a:
  columns:
    x: {type: %s, classification: %s, same_set_as: {value: shop.b.y, where: "keep"}}
    keep: boolean
shop.b:
  columns: {y: {type: %s, classification: %s}}
"""


def _sets(
    root: Path, own: Sequence[Any], other: Sequence[Any], *said: str
) -> tuple[RuleResult, str]:
    """Return how the rule ended, and all that was said."""
    own_type, own_class, other_type, other_class = said or ("long", "public", "integer", "public")
    contract = contract_of(SETS % (own_type, own_class, other_type, other_class))
    rows = [*((one, True) for one in own), (own[0] if own else None, False)]
    store(root, "shop.a", {"x": own_type, "keep": "boolean"}, rows)
    store(root, "shop.b", {"y": other_type}, [(one,) for one in other], files=2)
    outcome = validate(contract, root)
    return outcomes(outcome)["shop.a.x.same_set_as"], json.dumps(
        asdict(outcome.result), default=str
    )


def test_sets_are_equal_whatever_repeats_or_is_null(tmp_path: Path) -> None:
    found, _ = _sets(tmp_path, [1, 1, 2, None], [2, 1, None])
    assert (found.status, found.message, found.unexpected) == ("passed", "", None)


def test_what_either_side_lacks_is_counted_and_shown(tmp_path: Path) -> None:
    found, _ = _sets(tmp_path, [1, 2, 2, 3], [3, 4, 5, None])
    assert found.status == "failed"
    assert found.observed == {"missing": [4, 5], "unexpected": [1, 2]}
    assert found.message == "`x` lacks 2 values of `shop.b.y` and has 2 values not in that"


def test_an_empty_table_lacks_everything(tmp_path: Path) -> None:
    found, _ = _sets(tmp_path, [], [3])
    assert found.message == "`x` lacks 1 value of `shop.b.y`"


@pytest.mark.parametrize("pii", ["own", "other"])
def test_values_of_either_side_are_redacted(tmp_path: Path, pii: str) -> None:
    classes = ("pii", "public") if pii == "own" else ("public", "pii")
    said = ("string", classes[0], "string", classes[1])
    found, everything = _sets(tmp_path, ["here-only"], ["there-only"], *said)
    assert found.status == "failed"
    assert "here-only" not in everything
    assert "there-only" not in everything


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("shop.c.y", "neither declared nor consumed"),
        ("shop.b.z", "has no column 'z'"),
        ("shop.b.t", "`same_set_as` needs columns of one kind"),
        ("shop.a.x", "compares table 'shop.a' with itself"),
        ("b.y", "must be `schema.table.column`"),
    ],
)
def test_what_cannot_be_compared_is_a_problem(written: str, said: str) -> None:
    text = (
        f"shop.a:\n  columns: {{x: {{type: long, same_set_as: {written}}}}}\n"
        "shop.b:\n  columns: {y: long, t: string}\n"
    )
    with pytest.raises(ContractError) as raised:
        contract_of(text)
    [problem] = raised.value.problems
    assert said in problem.message


NULL = (
    "the value of the query is not a number (no row has a value, or one is NaN) where the contract "
    "wants at most 4"
)
VALUE = """
shop.a:
  columns: {{x: {{type: long, classification: {0}}}, name: string}}
  rules:
    - {{id: its, sql_value: {{query: "{1}", {2}}}}}
"""


def _value(root: Path, query: str, bounds: str, classification: str = "public") -> RuleResult:
    contract = contract_of(VALUE.format(classification, query, bounds))
    store(root, "shop.a", {"x": "long", "name": "string"}, [(1, "a"), (5, "b"), (None, "c")])
    return outcomes(validate(contract, root))["shop.a.its"]


@pytest.mark.parametrize(
    ("query", "bounds", "observed", "message"),
    [
        ("select sum(x) from {table}", "min: 6, max: 6", 6, ""),
        (
            "select count(*) from {table}",
            "min: 4, max: 9.5",
            3,
            "the value of the query is 3 where the contract wants at least 4 and at most 9.5",
        ),
        (
            "select max(x) from {table} where x > 9",
            "max: 4",
            None,
            NULL,
        ),
        ("select count(*) from {table} where {today} > '2026-11-20'", "min: 3", 3, ""),
    ],
)
def test_the_value_of_a_query_is_within_bounds(
    tmp_path: Path, query: str, bounds: str, observed: Any, message: str
) -> None:
    found = _value(tmp_path, query, bounds)
    assert (found.message, found.observed, found.unexpected) == (message, observed, None)
    assert found.status == ("failed" if message else "passed")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select x from {table}", "several rows"),
        ("select x from {table} where x > 9", "no row"),
        ("select max(x) as a, min(x) as b from {table}", "several columns"),
        ("select max(name) from {table}", "a str"),
        ("select max(x) > 3 from {table}", "a bool"),
    ],
)
def test_what_is_not_one_number_is_errored(tmp_path: Path, query: str, said: str) -> None:
    found = _value(tmp_path, query, "min: 0")
    assert (found.status, found.cause) == ("errored", Cause.UNSUPPORTED)
    assert found.message == (
        f"could not be evaluated: the query returns {said}; it must return one number"
    )


def test_a_value_made_of_sensitive_ones_decides_and_is_not_shown(tmp_path: Path) -> None:
    found = _value(tmp_path, "select max(x) from {table}", "max: 4", "pii")
    assert found.status == "failed"
    assert found.observed == "‹redacted›"
    assert "5" not in found.message


@drawn(5)
@given(
    st.lists(st.none() | st.integers(0, 4), max_size=6),
    st.lists(st.none() | st.integers(0, 4), max_size=6),
    st.integers(1, 2),
)
def test_sets_and_sequences_are_those_of_python(tmp_path_factory, own, other, step) -> None:
    root = tmp_path_factory.mktemp("drawn")
    contract = contract_of(
        "shop.a:\n  columns: {x: {type: long, same_set_as: shop.b.y, "
        f"sequence: {{step: {step}}}}}}}\n"
        "shop.b:\n  columns: {y: long}\n"
    )
    store(root, "shop.a", {"x": "long"}, [(one,) for one in own], files=2)
    store(root, "shop.b", {"y": "long"}, [(one,) for one in other])
    found = outcomes(validate(contract, root))
    ours, theirs = ({one for one in side if one is not None} for side in (own, other))
    assert (found["shop.a.x.same_set_as"].status == "passed") == (ours == theirs)
    present = [one for one in own if one is not None]
    first = min(ours, default=None)
    broken = sum(
        present.count(one) > 1
        or (one != first and one - step not in ours)
        or any(one - step < between < one for between in ours)
        for one in present
    )
    sequence = found["shop.a.x.sequence"]
    assert (sequence.evaluated, sequence.unexpected) == (len(present), broken)
