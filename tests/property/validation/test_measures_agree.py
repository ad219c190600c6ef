"""Statistics, order, ages and nested values agree with GX on pandas, or with plain Python.

GX is asked where it has a say; `KNOWN_DIFFERENCES` names the values on which we mean to differ.
"""

from __future__ import annotations

import math
import statistics
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.model import Rule
from tests.contract.checking import contract_of, outcomes, store, validate
from tests.drawing import drawn
from tests.property.validation.engines import on_delta, on_pandas

if TYPE_CHECKING:
    from pathlib import Path

KNOWN_DIFFERENCES = {
    "decimal": "GX on pandas raises for statistics of decimals with nulls; ours are exact",
    "long sum": "GX's sum of 64-bit numbers overflows; ours goes on to 38 digits",
    "NaN": "GX's statistics on pandas leave NaN out or not, by the kind of frame; ours never do",
    "z-scores, outliers": "GX lets every value pass where NaN or infinity spoils the spread",
    "nothing": "GX on pandas raises for quantiles and outliers of no value, z-scores of one",
}

LONGS = st.integers(-(2**40), 2**40)
DOUBLES = st.one_of(st.sampled_from([0.0, -0.0, 0.1, 1.0]), st.floats(-1e9, 1e9, width=32))
WIDE = st.one_of(st.integers(-(2**63), 2**63 - 1), st.sampled_from([2**63 - 1, -(2**63)]))
BOUNDS = {"min": -10, "max": 1000}


def _rule(kind: str, argument: Any, columns: tuple[str, ...] = ("x",)) -> Rule:
    return Rule(id="shop.a.its", table="shop.a", kind=kind, columns=columns, argument=argument)


def _expect(type_: str, **arguments: Any) -> Rule:
    return _rule("expect", {"type": type_, "with": {"column": "x", **arguments}})


def _held(column: list[Any]) -> bool:
    """Return whether a column holds a value."""
    return any(value is not None for value in column)


def _seen(result: Any) -> tuple[bool, Any]:
    assert not result.exception_info.get("raised_exception", True), result.exception_info
    return result.success, result.result.get("observed_value")


MEASURED: dict[str, tuple[str, Any, Rule]] = {
    "mean-long": ("long", LONGS, _rule("mean", BOUNDS)),
    "mean-double": ("double", DOUBLES, _rule("mean", BOUNDS)),
    "median-long": ("long", LONGS, _rule("median", BOUNDS)),
    "median-double": ("double", DOUBLES, _rule("median", BOUNDS)),
    "stdev-double": ("double", DOUBLES, _rule("stdev", {"max": 1000})),
    "sum-double": ("double", DOUBLES, _rule("sum", BOUNDS)),
    "sum-long": ("long", LONGS, _rule("sum", BOUNDS)),
    "distinct-long": ("long", st.integers(0, 5), _rule("distinct", {"min": 2, "max": 4})),
    "distinct-string": ("string", st.sampled_from("abcé"), _rule("distinct", {"max": 3})),
    "quantile-long": ("long", LONGS, _rule("quantile", {"q": 0.3, "min": 0})),
    "quantile-half": ("long", st.integers(0, 9), _rule("quantile", {"q": 0.5, "max": 4})),
    "min-long": ("long", LONGS, _expect("expect_column_min_to_be_between", min_value=0)),
    "max-double": ("double", DOUBLES, _expect("expect_column_max_to_be_between", max_value=9)),
    "unique-share": (
        "long",
        st.integers(0, 5),
        _expect("expect_column_proportion_of_unique_values_to_be_between", min_value=0.5),
    ),
    "present-share": (
        "long",
        LONGS,
        _expect("expect_column_proportion_of_non_null_values_to_be_between", min_value=0.5),
    ),
    "most-common": (
        "string",
        st.sampled_from("ab"),
        _expect("expect_column_most_common_value_to_be_in_set", value_set=["a"]),
    ),
}


@pytest.mark.parametrize("name", MEASURED)
def test_measures_agree_with_gx(name: str, tmp_path: Path) -> None:
    type_, values, rule = MEASURED[name]

    @drawn(6)
    @given(st.lists(st.one_of(st.none(), values), max_size=20))
    def agree(column: list[Any]) -> None:
        rows = [(value, None) for value in column]
        ours = _seen(on_delta(rule, type_, rows, tmp_path / uuid.uuid4().hex))
        if rule.kind == "quantile" and not _held(column):
            assert not ours[0]
            return
        success, observed = _seen(on_pandas(rule, type_, rows))
        assert ours[0] == success
        _assert_close(ours[1], observed)

    agree()


