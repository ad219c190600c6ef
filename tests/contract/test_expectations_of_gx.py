"""Every core expectation of GX, on a table that keeps it and on one that breaks it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.contract.rules.gx_signatures import REFUSED, signatures
from spectra_gx.validation.gx.expectation_signatures import SIGNATURES_FILE, signatures_text
from tests.contract.checking import contract_of, outcomes, store, validate, validate_here
from tests.contract.expect_cases import EXPECTED, Expected

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.validation.results import RuleResult


def _yaml(case: Expected) -> str:
    columns = ", ".join(f'{name}: "{type_}"' for name, type_ in case.columns.items())
    takes_column = "column" in signatures()[_type(case)]["arguments"]
    column = ", column: x" if takes_column and "column:" not in case.arguments else ""
    beside = f", {case.beside}" if case.beside else ""
    return (
        f"{case.table}:\n"
        f"  extra_columns: allow\n"
        f"  columns: {{{columns}}}\n"
        f"  rules:\n"
        f"    - {{id: its, expect: {case.name}{column}, with: {case.arguments}{beside}}}\n"
    )


def _type(case: Expected) -> str:
    return next(type_ for type_, said in signatures().items() if said["name"] == case.name)


def _judge_all(root: Path, which: str) -> dict[str, RuleResult]:
    store(root, "shop.two", {"k": "string"}, [("a",), ("b",)])
    for case in EXPECTED:
        columns = case.columns
        if which == "bad" and case.bad_columns is not None:
            columns = case.bad_columns
        rows = [tuple(map(_stored, row)) for row in getattr(case, which)]
        # Order is told from one file; the rest must not depend on how rows are spread.
        spread = 1 if "creasing" in case.name else 2
        store(root, case.table, columns, rows, files=spread)
    return outcomes(validate_here(contract_of_expectations(), root))


def contract_of_expectations() -> StageContract:
    """Return a contract with each expectation as a rule."""
    return contract_of("shop.two:\n  columns: {k: string}\n" + "".join(map(_yaml, EXPECTED)))


def _stored(cell: Any) -> Any:
    instant = isinstance(cell, str) and cell.endswith("+00:00")
    return datetime.fromisoformat(cell) if instant else cell


@pytest.fixture(scope="module")
def passing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RuleResult]:
    return _judge_all(tmp_path_factory.mktemp("good"), "good")


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RuleResult]:
    return _judge_all(tmp_path_factory.mktemp("bad"), "bad")


def _name(case: Expected) -> str:
    return case.name + case.label


def test_every_core_expectation_is_asked() -> None:
    assert {_type(case) for case in EXPECTED} == signatures().keys() - REFUSED.keys()


def test_the_signatures_are_those_of_gx() -> None:
    assert SIGNATURES_FILE.read_text(encoding="utf-8") == signatures_text()


@pytest.mark.parametrize("case", EXPECTED, ids=_name)
def test_a_table_that_keeps_it_passes(case: Expected, passing: dict[str, RuleResult]) -> None:
    found = passing[f"{case.table}.its"]
    assert (str(found.status), found.message) == ("passed", "")
    assert found.expectation is not None
    assert (found.evaluated is None) == (case.evaluated is None)


@pytest.mark.parametrize("case", EXPECTED, ids=_name)
def test_a_table_that_breaks_it_fails(case: Expected, failing: dict[str, RuleResult]) -> None:
    found = failing[f"{case.table}.its"]
    assert str(found.status) == "failed", found.message
    assert (found.evaluated, found.unexpected) == (case.evaluated, case.unexpected)
    assert list(found.sample) == list(case.sample)
    if case.evaluated is None:
        assert found.message.startswith(f"`{_type(case)}` is not satisfied")
    elif "_rows" not in _type(case):
        assert f": `{_type(case)}` is not satisfied" in found.message
    if isinstance(case.observed, float):
        assert found.observed == pytest.approx(case.observed, rel=1e-4)
    else:
        assert found.observed == case.observed


def _ask(root: Path, type_: str, values: list[Any], rule: str) -> RuleResult:
    contract = contract_of(
        f'shop.a:\n  columns: {{x: "{type_}"}}\n  rules: [{{id: its, column: x, {rule}}}]'
    )
    store(root, "shop.a", {"x": type_}, [(value,) for value in values])
    return outcomes(validate(contract, root))["shop.a.its"]


BINS = "partition_object: {bins: [0, 1, 2], weights: [0.5, 0.5]}"
NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("rule", [
    "expect: ExpectColumnValueZScoresToBeLessThan, with: {threshold: 9, double_sided: true}",
    "expect: ExpectColumnValuesToNotBeOutliers",
    "expect: ExpectColumnValuesToNotBeOutliers, with: {method: std, multiplier: 9}",
])  # fmt: skip
def test_what_is_not_finite_lies_outside_every_spread(tmp_path: Path, rule: str) -> None:
    found = _ask(tmp_path, "double", [1.0, 2.0, 3.0, NAN, INF, -INF, None], rule)
    assert (str(found.status), found.evaluated, found.unexpected) == ("failed", 6, 3)
    assert list(found.sample) == ["-inf", "inf", "nan"]


def test_nan_lies_in_no_bin(tmp_path: Path) -> None:
    rule = f"expect: ExpectColumnKLDivergenceToBeLessThan, with: {{threshold: 0.5, {BINS}}}"
    found = _ask(tmp_path, "double", [0.5, 1.5, NAN], rule)
    assert (str(found.status), found.message) == (
        "errored", "could not be evaluated: column `x` contains NaN, which lies in no bin",
    )  # fmt: skip


def test_what_gx_refuses_takes_no_other_rule_down(tmp_path: Path) -> None:
    rule = (
        "expect: ExpectColumnKLDivergenceToBeLessThan, "
        f"with: {{threshold: 0.5, tail_weight_holdout: 2, {BINS}}}"
    )
    contract = contract_of(
        f"shop.a:\n  columns: {{x: {{type: long, min: 0}}}}\n"
        f"  rules: [{{id: its, column: x, {rule}}}]"
    )
    store(tmp_path, "shop.a", {"x": "long"}, [(1,)])
    found = outcomes(validate(contract, tmp_path))
    assert str(found["shop.a.its"].status) == "errored"
    assert found["shop.a.its"].message == (
        "could not be evaluated: Great Expectations refuses its arguments: "
        "`tail_weight_holdout`: ensure this value is less than or equal to 1"
    )
    assert found["shop.a.its"].cause == "arguments_refused"
    assert str(found["shop.a.x.min"].status) == "passed"


def test_a_column_that_is_missing_or_of_another_type_is_not_asked(tmp_path: Path) -> None:
    contract = contract_of(
        "shop.a:\n  columns: {x: long, y: long}\n  rules:\n"
        "    - {id: mean-of-x, column: x, expect: ExpectColumnMeanToBeBetween, "
        "with: {max_value: 0}}\n"
        "    - {id: its-null, column: y, expect: ExpectColumnValuesToBeNull}\n"
        "    - {id: its-type, column: x, expect: ExpectColumnTypeToBe, with: {type_: long}}\n"
        "    - {id: there, expect: ExpectColumnToExist, with: {column: y}}\n"
    )
    store(tmp_path, "shop.a", {"x": "string", "Y": "long"}, [("1", None)])
    found = outcomes(validate(contract, tmp_path))
    assert found["shop.a.mean-of-x"].message == (
        "could not be evaluated: column `x` is stored as string, declared as long"
    )
    assert found["shop.a.its-null"].message == "could not be evaluated: column `y` does not exist"
    assert (str(found["shop.a.its-type"].status), found["shop.a.its-type"].observed) == (
        "failed",
        "string",
    )
    assert str(found["shop.a.there"].status) == "failed"
