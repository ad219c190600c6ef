"""`spectra-gx init`, as typed."""

from __future__ import annotations

import pyarrow as pa
import pytest
from deltalake import write_deltalake

ORDERS = pa.table({"id": list(range(12)), "email": ["somebody@example.com"] * 12})


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a warehouse of one table and a table beside it, but no contract yet."""
    write_deltalake(tmp_path / "warehouse" / "Tables" / "shop" / "orders", ORDERS)
    write_deltalake(tmp_path / "exports" / "2026 orders", ORDERS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_first_contract_is_printed_and_judges_its_table(here, command):
    ended = command("init", "shop.orders")
    assert (ended.code, ended.err) == (0, "")
    assert "contract: shop\nversion: 1.0.0\nstatus: draft\nowner: TODO\n" in ended.out
    assert "    primary_key: [id]\n    rows: {min: 1}\n" in ended.out
    assert "somebody" not in ended.out
    assert "classification: pii" in ended.out
    assert command("init", "shop.orders", "-o", "contracts/shop.contract.yaml").code == 0
    assert (here / "contracts" / "shop.contract.yaml").read_text() == ended.out
    assert command("fmt", "--check").code == 0
    assert command("lint").code == 0
    assert command("check", "shop").code == 0


def test_an_existing_file_is_left_alone(here, command):
    (here / "mine.yaml").write_text("mine")
    ended = command("init", "shop.orders", "-o", "mine.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "error: `mine.yaml` already exists and was not changed; choose another file or remove it\n"
    )
    assert (here / "mine.yaml").read_text() == "mine"


def test_several_tables_make_one_contract_and_a_folder_gets_a_location(here, command):
    ended = command("init", "shop.orders", "exports/2026 orders", "--stage", "sales-eu")
    assert "contract: sales-eu\n" in ended.out
    assert "  shop.orders:\n" in ended.out
    assert f"  sales_eu._2026_orders:\n    location: {here}/exports/2026 orders\n" in ended.out
    assert "  shop.orders:\n" in command("init", "warehouse/Tables/shop/orders").out


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["shop.missing"], 3, "table `shop.missing` does not exist"),
        (["2026"], 3, "there is no table at `2026`"),
        (["shop.orders", "shop.orders"], 2, "two of these tables would be `shop.orders`"),
        (["shop.orders", "--stage", "1 2"], 2, "write one such as"),
        (["shop.orders", "-o", "warehouse"], 2, "exists"),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_cannot_be_done_is_said(command, typed, code, said):
    ended = command("init", *typed)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err


def test_an_update_adds_what_is_new_and_says_what_is_contradicted(here, command):
    (here / "contracts").mkdir()
    file = here / "contracts" / "shop.contract.yaml"
    command("init", "shop.orders", "-o", str(file))
    written = file.read_bytes().replace(b"owner: TODO", b"owner:  'Us'  # and nobody else")
    file.write_bytes(written)
    rows = {"id": [0, 0, *range(2, 12)], "email": ["a@example.com"] * 12, "tip": [0.5] * 12}
    write_deltalake(
        here / "warehouse" / "Tables" / "shop" / "orders",
        pa.table(rows),
        mode="overwrite",
        schema_mode="overwrite",
    )
    write_deltalake(here / "warehouse" / "Tables" / "shop" / "returns", ORDERS)
    ended = command("init", "--update", "shop")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "added column `tip` of `shop.orders`\n"
        "added table `shop.returns`\n"
        "contradicted: shop.orders.primary_key: 2 of 12 rows: `id` is null or not unique\n"
    )
    updated = file.read_bytes()
    assert updated.startswith(written[: written.index(b"      email")])
    assert "somebody" not in updated.decode()
    ended = command("init", "--update", "shop")
    assert ended.out.startswith("`contracts/shop.contract.yaml`: nothing is new\ncontradicted: ")
    assert file.read_bytes() == updated


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "name the tables to write a contract of"),
        (["--update", "shop", "-o", "x"], "`--output` is for a new contract"),
        (["--update", "shop", "--stage", "x"], "`--stage` is for a new contract"),
        (["--update", "none.yaml"], "upwards contains `contracts/`"),
        (
            ["--update", "odd.yaml", "exports/2026 orders"],
            "two tables would be `shop._2026_orders`",
        ),
    ],
)
@pytest.mark.usefixtures("here")
def test_an_update_that_cannot_be_done_is_said_and_changes_nothing(here, command, typed, said):
    contract = (
        "contract: shop\nversion: 1.0.0\nowner: Us\ntables:\n  shop.%s:\n"
        "    columns: {id: {type: long}}\n"
    )
    (here / "odd.yaml").write_text(contract % "_2026_orders")
    before = {file.name: file.read_bytes() for file in here.glob("*.yaml")}
    ended = command("init", *typed)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert {file.name: file.read_bytes() for file in here.glob("*.yaml")} == before
