"""Our engine, GX's own pandas engine and plain Python agree on every table hypothesis draws.

GX is asked on Arrow-backed frames, where it has a say. Where the language has its own word, or GX's
pandas engine misbehaves, plain Python is the only oracle; `PANDAS_HAS_NO_SAY` names those cases.
"""

from __future__ import annotations

import math
import re
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spectra_gx.compiler.regexes import python_regex
from spectra_gx.contract.model import Rule
from tests.drawing import drawn
from tests.property.validation.engines import on_delta, on_pandas

if TYPE_CHECKING:
    from pathlib import Path

PANDAS_HAS_NO_SAY = {
    "above-double": "NaN breaks every bound; in Arrow it compares as greater or not at all",
    "min-double": "as above",
    "enum-date": "GX compares ISO texts with dates",
    "enum-timestamp": "as above",
    "enum-double": "Arrow tells -0.0 from 0.0 in a set",
    "unique-double": "Arrow counts NaN and -0.0 by their bits",
    "less-double": "NaN breaks every comparison",
    "pattern": "Python before 3.14 does not know `\\z`, and Arrow reads another dialect",
    "min-decimal": "GX casts decimals to floats",
    "enum-decimal": "as above",
    "differ-long": "GX has no such expectation",
    "max-timestamp": "GX compares instants with a bound that lost its time zone, or raises",
}