def _assert_close(ours: Any, theirs: Any) -> None:
    if isinstance(ours, dict):
        _assert_close(ours["values"], theirs["values"])
    elif isinstance(ours, list):
        assert len(ours) == len(theirs)
        for one, other in zip(sorted(ours, key=str), sorted(theirs, key=str), strict=True):
            _assert_close(one, other)
    elif isinstance(ours, str):
        assert ours == theirs
    else:
        nothing = [value is None or bool(np.all(value != value)) for value in (ours, theirs)]  # noqa: PLR0124
        assert nothing[0] == nothing[1]
        assert nothing[0] or float(ours) == pytest.approx(float(theirs), rel=1e-6, abs=1e-6)


CHECKED: dict[str, tuple[str, Any, Rule]] = {
    "lengths": (
        "string", st.text("abé😀", max_size=4),
        _expect("expect_column_value_lengths_to_be_between", min_value=1, max_value=2),
    ),
    "increasing": ("long", st.integers(0, 5), _expect("expect_column_values_to_be_increasing")),
    "strictly-decreasing": (
        "long", st.integers(0, 5),
        _expect("expect_column_values_to_be_decreasing", strictly=True),
    ),
    "z-scores": (
        "double", st.integers(-20, 20).map(float),
        _expect("expect_column_value_z_scores_to_be_less_than", threshold=1.1, double_sided=True),
    ),
    "outliers": (
        "double", st.integers(-20, 20).map(float),
        _expect("expect_column_values_to_not_be_outliers", method="iqr", multiplier=0.5),
    ),
    "null": ("long", LONGS, _expect("expect_column_values_to_be_null")),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKED)
def test_judged_rows_agree_with_gx(name: str, tmp_path: Path) -> None:
    type_, values, rule = CHECKED[name]

    @drawn(6)
    @given(st.lists(st.one_of(st.none(), values), max_size=20))
    def agree(column: list[Any]) -> None:
        rows = [(value, None) for value in column]
        ours = on_delta(rule, type_, rows, tmp_path / uuid.uuid4().hex, files=1)
        held = sum(value is not None for value in column)
        if held < {"z-scores": 2, "outliers": 1}.get(name, 0):
            assert _counts(ours) == (True, held, 0)
            return
        theirs = on_pandas(rule, type_, rows)
        assert _counts(ours) == _counts(theirs)

    agree()


def _counts(result: Any) -> tuple[bool, int, int]:
    assert not result.exception_info.get("raised_exception", True), result.exception_info
    found = result.result
    evaluated = found["element_count"] - (found.get("missing_count") or 0)
    return result.success, evaluated, found["unexpected_count"]


# -- plain Python as the oracle --------------------------------------------------------------------


@drawn(6)
@given(column=st.lists(st.one_of(st.none(), WIDE), max_size=20))
def test_sums_are_exact(column: list[int | None], tmp_path: Path) -> None:
    total = sum(value for value in column if value is not None)
    for bound, passes in ((total, True), (total - 1, False)):
        rows = [(value, None) for value in column]
        rule = _rule("sum", {"max": bound})
        found = on_delta(rule, "long", rows, tmp_path / uuid.uuid4().hex)
        assert _seen(found) == (passes, total)


@drawn(6)
@given(column=st.lists(st.decimals("-99", "99", places=2), min_size=2, max_size=20))
def test_decimals_are_exact(column: list[Any], tmp_path: Path) -> None:
    rows = [(value, None) for value in column]
    root = tmp_path / uuid.uuid4().hex
    total, least = sum(column), min(column)
    found = on_delta(_rule("sum", {"max": float(total)}), "decimal(12,2)", rows, root / "a")
    assert _seen(found) == (True, total)
    rule = _expect("expect_column_min_to_be_between", min_value=float(least))
    assert _seen(on_delta(rule, "decimal(12,2)", rows, root / "b")) == (True, least)
    found = on_delta(_rule("mean", {"max": 100}), "decimal(12,2)", rows, root / "c")
    assert _seen(found)[1] == pytest.approx(float(Fraction(total) / len(column)), abs=1e-9)
    found = on_delta(_rule("stdev", {"max": 1000}), "decimal(12,2)", rows, root / "d")
    assert _seen(found)[1] == pytest.approx(float(statistics.stdev(column)), abs=1e-6)


NUMBERS = st.one_of(st.none(), st.sampled_from([0.0, 1.0, math.nan, math.inf, -math.inf]))


@drawn(6)
@given(column=st.lists(NUMBERS, max_size=12))
def test_nan_spoils_every_statistic(column: list[float | None], tmp_path: Path) -> None:
    present = [value for value in column if value is not None]
    spoiled = not present or any(map(math.isnan, present))
    for kind in ("mean", "median"):
        rule = _rule(kind, {"min": -5, "max": 5})
        rows = [(value, None) for value in column]
        found = on_delta(rule, "double", rows, tmp_path / uuid.uuid4().hex)
        if spoiled:
            assert _seen(found) == (False, None)
    finite = _counts(on_delta(_rule("finite", True), "double", rows, tmp_path / uuid.uuid4().hex))
    broken = sum(not math.isfinite(value) for value in present)
    assert finite == (broken == 0, len(present), broken)


