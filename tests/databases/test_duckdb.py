"""A contract on tables of a DuckDB file, as somebody types it, and what may go wrong there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest
from deltalake import write_deltalake

import spectra_gx
from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Ended

CONTRACT = """
contract: shop
version: 1.0.0
owner: Shop
tables:
  shop.orders:
    location: "duckdb:shop.duckdb#orders"
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      customer: {type: long}
      status: {type: string, enum: [new, paid], pattern: "^[a-z]+$"}
      email: {type: string, format: email, classification: pii}
    rules:
      - {id: here, references: {columns: [customer], table: shop.customers, to: [id]}}
      - {id: elsewhere, references: {columns: [customer], table: shop.people, to: [id]}}
      - id: own
        sql: "select * from {table} where customer not in (select id from {shop.customers})"
      - id: mixed
        where: id / 2 >= 1
        sql: "select o.id, p.id as of from {table} o join {shop.people} p on p.id = o.customer"
      - {id: lowered, sql: "select id from {table} where lower(status) = 'new'"}
      - {id: in-order, sorted: {by: id, order: asc}}
  shop.customers:
    location: duckdb:shop.duckdb#customers
    columns: {id: {type: long, unique: true}}
  shop.people:
    columns: {id: {type: long, unique: true}}
    rules:
      - {id: back, references: {columns: [id], table: shop.customers, to: [id]}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "shop.contract.yaml").write_text(CONTRACT)
    (tmp_path / "warehouse").mkdir()
    with duckdb.connect(str(tmp_path / "warehouse" / "shop.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE orders AS SELECT * FROM (VALUES (1::BIGINT, 1::BIGINT, 'new', 'a@b.de'), "
            "(2, 2, 'paid', 'no'), (2, 3, 'Odd', NULL)) AS v (id, customer, status, email)"
        )
        connection.execute("CREATE TABLE customers AS SELECT unnest([1::BIGINT, 2::BIGINT]) AS id")
    write_deltalake(
        str(tmp_path / "warehouse" / "Tables" / "shop" / "people"),
        pa.table({"id": pa.array([1, 3], pa.int64())}),
    )
    return tmp_path


def test_a_stage_whose_tables_are_in_two_places(shop: Path, command: Callable[..., Ended]) -> None:
    ended = command(*["check", "shop", "--json"], "--project", shop)
    found = json.loads(ended.out)
    rules = {rule["id"]: rule for table in found["tables"] for rule in table["rules"]}
    failed = {
        name.removeprefix("shop."): (rule["unexpected"], rule["sample"], rule["keys"])
        for name, rule in rules.items()
        if rule["status"] == "failed"
    }
    odd = {"id": 2, "customer": 3, "status": "Odd", "email": "‹redacted›"}
    assert failed == {
        "orders.primary_key": (2, [{"id": 2}, {"id": 2}], [{"id": 2}, {"id": 2}]),
        "orders.status.enum": (1, ["Odd"], [{"id": 2}]),
        "orders.status.pattern": (1, ["Odd"], [{"id": 2}]),
        "orders.email.format": (1, ["‹redacted›"], [{"id": 2}]),
        "orders.here": (1, [{"id": 2, "customer": 3}], [{"id": 2}]),
        "orders.elsewhere": (1, [{"id": 2, "customer": 2}], [{"id": 2}]),
        "orders.own": (1, [odd], [{"id": 2}]),
        "orders.mixed": (1, [{"id": 2, "of": "‹redacted›"}], [{"id": 2}]),
        "people.back": (1, [{"id": 3}], []),
    }
    errored = {
        name: (rule["cause"], rule["message"].split(": ", 1)[1])
        for name, rule in rules.items()
        if rule["status"] == "errored"
    }
    assert errored == {
        "shop.orders.lowered": (
            "unsupported",
            (
                "`LOWER` changes letters beyond ASCII in another way on DuckDB; "
                "write the rule without it"
            ),
        ),
    }
    assert (ended.code, rules["shop.orders.in-order"]["status"]) == (3, "passed")
    orders = found["tables"][0]
    assert orders["snapshot"].startswith("size=")
    assert " sha256=" in orders["snapshot"]
    assert orders["delta_version"] is None
    assert "no@" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("duckdb:other.duckdb#orders", "there is no DuckDB file"),
        ("duckdb:bad.duckdb#orders", "cannot be opened as a DuckDB file"),
        ("duckdb:shop.duckdb#ordres", "has no table `main.ordres` — did you mean 'main.orders'?"),
    ],
)
def test_what_cannot_be_read_is_named(
    shop: Path, command: Callable[..., Ended], address: str, problem: str
) -> None:
    (shop / "warehouse" / "bad.duckdb").write_text("no database")
    file = shop / "contracts" / "shop.contract.yaml"
    file.write_text(CONTRACT.replace("duckdb:shop.duckdb#orders", address))
    ended = command(*["check", "shop", "--table", "shop.orders"], "--project", shop)
    assert ended.code == 3
    assert problem in ended.out + ended.err


