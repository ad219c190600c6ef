"""Tables in a PostgreSQL server: who may read them, what is pinned, and what is never done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import adbc_driver_postgresql.dbapi as driver
import pyarrow as pa
import pytest

from spectra_gx.contract.database_addresses import parse_database_address
from spectra_gx.engines.databases.postgresql.connection import PostgresConnection
from spectra_gx.errors import OverBudgetError, QueryFailedError
from tests.fakes.certificates import make_certificate
from tests.fakes.databases.postgresql_place import PostgresPlace
from tests.fakes.databases.servers import PASSWORD, READER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Ended

PYPROJECT = """
[tool.spectra-gx.credentials.tables]
user = "reader"
password = "env:TABLES_PASSWORD"
"""
CONTRACT = """
contract: shop
version: 1.0.0
owner: Shop
tables:
  shop.a:
    location: "%s#shop.a"
    credentials: tables
    columns:
      id: {type: long, unique: true}
      s: {type: string, enum: [a, b]}
    rules:
      - {id: own, sql: "select id from {table} where s < 'B'"}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresPlace]:
    with PostgresPlace(tmp_path_factory.mktemp("server")) as place:
        place.put("shop.a", pa.table({"id": pa.array([1, 2, 2], pa.int64()), "s": ["a", "B", "A"]}))
        place.execute("CREATE TABLE shop.closed (id bigint, s text)")
        place.execute("CREATE TABLE shop.rowwise (id bigint, s text)")
        place.execute("GRANT SELECT ON shop.rowwise TO reader")
        place.execute("ALTER TABLE shop.rowwise ENABLE ROW LEVEL SECURITY")
        place.execute("CREATE TABLE shop.nan (id bigint, s text, d numeric(5,2))")
        place.execute("INSERT INTO shop.nan VALUES (1, 'a', 'NaN')")
        place.execute("GRANT SELECT ON shop.nan TO reader")
        place.execute("CREATE TYPE shop.colour AS ENUM ('red', 'green')")
        place.execute(
            "CREATE TABLE shop.types (id bigint, u uuid, c char(3), e shop.colour, j jsonb, "
            "v varchar(9), n numeric, m money, i interval, a text[], t timestamp(3), f real)"
        )
        place.execute("GRANT SELECT ON shop.types TO reader")
        yield place


@pytest.fixture
def check(
    server: PostgresPlace,
    tmp_path: Path,
    command: Callable[..., Ended],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Ended]:
    """Check a contract, with one text of it or of pyproject.toml replaced by another."""

    def run(old: str = "", new: str = "", password: str = PASSWORD, options: str = "") -> Ended:
        monkeypatch.setenv("TABLES_PASSWORD", password)
        (tmp_path / "contracts").mkdir(exist_ok=True)
        contract = CONTRACT % server.address
        for before, after in zip(old.split("|"), new.split("|"), strict=True):
            contract = contract.replace(before, after)
        (tmp_path / "contracts" / "shop.contract.yaml").write_text(contract)
        (tmp_path / "pyproject.toml").write_text(PYPROJECT.replace(old or "none", new) + options)
        ended = command("check", "shop", "--json", "--project", tmp_path)
        assert PASSWORD not in ended.out + ended.err
        return ended

    return run


def rules_of(ended: Ended) -> dict[str, dict[str, object]]:
    [table] = json.loads(ended.out)["tables"]
    return {rule["id"].removeprefix("shop.a."): rule for rule in table["rules"]}


def test_texts_are_compared_by_code_points_whatever_the_collation(check) -> None:
    ended = check()
    rules = rules_of(ended)
    assert (rules["own"]["unexpected"], rules["own"]["sample"]) == (1, [{"id": 2}])
    assert (rules["s.enum"]["unexpected"], rules["s.enum"]["sample"]) == (2, ["A", "B"])
    assert rules["id.unique"]["unexpected"] == 2
    [table] = json.loads(ended.out)["tables"]
    assert table["snapshot"].startswith("snapshot=")
    assert " lsn=" in table["snapshot"]
    assert ended.code == 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("#shop.a", "#shop.b", "has no table `shop.b` — did you mean 'shop.a'?"),
        ("/postgres#", "/nowhere#", "the server has no such database"),
        ('"reader"', '"nobody"', "it refuses the user or the password"),
        ("#shop.a", "#shop.closed", "the user may not read a table or a column"),
        ("#shop.a", "#shop.rowwise", "row-level security hides rows from it"),
    ],
)
def test_what_cannot_be_read_is_named(check, old: str, new: str, reason: str) -> None:
    ended = check(old, new)
    assert ended.code == 3
    assert reason in ended.out + ended.err


def test_a_wrong_password_is_named(check) -> None:
    ended = check(password="another")
    assert ended.code == 3
    assert "it refuses the user or the password; check the table's `credentials`" in ended.out


def test_a_password_goes_to_no_other_host_than_its_own(check) -> None:
    ended = check("127.0.0.1", "db.example.com")
    assert ended.code == 3
    assert "credential `tables` does not say for which host it is" in ended.err
    ended = check('user = "reader"', 'user = "reader"\nhost = "localhost"')
    assert ended.code == 3
    assert "credential `tables` is for another host" in ended.err


