"""Airflow runs the shop: green, failed and errored, by `airflow dags test`."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
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
    fix_the_price,
    last_object,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BIN = Path(os.environ.get("AIRFLOW", ""))
SPY = """
import json, os, sys
names = ("SAID", "TRACEPARENT", "OPENLINEAGE_PARENT_ID")
found = {"arguments": sys.argv[1:], **{name: os.environ.get(name) for name in names}}
print(json.dumps(found), file=sys.stderr)
print('{"contract": "shop", "verdict": "passed", "rules": [], "tables": []}')
"""


@dataclass(frozen=True)
class Airflow:
    """An installation with a database of its own."""

    home: Path
    shop: Path

    def __call__(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        spy = self.home / "spy.py"
        spy.write_text(SPY)
        settings = {
            "AIRFLOW_HOME": self.home,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "0",
            "AIRFLOW__OPENLINEAGE__NAMESPACE": "nightly",
            "SHOP": self.shop,
            "SPECTRA_GX": SPECTRA_GX,
            "SPY": spy,
        }
        return subprocess.run(
            [BIN / arguments[0], *arguments[1:]],
            env={**os.environ, **{name: str(value) for name, value in settings.items()}},
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, dag: str) -> str:
        """Run a DAG once, in one process; return its log."""
        ended = self("airflow", "dags", "test", dag)
        return ended.stdout + ended.stderr

    def ask(self, query: str) -> Sequence[tuple[Any, ...]]:
        connection = sqlite3.connect(self.home / "airflow.db")
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def tasks(self) -> Sequence[tuple[Any, ...]]:
        """Return each task, how it ended, and after how many tries."""
        return self.ask("SELECT task_id, state, try_number FROM task_instance ORDER BY start_date")

    def events(self) -> dict[str, dict[str, Any]]:
        """Return each asset of which there was an event → what it says."""
        rows = self.ask(
            "SELECT asset.uri, event.extra FROM asset_event event "
            "JOIN asset ON asset.id = event.asset_id"
        )
        return {uri: json.loads(extra) for uri, extra in rows}

    def runs(self) -> Sequence[Mapping[str, Any]]:
        """Return the runs of the stage that its log has."""
        rows = Project.open(self.shop).log("shop")
        return [row for row in rows if row["record_type"] == "run"]

    def returned(self, task: str, key: str = "return_value") -> Any:
        """Return what a task handed on."""
        found = self.ask(f"SELECT value FROM xcom WHERE task_id = '{task}' AND key = '{key}'")
        return json.loads(found[-1][0]) if found else None


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database; copy it, do not use it."""
    home = tmp_path_factory.mktemp("airflow")
    ended = Airflow(home, home)("airflow", "db", "migrate")
    assert ended.returncode == 0, ended.stderr
    return home


@pytest.fixture
def airflow(migrated: Path, tmp_path: Path, shop: Path) -> Airflow:
    home = tmp_path / "airflow"
    home.mkdir()
    shutil.copy(migrated / "airflow.db", home)
    dags = home / "dags"
    shutil.copytree(REPOSITORY / "docs/examples/airflow", dags)
    shutil.copy(REPOSITORY / "tests/orchestrators/dags.py", dags)
    return Airflow(home, shop)


def test_a_stage_that_passes_is_an_event_of_each_table_and_the_reports_follow(airflow):
    fix_the_price(airflow.shop)
    log = airflow.run("shop")
    assert airflow.tasks() == [("run_shop", "success", 1)], log
    assert "shop.customer passed: 21 of 21 rules passed, published as version 0" in log
    assert "shop.product.weight_kg.required (warning) failed: 1 of 24 rows" in log

    [run] = airflow.runs()
    page = f"{DOCS}/runs/shop/{run['execution_id']}.html"
    tables = Project.open(airflow.shop).contract("shop").table_names
    folder = airflow.shop / "warehouse/Tables"
    assert airflow.events() == {
        f"file://{folder / table.replace('.', '/')}": {
            "table": table,
            "version": 0,
            "rows": rows,
            "execution_id": run["execution_id"],
            "docs_url": page,
        }
        for table, rows in zip(tables, (36, 24, 26, 71, 16, 103), strict=True)
    }
    assert airflow.returned("run_shop", "_link_DataDocsLink") == page
    found = airflow.returned("run_shop")
    assert (found["status"], found["passed"], found["failed"]) == ("Success", 141, 3)
    assert found["quarantined"]["shop.customer"] == 5
    assert "tables" not in found

    log = airflow.run("shop_reports")
    assert airflow.tasks()[1:] == [
        ("shop_ready", "success", 1),
        ("run_sales", "success", 1),
        ("check_sales", "success", 1),
    ], log
    assert airflow.returned("shop_ready") == run["execution_id"]
    assert airflow.returned("check_sales")["verdict"] == "passed"


