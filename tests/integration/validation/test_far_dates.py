"""Dates that engines write for "never" and "always", in the old instants that Spark stores."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import spectra_gx
from spectra_gx.profile.profiler import profile
from spectra_gx.warehouse.delta import reads
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import batch_of, contract_of, outcomes, validate
from tests.foreign import delta_of

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)
NOW = datetime(2024, 2, 29, 12, 30, 0, 1, tzinfo=UTC)
INSTANTS = [NEVER, FIRST, NOW, None]

INSTANT = pa.timestamp("us", "UTC")
ROWS = [
    {"id": n, "t": t, "s": {"t": t}, "l": [t], "m": [("k", t)], "deep": [{"t": [t]}]}
    for n, t in enumerate(INSTANTS)
]
SCHEMA = pa.schema(
    {
        "id": pa.int64(),
        "t": INSTANT,
        "s": pa.struct({"t": INSTANT}),
        "l": pa.list_(INSTANT),
        "m": pa.map_(pa.string(), INSTANT),
        "deep": pa.list_(pa.struct({"t": pa.list_(INSTANT)})),
    }
)


def store_as_spark_does(root: Path, name: str) -> None:
    """Write a table whose one file holds 96-bit instants and no word of Arrow."""
    file = Path(Warehouse(root).table_uri(name), "part-0.parquet")
    file.parent.mkdir(parents=True)
    pq.write_table(
        pa.Table.from_pylist(ROWS, schema=SCHEMA),
        file,
        use_deprecated_int96_timestamps=True,
        store_schema=False,
    )
    delta_of(file, SCHEMA)


CONTRACT = """
shop.t:
  primary_key: [id]
  columns:
    id: {type: long, required: true}
    t: {type: timestamp, max: 2100-01-01}
    s: {type: struct, fields: {t: {type: timestamp, max: 2100-01-01}}}
    l: {type: array, items: {type: timestamp, min: 1900-01-01}}
    m: "map<string,timestamp>"
    deep: "array<struct<t:array<timestamp>>>"
  rules:
    - {id: far, sql: "select id, t from {table} where t > '2100-01-01'"}
    - {id: early, sql: "select id, t from {table} where t < '1000-01-01'"}
"""


BY_SQL = """
shop.t:
  columns:
    id: long
    t: timestamp
    s: "struct<t:timestamp>"
    l: "array<timestamp>"
    m: "map<string,timestamp>"
    deep: "array<struct<t:array<timestamp>>>"
  rules: [{{id: far, sql: "select id from {{table}} where {condition}"}}]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    store_as_spark_does(tmp_path, "shop.t")
    return tmp_path


def test_a_check_finds_them_and_shows_them(root: Path):
    found = outcomes(validate(contract_of(CONTRACT), root))

    shown = {rule: (result.sample, result.keys) for rule, result in found.items() if result.sample}
    assert shown == {
        "shop.t.t.max": ((NEVER.isoformat(),), ({"id": 0},)),
        "shop.t.s.t.max": ((NEVER.isoformat(),), ({"id": 0},)),
        "shop.t.l.items.min": ((FIRST.isoformat(),), ({"id": 1},)),
        "shop.t.far": (({"id": 0, "t": NEVER.isoformat()},), ({"id": 0},)),
        "shop.t.early": (({"id": 1, "t": FIRST.isoformat()},), ({"id": 1},)),
    }


def test_whatever_reads_them_reads_what_was_written(root: Path):
    table = Warehouse(root).open("shop.t")
    batch = batch_of(root, "shop.t")

    assert sorted(reads.read(table).to_pylist(), key=lambda row: row["id"]) == ROWS
    assert list(*map(pa.Table.to_pylist, reads.stream(table, "SELECT * FROM t"))) == ROWS
    assert batch.rows("SELECT * FROM t ORDER BY id") == ROWS
    assert batch.rows("SELECT * FROM t ORDER BY id", in_stored_order=True) == ROWS
    assert list(*map(pa.Table.to_pylist, batch.stream("SELECT * FROM t"))) == ROWS
    assert batch.rows("SELECT min(t) AS low, max(t) AS high FROM t") == [
        {"low": FIRST, "high": NEVER}
    ]


def test_init_says_what_stands_there(root: Path):
    contract = profile(["shop.t"], Warehouse(root))

    assert "0001-01-01T00:00:00Z to 9999-12-31T00:00:00Z" in contract


@pytest.mark.parametrize(
    "condition",
    [
        *("t < '1000-01-01'", "t < timestamptz '1000-01-01'"),
        *("t > cast('9999-12-30' as timestamptz)", "extract(year from t) = 9999"),
        *("cast(t as timestamp) > timestamp '2100-01-01'", "cast(t as date) > date '2100-01-01'"),
    ],
)
def test_sql_compares_and_casts_them_as_they_are(root: Path, condition: str):
    far = outcomes(validate(contract_of(BY_SQL.format(condition=condition)), root))["shop.t.far"]

    assert (far.status, far.unexpected) == ("failed", 1)


@pytest.mark.parametrize(
    "condition",
    [
        "cast(t as timestamp) < to_timestamp('9999-12-30')",
        "to_timestamp_micros('9999-12-31') > timestamp '2024-01-01'",
        "date_trunc('year', t) < timestamptz '2024-01-01'",
        "to_char(t, '%Y') = '9999'",
    ],
)
def test_sql_that_goes_through_nanoseconds_is_errored_by_name(root: Path, condition: str):
    sensitive = BY_SQL.replace("t: timestamp\n", "t: {{type: timestamp, classification: pii}}\n")
    contract = contract_of(sensitive.format(condition=condition))

    far = outcomes(validate(contract, root))["shop.t.far"]

    assert far.status == "errored"
    assert far.message == (
        "could not be evaluated: a function, such as `to_timestamp` or `date_trunc`, counts the "
        "nanoseconds of an instant, and there are too many before 1677-09-21 and after 2262-04-11; "
        "cast or compare such instants as they are, or use a rule without SQL"
    )


def test_every_session_is_opened_in_one_place():
    """An option that one of them lacks is a table that it alone misreads."""
    package = Path(spectra_gx.__file__).parent
    opening = [
        str(file.relative_to(package))
        for file in sorted(package.rglob("*.py"))
        if "QueryBuilder(" in file.read_text()
    ]
    assert opening == ["warehouse/datafusion_sessions.py"]