def test_a_service_in_the_environment_is_refused(check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSERVICE", "other")
    ended = check()
    assert ended.code == 3
    assert "`PGSERVICE` is set in the environment" in ended.err


def columns_of(check, table: str, columns: str) -> dict[str, dict[str, object]]:
    """Return the rules of a table with these columns, and no others."""
    [_, old] = CONTRACT.split("    columns:")
    new = f" {columns}\n    extra_columns: allow\n"
    return rules_of(check(f"#shop.a|{old}", f"#shop.{table}|{new}"))


def test_a_decimal_that_is_not_a_number_is_an_error_and_no_verdict(check) -> None:
    rules = columns_of(check, "nan", '{s: string, d: {type: "decimal(5,2)", max: 1}}')
    assert (rules["d.type"]["status"], rules["d.max"]["status"]) == ("passed", "errored")
    assert rules["d.max"]["cause"] == "query_failed"
    assert "a value is not a number" in str(rules["d.max"]["message"])


def test_types_are_read_as_what_they_contain(check) -> None:
    texts = "u: string, c: string, e: string, j: string, v: string, s: string"
    others = "a: array<string>, t: timestamp_ntz, f: float"
    rules = columns_of(check, "types", f"{{{texts.replace(', s: string', '')}, {others}}}")
    types = {rule: found["status"] for rule, found in rules.items() if rule.endswith(".type")}
    assert set(types.values()) == {"passed"}
    rules = columns_of(check, "types", "{n: long, m: long, i: string}")
    assert "stored as numeric" in str(rules["n.type"]["message"])
    assert "stored as money" in str(rules["m.type"]["message"])
    assert "stored as interval" in str(rules["i.type"]["message"])


def test_nothing_is_written_and_the_snapshot_stays(check, server: PostgresPlace) -> None:
    before = check()
    server.execute("INSERT INTO shop.a VALUES (9, 'a')")
    try:
        after = check()
    finally:
        server.execute("DELETE FROM shop.a WHERE id = 9")
    counts = [json.loads(ended.out)["tables"][0]["rows"] for ended in (before, after)]
    snapshots = [json.loads(ended.out)["tables"][0]["snapshot"] for ended in (before, after)]
    assert counts == [3, 4]
    assert snapshots[0] != snapshots[1]


@pytest.fixture
def connection(server: PostgresPlace) -> Iterator[PostgresConnection]:
    address = parse_database_address(f"{server.address}#shop.a")
    connection = PostgresConnection(address, {"user": READER, "password": PASSWORD})
    yield connection
    connection.close()


COUNT = 'SELECT COUNT(*) AS "n" FROM "shop"."a"'


def test_a_second_connection_reads_the_same_snapshot(connection, server: PostgresPlace) -> None:
    server.execute("INSERT INTO shop.a VALUES (9, 'a')")
    try:
        begun = connection.begin(COUNT, {"n": "long"}, 60)
        assert begun.result() == connection.query(COUNT, {"n": "long"}, 60)
        assert begun.result().to_pylist() == [{"n": 3}]
    finally:
        server.execute("DELETE FROM shop.a WHERE id = 9")


def test_an_error_ends_neither_connection(connection) -> None:
    bad = 'SELECT 1 / COUNT(*) FILTER (WHERE FALSE) AS "n" FROM "shop"."a"'
    with pytest.raises(QueryFailedError, match="divided by zero"):
        connection.begin(bad, {"n": "long"}, 60).result()
    with pytest.raises(QueryFailedError, match="divided by zero"):
        connection.query(bad, {"n": "long"}, 60)
    assert connection.begin(COUNT, {"n": "long"}, 60).result().num_rows == 1
    assert connection.query(COUNT, {"n": "long"}, 60).num_rows == 1


def test_closing_ends_what_still_runs(connection, server: PostgresPlace) -> None:
    begun = connection.begin('SELECT pg_sleep(600)::text AS "s"', {"s": "string"}, 3600)
    waiting = connection.begin(COUNT, {"n": "long"}, 60)
    sleeping = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    address = server.address.replace("//", "//owner@")
    with driver.connect(address, autocommit=True) as owner, owner.cursor() as cursor:
        while not cursor.execute(sleeping).fetchall():
            pass
    connection.close()
    with pytest.raises((QueryFailedError, OverBudgetError)):
        begun.result(0)
    assert waiting.cancelled()


def test_where_no_snapshot_may_be_exported_one_connection_answers_all(check, server) -> None:
    expected = rules_of(check())
    server.execute("REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC")
    try:
        assert rules_of(check()) == expected
    finally:
        server.execute("GRANT EXECUTE ON FUNCTION pg_export_snapshot() TO PUBLIC")


def test_who_answers_is_verified_by_the_authority_that_is_named(
    check, server: PostgresPlace, tmp_path: Path
) -> None:
    authority = server.encrypt()
    other = tmp_path / "other.pem"
    other.write_bytes(make_certificate())
    verified = ("/postgres#", "/postgres?tls=verify-full#")

    assert check(*verified, options=f'ca_file = "{authority}"\n').code == 1
    for options in (f'ca_file = "{other}"\n', ""):
        ended = check(*verified, options=options)
        assert ended.code == 3
        assert "is not protected as `tls` in its address demands" in ended.out + ended.err
