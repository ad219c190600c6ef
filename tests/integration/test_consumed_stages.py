"""A run begins only when what it consumes is ready: refused, gone on with, and recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from spectra_gx import NotebookSession, Project, RunParameters
from spectra_gx.errors import HandoffError, UsageError, WarehouseError
from spectra_gx.runner.handoff.readiness import readiness
from spectra_gx.warehouse.log.run_history import published_runs
from tests.fakes.tables import folder

if TYPE_CHECKING:
    from pathlib import Path

SHOP = """\
contract: shop
version: 1.2.0
owner: Shop Team
tables:
  shop.orders:
    primary_key: [id]
    columns: {id: long}
  shop.notes:
    columns: {text: string}
handoff:
  to: report
  requires: [shop.orders.primary_key]
"""
REPORT = """\
contract: report
version: 1.0.0
owner: Report Team
tables:
  report.totals:
    columns: {orders: {type: long, min: 1}}
consumes:
  shop:
    version: ">=1.0,<2"
    tables: {shop.orders: {columns: {id: {type: long, required: true}}}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    (contracts / "shop.contract.yaml").write_text(SHOP, "utf-8")
    (contracts / "report.contract.yaml").write_text(REPORT, "utf-8")
    write_deltalake(folder(tmp_path, "shop.orders"), pa.table({"id": [1, 2]}))
    write_deltalake(folder(tmp_path, "shop.notes"), pa.table({"text": ["a"]}))
    write_deltalake(folder(tmp_path, "report.totals"), pa.table({"orders": [2]}))
    return tmp_path


def last(root: Path, stage: str) -> dict[str, Any]:
    return dict(Project.open(root).log(stage)[-1])


def append(root: Path, name: str, table: pa.Table) -> None:
    write_deltalake(folder(root, name), table, mode="append")


def test_a_run_does_not_begin_before_the_stage_that_it_consumes(root, command):
    ended = command("run", "report", "--json", "--project", root)
    result = json.loads(ended.out)
    assert (ended.code, result["exit_code"], result["verdict"]) == (1, 1, "failed")
    assert (result["status"], result["tables"], result["published"]) == ("Failed", [], {})
    assert result["error"]["category"] == "handoff"
    [consumed] = result["consumed"]
    assert (consumed["stage"], consumed["ready"], consumed["execution_id"]) == ("shop", False, None)

    row = last(root, "report")
    assert (row["status"], row["rules_declared"]) == ("Failed", None)
    assert "stage `shop` has never run; run it first" in row["error_message"]
    assert row["correlation_id"] == row["execution_id"]

    screen = command("run", "report", "--project", root).out
    assert "✗ report did not begin: stage `shop` is not ready for `report`" in screen
    assert screen.splitlines()[-1].startswith("✗ report did not begin: what it consumes is not")
    assert "runbook.html#handoff" in screen


def test_it_begins_once_that_stage_is_ready_and_names_its_run(root, command):
    assert command("run", "shop", "--project", root).code == 0
    consumed = last(root, "shop")["execution_id"]
    ended = command("run", "report", "--json", "--project", root)
    assert (ended.code, json.loads(ended.out)["consumed"][0]["ready"]) == (0, True)
    row = last(root, "report")
    assert row["correlation_id"] == consumed
    assert json.loads(row["metadata"])["consumed"] == {
        "shop": {"execution_id": consumed, "ready": True}
    }
    assert json.loads(row["parameters"])["handoff"] is True


def test_it_goes_on_where_somebody_says_so_and_the_log_knows(root, command):
    ended = command("run", "report", "--no-handoff", "--json", "--project", root)
    assert (ended.code, json.loads(ended.out)["consumed"][0]["ready"]) == (0, False)
    row = last(root, "report")
    assert (row["status"], json.loads(row["parameters"])["handoff"]) == ("Success", False)
    assert json.loads(row["metadata"])["consumed"]["shop"]["ready"] is False


def test_no_handoff_means_nothing_where_nothing_is_consumed(root, command):
    ended = command("run", "shop", "--no-handoff", "--project", root)
    assert (ended.code, "which consumes no other" in ended.err) == (2, True)
    ended = command("run", "report", "--backfill", "--no-handoff", "--project", root)
    assert (ended.code, "does nothing in a backfill" in ended.err) == (2, True)


def test_a_correlation_id_is_a_run_of_the_consumed_stage(root):
    project = Project.open(root)
    first = project.run("shop", RunParameters()).identity.execution_id
    project.run("shop", RunParameters())
    with pytest.raises(UsageError, match="no run `nobody` is in the log of `shop`"):
        project.run("report", RunParameters(), correlation_id="nobody")
    assert not (root / "warehouse" / "Tables" / "log" / "reportlog").exists()
    run = project.run("report", RunParameters(), correlation_id=first)
    assert (run.success, last(root, "report")["correlation_id"]) == (True, first)


def test_rows_that_no_run_knows_keep_it_from_beginning(root):
    project = Project.open(root)
    project.run("shop", RunParameters())
    append(root, "shop.orders", pa.table({"id": [3]}))
    refused = project.run("report", RunParameters())
    assert isinstance(refused.error, HandoffError)
    assert refused.error.message.startswith(
        "stage `shop` is not ready for `report`: table `shop.orders` is at version 1, the run "
        "names 0"
    )
    assert refused.identity.correlation_id == last(root, "shop")["execution_id"]


def test_a_batch_that_is_published_needs_nothing_that_is_ready(root):
    project = Project.open(root)
    project.run("shop", RunParameters())
    builder = root / "stages" / "report" / "report.totals.sql"
    builder.parent.mkdir(parents=True)
    builder.write_text("SELECT count(*) AS orders FROM {shop.orders}\n", "utf-8")
    assert project.run("report", RunParameters(batch_id="monday")).success
    append(root, "shop.orders", pa.table({"id": [3]}))
    again = project.run("report", RunParameters(batch_id="monday"))
    assert (again.exit_code, again.status, again.already_published) == (0, "Success", "Success")
    assert len(published_runs(project.log("report"), "report")) == 1
    assert isinstance(project.run("report", RunParameters(batch_id="later")).error, HandoffError)


def test_commits_that_change_no_row_do_not(root):
    append(root, "shop.orders", pa.table({"id": [3]}))
    project = Project.open(root)
    project.run("shop", RunParameters())
    orders = DeltaTable(folder(root, "shop.orders"))
    assert orders.optimize.compact()["numFilesRemoved"] == 2
    orders.vacuum(0, dry_run=False, enforce_retention_duration=False)
    assert DeltaTable(folder(root, "shop.orders")).version() > 1
    assert project.handoff("shop").ready
    assert project.run("report", RunParameters()).success


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.delete("id = 1"),
        lambda table: table.alter.set_table_properties({"delta.appendOnly": "true"}),
    ],
    ids=["deleted rows", "other properties"],
)
def test_other_commits_do(root, change):
    project = Project.open(root)
    project.run("shop", RunParameters())
    change(DeltaTable(folder(root, "shop.orders")))
    assert [one.name for one in project.handoff("shop").checks if not one.passed] == [
        "tables-stand"
    ]


