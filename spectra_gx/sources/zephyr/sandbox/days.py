"""What happens in the sandbox from day to day: the same in every process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from spectra_gx.sources.zephyr.sandbox.data import (
    Dataset,
    Row,
    build_cycle,
    build_dataset,
    build_execution,
    in_millis,
)

_FIRST_DAY = datetime(2024, 3, 1, tzinfo=UTC)
"""Day 1; everything of day 0 is older."""

_NEW = 2
_UNKNOWN_STATUS = "99"
_FIRST_ID = 1_000_000
_IDS_PER_CYCLE = 10_000


def dataset_on(day: int) -> Dataset:
    """Return the data of a day, which are those of the day before and what happened since.

    Each day, in every cycle that has executions, two are added, the oldest that was not changed yet
    gets another status, and one is added that was last changed on the day before.
    Two rows are invalid, in the first cycle, until the next day: a status that does not exist, and
    an execution without a test case. On day 1 a release gets its dates, and another one its first
    cycle.
    """
    data = build_dataset()
    for number in range(1, day + 1):
        _add_day(data, number)
    return data


def _add_day(data: Dataset, number: int) -> None:
    midnight = _FIRST_DAY + timedelta(days=number - 1)
    used = [rows for rows in data.executions.values() if rows]
    for rows in used:
        _change(rows[(number - 1) % len(rows)], midnight + timedelta(hours=9))
        cycle = rows[0]["id"] // 100
        first = _FIRST_ID + cycle * _IDS_PER_CYCLE + (number - 1) * (_NEW + 1)
        for position in range(_NEW):
            rows.append(_execution(first + position, midnight + timedelta(hours=17)))
        rows.append(_execution(first + _NEW, midnight - timedelta(hours=12)))
    _repair(used[0], midnight + timedelta(hours=10))
    used[0][-2]["tcrTreeTestcase"] = None
    used[0][-3]["status"] = _UNKNOWN_STATUS
    if number == 1:
        _date_releases(data, midnight)
        _add_cycles(data)


def _change(row: Row, instant: datetime) -> None:
    row["status"] = str(int(row["status"]) % 5 + 1)
    _touch(row, instant)


def _touch(row: Row, instant: datetime) -> None:
    testcase = row["tcrTreeTestcase"]
    testcase["revision"] += 1
    testcase["lastModifiedOn"] = in_millis(instant)


def _execution(execution_id: int, instant: datetime) -> Row:
    row = build_execution(execution_id)
    testcase = row["tcrTreeTestcase"]
    row["assignmentDate"] = testcase["createDatetime"] = in_millis(instant - timedelta(hours=2))
    testcase["lastModifiedOn"] = in_millis(instant)
    return row


def _repair(rows: list[Row], instant: datetime) -> None:
    """Make the invalid rows of the day before valid."""
    for row in rows:
        if row["tcrTreeTestcase"] is None:
            row["tcrTreeTestcase"] = _execution(row["id"], instant)["tcrTreeTestcase"]
            _touch(row, instant)
        elif row["status"] == _UNKNOWN_STATUS:
            row["status"] = "1"
            _touch(row, instant)


def _date_releases(data: Dataset, midnight: datetime) -> None:
    for releases in data.releases.values():
        for release in releases:
            if "startDate" not in release:
                release["startDate"] = in_millis(midnight)
                release["endDate"] = in_millis(midnight + timedelta(days=28))


def _add_cycles(data: Dataset) -> None:
    for release_id, cycles in data.cycles.items():
        if not cycles:
            cycle = build_cycle(release_id * 10 + 1, "Smoke", release_id)
            cycles.append(cycle)
            data.executions[cycle["id"]] = []
