"""Every core expectation of GX, on a table that keeps it and on one that breaks it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.contract.gx_expectations import REFUSED, signatures
from spectra_gx.validation.signatures import SIGNATURES_FILE, signatures_text
from tests.contract.expect_cases import EXPECTED, Expected
from tests.contract.judging import contract_of, judged, outcomes, store

if TYPE_CHECKING:
    from pathlib import Path

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
    contract = contract_of("shop.two:\n  columns: {k: string}\n" + "".join(map(_yaml, EXPECTED)))
    return outcomes(judged(contract, root))


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
    if isinstance(case.observed, float):
        assert found.observed == pytest.approx(case.observed, rel=1e-4)
    else:
        assert found.observed == case.observed
