"""Databases that cannot be run in tests: what a fake of each driver gets, and what comes back."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import yaml

from spectra_gx.contract.database_addresses import parse_database_address
from spectra_gx.engines.databases.logins import check_login
from spectra_gx.engines.databases.opening import open_server
from spectra_gx.errors import (
    ConfigurationError,
    DatabaseError,
    OverBudgetError,
    QueryFailedError,
    TableNotFoundError,
)
from tests.contract.checking import contract_of, outcomes, store, validate_here
from tests.databases.places import LOGIN, moved_to, validated
from tests.fakes.databases.cloud_drivers import CloudDriver
from tests.fakes.databases.cloud_place import VENDORS, CloudPlace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = pa.table({"id": pa.array([1, 2, 3], pa.int64()), "s": ["a", "a ", "B"]})
TABLE = {
    "primary_key": ["id"],
    "rows": {"min": 1, "max": 2},
    "columns": {
        "id": "long",
        "s": {"type": "string", "enum": ["a", "b"], "unique": True, "max_length": 1},
        "x": {"type": "double", "min": 0},
        "d": {"type": "decimal(10,2)", "max": 1},
        "day": {"type": "date", "below": "2026-01-01"},
        "at": "timestamp",
        "b": {"type": "boolean", "const": True},
    },
    "rules": [
        {"id": "own", "sql": "select q.id from {table} as q where s < 'a ' or (x > 1) is not true"},
        {"id": "some", "column": "x", "where": "b", "mean": {"max": -1}},
        {"id": "total", "column": "d", "sum": {"max": 0}},
        {"id": "middle", "column": "x", "median": {"max": -1}},
        {"id": "order", "compare": "id > 2"},
        {"id": "known", "references": {"columns": ["s"], "table": "shop.parents", "to": ["a"]}},
    ],
}


@pytest.fixture(params=VENDORS)
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudPlace]:
    with CloudPlace(VENDORS[request.param]) as made:
        for name, module in made.modules.items():
            monkeypatch.setitem(sys.modules, name, module)
        yield made


def opened(place: CloudPlace, table: str = "shop.a") -> tuple[Any, Any]:
    address = parse_database_address(place.address(table))
    return open_server(address, "tables", place.vendor.login), address


def test_rules_have_the_answers_that_delta_gives(place: CloudPlace, tmp_path: Path) -> None:
    names = ("id", "s", "x", "d", "day", "at", "b")
    types = {name: TABLE["columns"][name] for name in names}  # type: ignore[index]  # a table's own
    types = {name: one["type"] if isinstance(one, dict) else one for name, one in types.items()}
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    rows = [
        (1, "a", 0.5, Decimal("0.11"), date(2025, 1, 1), noon, True),
        (2, "a ", -1.5, Decimal("2.50"), date(2026, 1, 1), None, False),
        (3, "A", None, None, None, noon, None),
    ]
    parents = {"columns": {"a": "string"}}
    contract = contract_of(yaml.safe_dump({"shop.a": TABLE, "shop.parents": parents}))
    store(tmp_path, "shop.a", types, rows)
    store(tmp_path, "shop.parents", {"a": "string"}, [("a",)])

    expected = outcomes(validate_here(contract, tmp_path))
    login = replace(LOGIN, options=dict(place.vendor.login))
    found = validated(moved_to(place, contract, tmp_path), tmp_path, login)

    assert {rule: one.to_dict() for rule, one in found.items()} == {
        rule: one.to_dict() for rule, one in expected.items()
    }


def test_a_snapshot_is_pinned_and_named_in_each_query(place: CloudPlace) -> None:
    place.put("shop.a", ROWS)
    connection, address = opened(place)
    table = connection.describe(address)
    connection.query(f"SELECT COUNT(*) AS n FROM {table.relation}", {"n": "long"}, 60)

    pinned = {
        "snowflake": "AT(TIMESTAMP => TO_TIMESTAMP_TZ('2026-11-20",
        "bigquery": "FOR SYSTEM_TIME AS OF TIMESTAMP '2026-11-20",
        "tsql": "SET TRANSACTION ISOLATION LEVEL SNAPSHOT",
        "databricks": "VERSION AS OF 7",
        "redshift": "BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY",
    }[place.vendor.dialect]
    assert any(pinned in sql for sql in place.driver.sent)
    assert "2026-11-20" in connection.version or connection.version == "shop.a@7"
    words = ("INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "DROP")
    assert not any(sql.upper().startswith(words) for sql in place.driver.sent)


def test_texts_come_back_as_they_are_stored(place: CloudPlace) -> None:
    place.put("shop.a", ROWS)
    connection, address = opened(place)
    table = connection.describe(address)
    query = f"SELECT {table.reads['s']} AS s FROM {table.relation}"

    answer = connection.query(query, {"s": "string"}, 60).to_pylist()
    assert sorted(row["s"] for row in answer) == ["B", "a", "a "]
    [part] = connection.stream(query, {"s": "string"}, 60)
    assert part.num_rows == 3


def test_a_table_that_is_not_there_is_named(place: CloudPlace) -> None:
    place.put("shop.a", ROWS)
    connection, address = opened(place, "shop.b")
    with pytest.raises(TableNotFoundError, match=r"has no table `.*b`"):
        connection.describe(address)


def test_what_a_driver_raises_is_not_repeated(place: CloudPlace) -> None:
    place.put("shop.a", ROWS)
    connection, _ = opened(place)
    place.driver.fail = lambda _: CloudDriver.Error("value 'secret' is odd")
    with pytest.raises(QueryFailedError) as failed:
        connection.query("SELECT 1 AS x", {"x": "integer"}, 60)
    assert "could not answer" in failed.value.message
    assert "secret" not in failed.value.message
    place.driver.fail = lambda _: CloudDriver.Error("Query timeout: timed out", 630)
    if place.vendor.dialect not in ("redshift", "tsql"):  # these lost their snapshot by the first
        with pytest.raises(OverBudgetError, match="took over 60 s"):
            connection.query("SELECT 1 AS x", {"x": "integer"}, 60)


def test_a_snapshot_that_an_error_ended_is_not_replaced_by_another() -> None:
    with CloudPlace(VENDORS["redshift"]) as place:
        sys_modules = dict(place.modules)
        with pytest.MonkeyPatch.context() as patch:
            for name, module in sys_modules.items():
                patch.setitem(sys.modules, name, module)
            connection, _ = opened(place)
            place.driver.fail = lambda _: CloudDriver.Error("no")
            with pytest.raises(QueryFailedError):
                connection.query("SELECT 1 AS x", {"x": "integer"}, 60)
            place.driver.fail = lambda _: None
            with pytest.raises(QueryFailedError, match="ended the snapshot with an earlier query"):
                connection.query("SELECT 1 AS x", {"x": "integer"}, 60)


def test_a_server_that_refuses_is_reported_without_its_words(place: CloudPlace) -> None:
    place.driver.fail = lambda _: CloudDriver.Error("only-for-tests is wrong")
    with pytest.raises(DatabaseError) as failed:
        opened(place)
    assert "cannot be read" in failed.value.message
    assert "only-for-tests" not in failed.value.message


def test_a_driver_that_is_missing_is_named_with_what_installs_it(
    place: CloudPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, place.vendor.modules[0], None)
    with pytest.raises(ConfigurationError, match=r"pip install 'spectra-gx\[\w+\]'"):
        opened(place)


@pytest.mark.parametrize("name", VENDORS)
def test_a_credential_that_lacks_something_is_refused(name: str) -> None:
    vendor = VENDORS[name]
    address = parse_database_address(f"{vendor.address}#{'shop.' * vendor.with_schema}a")
    check_login(address, "tables", vendor.login)
    with pytest.raises(ConfigurationError, match="lacks what"):
        check_login(address, "tables", {"host": str(address.host)})
    with pytest.raises(ConfigurationError, match="`ca_file`, which"):
        check_login(address, "tables", {**vendor.login, "ca_file": "a"})
    if vendor.with_schema:
        with pytest.raises(ConfigurationError, match="for another host"):
            check_login(address, "tables", {**vendor.login, "host": "other.example.com"})
