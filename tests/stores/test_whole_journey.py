"""All that people do with a warehouse, on each store; part of `make test-all` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.store.addresses import StoreKind
from tests.stores.journey import TABLES, Journey, differences

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fakes.stores.served_store import ServedStore


def travel(journey: Journey) -> None:
    journey.run_days(3)
    journey.look()
    journey.check()
    journey.change_a_rule()
    journey.take_back("b3")
    journey.type("run shop --batch-id b3 --json", "run after the rollback")
    journey.care()
    journey.type("check shop --json", "check after the care")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    journey = Journey(tmp_path_factory.mktemp("local"), None)
    travel(journey)
    return journey


@pytest.mark.parametrize("kind", StoreKind)
def test_a_journey_is_the_same_on_every_store(
    local: Journey,
    kind: StoreKind,
    object_store: Callable[[StoreKind], ServedStore],
    tmp_path: Path,
):
    journey = Journey(tmp_path, object_store(kind))
    travel(journey)

    assert differences(local.answers, journey.answers) == []
    for name in TABLES:
        assert journey.rows(name) == local.rows(name)
