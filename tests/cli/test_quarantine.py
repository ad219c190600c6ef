"""Rows in quarantine from the command line: listed, shown without what is sensitive, released."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.contract.loading import load_project
from spectra_gx.warehouse.delta import writes
from spectra_gx.warehouse.quarantine_tables import Quarantine
from tests.fakes.builders import Shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Ended

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.orders:
    quarantine: true
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      size: {type: double, max: 10}
      customer: {type: string, classification: pii, enum: [ann, bob]}
"""
ORDERS, ASIDE = "shop.orders", "quarantine.shop_orders"
GOOD = {"id": 1, "size": 1.0, "customer": "ann"}
LARGE = [{"id": n, "size": float(n), "customer": "ann"} for n in (11, 12, 90)]
STRANGE = {"id": 2, "size": 1.0, "customer": "mallory"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "contracts").mkdir()
    write(tmp_path, CONTRACT)
    shop_of(tmp_path).run({ORDERS: [GOOD, *LARGE, STRANGE]})
    return tmp_path


def write(root: Path, contract: str) -> None:
    (root / "contracts" / "shop.contract.yaml").write_text(contract)


def shop_of(root: Path) -> Shop:
    return Shop(root / "warehouse", load_project(root)["shop"])


def ids(root: Path, name: str) -> list[int]:
    return sorted(row["id"] for row in shop_of(root).rows(name))


@pytest.fixture
def quarantine(root: Path, command: Callable[..., Ended]) -> Callable[..., Ended]:
    return lambda *arguments: command("quarantine", *arguments, "--project", root)


def as_json(ended: Ended) -> dict[str, Any]:
    assert ended.out.count("\n") == 1
    found: dict[str, Any] = json.loads(ended.out)
    return found


def test_list(quarantine):
    ended = quarantine("list")
    assert (ended.code, ended.err) == (0, "")
    first, run, *rules = ended.out.splitlines()
    assert first == "shop.orders: 4 rows in `quarantine.shop_orders`"
    assert run.endswith("  4 rows  run_1")
    assert [rule.strip() for rule in rules] == [
        "shop.orders.size.max: 3",
        "shop.orders.customer.enum: 1",
    ]
    [held] = as_json(quarantine("list", "shop", "--json"))["held"]
    assert held["rules"] == {"shop.orders.size.max": 3, "shop.orders.customer.enum": 1}
    assert (held["table"], held["execution_id"], held["rows"]) == (ORDERS, "run_1", 4)


def test_nothing_to_list(empty_project, command):
    ended = command("quarantine", "list", "--project", empty_project)
    assert (ended.code, ended.out) == (0, "nothing is in quarantine\n")


def test_show_hides_what_is_sensitive(quarantine):
    ended = quarantine("show", ORDERS, "--rule", "shop.orders.customer.enum")
    assert ended.code == 0
    row, why, *_ = ended.out.splitlines()
    assert json.loads(row) == {"id": 2, "size": 1.0, "customer": "‹redacted›"}
    assert why == "    ✗ shop.orders.customer.enum: `customer` is not one of ann, bob"
    assert "mallory" not in quarantine("show", ORDERS, "--json").out + ended.out


def test_a_column_that_no_contract_declares_any_more_is_hidden(quarantine, root):
    write(root, CONTRACT.replace("      size: {type: double, max: 10}\n", ""))
    rows = as_json(quarantine("show", ORDERS, "--json", "--last", "1"))["rows"]
    assert [(row["size"], row["customer"]) for row in rows] == [("‹redacted›", "‹redacted›")]


def test_show_takes_a_run_and_a_number(quarantine):
    assert len(as_json(quarantine("show", ORDERS, "--json", "--last", "3"))["rows"]) == 3
    assert as_json(quarantine("show", ORDERS, "--json", "--run", "other'"))["rows"] == []
    unknown = quarantine("show", "shop.none")
    assert (unknown.code, unknown.err) == (
        2,
        "error: no contract declares a table `shop.none`; there are `shop.orders`\n",
    )


def test_release_lets_go_what_passes_under_the_contract_of_now(quarantine, root):
    write(root, CONTRACT.replace("max: 10", "max: 50"))
    ended = quarantine("release", ORDERS, "--run", "run_1")
    assert ended.code == 0
    told, published, _ = ended.out.splitlines()
    assert told == "2 rows of `shop.orders` released, 2 rows still in quarantine"
    assert published == "published: shop.orders v1"
    assert (ids(root, ORDERS), ids(root, ASIDE)) == ([1, 11, 12], [2, 90])
    [*_, run] = shop_of(root).log.runs("run")
    assert (run["status"], json.loads(run["table_versions"])) == ("Success", {ORDERS: 1})
    assert json.loads(run["parameters"])["operation"] == "release"

    write(root, CONTRACT.replace(", max: 10", "").replace("[ann, bob]", "[ann, bob, mallory]"))
    found = as_json(quarantine("release", ORDERS, "--run", "run_1", "--json"))
    assert (found["released"], found["left"], found["verdict"]) == (2, 0, "passed")
    assert (ids(root, ORDERS), ids(root, ASIDE)) == ([1, 2, 11, 12, 90], [])
    assert quarantine("release", ORDERS, "--run", "run_1").code == 2


