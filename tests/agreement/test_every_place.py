"""Every case of every kind of rule, in every place: what Delta answers, or what is recorded."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.agreement import recorded
from tests.agreement.answers import OnDelta, compare, on_delta
from tests.agreement.places import PLACES
from tests.agreement.suites import SUITES, WHICH

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.agreement.places import Move

    Delta = Callable[[str, str], OnDelta]


@pytest.fixture(scope="module")
def delta(tmp_path_factory: pytest.TempPathFactory) -> Delta:
    """Return what answers on Delta; each suite is checked once."""

    @cache
    def checked(suite: str, which: str) -> OnDelta:
        return on_delta(SUITES[suite](which), tmp_path_factory.mktemp(f"{suite}-{which}"))

    return checked


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    with PLACES[request.param](tmp_path_factory.mktemp("place")) as move:
        yield request.param, move


@pytest.mark.parametrize("which", WHICH)
@pytest.mark.parametrize("suite", SUITES)
def test_every_rule_ends_as_on_delta(
    suite: str, which: str, place: tuple[str, Move], delta: Delta
) -> None:
    name, move = place
    answers = compare(delta(suite, which), move)

    assert answers.differing == []
    assert recorded.line_of(answers) == recorded.read()[name, suite, which]
