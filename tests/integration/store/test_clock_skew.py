"""A store whose clock is an hour ahead of this machine's, and one that is an hour behind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from spectra_gx.doctor.store_checks import check_store
from spectra_gx.errors import WarehouseError
from spectra_gx.store.addresses import StoreKind
from spectra_gx.store.leases import LeaseRecord
from spectra_gx.warehouse.maintenance.history import delete_history
from spectra_gx.warehouse.publishing.options import PublishOptions
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.publications import NAME, publish
from tests.fakes.stores.served_store import ServedStore
from tests.fakes.stores.shared_server import shared_server

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUR = timedelta(hours=1)
SKEWS = {"gcs-ahead": HOUR, "gcs-behind": -HOUR}


@pytest.fixture(scope="module", params=SKEWS)
def skewed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ServedStore, timedelta]]:
    with shared_server(request.param, tmp_path_factory.mktemp("skewed")) as address:
        yield ServedStore(StoreKind.GCS, address), SKEWS[request.param]


def test_a_lock_is_kept_from_a_rival_and_passes_on_once_its_holder_is_silent(
    skewed: tuple[ServedStore, timedelta],
) -> None:
    served, _ = skewed
    root = served.new_root()
    store = served.store(root, lease_seconds=30)
    with store.lock("locks/publish", by="run 1", wait=0) as lock:
        assert served.store(root, 30).held_locks("locks") == {"publish": "`run 1`"}
        with (
            pytest.raises(WarehouseError, match="waited 0 s for `run 1`"),
            served.store(root, 30).lock("locks/publish", by="run 2", wait=0),
        ):
            pass
        lock.check()
    assert store.held_locks("locks") == {}

    # A holder that has died, and whose lease has just begun: a rival waits for its end alone.
    store.write("locks/publish.lock", LeaseRecord("owner", "run 3", 7, held=True).dump())
    assert store.held_locks("locks") == {"publish": "`run 3`"}
    with served.store(root, lease_seconds=0.2).lock("locks/publish", by="run 4", wait=10) as lock:
        assert lock.token == 8


def test_what_is_staged_by_a_living_run_is_left_to_it(
    skewed: tuple[ServedStore, timedelta],
) -> None:
    served, _ = skewed
    root = served.new_root()
    claim = served.store(root, 30).claim("staging/run 1")
    assert served.store(root, 30).abandoned("staging") == []
    claim.release()
    assert served.store(root, 30).abandoned("staging") == ["run 1"]


def test_a_file_that_somebody_is_just_about_to_commit_is_not_deleted(
    skewed: tuple[ServedStore, timedelta],
) -> None:
    served, _ = skewed
    warehouse = Warehouse(served.new_root(), served.access)
    for number in range(2):
        publish(warehouse, f"b{number}", pa.table({"id": [number]}), PublishOptions())
    warehouse.store.write(f"Tables/{NAME.replace('.', '/')}/part-of-others.parquet", b"rows")
    gone = delete_history(warehouse, NAME, first=1)
    assert (gone.versions, gone.unknown) == ((0,), 1)
    assert warehouse.store.exists(f"Tables/{NAME.replace('.', '/')}/part-of-others.parquet")
    assert [one for one in warehouse.store.sizes("") if ".clock." in one] == []


def test_doctor_says_which_clock_is_off(skewed: tuple[ServedStore, timedelta]) -> None:
    served, skew = skewed
    found = [*check_store(Warehouse(served.new_root(), served.access))]
    [finding] = [one for one in found if one.message.startswith("clock: ")]
    where = "ahead of" if skew > timedelta() else "behind"
    assert finding.level == "warning"
    assert where in finding.message
    assert "`max_age`" in (finding.fix or "")
    assert [one.level for one in found if one is not finding] == ["ok"] * (len(found) - 1)
