"""Rows of pinned tables that are read when somebody pulls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from spectra_gx.engines.lazy_table import LazyTable, scan_table, select_rows
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.errors import OutOfMemoryError, RefusedSqlError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


TYPES = {"id": "long", "s": "string"}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("lazy") / "a"
    write_deltalake(folder, pa.table({"id": [1, 2, 3], "s": ["a", "b", None]}))
    pinned = PinnedTable("shop.a", DeltaTable(folder), 0, TYPES)
    return Snapshot({"shop.a": pinned}, readable={"shop.a": dict.fromkeys(TYPES, False)})


def test_a_scan_has_all_columns_or_those_that_are_named(snapshot: Snapshot) -> None:
    assert scan_table(snapshot, "shop.a", None, None).to_arrow().to_pydict() == {
        "id": [1, 2, 3],
        "s": ["a", "b", None],
    }
    chosen = scan_table(snapshot, "shop.a", ["s"], "id < 3")
    assert chosen.schema.names == ["s"]
    assert chosen.to_pandas()["s"].tolist() == ["a", "b"]


def test_whatever_reads_arrow_streams_takes_the_rows_again_and_again(snapshot: Snapshot) -> None:
    found = select_rows(snapshot, "select count(*) as n from {table}", "shop.a")
    assert [pa.table(found).to_pylist() for _ in range(2)] == [[{"n": 3}]] * 2


def test_what_cannot_be_read_is_refused_before_anything_runs(snapshot: Snapshot) -> None:
    with pytest.raises(RefusedSqlError, match=r"`shop.a` has no column 'S' — did you mean 's'\?"):
        scan_table(snapshot, "shop.a", ["S"], None)
    with pytest.raises(RefusedSqlError, match=r"the condition on `shop\.a` is refused: "):
        scan_table(snapshot, "shop.a", None, "id > (select 1)")
    with pytest.raises(RefusedSqlError, match="the SQL is refused: "):
        select_rows(snapshot, "delete from {table}", "shop.a")
    with pytest.raises(RefusedSqlError, match="the SQL is refused: "):
        _ = select_rows(snapshot, "select id + s as n from {table}", "shop.a").schema


class Short(LazyTable):
    """Runs out of memory once it has given some batches, unless it is thrifty."""

    def __init__(self, snapshot: Snapshot, batches: int) -> None:
        super().__init__(snapshot, lambda _: "SELECT id FROM t0")
        self._given = batches

    def _run(self, *, thrifty: bool) -> Iterator[pa.RecordBatch]:
        found = list(super()._run(thrifty=thrifty))
        yield from found if thrifty else found[: self._given]
        if not thrifty:
            raise OutOfMemoryError("full")


def test_memory_that_is_too_small_costs_no_row_and_gives_none_twice(snapshot: Snapshot) -> None:
    assert Short(snapshot, 0).to_arrow().to_pydict() == {"id": [1, 2, 3]}
    with pytest.raises(OutOfMemoryError):
        Short(snapshot, 1).to_arrow()
