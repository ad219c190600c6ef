"""Every rule about rows, on a table that keeps it and on one that breaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.checking import contract_of, outcomes, store, validate_here
from tests.contract.order_cases import CASES

if TYPE_CHECKING:
    from spectra_gx.validation.results import RuleResult
    from tests.contract.cases import Case

PARENTS = "shop.parents:\n  columns:\n    a: {type: string}\n    b: {type: long}\n"
CONTRACT = contract_of(PARENTS + "\n".join(case.yaml for case in CASES))


def _judge_all(tmp_path_factory: pytest.TempPathFactory, which: str) -> dict[str, RuleResult]:
    root = tmp_path_factory.mktemp(which)
    store(root, "shop.parents", {"a": "string", "b": "long"}, [("a", 1), ("b", 1)])
    for case in CASES:
        store(root, case.table, case.columns, case.rows(getattr(case, which)), files=2)
    return outcomes(validate_here(CONTRACT, root))


@pytest.fixture(scope="module")
def passing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RuleResult]:
    return _judge_all(tmp_path_factory, "good")


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RuleResult]:
    return _judge_all(tmp_path_factory, "bad")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_table_that_keeps_the_rule_passes(case: Case, passing: dict[str, RuleResult]) -> None:
    found = passing[case.id]
    expected = len(case.good) if case.kind in ("sql", "required") else case.evaluated_of(case.good)
    assert (found.status, found.message) == ("passed", "")
    if not case.rule:
        assert found.evaluated == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_table_that_breaks_the_rule_fails(case: Case, failing: dict[str, RuleResult]) -> None:
    found = failing[case.id]
    assert found.message == case.message
    assert found.status == ("failed" if case.unexpected else "passed")
    assert (found.evaluated, found.unexpected) == (case.evaluated_of(case.bad), case.unexpected)
    assert found.sample == case.sample
    assert found.keys == tuple({"id": number} for number in case.ids)
    assert found.observed is None
