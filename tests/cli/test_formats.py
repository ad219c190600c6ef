"""`check`, `run` and `handoff` of tables kept as Parquet and CSV files, or standing elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from spectra_gx.validation.run.checkpoint import CheckpointRunner
from tests.fakes.s3 import KEY, SECRET, serve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Command = Callable[..., Any]

ORDERS = """\
contract: shop
version: 1.0.0
owner: Tests
tables:
  shop.customers:
    location: {customers}
    format: {customers_format}
    columns:
      name: {{type: string, required: true, unique: true}}
  shop.orders:
    location: {orders}
    format: {orders_format}
    primary_key: [id]
    columns:
      id: {{type: long, required: true}}
      customer: {{type: string, classification: {classification}}}
      total: {{type: "decimal(8,2)", min: 0}}
    rules:
      - id: known
        references: {{columns: [customer], table: shop.customers, to: [name]}}
      - id: few
        sql: "select * from {{table}} where (select count(*) from {{shop.customers}}) > 9"
handoff:
  to: nobody
  requires: [shop.orders.known]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project whose customers are Parquet, and whose orders are CSV."""
    (tmp_path / "warehouse" / "in").mkdir(parents=True)
    (tmp_path / "contracts").mkdir()
    customers(tmp_path, "Ann", "Bob")
    orders(tmp_path, "1,Ann,1.50", "2,Bob,0")
    contract(tmp_path)
    return tmp_path


def contract(root: Path, **said: str) -> None:
    usual = {
        "customers": "in/customers.parquet",
        "customers_format": "parquet",
        "orders": "in/orders*.csv",
        "orders_format": "csv",
        "classification": "public",
    }
    (root / "contracts" / "shop.contract.yaml").write_text(ORDERS.format(**{**usual, **said}))


def customers(root: Path, *names: str) -> None:
    pq.write_table(pa.table({"name": names}), root / "warehouse" / "in" / "customers.parquet")


def orders(root: Path, *rows: str, header: str = "id,customer,total") -> None:
    text = "\n".join([header, *rows, ""])
    (root / "warehouse" / "in" / "orders-1.csv").write_text(text)


def checked(command: Command, root: Path, *options: str) -> tuple[int, dict[str, Any], Any]:
    ended = command("check", "shop", "--json", "--project", root, *options)
    result = json.loads(ended.out)
    rules = {rule["id"]: rule for table in result["tables"] for rule in table["rules"]}
    assert result["declared"] == sum(result[word] for word in ("passed", "failed", "errored"))
    return ended.code, rules, result


def test_files_are_judged_as_tables_are(shop: Path, command: Command):
    code, _, result = checked(command, shop)

    assert (code, result["verdict"]) == (0, "passed")
    assert result["inputs"] == {"shop.customers": None, "shop.orders": None}
    assert [(t["rows"], t["delta_version"]) for t in result["tables"]] == [(2, None), (2, None)]
    shown = command("check", "shop", "--project", shop).out
    assert "2 rows  parquet files" in shown
    assert "2 rows  csv files" in shown


def test_rules_fail_with_samples_across_formats(shop: Path, command: Command):
    orders(shop, "1,Ann,1.50", "1,Eve,-1", "3,,")
    code, rules, _ = checked(command, shop)

    assert code == 1
    assert rules["shop.orders.known"]["sample"] == [{"id": 1, "customer": "Eve"}]
    assert rules["shop.orders.total.min"]["sample"] == ["-1.00"]
    assert rules["shop.orders.primary_key"]["unexpected"] == 2
    assert rules["shop.orders.few"]["status"] == "passed"


def test_values_that_do_not_read_as_their_type_are_counted(shop: Path, command: Command):
    orders(shop, "1,Ann,1.505", "x,Bob,100", "3,Ann,1234567")
    code, rules, _ = checked(command, shop)

    assert code == 3
    said = "column `total` is stored as string (2 of 3 rows cannot be read as decimal(8,2)), "
    assert rules["shop.orders.total.type"]["message"].startswith(said)
    assert rules["shop.orders.total.type"]["status"] == "failed"
    assert rules["shop.orders.total.min"]["status"] == "errored"
    assert "1 of 3 rows cannot be read as long" in rules["shop.orders.id.type"]["message"]
    assert rules["shop.orders.primary_key"]["status"] == "errored"
    assert rules["shop.orders.known"]["status"] == "passed"


def test_a_value_that_does_not_read_is_not_a_null(shop: Path, command: Command):
    orders(shop, "x,Ann,1")
    _, rules, _ = checked(command, shop)

    assert rules["shop.orders.id.type"]["status"] == "failed"
    assert rules["shop.orders.id.required"]["status"] == "passed"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("orders: in/none.csv", "no file matches"),
        ("ragged", "line 3 of file"),
        ("parquet", "is not a Parquet file, or is incomplete"),
    ],
)
def test_what_cannot_be_read_errs_every_rule_and_names_the_file(
    shop: Path, command: Command, broken: str, said: str
):
    table, file = "shop.orders", "orders-1.csv"
    if broken == "ragged":
        orders(shop, "1,Ann,1", "2,Bob")
    elif broken == "parquet":
        table, file = "shop.customers", "customers.parquet"
        (shop / "warehouse" / "in" / file).write_bytes(b"PAR1 and no more")
    else:
        contract(shop, orders="in/none.csv")
        file = "none.csv"
    code, rules, _ = checked(command, shop)
    own = [rule for name, rule in rules.items() if name.startswith(f"{table}.")]

    assert code == 3
    assert {rule["status"] for rule in own} == {"errored"}
    assert all(said in rule["message"] and file in rule["message"] for rule in own)


def test_a_file_that_changes_while_it_is_judged_errs_the_table(
    shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch
):
    interpret = CheckpointRunner._interpret

    def late(self: Any, *arguments: Any) -> Any:
        customers(shop, "Ann", "Bob", "Cy")
        return interpret(self, *arguments)

    monkeypatch.setattr(CheckpointRunner, "_interpret", late)
    code, rules, _ = checked(command, shop)

    assert code == 3
    assert all("changed while it was read" in rule["message"] for rule in rules.values())
    assert {rule["cause"] for rule in rules.values()} == {"file_changed"}


def test_sensitive_values_stay_in_the_file(shop: Path, command: Command):
    contract(shop, classification="pii")
    orders(shop, "1,Zacharias,1", "2,Zacharias,-1")
    ended = command("check", "shop", "--json", "--project", shop)
    assert (ended.code, "Zacharias" in ended.out + ended.err) == (1, False)

    orders(shop, "1,Zacharias", header="1,Zacharias,2")
    ended = command("check", "shop", "--json", "--project", shop)
    assert (ended.code, "Zacharias" in ended.out + ended.err) == (3, False)
    assert "names no column of table `shop.orders`" in ended.out
    assert '"cause": "file_unreadable"' in ended.out


def test_a_version_of_files_is_refused(shop: Path, command: Command):
    ended = command("check", "shop", "--table", "shop.orders", "--version", "0", "--project", shop)
    assert ended.code == 2
    assert "table `shop.orders` is stored as csv files, which have no versions" in ended.err
    assert command("run", "shop", "--backfill", "--project", shop).code == 2


def test_a_stage_of_files_is_run_logged_and_handed_off(shop: Path, command: Command):
    ran = command("run", "shop", "--json", "--project", shop)
    assert ran.code == 0
    assert json.loads(ran.out)["versions"] == {"shop.customers": None, "shop.orders": None}
    rows = json.loads(command("log", "shop", "--json", "--project", shop).out)
    checkpoints = [row for row in rows if row["record_type"] == "checkpoint"]
    assert [(row["table_state"], row["delta_version"]) for row in checkpoints] == [
        ("kept", None)
    ] * 2
    assert command("handoff", "shop", "--project", shop).code == 0

    (shop / "warehouse" / "in" / "customers.parquet").unlink()
    ended = command("handoff", "shop", "--project", shop)
    assert ended.code != 0
    assert "table `shop.customers` does not exist" in ended.out


def test_a_delta_table_elsewhere_is_judged_at_its_versions(
    shop: Path, command: Command, tmp_path_factory: pytest.TempPathFactory
):
    place = tmp_path_factory.mktemp("elsewhere") / "customers"
    write_deltalake(place, pa.table({"name": ["Ann"]}))
    write_deltalake(place, pa.table({"name": ["Bob"]}), mode="append")
    contract(shop, customers=str(place), customers_format="delta")

    code, _, result = checked(command, shop)
    assert (code, result["inputs"]["shop.customers"]) == (0, 1)
    options = ("--table", "shop.customers", "--version", "0")
    assert checked(command, shop, *options)[2]["tables"][0]["rows"] == 1
    assert command("run", "shop", "--project", shop).code == 0
    assert command("handoff", "shop", "--project", shop).code == 0
    write_deltalake(place, pa.table({"name": ["Cy"]}), mode="append")
    ended = command("handoff", "shop", "--project", shop)
    assert "table `shop.customers` is at version 2, the run names 1" in ended.out


def test_tables_in_an_object_store(shop: Path, command: Command, monkeypatch: pytest.MonkeyPatch):
    contract(shop, customers="s3://lake/shop/customers", customers_format="delta")
    assert checked(command, shop)[0] == 3

    for s3 in serve():
        for name, value in s3.settings.items():
            monkeypatch.setenv(name, value)
        write_deltalake(shop / "delta", pa.table({"name": ["Ann", "Bob"]}))
        s3.upload(shop / "delta", "shop/customers")
        s3.put("shop/orders/1.csv", b"id,customer,total\n1,Ann,1\n2,Eve,1\n")
        contract(
            shop,
            customers="s3://lake/shop/customers",
            customers_format="delta",
            orders="s3://lake/shop/orders/*.csv",
        )
        code, rules, result = checked(command, shop)

        assert (code, result["inputs"]) == (1, {"shop.customers": 0, "shop.orders": None})
        assert rules["shop.orders.known"]["sample"] == [{"id": 2, "customer": "Eve"}]
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        ended = command("check", "shop", "--debug", "--json", "--project", shop)
        assert ended.code == 3
        assert not any(secret in ended.out + ended.err for secret in (KEY, SECRET))
