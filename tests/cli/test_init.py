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