def test_a_release_of_rows_that_still_break_rules_changes_nothing(quarantine, root):
    runs = len(shop_of(root).log.runs())
    ended = quarantine("release", ORDERS, "--run", "run_1")
    assert ended.code == 1
    assert "0 rows of `shop.orders` released, 4 rows still in quarantine" in ended.out
    assert "mallory" not in ended.out
    assert (ids(root, ORDERS), ids(root, ASIDE)) == ([1], [2, 11, 12, 90])
    assert len(shop_of(root).log.runs()) == runs


def test_published_rows_stay_where_a_released_one_has_their_key(quarantine, root):
    shop_of(root)
    write(root, CONTRACT.replace(", max: 10", ""))
    Shop(root / "warehouse", load_project(root)["shop"], 1).run({ORDERS: [GOOD, LARGE[0]]})
    ended = quarantine("release", ORDERS, "--run", "run_1")
    assert "2 rows of `shop.orders` released, 2 rows still in quarantine" in ended.out
    assert "note: batch `run_2` has replaced the table since these rows were built" in ended.out
    assert (ids(root, ORDERS), ids(root, ASIDE)) == ([1, 11, 12, 90], [2, 11])


SQL = """\
-- publish: merge
-- delete_where: size > 80
select id, size, customer from {shop.none}
"""


def test_what_the_builder_declares_counts_for_released_rows(quarantine, root):
    """The options of a table are read as text, wherever they are; nothing is built."""
    write(root, CONTRACT.replace(", max: 10", ""))
    (root / "stages" / "shop").mkdir(parents=True)
    builder = root / "stages" / "shop" / "shop.orders.sql"
    builder.write_text(SQL)
    refused = quarantine("release", ORDERS, "--run", "run_1")
    assert (refused.code, "stages/shop/shop.orders.sql:3:" in refused.err) == (2, True)
    (root / "pyproject.toml").write_text(
        '[tool.spectra-gx.stages.shop.tables."shop.orders"]\n'
        'publish = "merge"\ndelete_where = "size > 80"\n'
    )
    builder.unlink()
    ended = quarantine("release", ORDERS, "--run", "run_1")
    assert ended.code == 0, ended.err
    told, kept, *_ = ended.out.splitlines()
    assert told == "2 rows of `shop.orders` released, 2 rows still in quarantine"
    assert (
        kept == "    1 row would delete, by `delete_where`, `size > 80`; a release only adds rows"
    )
    [only] = as_json(quarantine("release", ORDERS, "--run", "run_1", "--json"))["kept"]
    assert (only["reason"], only["rows"]) == ("deletes", 1)
    assert quarantine("release", ORDERS, "--run", "run_1").out.splitlines()[-2:] == [
        "    1 row would delete, by `delete_where`, `size > 80`; a release only adds rows",
        "    1 row more: they still break the contract, or the table does without them",
    ]


@pytest.mark.parametrize("dies_in", ["mark_releasing", "write_stream", "remove_run"])
def test_a_release_that_dies_loses_and_doubles_no_row(quarantine, root, monkeypatch, dies_in):
    """Whatever it was doing, the next one ends with every row in one place."""
    write(root, CONTRACT.replace(", max: 10", ""))

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if dies_in == "write_stream":
            append = writes.write_stream

            def die_of_appends(*given: Any, append: bool = False, **named: Any) -> int:
                return die() or 0 if append else write_stream(*given, append=append, **named)

            write_stream = append
            patch.setattr(writes, "write_stream", die_of_appends)
        else:
            patch.setattr(Quarantine, dies_in, die)
        assert quarantine("release", ORDERS, "--run", "run_1").code == 3
    if dies_in == "remove_run":
        assert (ids(root, ORDERS), ids(root, ASIDE)) == ([1, 11, 12, 90], [2, 11, 12, 90])
        assert quarantine("release", ORDERS, "--run", "run_1").code == 1
    else:
        assert (ids(root, ORDERS), ids(root, ASIDE)) == ([1], [2, 11, 12, 90])
        assert quarantine("release", ORDERS, "--run", "run_1").code == 0
    assert (ids(root, ORDERS), ids(root, ASIDE)) == ([1, 11, 12, 90], [2])


def test_rows_with_a_column_that_is_gone_are_not_released(quarantine, root):
    write(root, CONTRACT.replace("      size: {type: double, max: 10}\n", ""))
    contract = load_project(root)["shop"]
    Shop(root / "warehouse", contract, 1).run({ORDERS: [{"id": 1}]}, rebuild=True)
    refused = quarantine("release", ORDERS, "--run", "run_1")
    assert refused.code == 3
    assert "column `size` of the rows in quarantine is `double`, and not there" in refused.err
    assert ids(root, ASIDE) == [2, 11, 12, 90]
