"""What is true of a column but for a few rows."""

from __future__ import annotations

import pytest

from spectra_gx.profile.column_profile import ColumnProfile
from spectra_gx.profile.near_misses import find_near_misses

FORMATS = dict.fromkeys(("semver", "email", "uuid", "uri", "ipv4", "date", "json"), 0)


def texts(rows=1000, nulls=0, values=(), **facts):
    formats = FORMATS | facts.pop("formats", {})
    return ColumnProfile(
        "c", "string", rows, nulls, values=tuple(values) or None, formats=formats, **facts
    )


def nearly(column, *, private=False):
    return list(find_near_misses(column, private=private))


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (texts(nulls=10), ["never null but for 10 rows"]),
        (texts(nulls=11), []),
        (texts(rows=100, nulls=1), ["never null but for 1 row"]),
        (texts(rows=99, nulls=1), []),
        (texts(rows=100_000, nulls=1000), ["never null but for 1,000 rows"]),
        (texts(repeated=7), ["unique but for 7 rows"]),
        (texts(repeated=0), []),
        (texts(repeated=11), []),
        (texts(formats={"email": 997}), ["an e-mail address but for 3 rows"]),
        (texts(formats={"email": 1000}), []),
        (texts(nulls=990, formats={"uuid": 9}), []),
        (ColumnProfile("n", "long", 1000, 0, negative=3), ["never negative but for 3 rows"]),
        (ColumnProfile("n", "long", 1000, 0, negative=30), []),
    ],
)
def test_a_few_rows_of_many_are_counted(column, said):
    assert nearly(column) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([("a", 500), ("b", 498), ("c", 2)], ["one of a, b but for 2 rows"]),
        ([("a", 500), ("b", 490), ("c", 5), ("d", 5)], ["one of a, b but for 10 rows"]),
        ([("a", 500), ("b", 489), ("c", 11)], []),
        ([("a", 998), ("b", 2)], []),
        ([("a", 1998), ("b", 2)], ["always a but for 2 rows"]),
        ([("a", 500), (" b", 498), ("c", 2)], []),
        ([("a", 500), ("b", 500)], []),
        (
            [*((f"a long word {n}", 200) for n in range(5)), ("x", 1)],
            ["one of 5 values but for 1 row"],
        ),
    ],
)
def test_values_of_an_enum_are_named_where_few_rows_have_others(values, said):
    column = texts(rows=sum(count for _, count in values), values=values)
    assert nearly(column) == said
    assert nearly(column, private=True) == []
