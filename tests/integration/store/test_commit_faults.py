"""Commits of Delta tables whose request fails or whose answer is lost: the truth is looked up."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
import pytest

from spectra_gx.errors import WarehouseError
from spectra_gx.store.addresses import StoreKind
from spectra_gx.warehouse.delta.reads import read
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.log_columns import LOG_COLUMNS
from spectra_gx.warehouse.publishing.batches import batch_commits
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.roll_forward import (
    discard_pending,
    finish_pending,
    publish_batch,
)
from spectra_gx.warehouse.publishing.rollback import plan_rollback, roll_back
from spectra_gx.warehouse.quarantine_tables import Quarantine
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import STAGING, Warehouse
from tests.fakes.publications import NAME, batch, prepare, publish, rows_of
from tests.fakes.stores.fault_proxy import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.store.conftest import Faulty

T = TypeVar("T")

COMMIT = r"{}/_delta_log/\d{{20}}\.json"
FAULTS = {
    "503": Fault("503", times=2),
    "503, applied": Fault("503", applied=True),
    "reset": Fault("reset"),
    "reset, applied": Fault("reset", applied=True),
    "412": Fault("412"),
    "409": Fault("409"),
    "slow": Fault("slow"),
}
EXAMPLES = {"string": "x", "long": 1, "double": 0.5}
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> Fault:
    return FAULTS[request.param]


@pytest.fixture
def warehouse(faulty: Faulty) -> Warehouse:
    return Warehouse(faulty.root, faulty.spoiled)


def stored(faulty: Faulty) -> Warehouse:
    """Return the warehouse as it is, past the proxy."""
    return Warehouse(faulty.root, faulty.untouched)


def aim(faulty: Faulty, table: str, fault: Fault) -> None:
    """Let one commit of a table meet a fault."""
    path = COMMIT.format(table.replace(".", "/"))
    faulty.proxy.put(Fault(fault.does, "PUT", path, times=fault.times, applied=fault.applied))


def insist(fault: Fault, does: Callable[[], T]) -> T:
    """Do something, and once more if that fails; nothing may fail that the store has done."""
    try:
        return does()
    except WarehouseError as error:
        assert error.retryable
        assert not fault.applied
        return does()


def orders(*ids: int) -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.int64())})


def log_row(execution_id: str) -> dict[str, Any]:
    needed = {c.name: EXAMPLES.get(c.type, NOON) for c in LOG_COLUMNS if "run" in c.required}
    return {**needed, "record_type": "run", "execution_id": execution_id}


def test_a_run_is_recorded_once(faulty: Faulty, warehouse: Warehouse, fault: Fault):
    log = DeltaActivityLog(warehouse, "shop")
    log.append("r1", [log_row("r1")])
    aim(faulty, log.name, fault)
    log.append("r2", [log_row("r2")])

    assert faulty.did
    assert [row["execution_id"] for row in log.runs()] == ["r1", "r2"]


def test_a_log_is_begun_once(faulty: Faulty, warehouse: Warehouse, fault: Fault):
    log = DeltaActivityLog(warehouse, "shop")
    aim(faulty, log.name, fault)
    insist(fault, lambda: log.append("r1", [log_row("r1")]))

    assert faulty.did
    assert [row["execution_id"] for row in log.runs()] == ["r1"]


@pytest.mark.parametrize("mode", PublishMode)
def test_a_batch_is_published_once_on_the_version_that_was_checked(
    faulty: Faulty, warehouse: Warehouse, fault: Fault, mode: PublishMode
):
    where = "id > 0" if mode is PublishMode.REPLACE_WHERE else None
    options = PublishOptions(mode, replace_where=where)
    assert publish(warehouse, "b1", orders(1, 2), options) == 0
    aim(faulty, f"Tables/{NAME}", fault)
    version = publish(warehouse, "b2", orders(3, 4), options)

    assert faulty.did
    head = stored(faulty).open(NAME)
    assert (version, head.version()) == (1, 1)
    assert [commit.batch_id for commit in batch_commits(head)] == ["b2", "b1"]
    added = [1, 2] if mode in (PublishMode.APPEND, PublishMode.MERGE) else []
    assert rows_of(stored(faulty)) == [(one,) for one in (*added, 3, 4)]


def test_the_first_batch_makes_the_table_once(faulty: Faulty, warehouse: Warehouse, fault: Fault):
    aim(faulty, f"Tables/{NAME}", fault)
    version = insist(fault, lambda: publish(warehouse, "b1", orders(1, 2), PublishOptions()))

    assert faulty.did
    head = stored(faulty).open(NAME)
    assert version == head.version() == 0
    assert rows_of(stored(faulty)) == [(1,), (2,)]


def test_a_run_that_has_published_ends_well_although_its_staging_cannot_be_deleted(
    faulty: Faulty, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
):
    number = batch("b1")
    with Staging(warehouse, number.execution_id) as staging:
        publication = prepare(warehouse, staging, orders(1), PublishOptions())
        publish_batch(warehouse, staging, number, [publication])
        faulty.proxy.put(Fault("403", "DELETE" if faulty.kind is StoreKind.GCS else "POST"))
        staging.settle()

    assert faulty.did
    assert "left to the next run" in caplog.text
    [completed] = finish_pending(stored(faulty), number.stage, [NAME])
    discard_pending(stored(faulty), completed.pending)
    assert completed.published == {NAME: 0}
    assert rows_of(stored(faulty)) == [(1,)]
    assert stored(faulty).store.folders(STAGING) == []


def test_a_batch_is_taken_back_once(faulty: Faulty, warehouse: Warehouse, fault: Fault):
    append = PublishOptions(PublishMode.APPEND)
    publish(warehouse, "b1", orders(1), append)
    publish(warehouse, "b2", orders(2), append)
    [plan] = plan_rollback(warehouse, [NAME], batch("b2"))
    aim(faulty, f"Tables/{NAME}", fault)
    version = insist(fault, lambda: roll_back(warehouse, plan, batch("b3")))

    assert faulty.did
    assert version == stored(faulty).version(NAME) == 2
    assert rows_of(stored(faulty)) == [(1,)]


def test_rows_are_quarantined_once_and_removed(faulty: Faulty, warehouse: Warehouse, fault: Fault):
    quarantine = Quarantine(warehouse, "shop")
    with Staging(warehouse, "run 1") as staging:
        staging.write("shop.bad", pa.table({"execution_id": ["run 1"], "x": [1]}))
        bad = staging.open("shop.bad")
        quarantine.append("shop.order", bad, "run 0")
        quarantine.remove_run("shop.order", "run 1")
        name = quarantine.name("shop.order")
        for does in (
            lambda: quarantine.append("shop.order", bad, "run 1"),
            lambda: quarantine.remove_run("shop.order", "run 1"),
        ):
            aim(faulty, name, fault)
            insist(fault, does)
            assert faulty.did
            seen = read(stored(faulty).open(name)).to_pylist()
            assert len(seen) in (0, 1)
        assert seen == []


def test_a_staged_table_is_written_once(faulty: Faulty, warehouse: Warehouse, fault: Fault):
    with Staging(warehouse, "run 1") as staging:
        for rows in (orders(1), orders(2, 3)):
            aim(faulty, f"run 1/{NAME}", fault)
            insist(fault, partial(staging.write, NAME, rows))
            assert faulty.did
            assert sorted(read(staging.open(NAME))["id"].to_pylist()) == rows["id"].to_pylist()


def test_an_expired_token_stops_a_commit_and_nothing_is_published(
    faulty: Faulty, warehouse: Warehouse
):
    publish(warehouse, "b1", orders(1), PublishOptions())
    body = "<Error><Code>ExpiredToken</Code><Message>MYTOKEN</Message></Error>"
    path = COMMIT.format("Tables/shop/order")
    faulty.proxy.put(Fault("403", "PUT", path, times=100, body=body))
    with pytest.raises(WarehouseError, match="the token has expired") as failed:
        publish(warehouse, "b2", orders(2), PublishOptions())

    assert "MYTOKEN" not in str(failed.value)
    faulty.proxy.put()
    assert rows_of(warehouse) == [(1,)]
    assert publish(warehouse, "b2", orders(2), PublishOptions()) == 1
