"""A large table is cut into ranges that hold whole groups, whatever lies in its files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from deltalake import write_deltalake
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.engines.sql_text import column
from spectra_gx.validation.metrics.key_ranges import range_conditions
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE
from tests.contract.checking import batch_of
from tests.drawing import drawn

KEYS = {
    "long": (pa.int64(), st.integers(-5, 40)),
    "string": (pa.string(), st.sampled_from(["", "a", "b", "ä", "z" * 40, "z" * 40 + "!"])),
    "double": (pa.float64(), st.sampled_from([0.0, 1.5, -2.0, float("nan"), float("inf")])),
}


@drawn(12)
@given(st.data())
def test_every_row_falls_into_one_range_with_all_its_equals(data):
    type_, (arrow, values) = data.draw(st.sampled_from([*KEYS.items()]))
    files = data.draw(
        st.lists(st.lists(st.none() | values, min_size=1, max_size=12), min_size=1, max_size=5)
    )
    with TemporaryDirectory() as folder:
        for rows in files:
            table = pa.table({"k": pa.array(rows, arrow)})
            write_deltalake(f"{folder}/Tables/shop/a", table, mode="append")
        batch = batch_of(Path(folder), "shop.a")
        found = [
            Counter(
                str(row["k"]) for row in batch.rows(f"SELECT k FROM {OWN_TABLE} WHERE {within}")
            )
            for within in range_conditions(batch, {"k": column("k", type_)}, "true", rows_at_once=4)
        ]

    everything = Counter(str(value) for rows in files for value in rows)
    assert sum(found, Counter()) == everything
    for key in everything:
        assert sum(key in part for part in found) == 1
