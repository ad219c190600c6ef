"""What happens in the sandbox from day to day, counted in plain Python."""

from __future__ import annotations

import pytest

from spectra_gx.sources.zephyr.sandbox.data import build_dataset
from spectra_gx.sources.zephyr.sandbox.days import dataset_on


def executions(day):
    data = dataset_on(day)
    rows = [row for rows in data.executions.values() for row in rows]
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row for row in rows}


def changed(row):
    return row["tcrTreeTestcase"]["lastModifiedOn"] if row["tcrTreeTestcase"] else None


def test_day_0_is_what_the_sandbox_always_had():
    assert dataset_on(0) == build_dataset()


@pytest.mark.parametrize("day", [1, 2, 9])
def test_each_day_adds_changes_and_is_late(day):
    before, after = executions(day - 1), executions(day)
    latest = max(filter(None, map(changed, before.values())))
    new = [row for key, row in after.items() if key not in before]
    other = [key for key, row in before.items() if after[key] != row]

    assert before.keys() < after.keys()
    assert len(new) == 6 * 3  # six cycles have executions
    late = [row for row in new if changed(row) is not None and changed(row) < latest]
    assert len(late) == (6 if day > 1 else 0)  # day 0 ended weeks before
    assert all(changed(after[key]) > latest for key in other)
    assert len(other) == 6 + (2 if day > 1 else 0)  # one in each cycle, and two repaired


@pytest.mark.parametrize("day", [1, 2, 9])
def test_two_rows_are_invalid_until_the_next_day(day):
    def invalid(rows):
        return {
            key
            for key, row in rows.items()
            if row["tcrTreeTestcase"] is None or row["status"] not in ("1", "2", "3", "4", "5")
        }

    today = invalid(executions(day))
    assert len(today) == 2
    assert not today & invalid(executions(day + 1))


def test_releases_get_dates_and_cycles_on_the_first_day():
    before, after = dataset_on(0), dataset_on(1)
    undated = [row for rows in after.releases.values() for row in rows if "startDate" not in row]
    assert undated == []
    added = {key for key in after.executions if key not in before.executions}
    assert len(added) == 3
    assert [len(rows) for rows in after.cycles.values() if not rows] == []
