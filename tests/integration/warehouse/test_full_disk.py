"""What is said when the disk of a local warehouse is full, and what is there afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from spectra_gx.errors import SpectraError
from spectra_gx.store.folder import FolderStore
from spectra_gx.warehouse.publishing.options import PublishOptions
from spectra_gx.warehouse.publishing.roll_forward import publish_batch
from spectra_gx.warehouse.staging import Staging, sweep
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.full_disk import full_disk
from tests.fakes.publications import NAME, batch, prepare, publish, rows_of

if TYPE_CHECKING:
    from pathlib import Path

FULL = "the disk of this machine is full; make room, then run again"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


def test_a_file_is_whole_or_not_there(tmp_path: Path):
    store = FolderStore(tmp_path)
    store.write("a/x", b"old")
    with full_disk(5), pytest.raises(SpectraError, match=FULL):
        store.write("a/x", b"longer than five")

    assert store.read("a/x") == b"old"
    assert store.files("a") == ["x"]


def test_nothing_is_published_and_the_next_run_goes_on(warehouse: Warehouse):
    options = PublishOptions()
    publish(warehouse, "b1", pa.table({"id": [1]}), options)
    number = batch("b2")
    with Staging(warehouse, number.execution_id) as staging:
        publication = prepare(warehouse, staging, pa.table({"id": [2]}), options)
        with full_disk(), pytest.raises(SpectraError, match=FULL):
            publish_batch(warehouse, staging, number, [publication])

    assert rows_of(warehouse) == [(1,)]
    assert sweep(warehouse) == [number.execution_id]
    assert publish(warehouse, "b2", pa.table({"id": [2]}), options) == 1
    assert rows_of(warehouse) == [(2,)]


def test_a_table_that_cannot_be_staged_says_why(warehouse: Warehouse):
    with Staging(warehouse, "run 1") as staging, full_disk(), pytest.raises(SpectraError) as failed:
        staging.write(NAME, pa.table({"id": [1]}))

    assert FULL in failed.value.message
