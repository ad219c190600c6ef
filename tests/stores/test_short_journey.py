"""A short journey on each store: the same answers as in a folder, the same rows as by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.store.addresses import StoreKind
from tests.stores.journey import STAGE, TABLES, Journey, differences

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fakes.stores.served_store import ServedStore


def travel(journey: Journey) -> None:
    journey.run_days(2)
    journey.look()
    journey.type("check shop --json")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    journey = Journey(tmp_path_factory.mktemp("local"), None)
    travel(journey)
    return journey


@pytest.mark.parametrize("kind", StoreKind)
def test_a_short_journey_is_the_same_on_every_store(
    local: Journey,
    kind: StoreKind,
    object_store: Callable[[StoreKind], ServedStore],
    tmp_path: Path,
):
    journey = Journey(tmp_path, object_store(kind))
    travel(journey)

    assert differences(local.answers, journey.answers) == []
    assert [answer["exit code"] for answer in journey.answers.values()] == [0] * len(
        journey.answers
    )
    for name in TABLES:
        assert journey.rows(name) == local.rows(name)
    assert not (tmp_path / "warehouse").exists()
    assert STAGE.expected(2).rows["shop.events"].total() == journey.rows("shop.events").total()
