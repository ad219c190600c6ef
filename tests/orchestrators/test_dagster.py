"""Dagster materializes the shop: green, failed and errored; and checks what others built."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx import Project
from tests.docs.pages import REPOSITORY
from tests.orchestrators.conftest import (
    DOCS,
    HERE,
    SPECTRA_GX,
    check_types,
    deliver,
    fix_the_price,
    last_object,
)

if TYPE_CHECKING:
    from collections.abc import Callable
BIN = Path(os.environ.get("DAGSTER", ""))
EXAMPLE = REPOSITORY / "docs/examples/dagster/definitions.py"


@pytest.fixture
def dagster(shop: Path, tmp_path: Path) -> Callable[..., Any]:
    home = tmp_path / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    settings = {
        "DAGSTER_HOME": home,
        "SHOP": shop,
        "SPECTRA_GX": SPECTRA_GX,
        "RETRY_DELAY": "0",
    }

    def run(*arguments: str | Path) -> Any:
        ended = subprocess.run(
            [BIN / "python", HERE / "in_dagster.py", *arguments],
            env={**os.environ, **{name: str(value) for name, value in settings.items()}},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return {**last_object(ended.stdout), "log": ended.stdout + ended.stderr}

    return run


@pytest.fixture(scope="module")
def published_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop and its reports, published; copy it, do not touch it."""
    root = deliver(tmp_path_factory.mktemp("published"))
    fix_the_price(root)
    project = Project.open(root)
    assert [project.run(stage).exit_code for stage in ("shop", "sales")] == [0, 0]
    return root


@pytest.fixture
def published(published_shop: Path, shop: Path) -> Path:
    """The published shop, where the test's own is."""
    shutil.rmtree(shop)
    return Path(shutil.copytree(published_shop, shop))


def test_stages_that_pass_are_materialized(dagster, shop):
    fix_the_price(shop)
    found = dagster("example", EXAMPLE)
    assert found["success"], found["log"]
    assert found["steps"] == {"run_shop": "STEP_SUCCESS", "run_sales": "STEP_SUCCESS"}
    assert len(found["materialized"]) == 8
    customers = found["materialized"]["shop/customer"]
    page = f"{DOCS}/runs/shop/{customers['execution_id']}.html"
    assert customers == {
        "dagster/row_count": 36,
        "table_version": 0,
        "quarantined_rows": 5,
        "execution_id": customers["execution_id"],
        "address": str(shop / "warehouse/Tables/shop/customer"),
        "data_docs": page,
    }
    assert len(found["checks"]) == 143 + 29
    assert found["checks"]["shop/product:weight_kg_required"] == {
        "passed": False,
        "severity": "WARN",
        "description": "1 of 24 rows: `weight_kg` is null",
        "found": {
            "rule": "shop.product.weight_kg.required",
            "severity": "warning",
            "evaluated_rows": 24,
            "unexpected_rows": 1,
            "sample": [None],
            "keys": [{"product_id": "P-0006"}],
            "table_version": 0,
            "data_docs": page,
        },
    }
    assert found["checks"]["shop/order:primary_key"]["passed"]


def test_data_that_violates_its_contract_fails_the_step_without_a_retry(dagster):
    found = dagster("example", EXAMPLE)
    assert not found["success"]
    assert found["steps"] == {"run_shop": "STEP_FAILURE"}
    assert (found["materialized"], found["retries"]) == ({}, 0)
    [[description, metadata]] = found["failures"]
    assert description.startswith("`shop` failed: shop.customer.primary_key (critical) failed:")
    assert (metadata["exit_code"], metadata["failed"]) == (1, 18)
    price = found["checks"]["shop/product:price_min"]
    assert (price["passed"], price["severity"]) == (False, "ERROR")
    assert price["found"]["sample"] == ["-1111.38"]
    email = found["checks"]["shop/customer:email_format"]["found"]
    assert (email["sample"], email["keys"]) == (["‹redacted›"], [{"customer_id": 5}])


def test_a_run_that_could_not_be_done_is_retried_and_has_no_results(dagster, shop):
    shutil.rmtree(shop / "landing")
    found = dagster("example", EXAMPLE)
    assert not found["success"]
    assert (found["steps"]["run_shop"], found["retries"]) == ("STEP_FAILURE", 2)
    assert (found["materialized"], found["checks"]) == ({}, {})
    [[description, metadata]] = found["failures"]
    assert description.startswith("`shop` errored: stages/shop.py:")
    assert metadata["exit_code"] == 3


def test_checks_of_what_others_built_block_what_depends_on_it(dagster, published):
    contract = published / "contracts/sales.contract.yaml"
    text = contract.read_text()
    found = dagster("checks")
    assert found["success"], found["log"]
    assert [one for one in found["checks"].values() if not one["passed"]] == []
    assert len(found["checks"]) == 29

    orders = "orders: {type: long, required: true, min: 1"
    assert orders in text
    contract.write_text(text.replace(orders, f"{orders}000"))
    found = dagster("checks")
    assert (found["steps"]["check_sales"], found["retries"]) == ("STEP_FAILURE", 0)
    assert found["steps"].get("newsletter") in {None, "STEP_SKIPPED"}
    assert "newsletter" not in found["materialized"]
    orders = found["checks"]["sales/by_day:orders_min"]
    assert (orders["passed"], orders["severity"]) == (False, "ERROR")
    assert len(found["checks"]) == 29

    shutil.rmtree(published / "warehouse/Tables/sales/by_day")
    found = dagster("checks")
    assert found["steps"]["check_sales"] == "STEP_FAILURE"
    assert found["retries"] == 2
    assert not any(name.startswith("sales/by_day:") for name in found["checks"])
    assert found["checks"]["sales/by_product:total_min"]["passed"]


@pytest.mark.usefixtures("published")
def test_one_check_alone(dagster):
    found = dagster("one check")
    assert found["success"], found["log"]
    assert [*found["checks"]] == ["sales/by_day:total_min"]


@pytest.mark.usefixtures("published")
def test_a_partition_is_a_day(dagster):
    found = dagster("day", "2026-11-20")
    assert found["success"], found["log"]
    assert found["materialized"].keys() == {"shop/order", "shop/order_item"}


def test_types_are_dagsters_own():
    checked = check_types("dagster", BIN)
    assert checked.returncode == 0, checked.stdout