def test_data_that_violates_its_contract_fails_the_task_at_once(airflow):
    log = airflow.run("shop")
    assert airflow.tasks() == [("run_shop", "failed", 1)], log
    assert "AirflowFailException: `shop` failed: shop.customer.primary_key (critical)" in log
    assert "shop.product.price.min (critical) failed: 1 of 24 rows: `price` is below 0" in log
    [run] = airflow.runs()
    page = f"{DOCS}/runs/shop/{run['execution_id']}.html"
    assert airflow.returned("run_shop", "_link_DataDocsLink") == page
    assert (airflow.events(), airflow.returned("run_shop")) == ({}, None)

    log = airflow.run("waiting")
    assert airflow.tasks()[1:] == [("shop_ready", "failed", 1)], log
    assert "not ready: run-succeeded: the latest run" in log
    assert "AirflowSensorTimeout" in log


def test_a_run_that_could_not_be_done_is_tried_again(airflow):
    shutil.rmtree(airflow.shop / "landing")
    log = airflow.run("shop")
    assert airflow.tasks() == [("run_shop", "failed", 3)], log
    assert "AirflowException: `shop` errored: stages/shop.py:" in log
    assert len(airflow.runs()) == 3


def test_an_invalid_command_line_is_not_tried_again(airflow):
    log = airflow.run("invalid")
    assert airflow.tasks() == [("check_nothing", "failed", 1)], log
    assert "AirflowFailException: `nothing`: no contract in `contracts/` is for" in log


def test_templates_are_rendered_and_the_task_is_the_parent_in_lineage(airflow):
    log = airflow.run("spying")
    assert airflow.tasks() == [("spy", "success", 1)], log
    found = json.loads(log[log.index('{"arguments"') :].partition("}")[0] + "}")
    where = ["--project", "spying", "--environment", "spy"]
    assert found["arguments"] == ["check", "shop", "--json", *where, "--table", "spying.1"]
    assert (found["SAID"], found["TRACEPARENT"]) == ("spy", None)
    assert found["OPENLINEAGE_PARENT_ID"].startswith("nightly/spying.spy/")


def test_nothing_heavy_is_imported_and_the_link_is_a_button(airflow):
    ended = airflow("python", HERE / "in_airflow.py", "imports")
    assert ended.returncode == 0, ended.stderr
    assert last_object(ended.stdout) == {
        "contract language, errors, project": [],
        "links": ["spectra_gx.integrations.airflow.links.DataDocsLink"],
    }


def test_the_span_of_a_task_is_handed_on(airflow):
    ended = airflow("python", HERE / "in_airflow.py", "trace")
    assert ended.returncode == 0, ended.stderr
    assert last_object(ended.stdout)["TRACEPARENT"] == f"00-{1:032x}-{2:016x}-01"


def test_a_task_that_is_killed_stops_its_run_which_is_recorded(airflow):
    customers = airflow.shop / "landing/customers.jsonl"
    customers.unlink()
    os.mkfifo(customers)  # whoever reads it waits
    ended = airflow("python", HERE / "in_airflow.py", "kill", customers)
    assert ended.returncode == 0, ended.stderr
    assert last_object(ended.stdout)["raised"].startswith("AirflowException: `shop` errored: ")
    [run] = airflow.runs()
    assert (run["status"], run["error_message"]) == ("Failed", "interrupted; run it again")


def test_types_are_airflows_own():
    checked = check_types("airflow", BIN)
    assert checked.returncode == 0, checked.stdout
