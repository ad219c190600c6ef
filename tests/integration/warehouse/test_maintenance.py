"""Maintenance of tables: small files are merged, and what nothing names is deleted."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from spectra_gx.contract.model import Table
from spectra_gx.errors import WarehouseError
from spectra_gx.runner.log_records import log_rows
from spectra_gx.warehouse.delta.table_place import local_place
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.maintenance.compaction import compact, small_files
from spectra_gx.warehouse.maintenance.kept_versions import readable_versions
from spectra_gx.warehouse.maintenance.vacuum import unneeded_files, vacuum
from spectra_gx.warehouse.publishing.batches import batch_commits
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.rollback import plan_rollback, roll_back
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.publications import NAME, batch, publish
from tests.fakes.runs import IDENTITY, run

if TYPE_CHECKING:
    from pathlib import Path

APPEND = PublishOptions(PublishMode.APPEND)
REPLACE = PublishOptions()
ORDER = Table(NAME, (), ())
AT_ONCE = {"delta.deletedFileRetentionDuration": "interval 0 hours"}
"""Files may go as soon as they are removed from the table, in place of a week later."""


def orders(*numbers: int) -> pa.Table:
    return pa.table({"id": pa.array(numbers, pa.int64()), "day": ["a", "b"][: len(numbers)]})


def filled(root: Path, options: PublishOptions = APPEND, batches: int = 3) -> Warehouse:
    warehouse = Warehouse(root)
    for number in range(batches):
        publish(warehouse, f"b{number}", orders(number, 10 + number), options)
    return warehouse


def rows(warehouse: Warehouse, version: int | None = None) -> list[dict[str, object]]:
    found = warehouse.read(warehouse.open(NAME, version)).to_pylist()
    return sorted(found, key=lambda row: row["id"])


def test_small_files_are_merged_and_no_row_changes(tmp_path):
    warehouse = filled(tmp_path)
    before = rows(warehouse)
    head = warehouse.open(NAME)
    assert small_files(head, 4) == []
    with Staging(warehouse, "maintain") as staging:
        assert compact(warehouse, NAME, head, small_files(head, 3), staging) == 3

    assert len(warehouse.open(NAME).file_uris()) == 1
    assert rows(warehouse) == before
    assert warehouse.keeps_rows(ORDER, 2, 3)  # nothing has to be checked again
    assert rows(warehouse, 0) == [{"id": 0, "day": "a"}, {"id": 10, "day": "b"}]
    # A batch, and its rollback, go on as if nothing had been.
    assert publish(warehouse, "b3", orders(3), APPEND) == 4
    [plan] = plan_rollback(warehouse, [NAME], batch("b3"))
    roll_back(warehouse, plan, batch("back"))
    assert rows(warehouse) == before


def test_partitions_are_merged_each_on_its_own(tmp_path):
    warehouse = Warehouse(tmp_path)
    place = warehouse.place(NAME)
    for number in range(3):
        write_deltalake(place.uri, orders(number, 10), mode="append", partition_by=["day"])
    head = warehouse.open(NAME)
    with Staging(warehouse, "maintain") as staging:
        compact(warehouse, NAME, head, small_files(head, 2), staging)
    files = sorted(path.removeprefix(f"{place.uri}/") for path in warehouse.open(NAME).file_uris())
    assert [path.partition("/")[0] for path in files] == ["day=a", "day=b"]
    assert [row["id"] for row in rows(warehouse)] == [0, 1, 2, 10, 10, 10]


def test_a_rival_compaction_doubles_no_row(tmp_path):
    warehouse = filled(tmp_path)
    head = warehouse.open(NAME)
    warehouse.open(NAME).optimize.compact()
    with (
        Staging(warehouse, "maintain") as staging,
        pytest.raises(WarehouseError, match="something else wrote to it at the same moment"),
    ):
        compact(warehouse, NAME, head, small_files(head, 2), staging)
    assert len(rows(warehouse)) == 6


def test_a_vacuum_keeps_the_versions_that_are_named(tmp_path):
    warehouse = filled(tmp_path, REPLACE, 5)
    place = warehouse.place(NAME)
    assert unneeded_files(warehouse.open(NAME), place, NAME, []) == {}  # a week has to pass
    warehouse.open(NAME).alter.set_table_properties(AT_ONCE)
    (tmp_path / "Tables/shop/order/part-lost.parquet").write_bytes(b"left by a failed write")
    head = warehouse.open(NAME)
    unneeded = unneeded_files(head, place, NAME, [1, 3])
    assert len(unneeded) == 3
    assert unneeded["part-lost.parquet"] == 22
    sizes = place.store.sizes(place.path)
    assert all(sizes[path] == size for path, size in unneeded.items())

    assert sorted(vacuum(head, NAME, [1, 3], "maintain")) == sorted(unneeded)
    assert place.store.sizes(place.path).keys().isdisjoint(unneeded)
    assert unneeded_files(warehouse.open(NAME), place, NAME, [1, 3]) == {}  # nothing twice
    assert [rows(warehouse, one)[0]["id"] for one in (1, 3, None)] == [1, 3, 4]
    for gone in (0, 2):
        with pytest.raises(WarehouseError):
            rows(warehouse, gone)
    assert warehouse.keeps_rows(ORDER, 5, warehouse.open(NAME).version())


def test_a_run_publishes_beside_a_vacuum(tmp_path):
    """Maintenance has the stage's lock: what a run commits meanwhile is neither lost nor cut."""
    warehouse = filled(tmp_path, REPLACE, 2)
    warehouse.open(NAME).alter.set_table_properties(AT_ONCE)
    failures: list[Exception] = []

    def work(number: int) -> None:
        own = Warehouse(tmp_path)
        try:
            with own.lock("publish-shop", by=f"run {number}"):
                publish(own, f"t{number}", orders(number), REPLACE)
        except Exception as error:  # noqa: BLE001 - whatever it is fails the test
            failures.append(error)

    def care() -> None:
        own = Warehouse(tmp_path)
        try:
            with own.lock("publish-shop", by="maintenance"):
                vacuum(own.open(NAME), NAME, [], "maintain")
        except Exception as error:  # noqa: BLE001 - as above
            failures.append(error)

    threads = [
        threading.Thread(target=target, args=arguments)
        for number in range(4)
        for target, arguments in ((work, (number,)), (care, ()))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(rows(warehouse)) == 1
    batches = {one.batch_id for one in batch_commits(warehouse.open(NAME))}
    assert batches == {"b0", "b1", "t0", "t1", "t2", "t3"}


def test_runs_are_recorded_while_the_log_forgets_others(tmp_path):
    log = DeltaActivityLog(Warehouse(tmp_path), "source")
    record(tmp_path, "old")

    def forget() -> None:
        for _ in range(3):
            log.rewrite(lambda rows: rows, by="retention")

    names = [f"new_{number}" for number in range(3)]
    threads = [threading.Thread(target=record, args=(tmp_path, name)) for name in names]
    threads.append(threading.Thread(target=forget))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.forget(["old"])
    assert sorted(row["execution_id"] for row in log.runs("run")) == names


def record(root: Path, name: str) -> None:
    finished = run(identity=replace(IDENTITY, execution_id=name))
    log = DeltaActivityLog(Warehouse(root), "source")
    log.append(name, log_rows(finished, recorded_at=finished.ended))


def test_versions_that_can_be_opened_are_known_by_the_names_of_files(tmp_path):
    for number in range(6):
        write_deltalake(tmp_path, pa.table({"a": [number]}), mode="append")
    DeltaTable(tmp_path, version=3).create_checkpoint()
    assert readable_versions(local_place(tmp_path)) == {0, 1, 2, 3, 4, 5}
    for number in (1, 3):
        (tmp_path / f"_delta_log/{number:020}.json").unlink()
    readable = readable_versions(local_place(tmp_path))
    assert readable == {0, 3, 4, 5}
    for number in {1, 2, *readable}:
        try:
            DeltaTable(tmp_path, version=number)
        except Exception:  # noqa: BLE001 - deltalake raises many kinds
            assert number not in readable
        else:
            assert number in readable
