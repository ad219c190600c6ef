"""What is shown of a query stays the same, whatever sensitive columns hold.

Two worlds differ in nothing but the values of sensitive columns: equal ones are equal in both, and
what is null is null in both. What may be shown of a query that the guard lets through must be the
same in both, or it would tell of them.
"""

from __future__ import annotations

import time
from collections import Counter
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake import QueryBuilder
from deltalake.exceptions import DeltaError
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.sql.guard import SqlRefused, guard_condition, guard_query
from spectra_gx.engines.datafusion.query_builders import placeholder_view
from tests.drawing import drawn
from tests.property.contract.drawn_statements import READABLE, Statements

if TYPE_CHECKING:
    from collections.abc import Sequence

WORLDS = (
    {"1": "secret-b", "2": "abc", "3": "zz top", "4": "71"},
    {"1": "mango", "2": "sesame", "3": "1", "4": "another"},
)
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "shop.a": [
        (1, "n1", "1", "4"),
        (2, "n2", "2", None),
        (3, "n3", None, "4"),
        (4, None, "2", "3"),
    ],
    "shop.b": [(1, "Bern", "2"), (2, "Graz", "1"), (5, "Linz", None)],
    "shop.p": [(97, "a"), (115, "s"), (109, "m"), (3, "z")],
}
SECONDS_OF_LINT = 1.0
figures: Counter[str] = Counter()
slowest = {"lint": 0.0}


@cache
def worlds() -> tuple[QueryBuilder, ...]:
    return tuple(map(world, range(len(WORLDS))))


def world(number: int) -> QueryBuilder:
    session = QueryBuilder()
    session.execute("SET datafusion.execution.target_partitions = 1").read_all()
    for table, columns in READABLE.items():
        rows = ", ".join(
            "(" + ", ".join(map(cell, row, columns.values(), [number] * len(row))) + ")"
            for row in ROWS[table]
        )
        names = ", ".join(f'"{column}"' for column in columns)
        view = placeholder_view(table)
        session.execute(f"CREATE VIEW {view} AS SELECT * FROM (VALUES {rows}) AS v({names})")
    return session


def cell(value: Any, sensitive: bool, number: int) -> str:
    if value is None or isinstance(value, int):
        return "NULL" if value is None else str(value)
    return f"'{WORLDS[number][value] if sensitive else value}'"


def shown(number: int, sql: str, columns: Sequence[str] | None) -> list[str] | None:
    """Return what is shown of the rows of a query; None where the engine refuses it."""
    try:
        answer = worlds()[number].execute(f"SELECT * FROM ({sql}) AS q")
        table = pa.RecordBatchReader.from_stream(answer).read_all()
    except (DeltaError, pa.ArrowException):
        return None
    kept = table.schema.names if columns is None else columns
    rows = zip(*(table.column(name).to_pylist() for name in kept), strict=True)
    return sorted(map(repr, rows))


def check_query(text: str) -> None:
    began = time.process_time()
    try:
        guarded = guard_query(text, table="shop.a", tables=READABLE)
    except SqlRefused:
        figures["refused"] += 1
        return
    finally:
        slowest["lint"] = max(slowest["lint"], time.process_time() - began)
        assert time.process_time() - began < SECONDS_OF_LINT, text
    figures["passed"] += 1
    assert guarded.shown is None or not {"email", "pin"}.intersection(guarded.shown), text
    if guarded.shown == () or guarded.costly:
        figures["nothing shown"] += guarded.shown == ()
        return
    sql = guarded.render({table: placeholder_view(table) for table in READABLE})
    check_shown(text, sql, guarded.shown)


def check_condition(text: str) -> None:
    try:
        guarded = guard_condition(text, table="shop.a", columns=READABLE["shop.a"])
    except SqlRefused:
        figures["refused"] += 1
        return
    figures["passed"] += 1
    if guarded.exposes:
        figures["nothing shown"] += 1
        return
    sql = f"SELECT id, note FROM {placeholder_view('shop.a')} WHERE {text}"
    check_shown(text, sql, ("id", "note"))


def check_shown(text: str, sql: str, columns: Sequence[str] | None) -> None:
    one, other = shown(0, sql, columns), shown(1, sql, columns)
    figures["shown" if one is not None and other is not None else "refused by the engine"] += 1
    assert one is None or other is None or one == other, text


@drawn(300, many=30_000)
@given(st.integers(0, 2**63).map(Random))
def test_what_is_shown_of_a_query_tells_nothing(random: Random) -> None:
    check_query(Statements(random).query())


@drawn(100, many=10_000)
@given(st.integers(0, 2**63).map(Random))
def test_the_rows_that_a_condition_chooses_tell_nothing(random: Random) -> None:
    check_condition(Statements(random).condition())
