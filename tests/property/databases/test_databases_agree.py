"""Drawn tables and rules: a place gives what Delta gives, or names what it cannot answer."""

from __future__ import annotations

import math
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agreement.places import LOCAL, PLACES
from tests.contract.checking import outcomes, store, validate_here
from tests.databases.places import validated
from tests.drawing import drawn
from tests.property.databases.drawn_rules import TYPES, drawn_contract, drawn_rows

if TYPE_CHECKING:
    from spectra_gx.validation.results import RuleResult

FEW_DIGITS = 1e-13
NAMED = ("unsupported", "query_failed", "over_budget")
"""Causes of what a place does not answer."""


def check_agreement(name: str, seed: int) -> None:
    """Check one table in a place beside the same one as Delta."""
    contract, root = drawn_contract(seed), Path(tempfile.mkdtemp())
    try:
        store(root, "shop.t", TYPES, drawn_rows(seed))
        expected = outcomes(validate_here(contract, root))
        with PLACES[name](root) as move:
            moved = move(contract, root)
            assert moved.tables[0].location, "the place stores none of it"
            found = validated(moved, root)
    finally:
        shutil.rmtree(root)
    for rule, one in found.items():
        text = next((str(it.argument) for it in contract.rules() if it.id == rule), rule)
        assert _agree(one, expected[rule]), (rule, text, one.to_dict(), expected[rule].to_dict())


def _agree(found: RuleResult, expected: RuleResult) -> bool:
    if found.status == "errored":
        return str(found.cause) in NAMED
    if expected.status == "errored":
        return False
    numbers = (found.observed, expected.observed)
    if all(isinstance(one, float) for one in numbers):
        return found.status == expected.status and math.isclose(*numbers, rel_tol=FEW_DIGITS)
    return found == expected


@pytest.mark.parametrize("name", LOCAL)
@given(seed=st.integers(0, 2**32))
@drawn(1, many=12)
def test_files_agree(name: str, seed: int) -> None:
    check_agreement(name, seed)


@pytest.mark.parametrize("name", ["PostgreSQL", "MariaDB"])
@given(seed=st.integers(0, 2**32))
@drawn(1, many=4)
def test_servers_agree(name: str, seed: int) -> None:
    check_agreement(name, seed)
