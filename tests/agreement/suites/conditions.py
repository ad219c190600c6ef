"""SQL that a contract contains, over values that engines read differently."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from tests.contract.checking import contract_of, store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.agreement.suites.suite import Suite

CONDITIONS = (
    *("s = 'a'", "s <> 'a'", "s < 'B'", "s >= 'a' and s < 'b'", "s in ('A', 'b ')", "s is null"),
    *("s like 'a%'", "s like '_'", "s not like '%b%'", "length(s) = 2", "trim(s) = 'b'"),
    *("s || 'x' = 'ax'", "substr(s, 2, 1) = 'b'", "starts_with(s, 'a')", "coalesce(s, 'z') = 'z'"),
    *("nullif(s, 'a') is null", "upper(s) = 'A'", "concat(s, 'x') = 'ax'"),
    *(
        "regexp_like(s, '^a')",
        r"regexp_like(s, '\s')",
        r"regexp_like(s, '^\w+$')",
        "s > t",
        "s = t",
    ),
    *("i / 2 = 1", "i % 2 = 1", "i % 2 = -1", "i * 2 > 5", "i + n > 3", "-i > 0", "abs(i) = 3"),
    *("i > 1.5", "n between 1 and 2", "i in (1, 2, null)", "i not in (1, 2)", "i = 1 or n = 2"),
    *("x > 1", "x < 0.2", "x = 0.1", "x / 2 > 0.05", "x * 2 = 0.2", "x + n > 1", "x is not null"),
    *(
        "x / n > 0",
        "i / n = 1",
        "cast(x as int) = 2",
        "cast(i as double) = 2",
        "d > 0.1",
        "d = 0.10",
    ),
    *("d * 2 > 0.2", "cast(d as double) > 0.1", "d between -1 and 1", "d = i", "x > i"),
    *(
        "day >= '2026-01-01'",
        "day = date '2026-01-01'",
        "day > date '2026-02-01'",
        "day is distinct from null",
    ),
    *("at >= '2026-01-01 00:00:00+00:00'", "at < '2026-06-01'", "wall = '2026-01-01 00:00:00'"),
    *(
        "extract(year from day) = 2026",
        "day + interval '1 day' > '2026-01-02'",
        "wall > '2026-01-01'",
    ),
    *("b", "not b", "b is not true", "b = (i = 1)", "case when b then i else n end > 1"),
    *("case s when 'a' then 1 else 2 end = 1", "greatest(i, n) = 2", "least(i, n) = 1"),
    *("i in (select o.n from {table} as o)", "i = (select max(n) from {table})"),
    "s = (select min(s) from {table})",
)


_DAY, _NOON = date(2026, 1, 1), datetime(2026, 11, 20, 12)
_INSTANT = datetime(2026, 11, 20, 12, tzinfo=UTC)
_NIGHT, _OLD = datetime(2026, 1, 1), datetime(2020, 1, 1, 1, 2, 3, 450000)
_ODD: Sequence[tuple[Any, ...]] = (
    ("a", "a", 1, 1, 0.1, "0.10", _DAY, _INSTANT, _NIGHT, True),
    ("A", "a ", 2, 2, 0.2, "0.20", date(2025, 12, 31), _INSTANT, _NOON, False),
    ("b ", "b", -3, 3, -2.5, "-1.00", date(2026, 6, 1), _INSTANT.replace(year=2025), None, None),
    ("ab", None, 3, 2, 2.5, "2.50", None, None, _OLD, True),
    ("é", "e", None, 5, None, None, _DAY, _INSTANT, _NIGHT, False),
    (None, "x", 5, 4, 1e300, "99.99", date(1970, 1, 1), _INSTANT, datetime(1970, 1, 1), True),
    ("a\nb", "\\", 7, 7, 0.1, "0.11", _DAY, _INSTANT, _NIGHT, True),
    ("", " ", 0, 9, 0.0, "0.00", _DAY, _INSTANT, _NIGHT, False),
)


def conditions(which: str) -> Suite:
    """SQL of contracts over values that engines read differently; `good` has no such row."""
    rules = [
        {"id": f"c{index}", "sql": f"select q.id from {{table}} as q where {condition}"}
        for index, condition in enumerate(CONDITIONS)
    ]
    rules += [
        {"id": f"w{index}", "column": "i", "max": -10, "where": condition}
        for index, condition in enumerate(CONDITIONS)
        if "{" not in condition
    ]
    types = dict(
        zip(
            ("id", "s", "t", "i", "n", "x", "d", "day", "at", "wall", "b"),
            ("long", "string", "string", "long", "integer", "double", "decimal(10,2)", "date",
             "timestamp", "timestamp_ntz", "boolean"),
            strict=True,
        )
    )  # fmt: skip
    table = {"primary_key": ["id"], "columns": types, "rules": rules}
    rows = [
        (index, *row[:5], row[5] and Decimal(row[5]), *row[6:])
        for index, row in enumerate(_ODD, start=1)
    ]

    def put(root: Path) -> None:
        store(root, "shop.odd", types, rows if which == "bad" else [])

    return contract_of(yaml.safe_dump({"shop.odd": table})), put
