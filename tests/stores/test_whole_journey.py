"""All that people do with a warehouse, on each store; part of `make test-all` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.store.addresses import StoreKind
from tests.stores.answers import differences
from tests.stores.journey import Journey
from tests.stores.pages import read_pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fakes.stores.served_store import ServedStore


def travel(journey: Journey) -> None:
    journey.run_days(3)
    journey.look()
    journey.check()
    journey.change_a_rule()
    journey.fail()
    journey.take_back("passes")
    journey.use_a_notebook()
    journey.release()
    journey.write_a_contract()
    journey.erase()
    journey.maintain()
    journey.restore()
    journey.rebuild_pages()
    journey.examine()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    journey = Journey(tmp_path_factory.mktemp("local"), None)
    travel(journey)
    return journey


@pytest.fixture(scope="module")
def local_pages(local: Journey) -> dict[str, str]:
    return read_pages(local, "serve")


@pytest.mark.parametrize("kind", StoreKind)
def test_a_journey_is_the_same_on_every_store(
    local: Journey,
    local_pages: dict[str, str],
    kind: StoreKind,
    object_store: Callable[[StoreKind], ServedStore],
    tmp_path: Path,
):
    journey = Journey(tmp_path, object_store(kind))
    travel(journey)

    assert differences(local.answers, journey.answers) == []
    for name in journey.tables:
        assert journey.rows(name) == local.rows(name)
    assert not (tmp_path / "warehouse").exists()
    assert read_pages(journey, "open") == local_pages
