"""`spectra-gx generate`: what it says, how it ends, and that it never touches what is published."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.fakes.generated import stored

_START = "from spectra_gx.cli import console; console()"

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Tests
tables:
  shop.orders:
    primary_key: [id]
    columns:
      id: {type: long, required: true, min: 1}
      email: {type: string, format: email, classification: pii}
      total: {type: double, min: 0}
"""


pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/shop.contract.yaml").write_text(CONTRACT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_tables_are_generated_checked_and_left_alone_from_then_on(shop, command):
    ended = command("generate", "--rows", "50")
    assert (ended.code, ended.err) == (0, "")
    assert "shop.orders  50 rows" in ended.out
    assert ended.out.endswith("✓ shop: 10 rules checked, all passed\n")
    assert command("check", "shop", "--warehouse", "generated").code == 0
    again = command("generate", "--rows", "50")
    assert (again.code, again.out) == (2, "")
    assert "is not empty; delete it, or name another place with `--to`" in again.err
    assert not (shop / "warehouse").exists()


@pytest.mark.parametrize("place", ["warehouse", "warehouse/inside", "."])
def test_the_place_where_the_project_publishes_is_refused(place, command):
    ended = command("generate", "shop", "--to", place)
    assert (ended.code, ended.out) == (2, "")
    assert "is where the project publishes" in ended.err


def test_a_broken_rule_is_what_was_asked_for(command):
    ended = command("generate", "shop", "--break", "shop.orders.total.min=10%", "--json")
    found = json.loads(ended.out)
    assert (ended.code, ended.err, found["kept"], found["failing"]) == (0, "", True, [])
    assert found["broken"] == [
        {"rule": "shop.orders.total.min", "rows": 95, "found": 95, "broken": True, "passes": False}
    ]
    assert found["check"]["verdict"] == "failed"


def test_a_rule_that_is_not_kept_ends_in_1(shop, command):
    file = shop / "contracts/shop.contract.yaml"
    file.write_text(
        CONTRACT + "    rules: [{id: none, sql: 'select * from {table} where total > 0'}]\n"
    )
    ended = command("generate", "shop")
    assert ended.code == 1
    assert "✗ shop.orders.none (critical) is not kept: the query returns" in ended.out
    assert "a query says which rows fail, not how they are made" in ended.out


def test_values_are_the_same_in_every_process(shop):
    rows = []
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": f"Etc/GMT+{hash_seed}"}
        typed = ["generate", "shop", "--to", hash_seed, "--rows", "99"]
        subprocess.run([sys.executable, "-c", _START, *typed], env=environment, check=True)
        rows.append(stored(shop / hash_seed, "shop.orders"))
    assert rows[0] == rows[1]
