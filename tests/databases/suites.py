"""Contracts and their tables, each to be checked as Delta and in every database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from tests.contract.checking import contract_of, store
from tests.contract.expect_cases import EXPECTED
from tests.contract.order_cases import CASES
from tests.contract.test_expectations_of_gx import contract_of_expectations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import StageContract

    Suite = tuple[StageContract, Callable[[Path], None]]

PARENTS = "shop.parents:\n  columns:\n    a: {type: string}\n    b: {type: long}\n"


def row_rules(which: str) -> Suite:
    """Every case of a rule about rows, on tables that keep it or break it."""

    def put(root: Path) -> None:
        store(root, "shop.parents", {"a": "string", "b": "long"}, [("a", 1), ("b", 1)])
        for case in CASES:
            store(root, case.table, case.columns, case.rows(getattr(case, which)))

    return contract_of(PARENTS + "\n".join(case.yaml for case in CASES)), put


def expectations(which: str) -> Suite:
    """Every core expectation of GX, on tables that keep it or break it."""

    def put(root: Path) -> None:
        store(root, "shop.two", {"k": "string"}, [("a",), ("b",)])
        for case in EXPECTED:
            broken = which == "bad" and case.bad_columns is not None
            columns = case.bad_columns if broken and case.bad_columns else case.columns
            rows = [tuple(map(_stored, row)) for row in getattr(case, which)]
            store(root, case.table, columns, rows)

    return contract_of_expectations(), put


def _stored(cell: Any) -> Any:
    instant = isinstance(cell, str) and cell.endswith("+00:00")
    return datetime.fromisoformat(cell) if instant else cell


_NUMBERS: Mapping[str, Sequence[Any]] = {
    "long": [3, -7, 3, None, 9007199254740993, 12],
    "integer": [3, -7, 3, None, 2147483647, 12],
    "decimal(10,2)": [
        Decimal("0.10"),
        Decimal("-3.25"),
        Decimal("0.20"),
        None,
        Decimal("99999999.99"),
        Decimal("0.10"),
    ],
    "decimal(38,10)": [
        Decimal("0.1"),
        Decimal("-3.25"),
        Decimal("0.2"),
        None,
        Decimal("1e27"),
        Decimal("0.1"),
    ],
    "double": [0.1, -2.5, 0.2, None, 1e15, 0.1],
    "float": [0.1, -2.5, 0.25, None, 1e15, 0.1],
}
_STATISTICS = {
    "mean": {"min": 1000000000000000000000},
    "median": {"max": -100},
    "sum": {"max": -1000000},
    "stdev": {"max": 0},
    "distinct": {"min": 100},
    "null_share": {"max": 0},
}


def statistics(which: str) -> Suite:
    """Every statistic of every type of number, with bounds that all break or keep."""
    tables: dict[str, Any] = {}
    rows: dict[str, Sequence[Any]] = {}
    for index, (type_, values) in enumerate(_NUMBERS.items()):
        name = f"shop.n{index}"
        rules: list[dict[str, Any]] = [
            {"id": f"r{key}", "column": "x", key: bounds if which == "bad" else _open(key, bounds)}
            for key, bounds in _STATISTICS.items()
        ]
        for share in (0, 0.25, 0.5, 1):
            quantile = {"q": share, "max": -1000 if which == "bad" else 1e30}
            rules.append({"id": f"q{int(share * 100)}", "column": "x", "quantile": quantile})
        rules.append({"id": "some", "column": "x", "where": "id > 2", "mean": {"max": -99}})
        tables[name] = {"columns": {"id": "long", "x": type_}, "rules": rules}
        rows[name] = values
    days = {"shop.days": ("date", date(2026, 11, 20)), "shop.times": ("timestamp", _INSTANT)}
    for name, (type_, newest) in days.items():
        age = "1h" if which == "bad" else "9w"
        tables[name] = {
            "rows": {"min": 1, "max": 100 if which == "good" else 1},
            "columns": {"id": "long", "x": type_},
            "rules": [
                {"id": "fresh", "freshness": {"column": "x", "max_age": age}},
                {"id": "on-time", "freshness": {"column": "x", "max_age": age, **_LEARNT}},
                {"id": "many", "column": "x", "distinct": {"max": 3}},
                {"id": "follows", "column": "id", "sorted": {"by": "x", "order": "ascending"}},
            ],
        }
        rows[name] = [newest, None, newest.replace(year=2020)]
    tables["shop.same"] = {"rows": {"same_as": "shop.days"}, "columns": {"id": "long", "x": "date"}}
    rows["shop.same"] = [date(2026, 1, 1)] * (3 if which == "good" else 2)

    def put(root: Path) -> None:
        for name, values in rows.items():
            types = {"id": "long", "x": tables[name]["columns"]["x"]}
            store(root, name, types, list(enumerate(values, start=1)))

    return contract_of(yaml.safe_dump(tables)), put


_LEARNT = {"expected": {"sensitivity": "low"}}
_INSTANT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _open(key: str, bounds: Mapping[str, int]) -> dict[str, int]:
    [bound] = bounds
    widest = {"distinct": 0, "null_share": 1}.get(key)
    if widest is not None:
        return {bound: widest}
    return {bound: -(10**30) if bound == "min" else 10**30}


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


SETS_AND_VALUES = """
shop.own:
  columns:
    x: {type: string, same_set_as: shop.other.y}
    n: {type: long, same_set_as: {value: shop.other.m, where: "x <> 'z'"}}
  rules:
    - {id: counted, sql_value: {query: "select count(x) as c from {table}", min: 3, max: 3}}
    - {id: largest, sql_value: {query: "select max(n) as m from {table}", max: 2}}
shop.other:
  columns: {y: string, m: long}
"""


def sets_and_values(which: str) -> Suite:
    """Sets of values beside those of another table, and the one value of a query."""

    def put(root: Path) -> None:
        rows = [("a", 1), ("b", 2), ("a", None), (None, 2)]
        more = [("B", 3)] if which == "bad" else []
        store(root, "shop.own", {"x": "string", "n": "long"}, rows + more)
        store(root, "shop.other", {"y": "string", "m": "long"}, [("b", 1), ("a", 2), ("a", 1)])

    return contract_of(SETS_AND_VALUES), put


SUITES = {
    "row-rules": row_rules,
    "expectations": expectations,
    "statistics": statistics,
    "conditions": conditions,
    "sets-and-values": sets_and_values,
}
