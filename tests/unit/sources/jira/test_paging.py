"""However a server cuts a list into pages, each row is read once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.errors import ExternalServiceError
from spectra_gx.sources.jira.paging import (
    OffsetPages,
    SincePages,
    TokenPages,
    WholeList,
    read_pages,
)
from tests.drawing import drawn


def read(pages, answers, most=1000):
    return [row for page in read_pages(pages, answers, most) for row in page]


def rows_of(count: int) -> list[dict[str, Any]]:
    return [{"id": str(number)} for number in range(count)]


def test_an_array_is_read_whole():
    assert read(WholeList(), lambda _: rows_of(3)) == rows_of(3)


@drawn(60)
@given(
    count=st.integers(0, 60),
    asked=st.integers(1, 30),
    cap=st.integers(1, 30),
    with_total=st.booleans(),
    with_last=st.booleans(),
)
def test_offsets_read_each_row_once(count, asked, cap, with_total, with_last):
    rows = rows_of(count)

    def answer(params):
        start, size = params["startAt"], min(params["maxResults"], cap)
        page = {"values": rows[start : start + size], "startAt": start, "maxResults": size}
        total = {"total": count} if with_total else {}
        last = {"isLast": start + size >= count} if with_last else {}
        return {**page, **total, **last}

    assert read(OffsetPages(size=asked), answer) == rows


@drawn(60)
@given(count=st.integers(0, 60), caps=st.lists(st.integers(0, 9), min_size=1, max_size=20))
def test_tokens_read_each_row_once(count, caps):
    """Short and empty pages, of any size, in any order, and some rows twice."""
    rows = rows_of(count)
    starts = [0]
    for number in range(100):
        starts.append(min(starts[-1] + (caps[number % len(caps)] or number % 3), count))

    def answer(params):
        here = int(params.get("nextPageToken", "0"))
        page = {"issues": rows[max(0, starts[here] - 1) : starts[here + 1]]}
        more = starts[here + 1] < count and here < 99
        return {**page, "nextPageToken": str(here + 1)} if more else page

    assert read(TokenPages(size=50), answer) == rows[: starts[-1]]


def test_a_total_that_counts_what_nobody_sees_ends_the_list():
    def answer(params):
        start = params["startAt"]
        return {"values": rows_of(7)[start : start + 5], "maxResults": 5, "total": 10_000}

    assert read(OffsetPages(size=5), answer) == rows_of(7)


@pytest.mark.parametrize("last", [{"lastPage": True}, {}])
def test_changes_are_read_up_to_the_last_page(last):
    answers = iter(
        [
            {"values": [{"worklogId": 1}, {"worklogId": 2}], "until": 20, "lastPage": False},
            {"values": [{"worklogId": 2}, {"worklogId": 3}], "until": 30, **last},
        ]
    )
    asked = []

    def answer(params):
        asked.append(params)
        return next(answers)

    assert [row["worklogId"] for row in read(SincePages(7), answer)] == [1, 2, 3]
    assert asked == [{"since": 7}, {"since": 20}]


@pytest.mark.parametrize("until", [7, 3, None, "20"])
def test_changes_that_lead_nowhere_are_no_list(until):
    page = {"values": [], "until": until, "lastPage": False}
    with pytest.raises(ExternalServiceError, match="rows would be missing"):
        read(SincePages(7), lambda _: page)


def test_a_token_that_comes_again_is_no_list():
    page = {"issues": rows_of(3), "nextPageToken": "again"}
    with pytest.raises(ExternalServiceError, match="the same page token twice"):
        read(TokenPages(), lambda _: page)


def test_a_list_without_an_end_is_no_list():
    numbers = iter(range(1000))

    def answer(_):
        return {"issues": [], "nextPageToken": str(next(numbers))}

    with pytest.raises(ExternalServiceError, match="more than 9 pages"):
        read(TokenPages(), answer, most=9)


def test_rows_without_an_id_are_told_apart_by_all_that_they_say():
    rows = [{"name": "a"}, {"name": "b"}, {"name": "a"}]
    assert read(WholeList(), lambda _: rows) == [{"name": "a"}, {"name": "b"}]
