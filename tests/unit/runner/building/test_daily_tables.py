"""Days, and the tables that a run of one day builds."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from spectra_gx.errors import UsageError
from spectra_gx.project.several_days import day_sequence
from spectra_gx.runner.building.daily_tables import daily_tables
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions


@pytest.mark.parametrize("count", [0, 1, 400])
@pytest.mark.parametrize("first", [date(2023, 12, 31), date(2024, 2, 28), date(9998, 1, 1)])
def test_days_follow_each_other_and_both_ends_are_included(first, count):
    last = first + timedelta(days=count)
    days = day_sequence(first, last)
    assert (days[0], days[-1], len(days)) == (first, last, count + 1)
    assert {after - before for before, after in pairwise(days)} <= {timedelta(days=1)}


def test_the_calendar_ends_without_an_error():
    assert day_sequence(date.max, date.max) == [date.max]


def by_day(condition: str | None) -> PublishOptions:
    return PublishOptions(PublishMode.REPLACE_WHERE, replace_where=condition)


def test_tables_by_day_are_those_of_replace_where():
    options = {
        "a.stated": by_day("day >= {batch_day} AND day < {batch_day} + 1"),
        "a.given": by_day(None),
        "a.merged": PublishOptions(PublishMode.MERGE),
        "a.replaced": PublishOptions(),
    }
    assert daily_tables("a", options) == {"a.stated", "a.given"}


@pytest.mark.parametrize("condition", ["day = {today}", "country = 'AT'", "name = '{batch_day}'"])
def test_a_condition_that_is_the_same_on_every_day_is_refused(condition):
    with pytest.raises(UsageError, match="each day would remove the one before"):
        daily_tables("a", {"a.x": by_day(condition)})
