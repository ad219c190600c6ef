"""Contracts written from whole databases: what they declare is in them, and `check` passes."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from spectra_gx.contract.loading import parse_contract
from tests.fakes.databases.mariadb_place import MariaDbPlace
from tests.fakes.databases.postgresql_place import PostgresPlace
from tests.fakes.databases.servers import PASSWORD, READER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Ended

PYPROJECT = f"""
[tool.spectra-gx.credentials.tables]
user = "{READER}"
password = "env:TABLES_PASSWORD"
"""
CUSTOMERS = ", ".join(f"({row}, 'p{row}@example.com', 'n{row % 7}')" for row in range(1, 41))
ORDERS = ", ".join(f"({row // 2}, {row % 2}, {1 + row % 40}, 'new')" for row in range(120))
STATEMENTS = (
    (
        "CREATE TABLE customers (id bigint PRIMARY KEY, mail varchar(40) UNIQUE, "
        "name varchar(20) NOT NULL)"
    ),
    (
        "CREATE TABLE orders (nr bigint, line bigint, buyer bigint NOT NULL, status varchar(9), "
        "PRIMARY KEY (nr, line), UNIQUE (line, nr, buyer), "
        "FOREIGN KEY (buyer) REFERENCES customers (id))"
    ),
    f"INSERT INTO customers VALUES {CUSTOMERS}",
    f"INSERT INTO orders VALUES {ORDERS}",
)


@contextmanager
def duckdb_file(folder: Path) -> Iterator[str]:
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        for statement in STATEMENTS:
            connection.execute(statement)
    yield "duckdb:shop.duckdb"


@contextmanager
def sqlite_file(folder: Path) -> Iterator[str]:
    connection = sqlite3.connect(folder / "shop.sqlite")
    for statement in STATEMENTS:
        connection.execute(statement)
    connection.commit()
    connection.close()
    yield "sqlite:shop.sqlite"


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    with PostgresPlace(folder) as place:
        place.execute("CREATE SCHEMA shop")
        place.execute(f"GRANT USAGE ON SCHEMA shop TO {READER}")
        place.execute("SET search_path = shop")
        for statement in STATEMENTS:
            place.execute(statement)
        place.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA shop TO {READER}")
        place.execute("CREATE TABLE public.closed (id bigint)")
        yield place.address


@contextmanager
def mariadb(folder: Path) -> Iterator[str]:
    with MariaDbPlace(folder) as place:
        for statement in STATEMENTS:
            place.execute(statement)
        yield f"mysql://127.0.0.1:{place.port}/d"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TABLES_PASSWORD", PASSWORD)
    return tmp_path


def made(command: Callable[..., Ended], here: Path, *arguments: str) -> Any:
    """Return the contract that is written, and its text, once its tables pass."""
    ended = command("init", *arguments, "--stage", "s", "-o", "contracts/s.contract.yaml")
    assert ended.code == 0, ended.err
    text = (here / "contracts" / "s.contract.yaml").read_text()
    assert PASSWORD not in text + ended.out + ended.err
    assert command("lint").code == 0
    checked = command("check", "s")
    assert checked.code == 0, checked.out
    return parse_contract(text.encode(), "x"), text


def check_declared(contract: Any, schema: str) -> None:
    customers, orders = contract.table(f"{schema}.customers"), contract.table(f"{schema}.orders")
    assert (customers.primary_key, orders.primary_key) == (("id",), ("nr", "line"))
    assert customers.column("mail").classification == "pii"
    unique = [rule.columns for table in contract.tables for rule in table.rules
              if rule.kind == "unique"]  # fmt: skip
    assert sorted(unique) == [("line", "nr", "buyer"), ("mail",)]
    [reference] = [rule for rule in orders.rules if rule.kind == "references"]
    assert (reference.columns, reference.argument) == (
        ("buyer",), {"table": f"{schema}.customers", "to": ("id",)},
    )  # fmt: skip
    assert customers.column("name").required


def test_what_duckdb_declares_is_taken(command, here: Path) -> None:
    with duckdb_file(here) as address:
        contract, text = made(command, here, address)
    check_declared(contract, "shop")
    assert f"location: duckdb:{here}/shop.duckdb#main.orders" in text


def test_what_sqlite_declares_is_taken_as_far_as_it_is_true(command, here: Path) -> None:
    with sqlite_file(here) as address:
        connection = sqlite3.connect(here / "shop.sqlite")
        connection.execute("INSERT INTO orders VALUES (99, 0, 999, 'odd'), (99, 1, 998, NULL)")
        connection.commit()
        connection.close()
        contract, text = made(command, here, address)
    [orders] = [table for table in contract.tables if table.name == "shop.orders"]
    assert [rule for rule in orders.rules if rule.kind == "references"] == []
    assert "in shop.customers but for 2 rows" in text


def test_one_table_of_a_database_is_one(command, here: Path) -> None:
    with duckdb_file(here) as address:
        ended = command("init", f"{address}#nothing.*")
        assert (ended.code, ended.out) == (3, "")
        assert "has no table in schema `nothing`" in ended.err
        contract, _ = made(command, here, f"{address}#customers")
    assert contract.table_names == ("shop.customers",)


def test_an_update_adds_what_is_new_in_a_database(command, here: Path) -> None:
    with duckdb_file(here) as address:
        written = "contracts/s.contract.yaml"
        command("init", f"{address}#customers", "--stage", "s", "-o", written)
        with duckdb.connect("shop.duckdb") as connection:
            connection.execute("ALTER TABLE customers ADD COLUMN vip BOOLEAN DEFAULT true")
        ended = command("init", "--update", "s", address)
    assert ended.out.splitlines() == [
        "added column `vip` of `shop.customers`",
        "added table `shop.orders`",
    ]
    references = "references: {columns: [buyer], table: shop.customers, to: [id]}"
    assert references in (here / written).read_text()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://reader:secret@db.example.com/shop", "contains a user or a password"),
        ("postgresql://db.example.com/shop", "name a credential: `--credentials NAME`"),
        ("oracle://db.example.com/shop", "is in `oracle`, which is not read"),
        ("duckdb:", "names no file"),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_cannot_be_opened_is_said_without_a_secret(command, address: str, said: str) -> None:
    ended = command("init", address)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert "secret" not in ended.err.replace("could be a secret", "")


def check_orders_are_added(command, here: Path, tables: str, schema: str) -> None:
    """Find the other table, and what it declares of the one that the contract has."""
    (here / "contracts" / "s.contract.yaml").unlink()
    of_reader = ("--credentials", "tables")
    made(command, here, f"{tables}customers", *of_reader)
    ended = command("init", "--update", "s", f"{tables}*", *of_reader)
    assert ended.out.splitlines() == [f"added table `{schema}.orders`"], ended.err
    text = (here / "contracts" / "s.contract.yaml").read_text()
    check_declared(parse_contract(text.encode(), "x"), schema)
    assert command("check", "s").code == 0


def test_what_mariadb_declares_is_taken(command, here: Path) -> None:
    with mariadb(here) as address:
        contract, text = made(command, here, address, "--credentials", "tables")
        check_declared(contract, "d")
        assert "credentials: tables" in text
        check_orders_are_added(command, here, f"{address}#", "d")


def test_what_postgresql_declares_is_taken(command, here: Path) -> None:
    with postgresql(here) as address:
        contract, text = made(command, here, f"{address}#shop.*", "--credentials", "tables")
        check_declared(contract, "shop")
        check_orders_are_added(command, here, f"{address}#shop.", "shop")
        (here / "contracts" / "s.contract.yaml").unlink()
        _, text = made(command, here, address, "--credentials", "tables")
    assert '#   "postgresql://127.0.0.1' in text
    assert "#public.closed" in text
