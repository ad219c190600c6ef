"""What the guard lets through, run by the real engine: nothing leaks, nothing is written."""

import pyarrow as pa
import pytest
from deltalake import DeltaTable, QueryBuilder, write_deltalake
from hypothesis import event, given

from spectra_gx.contract.sql.guard import SqlRefused, guard_query
from tests.drawing import drawn
from tests.property.contract.hostile_queries import leaky

READABLE = {
    "shop.orders": {"id": False, "note": False, "email": True},
    "shop.customers": {"id": False, "city": False},
}
NAMES = {"shop.orders": "t", "shop.customers": "t0"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    root = tmp_path_factory.mktemp("tables")
    orders = {"id": [1, 2], "note": ["a", "b"], "email": ["SENSITIVE", "SENSITIVE"]}
    write_deltalake(root / "orders", pa.table(orders))
    write_deltalake(root / "customers", pa.table({"id": [1, 2], "city": ["x", "y"]}))
    builder = QueryBuilder().register("t", DeltaTable(root / "orders"))
    return builder.register("t0", DeltaTable(root / "customers"))


def run(engine, text):
    guarded = guard_query(text, table="shop.orders", tables=READABLE)
    stream = engine.execute(f"select * from ({guarded.render(NAMES)}) limit 5")
    return guarded, pa.table(pa.RecordBatchReader.from_stream(stream).read_all())


@drawn(200, many=4000)
@given(text=leaky())
def test_a_sensitive_value_never_stands_in_a_column_that_may_be_shown(engine, text):
    try:
        guarded, answer = run(engine, text)
    except SqlRefused:
        event("refused by the guard")
        return
    except Exception:  # noqa: BLE001  # deltalake raises bare ones; the engine may refuse too
        event("refused by the engine")
        return
    event("ran")
    shown = answer.column_names if guarded.shown is None else guarded.shown
    for name, column in zip(answer.column_names, answer.columns, strict=True):
        assert name not in shown or "SENSITIVE" not in str(column.to_pylist())


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("select * from {table} where note ~ '^a$'", 1),
        ("select o.* from {table} o left join {shop.customers} c using (id)", 2),
        ("select count(*) filter (where id > 1) as n from {table} having count(*) > 1", 1),
        ("select id, sum(id) over (order by id) as s from {table} qualify s > 1", 1),
        (
            "select id::double x, string_agg(note, ',' order by note) from {table} group by 1",
            2,
        ),
        ("select id from {table} where id not in (select id from {shop.customers})", 0),
        ("with a as (select id as n from {table}) select n from a union all select 3", 3),
        ("select case when id > 1 then note end as n, id % 2 as r from {table}", 2),
        (
            "select 1 from {table} where exists (select 1 from {shop.customers} where city > note)",
            2,
        ),
    ],
)
def test_ordinary_rules_run_as_they_are_checked(engine, text, rows):
    assert run(engine, text)[1].num_rows == rows


def test_names_are_compared_exactly_as_the_guard_says(tmp_path):
    write_deltalake(tmp_path, pa.table({"fullPath": ["/x"]}))
    engine = QueryBuilder().register("t", DeltaTable(tmp_path))
    readable = {"demo.t": {"fullPath": False}}
    guarded = guard_query("select fullPath from {table}", table="demo.t", tables=readable)
    stream = engine.execute(guarded.render({"demo.t": "t"}))
    assert pa.RecordBatchReader.from_stream(stream).read_all().column_names == ["fullPath"]
    with pytest.raises(SqlRefused, match="case-sensitive"):
        guard_query("select fullpath from {table}", table="demo.t", tables=readable)
