"""The example of every kind in the places that need no server; the slice `agreement` has more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.agreement import recorded
from tests.agreement.answers import OnDelta, compare, on_delta
from tests.agreement.places import LOCAL
from tests.agreement.suites.examples import examples
from tests.agreement.suites.statistics import statistics
from tests.lakes.partitioned import partitioned

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def delta(tmp_path_factory: pytest.TempPathFactory) -> OnDelta:
    return on_delta(examples("bad"), tmp_path_factory.mktemp("delta"))


@pytest.mark.parametrize("name", LOCAL)
def test_every_kind_ends_as_on_delta(name: str, delta: OnDelta) -> None:
    answers = compare(delta, LOCAL[name])

    assert answers.differing == []
    assert recorded.line_of(answers) == recorded.read()[name, "examples", "bad"]


def test_folders_named_after_columns_end_as_on_delta(tmp_path: Path) -> None:
    answers = compare(on_delta(statistics("bad"), tmp_path), partitioned)

    assert (answers.differing, answers.errored) == ([], {})
