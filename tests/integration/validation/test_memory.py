"""What does not fit into memory goes to disk, where nobody else may read it, and not for long."""

from __future__ import annotations

import gc
import stat
import tempfile
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from deltalake import DeltaTable, QueryBuilder, write_deltalake

from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.engines.datafusion.query_builders import open_query_builder
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.errors import ConfigurationError, EngineError
from spectra_gx.settings import load_settings
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.metric_queries import query_for
from spectra_gx.validation.metrics.metric_requests import MetricRequest
from spectra_gx.validation.snapshot.pinning import take_snapshot
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import contract_of

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 300_000


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold two large tables whose keys stand in no order; the last row of one has no parent."""
    root = tmp_path_factory.mktemp("warehouse")
    shuffled = f"concat('key-', CAST((value * 7919) % {ROWS} AS VARCHAR))"
    for name, rows in (("a", ROWS), ("b", ROWS - 1)):
        table = QueryBuilder().execute(
            f"SELECT {shuffled} AS k, CAST(value AS DOUBLE) AS x FROM generate_series(1, {rows})"
        )
        write_deltalake(f"{root}/Tables/shop/{name}", table)
    return root


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def _batch(warehouse: Path, memory: int) -> MetricBatch:
    tables = {}
    for name in ("shop.a", "shop.b"):
        delta = Warehouse(warehouse).open(name)
        tables[name] = PinnedTable(name, delta, delta.version(), Warehouse.schema(delta))
    return MetricBatch(DATAFUSION.open(Snapshot(tables, memory=memory)), "shop.a")


def _asked(batch: MetricBatch, base: str, **values: object) -> list[object]:
    found = []
    for part in ("unexpected_count", "unexpected_rows"):
        asked = query_for(MetricRequest(base, part, ("k",), None, values), batch)
        assert callable(asked)
        found.append(asked())
    return found


def test_what_does_not_fit_is_answered_by_way_of_the_disk_and_leaves_nothing_there(
    warehouse: Path, scratch: Path
) -> None:
    batch = _batch(warehouse, memory=16)
    [folder] = scratch.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert _asked(batch, "column_values.unique") == [0, []]
    lonely = [{"k": f"key-{ROWS * 7919 % ROWS}"}]
    assert _asked(batch, "rows.references", to_table="shop.b", to_columns=["k"]) == [1, lonely]
    del batch
    gc.collect()
    assert not list(scratch.iterdir())


@pytest.mark.parametrize("processors", [None, 2])
def test_only_a_query_of_one_part_goes_to_the_disk(
    warehouse: Path, tmp_path: Path, processors: int | None
) -> None:
    # Of several parts, which write at the same time, one may wait for another forever.
    rows = DeltaTable(f"{warehouse}/Tables/shop/a")
    query = "SELECT count(*) FROM (SELECT k FROM a GROUP BY k HAVING count(*) > 1)"
    parallel = open_query_builder(8, tmp_path, processors=processors, thrifty=False)
    parallel.register("a", rows)
    with pytest.raises(pa.ArrowException, match=r"used disk space|Resources exhausted"):
        pa.RecordBatchReader.from_stream(parallel.execute(query)).read_all()
    thrifty = open_query_builder(8, tmp_path, processors=1, thrifty=True)
    thrifty.register("a", rows)
    assert "Repartition" not in str(thrifty.execute(f"EXPLAIN {query}").read_all())
    assert pa.table(thrifty.execute(query).read_all()).column(0).to_pylist() == [0]


def test_what_does_not_fit_even_then_is_told_kindly_and_leaves_nothing(
    warehouse: Path, scratch: Path
) -> None:
    batch = _batch(warehouse, memory=1)
    with pytest.raises(EngineError) as refused:
        batch.rows(f"SELECT x FROM {OWN_TABLE} ORDER BY x LIMIT 1 OFFSET {ROWS - 1}")
    assert refused.value.message == (
        "it needs more than the 1 MB that ENGINE_MEMORY allows, even by way of the disk; "
        "set ENGINE_MEMORY higher"
    )
    assert refused.value.cause == "out_of_memory"
    assert refused.value.__cause__ is None
    del batch, refused
    gc.collect()
    assert not list(scratch.iterdir())


def test_the_setting_reaches_every_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE_MEMORY", "77")
    settings = load_settings(tmp_path)
    contract = contract_of("shop.a: {columns: {k: string}}")
    warehouse = Warehouse(tmp_path, memory=settings.engine_memory)
    assert take_snapshot(warehouse, contract, {"shop": contract}).memory == 77


@pytest.mark.parametrize("megabytes", ["31", "-1", "much"])
def test_too_little_memory_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, megabytes: str
) -> None:
    monkeypatch.setenv("ENGINE_MEMORY", megabytes)
    with pytest.raises(ConfigurationError, match="ENGINE_MEMORY"):
        load_settings(tmp_path)
