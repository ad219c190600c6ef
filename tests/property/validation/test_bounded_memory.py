"""What is answered range by range, or by way of the disk, is what anybody would count."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.engines.budget import Budget
from spectra_gx.engines.datafusion.session import DataFusionSession
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.engines.sql_text import column
from spectra_gx.validation.metrics import key_ranges
from spectra_gx.validation.metrics.columns import order_statistics
from spectra_gx.validation.metrics.columns.order_statistics import select_kth
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch
from spectra_gx.validation.metrics.metric_queries import query_for
from spectra_gx.validation.metrics.metric_requests import MetricRequest
from spectra_gx.validation.metrics.samples import SAMPLED_ROWS
from spectra_gx.warehouse.warehouse import Warehouse
from tests.drawing import drawn

NAN = float("nan")
KEYS = {
    "long": (pa.int64(), st.integers(-3, 30)),
    "string": (
        pa.string(),
        st.sampled_from(["", "a", "A", "é", "e\u0301", "\u0000", "日本", "😀"]),
    ),
    "double": (pa.float64(), st.sampled_from([0.0, -0.0, 1.5, NAN, math.inf, -math.inf, 1e300])),
    "decimal": (pa.decimal128(10, 2), st.integers(-9, 9).map(lambda n: Decimal(n) / 4)),
    "date": (pa.date32(), st.dates(date(1969, 12, 20), date(1970, 1, 9))),
    "timestamp": (
        pa.timestamp("us", "UTC"),
        st.integers(-20, 20).map(lambda n: datetime.fromtimestamp(n / 4, UTC)),
    ),
    "boolean": (pa.bool_(), st.booleans()),
}
ROWS_AT_ONCE = 4


class Poor(DataFusionSession):
    """A session that answers as if memory had never sufficed."""

    def query(
        self,
        sql: str,
        *,
        reads: Any = (),
        in_stored_order: bool = False,
        fallback: str | None = None,
    ) -> pa.Table:
        del in_stored_order
        return super().query(fallback or sql, reads=reads, in_stored_order=True)


def _tables(data: st.DataObject, arrow: pa.DataType, values: Any) -> list[list[Any]]:
    """Draw files of keys; now and then no file shares a key with another."""
    files = data.draw(
        st.lists(st.lists(st.none() | values, min_size=1, max_size=14), min_size=1, max_size=5)
    )
    if data.draw(st.booleans()) and arrow == pa.int64():
        apart = 100
        files = [
            [None if key is None else key + apart * number for key in keys]
            for number, keys in enumerate(files)
        ]
    return files


def _write(root: str, name: str, arrow: pa.DataType, files: list[list[Any]]) -> None:
    number = 0
    for keys in files:
        ids = range(number, number + len(keys))
        number += len(keys)
        table = pa.table({"id": pa.array(ids, pa.int64()), "k": pa.array(keys, arrow)})
        write_deltalake(f"{root}/Tables/shop/{name}", table, mode="append")


def _batch(root: str, kind: type[DataFusionSession], memory: int = 64) -> MetricBatch:
    tables = {}
    for table in sorted(Path(root, "Tables", "shop").iterdir()):
        delta = Warehouse(root).open(f"shop.{table.name}")
        pinned = PinnedTable(f"shop.{table.name}", delta, delta.version(), Warehouse.schema(delta))
        tables[pinned.name] = pinned
    snapshot = Snapshot(tables, memory=memory)
    return MetricBatch(kind(snapshot, Budget()), "shop.a", ("id",))


def _asked(batch: MetricBatch, base: str, columns: tuple[str, ...], **values: Any) -> Any:
    """Return the count and the ids of the sampled rows."""
    found = []
    for part in ("unexpected_count", "unexpected_rows"):
        asked = query_for(MetricRequest(base, part, columns, None, values, ("id",)), batch)
        assert callable(asked)
        found.append(asked())
    return found[0], [row["id"] for row in found[1]]


def _same(key: Any) -> Any:
    """Return what equal keys have in common: NaN is one value, and so is zero."""
    if isinstance(key, float):
        return "NaN" if math.isnan(key) else key + 0.0
    return key


def _place(key: Any) -> Any:
    if key is None:
        return (2, 0)
    if isinstance(key, float):
        return (1, 0) if math.isnan(key) else (0, key, math.copysign(1, key))
    return (0, key.encode() if isinstance(key, str) else key)


def _expected(keys: list[Any], broken: list[int]) -> tuple[int, list[int]]:
    ordered = sorted(broken, key=lambda row: (_place(keys[row]), row))
    return len(broken), ordered[:SAMPLED_ROWS]


def test_files_that_share_no_key_are_grouped_one_after_another(tmp_path):
    _write(str(tmp_path), "a", pa.int64(), [[30, 31, None], [10, 11, 11, 12], [20, 20, 21]])
    batch = _batch(str(tmp_path), DataFusionSession)
    cut = key_ranges.range_sources(batch, {"k": column("k", "long")}, ROWS_AT_ONCE)
    found = [[row["k"] for row in batch.rows(f"SELECT k FROM {rows} ORDER BY k")] for rows in cut]
    assert found == [[10, 11, 11, 12], [20, 20, 21], [30, 31, None]]
    assert key_ranges.range_sources(batch, {"id": column("id", "long")}, rows_at_once=100) == [
        OWN_TABLE
    ]


@pytest.mark.parametrize("kind", [DataFusionSession, Poor])
@drawn(12)
@given(st.data())
def test_groups_are_counted_and_shown_as_anybody_would(kind, data):
    arrow, values = data.draw(st.sampled_from([*KEYS.values()]))
    files = _tables(data, arrow, values)
    keys = [key for file in files for key in file]
    counts = Counter(map(_same, keys))
    twins = [row for row, key in enumerate(keys) if key is not None and counts[_same(key)] > 1]
    odd = [row for row, key in enumerate(keys) if key is None or counts[_same(key)] > 1]
    with (
        TemporaryDirectory() as root,
        patch.object(key_ranges, "_BYTES_A_ROW", 64 * 2**20 // ROWS_AT_ONCE),
    ):
        _write(root, "a", arrow, files)
        batch = _batch(root, kind)
        assert _asked(batch, "column_values.unique", ("k",)) == _expected(keys, twins)
        assert _asked(batch, "rows.primary_key", ("k",)) == _expected(keys, odd)
        assert _asked(batch, "compound_columns.unique", ("k", "id")) == (0, [])


@pytest.mark.parametrize("kind", [DataFusionSession, Poor])
@drawn(12)
@given(st.data())
def test_rows_without_a_parent_are_counted_and_shown_as_anybody_would(kind, data):
    arrow, values = data.draw(st.sampled_from([*KEYS.values()]))
    files = _tables(data, arrow, values)
    parents = data.draw(st.lists(st.none() | values, max_size=8))
    keys = [key for file in files for key in file]
    known = set(map(_same, parents))
    broken = [row for row, key in enumerate(keys) if key is not None and _same(key) not in known]
    with TemporaryDirectory() as root:
        _write(root, "a", arrow, files)
        _write(root, "b", arrow, [parents, parents])
        found = _asked(
            _batch(root, kind), "rows.references", ("k",), to_table="shop.b", to_columns=["k"]
        )
    assert found == _expected(keys, broken)


ORDERED = {type_: KEYS[type_] for type_ in ("long", "decimal", "date", "timestamp", "string")} | {
    "double": (pa.float64(), st.sampled_from([0.0, -0.0, 1.5, -2.25, math.inf, -math.inf, 1e300])),
}
WRITTEN = {"decimal": "decimal(10,2)"}


@drawn(15)
@given(st.data())
def test_the_value_at_a_place_is_found_among_any_number_of_others(data):
    type_ = data.draw(st.sampled_from([*ORDERED]))
    arrow, values = ORDERED[type_]
    files = _tables(data, arrow, values)
    keys = sorted((key for file in files for key in file if key is not None), key=_place)
    if not keys:
        return
    place = data.draw(st.integers(0, len(keys) - 1))
    with (
        TemporaryDirectory() as root,
        patch.object(order_statistics, "_SAMPLED", data.draw(st.integers(1, 9))),
    ):
        _write(root, "a", arrow, files)
        found = select_kth(
            place,
            column("k", WRITTEN.get(type_, type_)),
            f"FROM {OWN_TABLE} WHERE k IS NOT NULL",
            len(keys),
            _batch(root, DataFusionSession),
            at_once=data.draw(st.integers(1, 4)),
        )
    assert found == keys[place]
