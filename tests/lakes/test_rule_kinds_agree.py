"""The results of rules in partitioned folders and in Iceberg: what Delta gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.checking import is_alike, outcomes, validate_here
from tests.databases.suites import SUITES
from tests.lakes.iceberg import iceberg
from tests.lakes.partitioned import partitioned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from spectra_gx.contract.model import StageContract

PLACES: Mapping[str, Callable[[StageContract, Path], StageContract]] = {
    "folders": partitioned,
    "iceberg": iceberg,
}


@pytest.mark.parametrize(("suite", "which"), [("statistics", "bad")])
def test_every_rule_ends_as_on_delta(suite: str, which: str, tmp_path: Path) -> None:
    contract, put = SUITES[suite](which)
    put(tmp_path)
    expected = outcomes(validate_here(contract, tmp_path))
    for place, move in PLACES.items():
        moved = move(contract, tmp_path)
        assert moved != contract or which == "good"
        found = outcomes(validate_here(moved, tmp_path))
        differing = {
            rule: (one.to_dict(), expected[rule].to_dict())
            for rule, one in found.items()
            if not is_alike(one, expected[rule])
        }
        assert not differing, place