DAYS = st.one_of(st.none(), st.dates(date(2026, 11, 10), date(2026, 11, 23)))
HOURS = st.integers(1, 200)


@drawn(6)
@given(column=st.lists(DAYS, max_size=12), hours=HOURS)
def test_ages_are_counted_from_utc_midnight(
    column: list[date | None], hours: int, tmp_path: Path
) -> None:
    root = tmp_path / uuid.uuid4().hex
    contract = contract_of(
        f"shop.a:\n  columns: {{x: {{type: date, max_age: {hours}h}}}}\n"
        f"  rules: [{{id: its, freshness: {{column: x, max_age: {hours}h}}}}]"
    )
    store(root, "shop.a", {"x": "date"}, [(value,) for value in column])
    found = outcomes(validate(contract, root))
    oldest = datetime(2026, 11, 21, tzinfo=UTC) - timedelta(hours=hours)
    instants = [datetime(d.year, d.month, d.day, tzinfo=UTC) for d in column if d is not None]
    too_old = sum(instant < oldest for instant in instants)
    assert (found["shop.a.x.max_age"].evaluated, found["shop.a.x.max_age"].unexpected) == (
        len(instants),
        too_old,
    )
    fresh = bool(instants) and max(instants) >= oldest
    assert str(found["shop.a.its"].status) == ("passed" if fresh else "failed")


PLACES = st.one_of(st.none(), st.integers(0, 4))


@drawn(6)
@given(
    files=st.lists(st.lists(st.tuples(PLACES, PLACES), max_size=5), min_size=1, max_size=4),
    down=st.booleans(),
)
def test_order_is_that_of_the_rows_as_they_were_written(
    files: list[list[tuple[int | None, int | None]]], down: bool, tmp_path: Path
) -> None:
    root = tmp_path / uuid.uuid4().hex
    order = "descending" if down else "ascending"
    contract = contract_of(
        "shop.a:\n  columns: {x: long, y: long}\n  rules:\n"
        f"    - {{id: both, sorted: {{by: [x, y], order: {order}}}}}\n"
        f"    - {{id: along, column: y, sorted: {{by: x, order: {order}}}}}"
    )
    for rows in files:
        store(root, "shop.a", {"x": "long", "y": "long"}, rows)
    found = outcomes(validate(contract, root))
    present = [row for rows in files for row in rows if None not in row]
    sign = -1 if down else 1
    keys = [(sign * x, sign * y) for x, y in present]  # type: ignore[operator]
    broken = sum(after < before for before, after in pairwise(keys))
    both = found["shop.a.both"]
    assert (both.evaluated, both.unexpected) == (len(present), broken)
    walked = [sign * y for x, y in sorted(present, key=lambda row: (row[0], sign * row[1]))]  # type: ignore[operator]
    broken = sum(after < before for before, after in pairwise(walked))
    along = found["shop.a.along"]
    assert (along.evaluated, along.unexpected) == (len(present), broken)


ITEMS = st.one_of(st.none(), st.lists(st.one_of(st.none(), st.integers(-2, 2)), max_size=4))
STRUCTS = st.one_of(st.none(), st.fixed_dictionaries({"f": ITEMS}))


@drawn(6)
@given(column=st.lists(STRUCTS, max_size=8))
def test_nested_values_are_judged_row_by_row(column: list[Any], tmp_path: Path) -> None:
    root = tmp_path / uuid.uuid4().hex
    keys = "type: long, min: 0, unique: true, required: true, enum: [0, 1]"
    contract = contract_of(
        "shop.a:\n  columns:\n    x: {type: struct, fields: "
        f"{{f: {{type: array, required: true, items: {{{keys}}}}}}}}}"
    )
    rows = [(value,) for value in column]
    store(root, "shop.a", {"x": "struct<f:array<long>>"}, rows, files=2)
    found = outcomes(validate(contract, root))
    holders = [value["f"] for value in column if value is not None]
    lists = [[item for item in items if item is not None] for items in holders if items is not None]
    wanted = {
        "f.required": (len(holders), sum(items is None for items in holders)),
        "f.items.min": (len(lists), sum(any(item < 0 for item in items) for items in lists)),
        "f.items.enum": (
            len(lists), sum(any(item not in (0, 1) for item in items) for items in lists),
        ),
        "f.items.unique": (
            len(lists), sum(max(Counter(items).values(), default=0) > 1 for items in lists),
        ),
        "f.items.required": (
            len(lists), sum(None in items for items in holders if items is not None),
        ),
    }  # fmt: skip
    for key, counts in wanted.items():
        rule = found[f"shop.a.x.{key}"]
        assert (rule.evaluated, rule.unexpected) == counts, key
