"""Whatever value names a folder, and whoever wrote it: its rows have that value, and no other."""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import duckdb
import hypothesis.strategies as st
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Column, Table
from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.warehouse.arrow_types import arrow_type
from spectra_gx.warehouse.datafusion_sessions import new_session
from spectra_gx.warehouse.warehouse import Warehouse
from tests.drawing import drawn
from tests.lakes.partitioned import NULL, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DUCKDB = duckdb.connect(config={"threads": 1})

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).filter(lambda t: t != NULL)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "long": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "date": st.dates(),
    "timestamp_ntz": st.datetimes(),
    "decimal(12,3)": st.decimals(-999999999, 999999999, places=3),
    "double": st.floats(allow_nan=False),
}


def by_hand(folder: Path, values: Sequence[Any], type_: str) -> None:
    del type_
    for number, value in enumerate(values):
        file = folder / f"k={spelled(value)}" / f"{number}.parquet"
        file.parent.mkdir(exist_ok=True)
        pq.write_table(pa.table({"x": [number]}), file)


def by_pyarrow(folder: Path, values: Sequence[Any], type_: str) -> None:
    texts = [None if value is None else str(value) for value in values]
    keys = pa.array(values, arrow_type(type_)) if type_ == "long" else pa.array(texts, pa.string())
    ds.write_dataset(
        pa.table({"x": range(len(values)), "k": keys}),
        folder,
        format="parquet",
        partitioning=ds.partitioning(pa.schema([pa.field("k", keys.type)]), flavor="hive"),
    )


def by_duckdb(folder: Path, values: Sequence[Any], type_: str) -> None:
    rows = pa.table({"x": range(len(values)), "k": pa.array(values, arrow_type(type_))})
    DUCKDB.register("given", rows)
    target = f"{quote_text(str(folder))} (FORMAT parquet, PARTITION_BY (k), OVERWRITE_OR_IGNORE)"
    DUCKDB.execute(f"COPY given TO {target}")


def ours(folder: Path, type_: str, where: str = "true") -> tuple[dict[str, str], dict[int, Any]]:
    table = Table(
        "shop.t", (Column("k", type_, ()),), (), location=str(folder), format=TableFormat.PARQUET
    )
    files = Warehouse(folder.parent).pin_files(table)
    query = new_session()
    for statement in files.statements("t"):
        query.execute(statement).read_all()
    rows = pa.table(query.execute(f"SELECT x, k FROM t WHERE {where}").read_all()).to_pylist()
    return dict(files.types), {row["x"]: row["k"] for row in rows}


WRITERS: dict[str, tuple[Callable[[Path, Sequence[Any], str], None], Sequence[str]]] = {
    "by hand": (by_hand, tuple(VALUES)),
    "pyarrow": (by_pyarrow, ("string", "long")),
    "duckdb": (by_duckdb, ("string", "long", "boolean", "decimal(12,3)")),
}


@drawn(40)
@given(st.data())
def test_a_value_comes_back_whoever_named_the_folder(data: st.DataObject) -> None:
    write, types = WRITERS[data.draw(st.sampled_from(sorted(WRITERS)))]
    type_ = data.draw(st.sampled_from(types))
    one = VALUES[type_]
    if write is not by_hand and type_ == "string":
        one = one.filter(bool)  # they write an empty text as a null, or refuse it
    values = data.draw(st.lists(one | st.none(), min_size=1, max_size=4))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "in")
        folder.mkdir()
        write(folder, values, type_)
        found, rows = ours(folder, type_)
        assert (found["k"], rows) == (type_, dict(enumerate(values)))
        if type_ != "string":
            return
        for text in {value for value in values if value is not None}:
            written = quote_text(text)
            same = {number for number, value in enumerate(values) if value == text}
            assert set(ours(folder, type_, f"k = {written}")[1]) == same
            others = ours(folder, type_, f"NOT coalesce(k = {written}, false) AND x >= 0")[1]
            assert set(others) == set(range(len(values))) - same


@pytest.mark.parametrize(
    ("type_", "value", "condition"),
    [
        ("string", "", "k = ''"),
        ("long", 0, "k + 1 = 1"),
        ("boolean", False, "NOT k"),
        ("date", date(1970, 1, 1), "k < DATE '1980-01-01'"),
        ("decimal(12,3)", Decimal("0.000"), "k IN (0, 1)"),
        ("double", 0.0, "(CASE WHEN k < 1 THEN k END) = 0"),
    ],
)
def test_a_null_is_nothing_that_bits_without_a_value_could_be(
    type_: str, value: Any, condition: str, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    by_hand(folder, [value, None], type_)
    assert ours(folder, type_, condition)[1] == {0: value}


@drawn(20)
@given(TEXTS | st.just(NULL))
def test_a_text_is_what_duckdb_reads(text: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "in")
        file = folder / f"k={NULL if text == NULL else quote(text, '')}" / "a.parquet"
        file.parent.mkdir(parents=True)
        pq.write_table(pa.table({"x": [1]}), file)
        [[expected]] = DUCKDB.execute(
            "SELECT k FROM read_parquet(?, hive_partitioning = true, hive_types_autocast = false)",
            [f"{folder}/**/*.parquet"],
        ).fetchall()

        assert ours(folder, "string")[1] == {1: expected}
