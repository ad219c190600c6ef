"""Contract SQL whose numbers outgrow their bits, or lose digits, still finds what is there."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.checking import contract_of, outcomes, store, validate

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.validation.results import RuleResult

TYPES = {
    "id": "long", "b": "byte", "s": "short", "i": "integer", "l": "long", "f": "float",
    "x": "double", "m": "decimal(10,2)", "w": "decimal(38,0)", "d": "date", "ts": "timestamp",
    "n": "timestamp_ntz", "t": "string", "nested": "struct<a:integer,b:integer>",
}  # fmt: skip
LEAST = -(2**63)
ROW: dict[str, Any] = {
    "id": 1, "b": 127, "s": 32767, "i": 50_000, "l": 2**63 - 1, "f": 0.1, "x": 1e-20,
    "m": Decimal("1.50"), "w": Decimal(10**38 - 1), "d": date(9999, 12, 31),
    "ts": datetime(9999, 12, 31, tzinfo=UTC), "n": datetime(1, 1, 1), "t": "abc",
    "nested": {"a": 50_000, "b": 50_000},
}  # fmt: skip


def ask(root: Path, queries: dict[str, str], rows: list[dict[str, Any]]) -> dict[str, RuleResult]:
    """Ask queries of rows; a condition is asked both as SQL and as `where`."""
    columns = ", ".join(f"{name}: '{type_}'" for name, type_ in TYPES.items())
    rules = "".join(f"    - {{id: {name}, {keys}}}\n" for name, keys in queries.items())
    contract = contract_of(f"shop.t:\n  columns: {{{columns}, gone: string}}\n  rules:\n{rules}")
    values = [[*({**ROW, **row}[name] for name in TYPES), None] for row in rows]
    store(root, "shop.t", {**TYPES, "gone": "string"}, values)
    found = outcomes(validate(contract, root))
    return {name: found[f"shop.t.{name}"] for name in queries}


def _said(row: dict[str, Any]) -> str:
    """Return a row as text; NaN shows its sign."""
    signs = [math.copysign(1, value) for value in row.values() if isinstance(value, float)]
    return f"{row} {signs}"


def ask_conditions(
    root: Path, asked: list[tuple[str, dict[str, Any]]]
) -> dict[tuple[str, str], list[RuleResult]]:
    """Return how each condition ended over its row, as SQL and as `where`."""
    found = {}
    for number, (said, row) in enumerate({_said(row): row for _, row in asked}.items()):
        conditions = [condition for condition, of in asked if _said(of) == said]
        queries = {}
        for place, one in enumerate(conditions):
            queries[f"q{place}"] = f'sql: "select * from {{table}} where {one}"'
            queries[f"w{place}"] = f'column: gone, required: true, where: "{one}"'
        ended = ask(root / str(number), queries, [row])
        for place, one in enumerate(conditions):
            found[one, said] = [ended[f"q{place}"], ended[f"w{place}"]]
    return found


FOUND = [
    ("i * i > 2000000000", {}),
    ("i * i = 2500000000", {}),
    ("nested['a'] * nested['b'] = 2500000000", {}),
    ("b + b = 254", {}),
    ("b * b = 16129", {}),
    ("b - s = -32640", {}),
    ("s * s = 1073676289", {}),
    ("l + 1 = 9223372036854775808", {}),
    ("l + 1 > l", {}),
    ("l * 2 > l", {}),
    ("l * l = 85070591730234615847396907784232501249", {}),
    ("l + l - l = l", {}),
    ("- l > 0", {"l": LEAST}),
    ("- b = 128", {"b": -128}),
    ("abs(b) = 128", {"b": -128}),
    ("abs(l) = 9223372036854775808", {"l": LEAST}),
    ("l / -1 < 0", {}),
    ("b / b = 1", {"b": -128}),
    ("l < 9223372036854775808", {}),
    ("length(t) * 1000000000 > 2147483647", {}),
    ("case when b > 0 then b else s end + s = 32894", {}),
    ("coalesce(b, s) * s = 4161409", {}),
    ("l + 1 between 9223372036854775808 and 9223372036854775809", {}),
    ("l + 1 in (5, 9223372036854775808)", {}),
    # A floating-point number beside a decimal, which the engine would hold to 15 digits.
    ("x > 0.0", {}),
    ("x > 0.5", {"x": math.inf}),
    ("x > 0.5", {"x": math.nan}),
    ("x > 0.5", {"x": math.copysign(math.nan, -1)}),
    ("x < 1e40", {"x": 1e39}),
    ("x - x > 0.5", {"x": math.inf}),
    ("f = 0.1", {}),
    ("f <> 16777217", {"f": 16777216.0}),
    ("i > f", {"i": 16777217, "f": 16777216.0}),
    ("x in (0, 1, 2, 3, 4)", {"x": -0.0}),
    ("x in (5, 6, 7, 8, x)", {"x": math.copysign(math.nan, -1)}),
    # Instants beside texts and days, which the engine would hold in nanoseconds.
    ("ts > '2024-01-05'", {}),
    ("n < '2024-01-05 12:00:00'", {}),
    ("n < timestamp '2024-01-05 12:00:00'", {}),
    ("ts < '9999-12-31 00:00:01'", {}),
    ("cast(d as timestamp) > n", {}),
]


def test_the_row_is_found(tmp_path: Path) -> None:
    for condition, results in ask_conditions(tmp_path, FOUND).items():
        for result in results:
            assert (str(result.status), result.unexpected) == ("failed", 1), (condition, result)


ERRORED = [
    ("(l + 1) / 2 > 0", {}),
    ("l / -1 > 0", {"l": LEAST}),
    ("l * l * l > 0", {}),
    ("w * 10 > 0", {}),
    ("w + w > 0", {}),
    ("cast(l as int) + 1 > 0", {}),
    ("cast(x as bigint) > 0", {"x": 1e300}),
]


def test_what_would_wrap_is_errored(tmp_path: Path) -> None:
    for condition, results in ask_conditions(tmp_path, ERRORED).items():
        assert [str(result.status) for result in results] == ["errored"] * 2, condition


SUMS = [
    ("sum(l) = 18446744073709551614", "failed"),
    ("sum(l) < 0", "passed"),
    ("sum(- l) < 0", "failed"),
    ("sum(i * i) = 5000000000", "failed"),
    ("sum(distinct l) = 9223372036854775807", "failed"),
    ("sum(l) filter (where b > 0) = 18446744073709551614", "failed"),
    ("sum(m) = 3.00", "failed"),
    ("sum(w) < 0", "errored"),
    ("avg(w) < 0", "errored"),
]


def test_a_sum_does_not_wrap(tmp_path: Path) -> None:
    query = 'sql: "select count(*) as n from {{table}} having {}"'
    queries = {f"r{n}": query.format(condition) for n, (condition, _) in enumerate(SUMS)}
    ended = ask(tmp_path, queries, [{}, {"id": 2}])
    assert [(one, str(ended[f"r{n}"].status)) for n, (one, _) in enumerate(SUMS)] == SUMS


def test_a_running_sum_does_not_wrap(tmp_path: Path) -> None:
    sums = "(select sum(l) over (order by id) as s from {table})"
    queries = {
        "handed": f'sql: "select * from {sums} as q where q.s < 0"',
        "inside": 'sql: "select id from {table} qualify sum(l) over (order by id) > 1e19"',
    }
    ended = ask(tmp_path, queries, [{}, {"id": 2}])
    assert str(ended["handed"].status) == "passed"
    assert (str(ended["inside"].status), ended["inside"].unexpected) == ("failed", 1)


COMPARED = [
    ("m", "x", "decimal(10,2)", "double", Decimal("0.00"), 1e-20, "<", "passed"),
    ("m", "x", "decimal(10,2)", "double", Decimal("0.00"), 1e-20, "=", "failed"),
    ("m", "x", "decimal(10,2)", "double", Decimal("0.00"), math.inf, "<", "passed"),
    ("x", "y", "double", "double", math.nan, math.copysign(math.nan, -1), "=", "passed"),
    ("i", "f", "integer", "float", 16777217, 16777216.0, "=", "failed"),
]


@pytest.mark.parametrize(
    ("one", "other", "type_", "other_type", "left", "right", "operator", "status"), COMPARED
)
def test_columns_of_two_types_are_compared_as_they_are(
    tmp_path: Path,
    one: str,
    other: str,
    type_: str,
    other_type: str,
    left: Any,
    right: Any,
    operator: str,
    status: str,
) -> None:
    contract = contract_of(
        f"shop.t:\n  columns: {{{one}: '{type_}', {other}: {other_type}}}\n"
        f"  rules: [{{id: r, compare: {one} {operator} {other}}}]\n"
    )
    store(tmp_path, "shop.t", {one: type_, other: other_type}, [[left, right]])
    assert str(outcomes(validate(contract, tmp_path))["shop.t.r"].status) == status


def test_lists_of_columns_hold_what_is_equal(tmp_path: Path) -> None:
    """DataFusion takes members of two lists for different where they are spelled differently."""
    rows = [
        {"id": 1, "i": 1, "l": 2, "s": 1},
        {"id": 2, "i": 1, "l": 2, "s": 2},
        {"id": 3, "i": 1, "l": 1, "s": 1},
        {"id": 4, "i": 2, "l": 2, "s": 1},
        {"id": 5, "i": None, "l": 2, "s": 1},
    ]
    expected = {
        "i in (1, 2) and i not in (l, 1)": [],
        "i in (i) and i not in (l, 1)": [],
        "i in (l) and i not in (s)": [4],
        "i in (l, 5) and i in (s, 6)": [3],
        "i not in (l, s) or i not in (l, 3)": [1, 2],
        "i in (1, null) and i not in (null)": [],
        "i in (1, null)": [1, 2, 3],
        "(i, l) in ((1, 2), (s, 1))": [1, 2, 3],
    }
    queries = {
        f"q{place}": f'sql: "select * from {{table}} where {one}"'
        for place, one in enumerate(expected)
    }
    ended = ask(tmp_path, queries, rows)
    found = [sorted(key["id"] for key in ended[name].sample) for name in queries]
    assert dict(zip(expected, found, strict=True)) == expected
