"""Ranges of keys leave no row out, count none twice, and keep equal keys together."""

from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from spectra_gx.errors import ValidationError
from spectra_gx.warehouse.delta.reads import query
from spectra_gx.warehouse.delta.table_place import local_place
from spectra_gx.warehouse.publishing.batch_rows import StagedTable, refuse_batch
from spectra_gx.warehouse.publishing.candidate import build_candidate
from spectra_gx.warehouse.publishing.key_ranges import key_ranges
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.row_sql import column_list

ROWS = 3_000
LITTLE = 0.05
"""Megabytes: for about 400 keys."""

NUMBERS = [number * 7919 % ROWS for number in range(ROWS)]
VALUES = {
    "long": [number - 1_500 for number in NUMBERS],
    "string": [f"it's {number} ä" for number in NUMBERS],
    "date": [date.fromordinal(700_000 + number) for number in NUMBERS],
    "time": pa.array([number * 10**13 for number in NUMBERS], pa.timestamp("us", "UTC")),
    "decimal": [Decimal(number) / 100 for number in NUMBERS],
    "double": [float("nan") if number % 3 == 0 else number / 7 for number in NUMBERS],
    "few nulls": [None if number % 50 == 0 else number for number in NUMBERS],
    "nulls": [None if number % 2 else number for number in NUMBERS],
    "same": [7] * ROWS,
    "far": pa.array([number * 1_000 + 10**6 for number in NUMBERS], pa.int32()).cast(pa.date32()),
    "part": [str(number % 5) for number in NUMBERS],
}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    uri = str(tmp_path_factory.mktemp("keys"))
    write_deltalake(uri, pa.table(VALUES), partition_by=["part"])
    return DeltaTable(uri)


@pytest.mark.parametrize("key", [(name,) for name in VALUES] + [("same", "part", "time")])
def test_each_row_is_in_one_range_together_with_its_key(table, key):
    ranges = key_ranges(table, key, LITTLE)
    columns = column_list(key)
    found = [query(table, f"SELECT {columns} FROM t WHERE {within}") for within in ranges]
    assert sum(part.num_rows for part in found) == ROWS
    assert len(ranges) > 6
    keys = [{repr(row) for row in zip(*part.to_pydict().values(), strict=True)}
            for part in found if key != ("far",)]  # fmt: skip
    assert sum(map(len, keys)) == len(set().union(*keys))
    if key in {("long",), ("few nulls",), ("string",), ("date",), ("same", "part", "time")}:
        assert max(part.num_rows for part in found) < 900


def test_few_keys_are_one_range(table):
    assert key_ranges(table, ["long"], 128) == ["true"]


@pytest.mark.parametrize("column", ["long", "string", "time", "part", "few nulls", "double"])
def test_repeated_and_missing_keys_are_counted_exactly(table, column):
    options = PublishOptions(PublishMode.MERGE)
    rows = pa.table({"k": VALUES[column]})
    counted = duckdb.sql(
        "SELECT coalesce(sum(n), 0)::BIGINT FROM (SELECT k, count(*) AS n FROM rows GROUP BY k) "
        "WHERE n > 1 OR k IS NULL"
    )
    [(broken,)] = counted.fetchall()
    assert rows.num_rows == ROWS
    staged = StagedTable("shop.a", table, options, (column,), memory=LITTLE)
    if not broken:
        refuse_batch(staged)
        return
    with pytest.raises(ValidationError) as refused:
        refuse_batch(staged)
    assert refused.value.context == {"rows": broken}


def test_a_key_of_an_instant_is_found_to_the_microsecond(tmp_path):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    write_deltalake(str(tmp_path), pa.table({"at": [at, at.replace(microsecond=1)] * 2}))
    staged = StagedTable(
        "shop.a", DeltaTable(str(tmp_path)), PublishOptions(PublishMode.MERGE), ("at",), memory=1e-4
    )
    with pytest.raises(ValidationError, match=r"^4 rows"):
        refuse_batch(staged)


@pytest.mark.parametrize("key", ["id", "text"])
def test_a_merge_in_many_ranges_is_the_merge_of_plain_python(tmp_path, key):
    def rows(numbers, at):
        return [
            {"id": n, "text": f"k{n}", "at": at(n), "gone": n % 7 == 0} for n in numbers
        ]  # fmt: skip

    published = [*rows(range(0, 2_000, 2), lambda n: n % 5), {"at": 1}]
    batch = rows(NUMBERS[:1_000], lambda _: 2)
    schema = pa.schema(
        [("id", pa.int64()), ("text", pa.string()), ("at", pa.int64()), ("gone", pa.bool_())]
    )
    for name, table in {"p": published, "s": batch}.items():
        write_deltalake(str(tmp_path / name), pa.Table.from_pylist(table, schema=schema))
    options = PublishOptions(PublishMode.MERGE, order_by="at", delete_where="gone")
    staged = StagedTable(
        "shop.a", DeltaTable(str(tmp_path / "s")), options, (key,), memory=LITTLE / 4
    )
    assert len(key_ranges(staged.delta, staged.key, staged.memory)) > 6
    head, folder = DeltaTable(str(tmp_path / "p")), local_place(tmp_path / "c")
    candidate = build_candidate(staged, head, folder)

    before = {row.get("id"): row["at"] for row in published}
    fresh = [row for row in batch if before.get(row["id"], 0) <= row["at"]]
    replaced = {row["id"] for row in fresh}
    wanted = [(row.get("id"), row["at"]) for row in published if row.get("id") not in replaced]
    wanted += [(row["id"], row["at"]) for row in fresh if not row["gone"]]
    found = query(candidate.delta, "SELECT id, at FROM t").to_pylist()
    assert sorted(map(repr, ((row["id"], row["at"]) for row in found))) == sorted(map(repr, wanted))
    assert candidate.counts.stale == len(batch) - len(fresh)
