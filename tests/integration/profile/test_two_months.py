"""A contract of one month of departures, and what the next month says to it.

The tables are like those of nycflights13: codes, delays with long tails, hourly weather, and in the
second month a wind speed that no wind has.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spectra_gx.profile.key_detection import find_key
from spectra_gx.profile.table_access import open_table
from spectra_gx.profile.table_scan import scan
from spectra_gx.project import Project
from spectra_gx.warehouse.warehouse import Warehouse

ORIGINS = ("EWR", "JFK", "LGA")
CARRIERS = ("9E", "AA", "B6", "DL", "EV", "MQ", "UA", "US", "WN")


def flights(month):
    chance = random.Random(month)  # noqa: S311 - no secret
    begin = datetime(2013, month, 1, tzinfo=UTC)
    numbers = range(1, 361)
    rows = []
    for day in range(28):
        for number in numbers:
            rare = number == 1 and day < 2
            if chance.random() < 0.2 and not rare:
                continue
            flight = number // 2
            hour = 5 + flight % 19
            delay = round(chance.expovariate(1 / 20)) - 15 if chance.random() > 0.02 else None
            rows.append(
                {
                    "time_hour": begin + timedelta(days=day, hours=hour),
                    "carrier": "OO" if rare else CARRIERS[number % 9],
                    "flight": flight,
                    "tailnum": f"N{chance.randrange(10**4, 10**5)}" if delay is not None else None,
                    "origin": chance.choice(ORIGINS),
                    "dest": f"X{chance.randrange(40):02}",
                    "dep_delay": delay,
                    "hour": hour,
                    "cancelled": delay is None,
                }
            )
    return pa.Table.from_pylist(rows)


def weather(month):
    chance = random.Random(month)  # noqa: S311
    begin = datetime(2013, month, 1, tzinfo=UTC)
    rows = [
        {
            "origin": origin,
            "time_hour": begin + timedelta(hours=hour),
            "temp": round(chance.gauss(35, 8), 2),
            "humid": round(chance.uniform(20, 100), 2),
            "wind_speed": round(chance.uniform(0, 40), 5),
        }
        for hour in range(28 * 24)
        for origin in ORIGINS
    ]
    if month == 2:
        rows[1000]["wind_speed"] = 1048.36058
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    """A project a month; January's contract in both."""
    roots = []
    for month in (1, 2):
        root = tmp_path_factory.mktemp(f"month{month}")
        write_deltalake(root / "warehouse" / "Tables" / "nyc" / "flights", flights(month))
        write_deltalake(root / "warehouse" / "Tables" / "nyc" / "weather", weather(month))
        (root / "contracts").mkdir()
        roots.append(root)
    text = Project.open(roots[0]).init(["nyc.flights", "nyc.weather"])
    for root in roots:
        (root / "contracts" / "nyc.contract.yaml").write_text(text)
    return roots


def test_a_person_would_keep_it(months):
    lines = (months[0] / "contracts" / "nyc.contract.yaml").read_text().splitlines()
    rules = [line.partition("  #")[0].strip() for line in lines]
    for kept in (
        "primary_key: [time_hour, carrier, flight]",
        "time_hour: {type: timestamp, required: true}",
        "carrier: {type: string, required: true, length: 2}",  # one carrier was seen twice only
        "tailnum: {type: string, length: 6}",
        "origin: {type: string, required: true, enum: [EWR, JFK, LGA]}",
        "hour: {type: long, required: true, min: 0, max: 23}",
        "cancelled: {type: boolean, required: true}",
        "primary_key: [origin, time_hour]",
        "humid: {type: double, required: true, min: 0, max: 100}",
        "wind_speed: {type: double, required: true, min: 0, max: 100}",
    ):
        assert kept in rules


def test_january_passes(months):
    result = Project.open(months[0]).check("nyc")
    assert str(result.verdict) == "passed"


def test_february_fails_only_where_it_really_changed(months):
    result = Project.open(months[1]).check("nyc")
    failed = [rule.id for table in result.tables for rule in table.rules if rule.status != "passed"]
    assert failed == ["nyc.weather.wind_speed.max"]


def test_a_table_is_scanned_once_and_its_few_values_once(months):
    asked = []
    opened = open_table("nyc.flights", Warehouse(months[0] / "warehouse"))

    def query(sql):
        asked.append(sql)
        return opened.query(sql)

    rows, columns = scan(opened.types, query)
    assert len(asked) == 2
    assert "GROUPING SETS" in asked[1]
    find_key(columns, rows, query)
    assert len(asked) <= 2 + 2 * (1 + 4)


def test_an_accidental_key_is_none(tmp_path):
    """Of a few rows with a wide spread, any two columns differ."""
    chance = random.Random(1)  # noqa: S311
    rows = [{"a": chance.randrange(10**6), "b": f"w{chance.randrange(90)}"} for _ in range(100)]
    write_deltalake(tmp_path / "Tables" / "s" / "t", pa.Table.from_pylist(rows))
    opened = open_table("s.t", Warehouse(tmp_path))
    count, columns = scan(opened.types, opened.query)
    assert find_key(columns, count, opened.query) == ()