@pytest.mark.parametrize("done", ["check", "run"])
def test_a_file_can_be_written_again_once_it_was_read(shop: Path, done: str) -> None:
    project = spectra_gx.Project(shop)
    kept = getattr(project, done)("shop")
    # DuckDB opens no file for writing that its own process still reads.
    with duckdb.connect(str(shop / "warehouse" / "shop.duckdb")) as connection:
        connection.execute("DROP TABLE customers")
    assert kept is not None


def test_a_file_can_be_written_after_a_check_that_stopped(shop: Path) -> None:
    with (shop / "contracts" / "shop.contract.yaml").open("a") as file:
        file.write("  shop.far:\n    location: postgresql://db.example/shop#public.far\n")
        file.write("    credentials: nobody\n    columns: {id: {type: long}}\n")
    with pytest.raises(ConfigurationError, match="nobody") as stopped:
        spectra_gx.Project(shop).check("shop")
    assert stopped.value.__traceback__ is not None  # what was open when it stopped is still known
    with duckdb.connect(str(shop / "warehouse" / "shop.duckdb")) as connection:
        connection.execute("DROP TABLE customers")


def test_a_file_that_somebody_writes_is_named(shop: Path, command: Callable[..., Ended]) -> None:
    with duckdb.connect(str(shop / "warehouse" / "shop.duckdb")):
        ended = command(*["check", "shop"], "--project", shop)
    assert "is open for writing; close that connection, and run again" in ended.out
    assert ended.code == 3


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("location: postgresql://u:secret@h/d#s.t", "15: `location` of table 'shop.a' contains a"),
        ("location: postgresql://h/d?password=secret#s.t", "may have `?tls=`"),
        ("location: postgresql://h/d#t", "names no schema"),
        ("location: postgres://h/d#s.t", "begins with `postgres:`; write `postgresql://`"),
        ("location: duckdb:x.duckdb", "names no table; write `duckdb:file#schema.table`"),
        ("location: duckdb:x#a.b.c", "has too many names after `#`"),
        ("location: duckdb:x#my table", "must be quoted after `#`"),
        ("location: oracle://x/y#z", "is in `oracle`, which is not read"),
        ("location: postgresql://h/d#s.t", "nothing says who reads it; name its `credentials`"),
        ("{location: duckdb:x#t, credentials: c}", "which no credential opens; remove"),
        ("{location: duckdb:x#t, format: csv}", "has a format of its own; remove `format`"),
        ("{location: duckdb:x#t, partitioned_by: [x]}", "where only `delta` is `partitioned_by`"),
    ],
)  # fmt: skip
def test_lint_finds_what_is_wrong_with_an_address(
    tmp_path: Path, command: Callable[..., Ended], line: str, problem: str
) -> None:
    (tmp_path / "contracts").mkdir()
    entries = line.strip("{}").split(", ", 1)
    (tmp_path / "contracts" / "demo.contract.yaml").write_text(
        "contract: demo\nversion: 1.0.0\nowner: me\ntables:\n  shop.a:\n    "
        + "\n    ".join(entries)
        + "\n    columns: {x: long}\n"
    )
    ended = command(*["lint"], "--project", tmp_path)
    assert problem in ended.out + ended.err
    assert ended.code == 2
    assert "contracts/demo.contract.yaml:" in ended.out + ended.err
    assert "secret@" not in ended.out + ended.err
    assert "password=secret" not in ended.out + ended.err
