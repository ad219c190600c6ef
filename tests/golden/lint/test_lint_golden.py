"""Whole files against everything lint says of them, to the letter and the place."""

from pathlib import Path

import pytest

from spectra_gx.contract.loading import parse_contract
from tests.golden.lint.cases import HERE, INVALID, PROJECTS, expected, lint_of, problems_of

VALID = sorted((HERE / "valid").glob("*.contract.yaml"))


@pytest.mark.parametrize("case", INVALID, ids=lambda path: path.stem)
def test_every_problem_of_an_invalid_contract_is_told_at_once_with_its_place(case: Path):
    assert problems_of(case) == expected(case).read_text(encoding="utf-8") != ""


@pytest.mark.parametrize("case", PROJECTS, ids=lambda path: path.name)
def test_problems_between_contracts_are_told_with_their_places(case: Path):
    assert lint_of(case) == expected(case).read_text(encoding="utf-8") != ""


@pytest.mark.parametrize("case", VALID, ids=lambda path: path.stem)
def test_a_valid_contract_loads(case: Path):
    assert parse_contract(case.read_bytes(), case.name).tables
