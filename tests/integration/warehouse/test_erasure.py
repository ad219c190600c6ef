"""Rows are erased from a table and its history, and everything else of it stays."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.maintenance.erased_values import ErasedValues
from spectra_gx.warehouse.maintenance.erasure import erase_rows, find_traces
from spectra_gx.warehouse.maintenance.history import delete_history
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.watermarks import Watermark, stored_watermark
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.publications import NAME, batch, publish

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.warehouse.maintenance.erasure import TableTraces
    from spectra_gx.warehouse.maintenance.history import DeletedHistory

APPEND = PublishOptions(PublishMode.APPEND, watermark="id")
ADA = "mail = 'ada@shop.example'"


def people(**mails: int) -> pa.Table:
    names = [f"{name}@shop.example" for name in mails]
    return pa.table({"id": pa.array(mails.values(), pa.int64()), "mail": names})


def filled(root: Path) -> Warehouse:
    """Ada comes with the second of three batches."""
    warehouse = Warehouse(root)
    batches = (people(bob=1, eve=2), people(ada=3, joe=4), people(kim=5, lee=6))
    for number, rows in enumerate(batches):
        mark = Watermark("id", "long", str(2 * number + 2))
        publish(warehouse, f"b{number}", rows, APPEND, watermark=mark)
    return warehouse


def find(warehouse: Warehouse, condition: str = ADA) -> TableTraces:
    with Staging(warehouse, "look") as staging:
        return find_traces(warehouse, NAME, condition, staging, ErasedValues())


def erase(warehouse: Warehouse, condition: str = ADA) -> DeletedHistory:
    with Staging(warehouse, "erase") as staging:
        traces = find_traces(warehouse, NAME, condition, staging, ErasedValues())
        if traces.found:
            erase_rows(warehouse, traces, condition, staging, "shop")
    return delete_history(warehouse, NAME, traces.first_clean)


def ids(warehouse: Warehouse, version: int | None = None) -> list[int]:
    return sorted(warehouse.read(warehouse.open(NAME, version)).column("id").to_pylist())


def has(root: Path, value: str) -> list[str]:
    return [
        path.name
        for path in root.rglob("*")
        if value in path.name
        or (path.is_file() and value.encode() in path.read_bytes())
        or (path.suffix == ".parquet" and value in repr(pq.read_table(path).to_pylist()))
    ]


def test_rows_go_from_all_versions_and_batches_are_still_known(tmp_path):
    warehouse = filled(tmp_path)
    assert len(has(tmp_path, "ada@")) == 2  # a data file, and the statistics of its commit
    traces = find(warehouse)
    assert (traces.rows, traces.versions, len(traces.files), traces.strays) == (1, (1,), 1, ())
    gone = erase(warehouse)

    assert (gone.versions, gone.unknown, has(tmp_path, "ada@")) == ((0, 1, 2), 0, [])
    assert (warehouse.version(NAME), ids(warehouse)) == (3, [1, 2, 4, 5, 6])
    head = warehouse.open(NAME)
    assert all(batch(f"b{number}").is_published(head) for number in range(3))
    assert stored_watermark(head, "id") == (Watermark("id", "long", "6"), True)
    with pytest.raises(WarehouseError, match="rows were erased from the table by run `erase`"):
        warehouse.open(NAME, 1)
    assert publish(warehouse, "b3", people(max=7), APPEND) == 4
    assert (ids(warehouse, 3), ids(warehouse)) == ([1, 2, 4, 5, 6], [1, 2, 4, 5, 6, 7])


def test_an_erasure_that_died_is_finished_by_the_next(tmp_path):
    warehouse = filled(tmp_path)
    with Staging(warehouse, "dies") as staging:
        traces = find_traces(warehouse, NAME, ADA, staging, ErasedValues())
        erase_rows(warehouse, traces, ADA, staging, "shop")
    assert has(tmp_path, "ada@") != []
    traces = find(warehouse)
    assert (traces.rows, traces.versions, traces.first_clean) == (0, (1, 2), 3)
    erase(warehouse)
    assert has(tmp_path, "ada@") == []
    assert ids(warehouse, 3) == ids(warehouse) == [1, 2, 4, 5, 6]


def test_files_that_no_version_has_go_unless_they_are_being_written(tmp_path):
    warehouse = filled(tmp_path)
    folder = tmp_path / "Tables/shop/order"
    [data] = [path for path in folder.glob("*.parquet") if has(path.parent, "ada@")[0] == path.name]
    for name, age in (("old.parquet", 7200), ("young.parquet", 0)):
        shutil.copy(data, folder / name)
        then = data.stat().st_mtime - age
        os.utime(folder / name, (then, then))
    assert [path for path, _ in find(warehouse).strays] == ["old.parquet", "young.parquet"]
    assert erase(warehouse).unknown == 1
    assert has(tmp_path, "ada@") == ["young.parquet"]
    # Nothing but files that no version has: no version goes for them.
    os.utime(folder / "young.parquet", (0, 0))
    before = warehouse.version(NAME)
    traces = find(warehouse)
    assert (traces.found, len(traces.strays)) == (False, 1)
    assert erase(warehouse).versions == ()
    assert (has(tmp_path, "ada@"), warehouse.version(NAME)) == ([], before)


def test_versions_in_which_it_cannot_be_known_go_as_well(tmp_path):
    place = Warehouse(tmp_path).place(NAME)
    write_deltalake(place.uri, pa.table({"id": [1]}))
    write_deltalake(place.uri, people(bob=2), mode="overwrite", schema_mode="overwrite")
    write_deltalake(place.uri, people(kim=3), mode="append")
    warehouse = Warehouse(tmp_path)
    traces = find(warehouse)
    # The first version has no column `mail`.
    assert (traces.rows, traces.versions) == (0, (0,))
    assert erase(warehouse).versions == (0,)
    assert (ids(warehouse, 1), ids(warehouse)) == ([2], [2, 3])


def test_values_in_the_names_of_partitions_go_with_their_folders(tmp_path):
    place = Warehouse(tmp_path).place(NAME)
    for rows in (people(bob=1, ada=2), people(ada=3)):
        write_deltalake(place.uri, rows, mode="append", partition_by=["mail"])
    warehouse = Warehouse(tmp_path)
    erase(warehouse)
    assert ids(warehouse) == [1]
    assert not any("ada" in path.name for path in tmp_path.rglob("*"))
    # The commit that removes them names their paths, as the result says.
    assert {name.partition(".")[0] for name in has(tmp_path, "ada")} <= {f"{2:020}"}


def test_a_table_with_other_features_is_refused(tmp_path):
    place = Warehouse(tmp_path).place(NAME)
    write_deltalake(place.uri, people(ada=1))
    warehouse = Warehouse(tmp_path)
    warehouse.open(NAME).alter.add_constraint({"positive": "id > 0"})
    with pytest.raises(WarehouseError, match="with which rows cannot be erased"):
        find(warehouse)
