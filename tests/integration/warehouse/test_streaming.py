"""Rows that are copied from a query into a table: all of them, whatever they are and do."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from spectra_gx.warehouse.streaming import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = pa.schema([("a", pa.int64())])

COPY = """
import sys
from pathlib import Path
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from spectra_gx.warehouse.delta.table_place import local_place
from spectra_gx.warehouse.delta.writes import write_stream
from spectra_gx.warehouse.publishing.queries import stream

folder = sys.argv[1]
write_deltalake(folder + "/from", pa.table({"a": range(100_000), "s": ["x" * 40] * 100_000}))
query = "SELECT t.* FROM t JOIN (SELECT a FROM t GROUP BY a) AS u ON t.a = u.a"
rows = stream({"t": DeltaTable(folder + "/from")}, query, "the rows cannot be read")
columns = {"a": "long", "s": "string"}
to = local_place(Path(folder, "to"))
write_stream(None, to, "shop.copy", columns, rows, execution_id="run_1")
print(sum(DeltaTable(folder + "/to").get_add_actions().column("num_records").to_pylist()))
"""

FULL_DISK = """
import resource
import pyarrow as pa
from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.streaming import reader_of

resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
part = pa.table({"a": pa.array(range(2**20), pa.int64())})
try:
    with reader_of(iter([part] * 12), part.schema):
        pass
except WarehouseError as error:
    print(error)
"""


def run(code: str, *arguments: str, **environment: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    # The engine's threads are as many as processors, unless it is told otherwise.
    ended = subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return ended.stdout.strip()


def test_a_query_and_the_write_of_its_rows_never_wait_for_one_thread(tmp_path: Path):
    assert run(COPY, str(tmp_path), TOKIO_WORKER_THREADS="1") == "100000"


@pytest.mark.parametrize("parts", [0, 1, 12], ids=["none", "in memory", "on the disk"])
def test_every_row_arrives_in_order(parts: int):
    part = pa.table({"a": pa.array(range(2**20), pa.int64())})
    with reader_of(iter([part] * parts), SCHEMA) as reader:
        read = reader.read_all()
    assert read.schema == SCHEMA
    assert read.equals(pa.concat_tables([SCHEMA.empty_table(), *[part] * parts]))


@pytest.mark.parametrize("before", [0, 12])
def test_what_the_rows_raise_is_raised(before: int):
    def parts() -> Iterator[pa.Table]:
        yield from [pa.table({"a": pa.array(range(2**20), pa.int64())})] * before
        raise KeyError("rows")

    with pytest.raises(KeyError, match="rows"), reader_of(parts(), SCHEMA):
        pass


def test_a_full_disk_is_a_sentence():
    assert "rows to be written do not fit on the disk: File too large; make room" in run(FULL_DISK)
