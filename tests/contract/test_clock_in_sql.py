"""`{now}` and `{today}` in `where` and `sql`: what they are in a run, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.dumping import dump_contract
from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError
from spectra_gx.review.compare.sql_equality import same_condition, same_query
from spectra_gx.runner.checks.proven_rules import is_row_rule
from spectra_gx.validation.run.row_split import split_rows
from spectra_gx.validation.run.stage import validate_stage
from spectra_gx.validation.snapshot.clock import RunClock
from tests.contract.checking import chosen, contract_of, job_of, outcomes, store

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """
shop.a:
  primary_key: [id]
  quarantine: true
  columns:
    id: {type: long, required: true}
    at: {type: timestamp, max: {value: "2026-11-01", where: "at < {today - 1d}"}}
    wall: {type: timestamp_ntz, timezone: Europe/Berlin}
    day: {type: date, required: {value: true, where: "at > {now}"}}
  rules:
    - {id: past, sql: "select * from {table} where at > { now } or wall > {now}"}
    - {id: week, sql: "select id from {table} where day > {today + 1w} and id > 0"}
    - {id: span, sql: "select * from {table} where at > {now + 1h}"}
    - {id: text, sql: "select * from {table} where '{now}' = '{today}'"}
"""
NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
ROWS = [
    (1, NOW, datetime(2026, 11, 21, 11, 30), date(2026, 11, 28)),
    (2, NOW + timedelta(seconds=1), None, None),
    (3, None, datetime(2026, 11, 21, 11, 30, 1), date(2026, 11, 29)),
    (4, datetime(2026, 11, 19, 23, 59, tzinfo=UTC), None, None),
]


def _failed(contract, root: Path, as_of: datetime) -> dict[str, int | None]:
    clock = RunClock(as_of, "tests_20261121_000000_000000")
    found = outcomes(validate_stage(job_of(contract, root, clock=clock, engine=chosen[0])))
    assert not [one for one in found.values() if one.status == "errored"]
    return {name: one.unexpected for name, one in found.items() if one.status == "failed"}


def _stored(root: Path) -> None:
    types = {"id": "long", "at": "timestamp", "wall": "timestamp_ntz", "day": "date"}
    store(root, "shop.a", types, ROWS, files=2)


def test_clocks_are_the_runs_instant_in_the_type_of_their_place(tmp_path: Path):
    contract = contract_of(TABLE)
    _stored(tmp_path)
    assert _failed(contract, tmp_path, NOW) == {
        "shop.a.at.max": 1,
        "shop.a.day.required": 1,
        "shop.a.past": 2,
        "shop.a.week": 1,
    }
    later = NOW + timedelta(days=2)
    assert _failed(contract, tmp_path, later) == {"shop.a.at.max": 3}
    earlier = NOW - timedelta(days=1)
    assert _failed(contract, tmp_path, earlier)["shop.a.span"] == 2


def test_rows_are_quarantined_by_the_same_clock(tmp_path: Path):
    contract = contract_of(TABLE)
    _stored(tmp_path)
    job = job_of(contract, tmp_path, clock=RunClock(NOW, "tests_20261121_000000_000000"))
    [result] = validate_stage(job).result.tables
    split = split_rows(contract.tables[0], result, job.snapshot, job.clock)
    assert split is not None
    assert [row["id"] for part in split.bad() for row in part.to_pylist()] == [2, 4]


def test_a_clock_is_calculated_with_as_an_instant():
    contract_of(
        'shop.a:\n  columns: {at: timestamp}\n  rules:\n    - {id: span, sql: "select * from '
        "{table} where at > {now} + interval '1 hour'\"}\n"
    )


def test_sql_with_a_clock_is_dumped_as_written_and_never_proven():
    contract = contract_of(TABLE)
    text = dump_contract(contract)
    assert "at > { now } or wall > {now}" in text
    assert parse_contract(text.encode(), "shop.contract.yaml") == contract
    proven = {rule.id for rule in contract.rules() if is_row_rule(rule)}
    assert not proven & {"shop.a.at.max", "shop.a.day.required"}


def test_one_clock_in_another_spelling_is_the_same_sql():
    assert same_condition("at < {now-24h}", "at  < { now - 1d }")
    assert not same_condition("at < {now}", "at < {today}")
    assert same_query(
        "select * from {table} where at<{now}", "SELECT * from {table} where at < {now}"
    )


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("day < {now}", "`{now}` does not fit what it is used with"),
        ("name < {now}", "`{now}` does not fit what it is used with"),
        ("day < {today - 1h}", "`{today - 1h}` does not fit what it is used with"),
        ("at < {now - 3 days}", "`{now - 3 days}` is no clock"),
        ("nope < {now}", "column 'nope' does not exist"),
        ("at < now()", "`now` gives another answer every time"),
        ("wall < {now} or other < {now}", "of several time zones, Europe/Berlin, UTC"),
    ],
)
def test_a_clock_that_fits_nothing_is_refused_with_its_place(condition: str, said: str):
    table = (
        "shop.a:\n  columns:\n    id: {type: long, required: {value: true, where: "
        f'"{condition}"}}}}\n    at: timestamp\n    name: string\n    day: date\n'
        "    wall: {type: timestamp_ntz, timezone: Europe/Berlin}\n    other: timestamp_ntz\n"
    )
    with pytest.raises(ContractError) as raised:
        contract_of(table)
    [problem] = raised.value.problems
    assert said in problem.message
    assert problem.line == 7
