"""Whatever the guard lets through is one SELECT over declared tables, whoever reads it."""

import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from spectra_gx.contract.sql.guard import SqlRefused, guard_condition, guard_query
from tests.drawing import drawn
from tests.property.contract.hostile_queries import PIECES, hostile

TABLES = {
    "shop.orders": {"id": False, "note": False, "email": True},
    "shop.customers": {"id": False, "city": False},
}
HARMFUL = (
    exp.DDL,
    exp.DML,
    exp.Command,
    exp.Copy,
    exp.Drop,
    exp.Set,
    exp.Into,
    exp.Lock,
    exp.Values,
)


def check(text: str) -> None:
    try:
        guarded = guard_query(text, table="shop.orders", tables=TABLES)
    except SqlRefused as refused:
        assert str(refused)
        return
    rendered = guarded.render({name: f'"{name}"' for name in TABLES})
    for dialect in ("postgres", "duckdb", "spark", "snowflake"):
        try:
            trees = sqlglot.parse(rendered, dialect=dialect)
        except sqlglot.errors.SqlglotError:
            continue
        assert len(trees) == 1
        assert isinstance(trees[0], exp.Query)
        assert not list(trees[0].find_all(*HARMFUL))
    assert guarded.shown is None or "email" not in guarded.shown
    assert set(guarded.tables) <= TABLES.keys()
    assert {table for table, _ in guarded.columns} <= TABLES.keys()


@drawn(200, many=4000)
@given(hostile())
def test_hostile_queries_are_refused_or_harmless(text):
    check(text)


@drawn(200, many=4000)
@given(st.lists(PIECES, max_size=10).map(" ".join) | st.text(max_size=80))
def test_heaps_of_pieces_are_refused_or_harmless(text):
    check(text)


@drawn(200, many=4000)
@given(st.lists(PIECES | st.sampled_from(["id > 1", "and", "or", "not"]), max_size=6).map(" ".join))
def test_a_condition_that_is_let_through_stays_inside_its_brackets(text):
    try:
        guard_condition(text, table="shop.orders", columns=TABLES["shop.orders"])
    except SqlRefused:
        return
    tree = sqlglot.parse_one(f"select 1 from t where ({text}) and true", dialect="postgres")
    assert isinstance(tree, exp.Select)
    assert not tree.args["where"].find(exp.Query)
