"""A warehouse in an object store: what it has and does is what a folder's has and does."""

from __future__ import annotations

import http.client
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
import pytest

from spectra_gx.doctor.findings import Level
from spectra_gx.doctor.store_checks import check_store
from spectra_gx.doctor.warehouse_checks import check_leftovers, check_root
from spectra_gx.errors import FileError, WarehouseError
from spectra_gx.report.docs_server import DocsServer
from spectra_gx.warehouse.added_rows import content_hash, open_added_rows
from spectra_gx.warehouse.delta.commits import commit_infos
from spectra_gx.warehouse.delta.reads import read
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.log_columns import LOG_COLUMNS
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.publications import NAME, publish, rows_of
from tests.fakes.s3 import BUCKET, FakeS3, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPEND, MERGE = map(PublishOptions, (PublishMode.APPEND, PublishMode.MERGE))
EXAMPLES = {
    "string": "x",
    "long": 1,
    "double": 0.5,
    "timestamp": datetime(2026, 11, 21, tzinfo=UTC),
}


@pytest.fixture(scope="module")
def s3() -> Iterator[FakeS3]:
    yield from serve()


@pytest.fixture
def warehouse(s3: FakeS3) -> Warehouse:
    return Warehouse(f"s3://{BUCKET}/{uuid4().hex}", s3.access)


def orders(*ids: int) -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.int64()), "day": ["mon"] * len(ids)})


def test_batches_are_published_under_a_lease_and_name_its_token(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    for number, options in enumerate((APPEND, MERGE)):
        with warehouse.publishing("shop", by="r") as fenced:
            assert publish(fenced, f"b{number}", orders(1, number + 2), options) == number
    assert rows_of(warehouse) == [(1, "mon"), (2, "mon"), (3, "mon")]
    table = warehouse.open(NAME)
    assert [info["spectra_gx"]["lock_token"] for _, info in commit_infos(table)] == [2, 1]
    content = content_hash(warehouse.open(NAME, 0))
    added = open_added_rows(table, NAME, 0, content, tmp_path / "added")
    assert 3 in read(added)["id"].to_pylist()
    assert warehouse.store.files("Files/_staging") == []
    assert warehouse.list_tables(["shop", "log"]) == [NAME]
    assert [finding.level for finding in check_leftovers(warehouse)] == [Level.OK] * 2


def test_a_run_is_recorded_once(warehouse: Warehouse) -> None:
    log = DeltaActivityLog(warehouse, "shop")
    needed = {c.name: EXAMPLES[c.type] for c in LOG_COLUMNS if "run" in c.required}
    row = {**needed, "record_type": "run", "execution_id": "r1"}
    assert log.runs() == []
    for _ in range(2):
        log.append("r1", [row])
    assert [one["execution_id"] for one in log.runs()] == ["r1"]


def test_nobody_waits_for_a_lock_in_a_bucket_that_is_missing(s3: FakeS3) -> None:
    warehouse = Warehouse("s3://missing-bucket/lake", s3.access)
    with (
        pytest.raises(WarehouseError, match="there is no such bucket or container"),
        warehouse.lock("docs", by="r", wait=600),
    ):
        raise AssertionError("it was locked")


def test_the_doctor_tries_the_store_and_leaves_nothing(warehouse: Warehouse) -> None:
    [missing] = check_root(warehouse, ["shop"])
    assert (missing.level, missing.message) == (
        Level.WARNING,
        f"`{warehouse.address}` does not exist yet",
    )
    found = [*check_store(warehouse)]
    assert [one.message for one in found if one.level is not Level.OK] == []
    assert warehouse.store.sizes("") == {}
    warehouse.store.write("Files/x", b"")
    [used] = check_root(warehouse, [])
    assert used.level is Level.OK


def test_pages_are_served_from_the_store(warehouse: Warehouse) -> None:
    warehouse.store.write("Files/docs/index.html", b"the overview")
    warehouse.store.write("Files/secret.txt", b"not for you")
    with DocsServer(warehouse.store, "Files/docs", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        answers = []
        for path in ("/", "/../secret.txt", "/missing.html"):
            connection = http.client.HTTPConnection(server.url.split("/")[2], timeout=30)
            connection.request("GET", path)
            answers.append(connection.getresponse().read())
        server.stop()
        thread.join()
    assert answers[0] == b"the overview"
    assert not any(b"not for you" in answer for answer in answers)


def test_a_relative_location_begins_in_the_store_and_stays_there(warehouse: Warehouse) -> None:
    assert warehouse.locate("in/x.csv").uri == f"{warehouse.address}/in/x.csv"
    assert warehouse.locate("/in/x.csv").uri == "/in/x.csv"
    with pytest.raises(FileError, match="write the whole address"):
        warehouse.locate("../other/x.csv")
