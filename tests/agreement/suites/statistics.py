"""Statistics of every type of number, freshness, order and numbers of rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from tests.contract.checking import contract_of, store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.agreement.suites.suite import Suite

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