def test_a_commit_that_has_expired_may_have_changed_rows(root):
    project = Project.open(root)
    project.run("shop", RunParameters())
    DeltaTable(folder(root, "shop.orders")).optimize.z_order(["id"])
    log = folder(root, "shop.orders") / "_delta_log"
    DeltaTable(folder(root, "shop.orders")).create_checkpoint()
    assert project.handoff("shop").ready
    (log / f"{1:020}.json").unlink()
    assert not project.handoff("shop").ready


@pytest.mark.parametrize(
    ("on_failure", "published", "ready"),
    [
        ("continue", {"shop.orders": 0}, True),
        ("continue", {"shop.notes": 0}, False),
        ("abort", {"shop.orders": 0, "shop.notes": 0}, False),
    ],
)
def test_a_failed_run_is_consumed_only_if_it_may_and_did_publish_what_is_needed(
    root, on_failure, published, ready
):
    text = SHOP.replace("owner:", f"on_failure: {on_failure}\nowner:")
    (root / "contracts" / "shop.contract.yaml").write_text(text, "utf-8")
    project = Project.open(root)
    project.run("shop", RunParameters())
    [run] = published_runs(project.log("shop"), "shop")
    failed = {**run, "status": "Failed", "published_versions": json.dumps(published)}
    contracts = project.contracts
    found = readiness(
        contracts["shop"], contracts["report"], [failed], project.warehouse, run["end_time"]
    )
    assert found.ready is ready
    [succeeded] = [one for one in found.checks if one.name == "run-succeeded"]
    assert (succeeded.passed, "is Failed" in succeeded.reason) == (ready, True)


