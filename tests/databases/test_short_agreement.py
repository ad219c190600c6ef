"""Statistics in files of databases beside those of Delta; the slice `databases` checks the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.checking import outcomes, validate_here
from tests.databases.places import PLACES, REFUSED, moved_to, validated
from tests.databases.suites import statistics

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["duckdb", "sqlite"])
def test_statistics_are_those_of_delta(name: str, tmp_path: Path) -> None:
    contract, put = statistics("bad")
    put(tmp_path)
    expected = outcomes(validate_here(contract, tmp_path))
    with PLACES[name](tmp_path) as place:
        found = validated(moved_to(place, contract, tmp_path), tmp_path)
    refused = {
        rule
        for rule, one in found.items()
        if one.status == "errored" and any(reason in one.message for reason in REFUSED[name])
    }
    assert {rule: one for rule, one in found.items() if rule not in refused} == {
        rule: one for rule, one in expected.items() if rule not in refused
    }
    assert len(refused) < len(found) / 10
