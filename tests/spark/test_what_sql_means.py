"""Each piece of SQL that Spark may be asked, held against DataFusion at the edges of its types."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.errors import EngineError
from spectra_gx.validation.metrics.metric_batch import MetricBatch
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import store

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.engines.session import Engine

NAN, INF, D = math.nan, math.inf, Decimal
COLUMNS: dict[str, tuple[str, list[Any]]] = {
    "i": ("integer", [2**31 - 1, -(2**31), 0, 7, -7, None]),
    "n": ("long", [2**63 - 1, -(2**63), 0, 9007199254740993, 2, None]),
    "x": ("double", [NAN, INF, -INF, -0.0, 0.1, None]),
    "y": ("double", [0.0, -0.0, 2.0, 0.0, 9007199254740992.0, NAN]),
    "z": ("double", [0.1 + 0.2, 1.0000000000000004, 1.0000000000000002, -0.0, 1.5, None]),
    "g": ("float", [0.1, 1.5, 1.5000001, -0.0, 16777216.0, None]),
    "f": ("float", [NAN, 16777216.0, -0.0, 0.1, INF, None]),
    "p": ("decimal(38,10)", [D("1.5"), D("-0.0000000001"), D(10) ** 27, D(0), D(-7), None]),
    "s": ("string", ["a", "A", "", "a\n", "å😀b", None]),
    "u": ("string", ["1", "01", " 1", "%", "a_b", "back\\slash"]),
    "b": ("boolean", [True, False, None, True, False, None]),
    "d": ("date", [date(2026, 1, 31), date(1582, 10, 4), date(1, 1, 1), date(9999, 12, 31),
                   date(2024, 2, 29), None]),
    "t": ("timestamp", [datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC),
                        datetime(1970, 1, 1, tzinfo=UTC), datetime(1883, 1, 1, tzinfo=UTC),
                        datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC), None]),
}  # fmt: skip

CONDITIONS = [
    *("i > 2147483646", "i * 2 > 0", "i + 1 = 8", "i % 3 = -1", "i / 2 = -3", "abs(n) = 2"),
    *("n = 9007199254740993", "n > 9007199254740992.5", "n = y", "n between -1 and 2", "-i = 7"),
    *("x = y", "x > 1", "x < 0", "x = 0", "y = 0.0", "x = x", "x <> y", "y >= x", "isnan(x)"),
    *("x in (0, 2)", "x not in (0, 1)", "z > 1.5", "z = 0.3", "z in (0.1, 2)", "z - 1 > 0.5"),
    *("z / 2 > 0.14", "z < 1.0", "z > 1.0", "z between 0.3 and 1.0", "g = 0.1", "g > 1.5"),
    *("1 / y > 0", "y / x < 0", "x / y = 1", "y / 0 > 1", "x * 0 = 0", "x - x = 0", "-x > 0"),
    *("f = 0.1", "f = 16777217", "f > 0.1", "f in (0.1, 0)", "f * 10 = 1", "f = x", "f + i > 0"),
    *("p > 1.4999999999", "p = 1.50", "p < 0", "p * 2 = 3", "p + 0.5 = 2", "p = n", "p - i > 0"),
    *("s = 'a'", "s < 'b'", "s >= 'a'", "s like 'a%'", "s like '_'", "s || 'x' = 'ax'", "s = u"),
    *("u = '1'", "u in ('1', '01')", "u like '%_b'", "u = 'back\\slash'", "concat(s, u) = 'a1'"),
    *("length(s) = 3", "upper(s) = 'A'", "lower(s) = 'a'", "trim(u) = '1'", "substr(s, 2) = '😀b'"),
    *("substr(s, 1, 1) = 'a'", "s ~ '^a'", "s ~ '.b'", "s ~ '^a\\n'", "starts_with(u, '0')"),
    *("b", "not b", "b = true", "b is null", "b is not true", "(b is distinct from false)"),
    *("d < '2026-01-31'", "d = date '2024-02-29'", "extract(year from d) = 1582"),
    *("extract(day from d) = 4", "d + interval '1 month' = date '2026-02-28'", "d is null"),
    *("t >= '2026-03-29T01:30:00Z'", "t = '1970-01-01'", "extract(hour from t) = 1", "t > d"),
    *("extract(year from t) = 1", "t < '1883-01-01 00:00:00+01:00'"),
    *("coalesce(s, u) = 'a'", "nullif(i, 7) is null", "greatest(i, 0) = 7", "least(x, y) < 0"),
    *("case when b then i else 0 end > 0", "case i when 7 then true else false end"),
    *("i = null", "null is null", "i in (7, null)", "not (i in (7, null))", "(i = n) or b"),
]

STOPPED = [
    "abs(n) = 2",
    "-i = 7",
    *("y / x < 0", "x / y = 1", "y / 0 > 1", "x * 0 = 0", "x - x = 0", "-x > 0"),
]
"""What ends as errored on Spark alone: past the last number, or on NaN that was made."""

AGGREGATES = [
    *("sum(i)", "sum(p)", "min(x)", "max(x)", "max(y)", "min(s)", "max(t)", "min(d)", "avg(i)"),
    *("string_agg(concat(s, i), ',' order by s)", "string_agg(u, '' order by d)"),
    *("count(distinct x)", "count(distinct s)", "count(x)", "bool_or(b)", "bool_and(b)"),
]


class Both:
    """One table, open in both engines."""

    def __init__(self, root: Path, engine: Engine) -> None:
        names, types, values = zip(*((n, t, v) for n, (t, v) in COLUMNS.items()), strict=True)
        store(root, "shop.a", dict(zip(names, types, strict=True)), list(zip(*values, strict=True)))
        delta = Warehouse(root).open("shop.a")
        pinned = PinnedTable("shop.a", delta, delta.version(), Warehouse.schema(delta))
        snapshot = Snapshot({"shop.a": pinned}, readable={"shop.a": dict.fromkeys(COLUMNS, False)})
        self.datafusion = MetricBatch(DATAFUSION.open(snapshot), pinned.name)
        self.spark = MetricBatch(engine.open(snapshot), pinned.name)

    def answers(self, query: str) -> tuple[Any, Any]:
        found = []
        for batch in (self.datafusion, self.spark):
            try:
                sql, _ = batch.query(query, None)
                found.append(batch.rows(f"SELECT * FROM ({sql}) AS q", reads=("shop.a",)))
            except EngineError as error:
                found.append(error.message)
        return found[0], found[1]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, spark: Engine) -> Both:
    return Both(tmp_path_factory.mktemp("sql"), spark)


def test_conditions_hold_of_the_same_rows(both: Both) -> None:
    differing, stopped = {}, []
    for condition in CONDITIONS:
        ours, sparks = both.answers(f"select count(*) as n from {{table}} where {condition}")
        if isinstance(sparks, str) and not isinstance(ours, str):
            stopped.append(condition)
        # What stops DataFusion on a value may be a row that Spark never looks at.
        elif ours != sparks and not isinstance(ours, str):
            differing[condition] = ours, sparks
    assert differing == {}
    assert stopped == STOPPED


def test_aggregates_are_the_same(both: Both) -> None:
    differing = {}
    for aggregate in AGGREGATES:
        ours, sparks = both.answers(f"select {aggregate} as n from {{table}}")
        if repr(ours) != repr(sparks):
            differing[aggregate] = ours, sparks
    assert differing == {}