def test_a_session_stops_at_its_first_step_and_leaves_a_row(root):
    session = NotebookSession("report", project=root)
    with pytest.raises(HandoffError, match="`shop` has never run"):
        session.initialise()
    assert last(root, "report")["status"] == "Failed"

    again = NotebookSession("report", project=root, handoff=False)
    again.initialise()
    again.execute()
    again.validate()
    assert again.finalise().success


def test_where_a_log_cannot_be_read_the_run_fails_or_goes_on_with_a_warning(root, caplog):
    project = Project.open(root)
    project.run("shop", RunParameters())
    for commit in (root / "warehouse/Tables/log/shoplog/_delta_log").glob("*.json"):
        commit.write_text("{", "utf-8")
    refused = project.run("report", RunParameters())
    assert (refused.exit_code, isinstance(refused.error, WarehouseError)) == (3, True)
    assert project.run("report", RunParameters(handoff=False)).success
    assert "nobody knows whether what it consumes is ready" in caplog.text


# -- several stages --------------------------------------------------------------------------------


def test_stages_run_in_the_order_given_and_each_consumes_the_one_before(root, command):
    ended = command("run", "shop", "report", "--json", "--project", root)
    result = json.loads(ended.out)
    assert (ended.code, result["not_started"]) == (0, [])
    assert [(run["contract"], run["status"]) for run in result["runs"]] == [
        ("shop", "Success"),
        ("report", "Success"),
    ]
    assert last(root, "report")["correlation_id"] == result["runs"][0]["execution_id"]


def test_they_stop_at_the_first_that_fails(root, command):
    write_deltalake(folder(root, "shop.orders"), pa.table({"id": [1, 1]}), mode="overwrite")
    ended = command("run", "shop", "report", "--json", "--project", root)
    result = json.loads(ended.out)
    assert (ended.code, result["not_started"]) == (1, ["report"])
    assert [run["exit_code"] for run in result["runs"]] == [1]
    assert not (root / "warehouse" / "Tables" / "log" / "reportlog").exists()

    screen = command("run", "shop", "report", "--quiet", "--project", root).out
    assert screen.splitlines()[-1] == "· report not started"


def test_the_exit_code_is_the_worst_of_them(root, command):
    (root / "warehouse" / "Tables" / "shop" / "notes").rename(root / "elsewhere")
    assert command("run", "shop", "report", "--project", root).code == 3


def test_one_stage_answers_as_ever(root, command):
    alone = json.loads(command("run", "shop", "--json", "--project", root).out)
    assert (alone["contract"], "runs" in alone) == ("shop", False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("shop", "shop"), "stage `shop` is named twice"),
        (("shop", "reprt"), "did you mean 'report'?"),
        ((), "name a stage; there are"),
        (("shop", "report", "--correlation-id", "x"), "`--correlation-id` is for one stage"),
        (("shop", "report", "--sandbox", "--fault", "html"), "`--fault` is for one stage"),
        (("shop", "report", "--sandbox"), "`--sandbox` does nothing for stages `shop` and"),
        (("shop", "report", "--rebuild"), "`--rebuild` does nothing for stages `shop` and"),
        (("shop", "report", "--no-test"), "`--no-test` does nothing for stages `shop` and"),
    ],
)
def test_what_several_stages_refuse_starts_none(root, command, words, said):
    ended = command("run", *words, "--project", root)
    assert (ended.code, ended.out, said in ended.err) == (2, "", True)
    assert not (root / "warehouse" / "Tables" / "log").exists()


def test_an_option_is_taken_by_the_stages_on_which_it_has_an_effect(root):
    project = Project.open(root)
    ended = project.run_stages(["shop", "report"], RunParameters(handoff=False))
    assert (ended.success, ended.exit_code) == (True, 0)
    assert [run.parameters.handoff for run in ended.runs] == [True, False]
    assert repr(ended) == "<RunsResult shop Success, report Success>"
