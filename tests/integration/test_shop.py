"""The shop of `docs/examples`: what is wrong in it is found, and everything else arrives."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from deltalake import DeltaTable

from spectra_gx import Project, RunParameters
from tests.docs.pages import REPOSITORY, read

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx import RunResult

SHOP = REPOSITORY / "docs" / "examples" / "shop"
PAGE = "docs/examples/shop/README.md"


def deliver(root: Path, *options: str) -> None:
    subprocess.run(
        [sys.executable, "generate.py", *options], cwd=root, check=True, capture_output=True
    )


def delivered(root: Path) -> dict[str, bytes]:
    """Return path → bytes of what was delivered."""
    landing = root / "landing"
    files = (path for path in landing.rglob("*") if path.is_file())
    return {path.relative_to(landing).as_posix(): path.read_bytes() for path in files}


def lines(root: Path, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (root / "landing" / name).read_text().splitlines()]


@dataclass(frozen=True)
class Days:
    """The shop's first day, as it came, and again with a price that somebody fixed."""

    root: Path
    first: RunResult
    second: RunResult
    sales: RunResult

    def published(self, table: str) -> list[dict[str, object]]:
        folder = self.root / "warehouse" / "Tables" / table.replace(".", "/")
        return DeltaTable(folder).to_pyarrow_table().to_pylist()


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Days:
    root = shutil.copytree(SHOP, tmp_path_factory.mktemp("example") / "shop")
    deliver(root)
    project = Project.open(root)
    first = project.run("shop", RunParameters())
    products = root / "landing" / "products.csv"
    products.write_text(products.read_text().replace(";-1.111,38;", ";1.111,38;"))
    second = project.run("shop", RunParameters())
    return Days(root, first, second, project.run("sales", RunParameters()))


def test_the_same_seed_and_day_make_the_same_files(tmp_path):
    made = []
    for name, options in {"one": (), "two": (), "other": ("--seed", "14")}.items():
        root = shutil.copytree(SHOP, tmp_path / name)
        deliver(root, *options)
        made.append(delivered(root))
    one, two, other = made
    assert one == two
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] == other[name]] == []


def test_what_the_page_says_is_found_and_nothing_else(days):
    rows = re.findall(
        r"^\| .+ \| `(shop\..+)` \| (\d+)(, a warning)? \|$", read(PAGE), re.MULTILINE
    )
    said = {rule: (int(count), "warning" if w else "critical") for rule, count, w in rows}
    assert days.first.stage is not None
    found = {
        rule.id: (rule.unexpected, rule.severity)
        for rule in days.first.stage.all_rules()
        if rule.status != "passed"
    }
    assert (days.first.exit_code, dict(days.first.published)) == (1, {})
    assert found == said


def test_everything_that_is_delivered_is_published_or_in_quarantine(days):
    orders = lines(days.root, "orders/2026-11-20.jsonl")
    with (days.root / "landing" / "products.csv").open(newline="") as file:
        products = [*csv.DictReader(file, delimiter=";")]
    came = {
        "shop.customer": len(lines(days.root, "customers.jsonl")),
        "shop.product": len(products),
        "shop.order": len(orders),
        "shop.order_item": sum(len(order["items"]) for order in orders),
        "shop.payment": len(lines(days.root, "payments/2026-11-20.jsonl")),
        "shop.web_event": len(lines(days.root, "events/2026-11-20.jsonl")),
    }
    kept = {entry.table: entry.rows for entry in Project.open(days.root).quarantined("shop")}
    assert days.second.exit_code == 0
    assert {table: len(days.published(table)) + kept.get(table, 0) for table in came} == came
    assert kept["shop.payment"] > len({"cheque", "nothing", "card", "twice", "again"})


def test_the_spreadsheet_is_read_exactly(days):
    with (days.root / "landing" / "products.csv").open(newline="") as file:
        written = {row["product_id"]: row["price"] for row in csv.DictReader(file, delimiter=";")}
    stored = {row["product_id"]: row["price"] for row in days.published("shop.product")}
    assert written.keys() == stored.keys()
    for product, price in stored.items():
        whole, _, cents = written[product].partition(",")
        assert price == Decimal(f"{whole.replace('.', '')}.{cents}")


def test_personal_data_is_in_tables_alone(days):
    people = lines(days.root, "customers.jsonl")
    private = {str(person[key]) for person in people for key in ("name", "email", "phone")}
    private -= {"None"}
    cards = {str(payment["card"]) for payment in lines(days.root, "payments/2026-11-20.jsonl")}
    seen = {
        secret
        for path in (days.root / "warehouse" / "Files").rglob("*")
        if path.is_file()
        for text in [path.read_bytes().decode("utf-8", "replace")]
        for secret in [*private, *(card for card in cards if "*" not in card and card != "None")]
        if secret in text
    }
    assert len(private) > 40
    assert seen == set()
    assert "4000 0000 0000 0000" in cards
    assert "4000 0000 0000 0000" not in {row["card"] for row in days.published("shop.payment")}


def test_the_report_is_the_sum_of_what_was_published(days):
    pieces: Counter[str] = Counter()
    for item in days.published("shop.order_item"):
        pieces[str(item["product_id"])] += int(str(item["quantity"]))
    assert days.sales.exit_code == 0
    reported = {row["product_id"]: row["pieces"] for row in days.published("sales.by_product")}
    products = {row["product_id"] for row in days.published("shop.product")}
    assert reported == {product: pieces[str(product)] for product in products}
    [day] = days.published("sales.by_day")
    totals = [row["total"] for row in days.published("shop.order")]
    assert (day["orders"], day["total"]) == (len(totals), sum(totals))
