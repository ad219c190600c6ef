"""A short journey on each store: the same answers as in a folder, the same rows as by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.store.addresses import StoreKind
from tests.stores.answers import differences
from tests.stores.journey import JSON, SHORT, Journey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fakes.stores.served_store import ServedStore


def travel(journey: Journey) -> None:
    journey.run_days(2)
    for asked in ("log shop", "quarantine show shop.orders", "handoff shop", "check shop"):
        journey.type(f"{asked} {JSON}")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    journey = Journey(tmp_path_factory.mktemp("local"), None, SHORT)
    travel(journey)
    return journey


@pytest.mark.parametrize("kind", StoreKind)
def test_a_short_journey_is_the_same_on_every_store(
    local: Journey,
    kind: StoreKind,
    object_store: Callable[[StoreKind], ServedStore],
    tmp_path: Path,
):
    journey = Journey(tmp_path, object_store(kind), SHORT)
    travel(journey)

    assert differences(local.answers, journey.answers) == []
    assert {answer.code for answer in journey.answers.values()} == {0}
    for name in journey.tables:
        assert journey.rows(name) == local.rows(name)
    assert not (tmp_path / "warehouse").exists()
    assert SHORT.expected(2).rows["shop.events"].total() == journey.rows("shop.events").total()
