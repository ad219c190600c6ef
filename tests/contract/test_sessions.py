"""What every engine's sessions do: DataFusion's, a third engine's, and Spark's in its own slice."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from spectra_gx.causes import Cause, Obstacle
from spectra_gx.contract.sql.guard import guard_condition, guard_query
from spectra_gx.contract.sql.tokens import SqlRefused
from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.engines.session import STORED
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.engines.snapshot_transfer import portable_snapshot
from spectra_gx.errors import EngineError, QueryFailedError, TableUnreadableError
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract import checking
from tests.contract.checking import store
from tests.fakes.duckdb_engine import DuckDbEngine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spectra_gx.engines.session import Engine, Session

COLUMNS = {"id": "long", "s": "string", "x": "double"}
ROWS = [(1, "a", 0.5), (2, "b", None), (3, None, 2.5)]
LATER = [(4, "d", 4.0)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    spark = metafunc.config.getoption("--engine") == "spark"
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize(
            "engine", ["spark"] if spark else ["datafusion", "duckdb"], indirect=True
        )


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    known: dict[str, Engine] = {"spark": checking.chosen[0], "datafusion": DATAFUSION}
    return known.get(request.param) or DuckDbEngine()


def pinned(root: Path, *, sensitive: bool = False) -> Snapshot:
    """Pin tables `shop.a` and `shop.b`, which is `shop.a` as it will be without its rows."""
    warehouse = Warehouse(root)
    tables = {}
    for name in ("shop.a", "shop.b"):
        delta = warehouse.open(name)
        tables[name] = PinnedTable(name, delta, delta.version(), Warehouse.schema(delta))
    return Snapshot(
        tables,
        unreadable={"shop.c": Obstacle(Cause.TABLE_MISSING, "no table is stored there")},
        readable={name: dict.fromkeys(COLUMNS, sensitive) for name in tables},
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    store(tmp_path, "shop.a", COLUMNS, ROWS)
    store(tmp_path, "shop.b", COLUMNS, LATER)
    return tmp_path


@pytest.fixture
def session(engine: Engine, root: Path) -> Iterator[Session]:
    with engine.open(pinned(root)) as opened:
        opened.register("t", "shop.a")
        yield opened


def ids(session: Session, rows: str = "t") -> list[int]:
    answer = session.query(f"SELECT id FROM {rows} ORDER BY id", reads=("shop.a",))
    return [row["id"] for row in answer.to_pylist()]


def test_a_query_is_answered_in_plain_columns(session: Session) -> None:
    answer = session.query("SELECT id, s, x FROM t ORDER BY id", reads=("shop.a",))

    assert answer.schema.types == [pa.int64(), pa.string(), pa.float64()]
    assert [tuple(row.values()) for row in answer.to_pylist()] == ROWS


def test_a_table_is_known_under_two_names(session: Session) -> None:
    assert ids(session) == ids(session, f"t{STORED}") == [1, 2, 3]


def test_several_tables_are_one_view(session: Session) -> None:
    session.register("u", "shop.a", "shop.b")

    assert ids(session, "u") == ids(session, f"u{STORED}") == [1, 2, 3, 4]
    assert dict(session.types("u")) == COLUMNS


@pytest.mark.parametrize("rows", ["u", f"u{STORED}"])
def test_rows_of_several_tables_are_numbered_in_order_or_not_at_all(
    session: Session, rows: str
) -> None:
    session.register("u", "shop.b", "shop.a")
    if not session.capabilities.stored_order:
        return
    numbered = f"SELECT id, row_number() OVER () AS n FROM {rows}"
    query = f"SELECT id FROM ({numbered}) AS r ORDER BY n"
    try:
        answer = session.query(query, in_stored_order=True)
    except EngineError as refused:
        assert "have no order" in refused.message
        with pytest.raises(EngineError, match="have no order"):
            next(session.stream(query, in_stored_order=True))
    else:
        assert answer.column("id").to_pylist() == [4, 1, 2, 3]
    assert session.query("SELECT id FROM t", in_stored_order=True).num_rows == len(ROWS)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("NOT coalesce(s = 'a', false)", [2, 3]),
        ("CASE WHEN s = 'a' THEN true ELSE false END", [1]),
        ("(s = 'a') IS NULL OR s <> 'a'", [2, 3]),
        ("s = 'a' OR s IS NULL", [1, 3]),
        ("NOT EXISTS (SELECT 1 FROM t AS o WHERE o.s = p.s AND o.id <> p.id)", [1, 2, 3]),
        ("s IN (SELECT o.s FROM t AS o WHERE NOT coalesce(o.s = 'a', false))", [2]),
    ],
)
def test_conditions_on_partition_columns_are_decided_row_by_row(
    engine: Engine, tmp_path: Path, condition: str, found: list[int]
) -> None:
    columns = {"id": "long", "s": "string"}
    rows = [row[:2] for row in ROWS]
    store(tmp_path, "shop.a", columns, rows, partition_by=["s"])
    store(tmp_path, "shop.b", columns, rows)
    with engine.open(pinned(tmp_path)) as session:
        session.register("t", "shop.a")
        session.register("flat", "shop.b")
        for table in ("t", "flat"):
            query = f"SELECT id FROM {table} AS p WHERE {condition} ORDER BY id"
            assert session.query(query).column("id").to_pylist() == found


def test_a_stream_has_the_types_that_are_wanted(session: Session) -> None:
    query = "SELECT id, count(*) AS n FROM t GROUP BY id"
    parts = list(session.stream(query, reads=("shop.a",), types={"id": "long", "n": "integer"}))

    assert {part.schema.field("n").type for part in parts} == {pa.int32()}
    assert sorted(pa.concat_tables(parts).column("id").to_pylist()) == [1, 2, 3]


def test_a_stream_that_is_closed_early_leaves_the_session_to_others(session: Session) -> None:
    stream = session.stream("SELECT a.id FROM t AS a CROSS JOIN t AS b", reads=("shop.a",))
    assert next(stream).num_rows
    stream.close()  # type: ignore[attr-defined]  # every session's stream is a generator

    assert ids(session) == [1, 2, 3]


def test_a_stream_is_what_staging_writes(session: Session, root: Path) -> None:
    with Staging(Warehouse(root), "engines_20261121_000000_000000") as staging:
        rows = session.stream("SELECT id, s, x FROM t", reads=("shop.a",), types=COLUMNS)
        staging.write_rows("shop.d", COLUMNS, rows)
        written = staging.open("shop.d").to_pyarrow_table().sort_by("id")

    assert [tuple(row.values()) for row in written.to_pylist()] == ROWS


def test_a_commit_after_the_snapshot_is_not_read(engine: Engine, root: Path) -> None:
    with engine.open(pinned(root)) as session:
        store(root, "shop.a", COLUMNS, LATER)
        session.register("t", "shop.a")
        fork = session.fork()
        store(root, "shop.a", COLUMNS, LATER)
        fork.register("t", "shop.a")

        assert ids(session) == ids(fork) == [1, 2, 3]
        assert session.snapshot_id == fork.snapshot_id
        with engine.open(pinned(root)) as later:
            assert later.snapshot_id != session.snapshot_id


def test_a_fork_knows_no_names_and_ends_with_its_session(engine: Engine, root: Path) -> None:
    with engine.open(pinned(root)) as session:
        session.register("t", "shop.a")
        fork = session.fork()
        fork.register("u", "shop.b")

        assert ids(fork, "u") == [4]
        with pytest.raises(EngineError):
            ids(fork, "t")
        assert ids(session) == [1, 2, 3]
    session.close()
    for closed, name in ((session, "t"), (fork, "u")):
        with pytest.raises(EngineError):
            ids(closed, name)
    if isinstance(engine, DuckDbEngine):
        assert engine.is_open == set()


def test_another_process_can_open_what_it_is_sent(engine: Engine, root: Path) -> None:
    if not engine.parallel:
        return
    sent = pickle.dumps((engine, portable_snapshot(pinned(root))))
    store(root, "shop.a", COLUMNS, LATER)
    there, snapshot = pickle.loads(sent)  # noqa: S301 - our own, from three lines above
    with there.open(snapshot) as session:
        session.register("t", "shop.a")
        assert ids(session) == [1, 2, 3]


def test_a_table_that_cannot_be_read_is_named_with_its_reason(session: Session) -> None:
    with pytest.raises(TableUnreadableError) as missing:
        session.register("c", "shop.c")

    assert missing.value.message == "table `shop.c` cannot be read: no table is stored there"
    assert missing.value.cause is Cause.TABLE_MISSING


def test_what_an_engine_says_is_hidden_where_it_could_quote_a_value(
    engine: Engine, root: Path
) -> None:
    failing = "SELECT CAST(s AS BIGINT) AS n FROM t"
    messages = []
    for sensitive in (False, True):
        with engine.open(pinned(root, sensitive=sensitive)) as session:
            session.register("t", "shop.a")
            with pytest.raises(QueryFailedError) as failed:
                session.query(failing, reads=("shop.a",))
            messages.append(failed.value.message)
    assert messages[0].startswith("the query failed: ")
    assert messages[1] == "the query failed; details hidden because it reads personal data"


@pytest.mark.parametrize(
    ("where", "found"),
    [("id >= 2", [2, 3]), ("s = 'a' or s is null", [1, 3]), ("x / 2 > 1.0", [3])],
)
def test_a_condition_of_a_contract_holds_of_the_same_rows(
    session: Session, where: str, found: list[int]
) -> None:
    guarded = guard_condition(where, table="shop.a", columns=dict.fromkeys(COLUMNS, False))
    rendered = session.render_condition(guarded, COLUMNS)

    assert ids(session, f"t WHERE {rendered}") == found


def test_a_query_of_a_contract_reads_the_rows_that_it_may(session: Session) -> None:
    readable = session.snapshot.readable
    text = "select a.id from {table} a where not exists (select 1 from {shop.b} where id = a.id)"
    session.register("t1", "shop.b")
    guarded = guard_query(text, table="shop.a", tables=readable)

    assert ids(session, f"({session.render_query(guarded, None)}) AS q") == [1, 2, 3]
    assert ids(session, f"({session.render_query(guarded, 'id < 3')}) AS q") == [1, 2]


def test_sql_that_means_two_things_is_refused_with_a_reason(session: Session) -> None:
    columns = dict.fromkeys(COLUMNS, False)
    guarded = guard_condition("s = 1", table="shop.a", columns=columns)
    with pytest.raises(SqlRefused):
        session.render_condition(guarded, COLUMNS)
    if session.snapshot.tables and "DataFusion" in type(session).__name__:
        return
    guarded = guard_condition("round(x) = 1", table="shop.a", columns=columns)
    with pytest.raises(EngineError, match="`ROUND` may mean something else on"):
        session.render_condition(guarded, COLUMNS)


def test_patterns_are_read_as_python_reads_them_or_left_to_it(session: Session) -> None:
    assert session.supports_regex("^[a-z]+$")
    assert not session.supports_regex("^(?!x)")


def test_every_expression_is_in_one_group_of_costs(session: Session) -> None:
    expressions = ["count(*)", "sum(id)", "max(x)"]
    groups = session.group_by_cost(expressions)

    assert sorted(sql for group in groups for sql in group) == sorted(expressions)


def test_what_an_engine_says_it_can_do_it_does(session: Session) -> None:
    if session.capabilities.quantiles:
        found = session.query("SELECT median(x) AS m FROM t", reads=("shop.a",))
        assert found.column("m").to_pylist() == [1.5]
