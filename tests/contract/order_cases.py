"""More cases of rules about rows: ages, finite numbers, and values that follow an order."""

from __future__ import annotations

from datetime import date

from tests.contract import clock_cases
from tests.contract.cases import CASES, INF, NAN, at, case, local

__all__ = ["CASES", "clock_cases"]

# The clock of these tests stands at midnight, 2026-11-21 UTC.

case(
    "max_age_instant",
    "max_age",
    "timestamp",
    key="max_age: 24h",
    good=[at("2026-11-20"), at("2030-01-01"), None],
    bad=[at("2026-11-19T23:59:59.999999"), at("2026-11-20"), None],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x` is more than 24h old",
)
case(
    "max_age_date",
    "max_age",
    "date",
    key="max_age: 1d",
    good=[date(2026, 11, 20), None],
    bad=[date(2026, 11, 19), date(2026, 11, 20), None],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x` is more than 1d old",
)
case(
    "max_age_date_between_midnights",
    "max_age",
    "date",
    key="max_age: 36h",
    good=[date(2026, 11, 20)],
    bad=[date(2026, 11, 19), date(2026, 11, 20)],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x` is more than 36h old",
)
case(
    "max_age_wall_clock",
    "max_age",
    "timestamp_ntz",
    key="timezone: Europe/Berlin, max_age: 24h",
    good=[local("2026-11-20T01:00"), None],
    bad=[local("2026-11-20T00:59:59"), local("2026-11-20T01:00"), None],
    unexpected=1,
    ids=[1],
    message="1 of 2 rows: `x` is more than 24h old",
)
case(
    "max_age_without_end",
    "max_age",
    "date",
    key="max_age: 999999d",
    good=[date(1, 1, 1), date(9999, 12, 31)],
    bad=[date(1, 1, 1)],
    unexpected=0,
    ids=[],
    message="",
)
case(
    "finite_double",
    "finite",
    "double",
    key="finite: true",
    good=[0.0, -0.0, 1.7976931348623157e308, None],
    bad=[NAN, INF, -INF, 1.0, None],
    unexpected=3,
    ids=[1, 2, 3],
    shown=["nan", "inf", "-inf"],
    message="3 of 4 rows: `x` is NaN or infinite",
)
case(
    "finite_float",
    "finite",
    "float",
    key="finite: {value: true, mostly: 0.5}",
    good=[1.0, NAN],
    bad=[NAN, INF, 1.0],
    unexpected=2,
    ids=[1, 2],
    shown=["nan", "inf"],
    message="2 of 3 rows: `x` is NaN or infinite (at least 0.5 of the rows must satisfy it)",
)
case(
    "finite_decimal",
    "finite",
    "decimal(12,2)",
    key="finite: true",
    good=[None],
    bad=[None],
    unexpected=0,
    ids=[],
    message="",
)
case(
    "follows",
    "sorted",
    "long",
    y="string",
    rule="sorted: {by: y, order: ascending}, column: x",
    good=[(2, "b"), (1, "a"), (2, "c"), (None, "d"), (3, None)],
    bad=[(2, "a"), (9, "c"), (1, "b"), (None, "bb"), (0, None)],
    evaluated=3,
    unexpected=1,
    ids=[3],
    shown=[{"id": 3, "y": "b", "x": 1}],
    message="1 of 3 rows: `x` is out of ascending order along `y`",
)
case(
    "follows_downwards",
    "sorted",
    "long",
    y="long",
    rule="sorted: {by: y, order: descending}, column: x",
    good=[(1, 3), (2, 2), (2, 1), (5, 1)],
    bad=[(2, 3), (1, 2), (3, 1), (2, 1)],
    evaluated=4,
    unexpected=1,
    ids=[1],
    shown=[{"id": 1, "y": 3, "x": 2}],
    message="1 of 4 rows: `x` is out of descending order along `y`",
)
case(
    "follows_mostly",
    "sorted",
    "long",
    y="long",
    rule="sorted: {by: y, order: ascending}, column: x, mostly: 0.75, where: y > 0",
    good=[(1, 1), (3, 2), (2, 3), (4, 4), (0, 0)],
    bad=[(1, 1), (3, 2), (2, 3), (1, 4), (99, 0)],
    evaluated=4,
    unexpected=2,
    ids=[3, 4],
    shown=[{"id": 3, "y": 3, "x": 2}, {"id": 4, "y": 4, "x": 1}],
    message="2 of 4 rows where y > 0: `x` is out of ascending order along `y` "
    "(at least 0.75 of the rows must satisfy it)",
)