DAY, INSTANT = date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
EDGES: dict[str, list[Any]] = {
    "string": ["", "a", "b", "a\n", "'", '"', "\\", "{x}", "é", "😀", "A"],
    "long": [-1, 0, 1, 2**63 - 1, -(2**63), 2**53, 2**53 + 1, -(2**53) - 1],
    "double": [0.0, -0.0, 1.0, 0.1, math.nan, math.inf, -math.inf],
    "decimal(12,2)": [Decimal(text) for text in ("-99", "-0.01", "0", "0.49", "0.5", "1", "99")],
    "date": [date.min, DAY - timedelta(1), DAY, DAY + timedelta(1), date.max],
    "timestamp": [
        datetime(1970, 1, 1, tzinfo=UTC),
        *(INSTANT + timedelta(microseconds=n) for n in (-1, 0, 1)),
        datetime(2200, 1, 1, tzinfo=UTC),
    ],
    "boolean": [True, False],
}
TEXTS = st.one_of(
    st.sampled_from(EDGES["string"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4),
)
LONGS = st.one_of(st.integers(-3, 3), st.sampled_from(EDGES["long"]))
DOUBLES = st.one_of(
    st.sampled_from(EDGES["double"]),
    st.floats(allow_nan=False, width=64),  # a NaN of other bits is another value to group by
)
DECIMALS = st.decimals("-99", "99", places=2)
DATES = st.one_of(st.sampled_from(EDGES["date"]), st.dates())
INSTANTS = st.one_of(
    st.sampled_from(EDGES["timestamp"]),
    st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
)
VALUES = {
    "string": TEXTS,
    "long": LONGS,
    "double": DOUBLES,
    "decimal(12,2)": DECIMALS,
    "date": DATES,
    "timestamp": INSTANTS,
    "boolean": st.booleans(),
}
HALF = Decimal("0.5")


def _of_x(kind: str, argument: Any) -> Rule:
    return Rule(id="shop.a.its", table="shop.a", kind=kind, columns=("x",), argument=argument)


def _pair(operator: str) -> Rule:
    argument = {"operator": operator, "column": "y", "literal": None}
    return Rule(
        id="shop.a.its", table="shop.a", kind="compare", columns=("x", "y"), argument=argument
    )


KINDS: dict[str, tuple[str, Rule, Any]] = {
    "enum-string": ("string", _of_x("enum", ("a", "'", "é")), lambda x: x not in ("a", "'", "é")),
    "not-in-string": ("string", _of_x("not_in", ("a\n", "\\")), lambda x: x in ("a\n", "\\")),
    "const-boolean": ("boolean", _of_x("const", True), lambda x: x is not True),
    "enum-long": ("long", _of_x("enum", (1, 2**63 - 1)), lambda x: x not in (1, 2**63 - 1)),
    "enum-double": ("double", _of_x("enum", (0, 0.1)), lambda x: x not in (0.0, 0.1)),
    "enum-decimal": ("decimal(12,2)", _of_x("enum", (0.5, 1)), lambda x: x not in (HALF, 1)),
    "enum-date": ("date", _of_x("enum", ("2026-01-01",)), lambda x: x != DAY),
    "enum-timestamp": ("timestamp", _of_x("enum", ("2026-01-01",)), lambda x: x != INSTANT),
    "min-long": ("long", _of_x("min", 0), lambda x: x < 0),
    "max-long-exactly": ("long", _of_x("max", 2**53 + 1), lambda x: x > 2**53 + 1),
    "min-double": ("double", _of_x("min", 0), lambda x: not x >= 0),
    "above-double": ("double", _of_x("above", 0), lambda x: not x > 0),
    "min-decimal": ("decimal(12,2)", _of_x("min", 0.5), lambda x: x < HALF),
    "below-date": ("date", _of_x("below", "2026-01-01"), lambda x: x >= DAY),
    "max-timestamp": ("timestamp", _of_x("max", "2026-01-01T00:00:00Z"), lambda x: x > INSTANT),
    "min-length": ("string", _of_x("min_length", 2), lambda x: len(x) < 2),
    "max-length": ("string", _of_x("max_length", 1), lambda x: len(x) > 1),
    "length": ("string", _of_x("length", 1), lambda x: len(x) != 1),
    "pattern": ("string", _of_x("pattern", r"^a?[^a]$"), None),
    "same-string": ("string", _pair("="), lambda x, y: x != y),
    "differ-long": ("long", _pair("<>"), lambda x, y: x == y),
    "less-long": ("long", _pair("<"), lambda x, y: not x < y),
    "least-date": ("date", _pair(">="), lambda x, y: not x >= y),
    "less-double": ("double", _pair("<="), lambda x, y: not x <= y),
}  # fmt: skip
KINDS["pattern"] = (
    *KINDS["pattern"][:2],
    lambda x: not re.search(python_regex(r"^a?[^a]\z"), x),
)


def _drawn(type_: str) -> Any:
    cell = st.one_of(st.none(), VALUES[type_])
    return st.lists(st.tuples(cell, cell), max_size=30)


def _pairs(type_: str) -> list[tuple[Any, Any]]:
    """Return every pair of the values at which a type is most likely to go wrong."""
    return [*product([*EDGES[type_], None], repeat=2)]


def _figures(result: Any) -> tuple[bool, int, int]:
    assert not result.exception_info.get("raised_exception", True), result.exception_info
    found = result.result
    evaluated = found["element_count"] - (found.get("missing_count") or 0)
    return result.success, evaluated, found["unexpected_count"]


@pytest.mark.parametrize("name", KINDS)
def test_engines_agree(name: str, tmp_path: Path) -> None:
    type_, rule, broken = KINDS[name]
    width = len(rule.columns)
    pairs = _pairs(type_)

    @drawn(6, many=100)
    @given(_drawn(type_))
    @example(pairs)
    @example([row for row in pairs if None in row[:width] or not broken(*row[:width])])
    def agree(rows: list[tuple[Any, Any]]) -> None:
        present = [row[:width] for row in rows if None not in row[:width]]
        unexpected = sum(broken(*row) for row in present)
        wanted = (unexpected == 0, len(present), unexpected)
        assert _figures(on_delta(rule, type_, rows, tmp_path / uuid.uuid4().hex)) == wanted
        if name not in PANDAS_HAS_NO_SAY:
            assert _figures(on_pandas(rule, type_, rows)) == wanted

    agree()


@pytest.mark.parametrize("type_", ["string", "long", "double", "date", "boolean", "decimal(12,2)"])
@pytest.mark.parametrize("columns", [("x",), ("x", "y")])
def test_uniqueness_agrees(type_: str, columns: tuple[str, ...], tmp_path: Path) -> None:
    rule = Rule(id="shop.a.its", table="shop.a", kind="unique", columns=columns, argument=True)

    def same(value: Any) -> Any:
        return "NaN" if isinstance(value, float) and math.isnan(value) else value

    @drawn(6, many=100)
    @given(_drawn(type_))
    @example(_pairs(type_))
    def agree(rows: list[tuple[Any, Any]]) -> None:
        width = len(columns)
        present = [tuple(map(same, row[:width])) for row in rows if None not in row[:width]]
        unexpected = sum(count for count in Counter(present).values() if count > 1)
        wanted = (unexpected == 0, len(present), unexpected)
        assert _figures(on_delta(rule, type_, rows, tmp_path / uuid.uuid4().hex)) == wanted
        if f"unique-{type_}" not in PANDAS_HAS_NO_SAY:
            assert _figures(on_pandas(rule, type_, rows)) == wanted

    agree()
