"""A warehouse is maintained, a person is erased from it, and its log is lost and restored."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spectra_gx import RunParameters, UsageError, WarehouseError
from spectra_gx.project.maintenance import maintain
from spectra_gx.warehouse.publishing.watermarks import stored_watermark
from tests.fakes.stages import StageProject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spectra_gx.runner.run_result import RunResult

TABLE, QUARANTINE = "shop.customer", "quarantine.shop_customer"
CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.customer:
    quarantine: true
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      mail: {type: string, pattern: {value: "@shop[.]example$", severity: warning}}
      number: long
      state: {type: string, enum: [active, left]}
    rules:
      - id: middle
        column: number
        median: {min: 0}
        severity: info
"""
SETTINGS = """\
[tool.spectra-gx]
compact_after = 3
replay_versions = 0
[tool.spectra-gx.stages.shop.tables."shop.customer"]
publish = "append"
watermark = "id"
"""
MAIL, NUMBER = "ada.lovelace@other.example", 4711000417
ADA = f"mail = '{MAIL}'"
SCHEMA = pa.schema(
    [("id", pa.int64()), ("mail", pa.string()), ("number", pa.int64()), ("state", pa.string())]
)


def customer(id_: int, **facts: object) -> dict[str, object]:
    mail = f"{id_}@shop.example"
    return {"id": id_, "mail": mail, "number": id_, "state": "active", **facts}


def publish(made: StageProject, *rows: dict[str, object], batch_id: str | None = None) -> RunResult:
    table = pa.Table.from_pylist(list(rows), schema=SCHEMA)
    return made.project.run("shop", RunParameters(batch_id=batch_id), tables={TABLE: table})


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with three batches; Ada is in the second, once good and once in quarantine."""
    made = StageProject(tmp_path_factory.mktemp("care"), CONTRACT)
    made.write("pyproject.toml", SETTINGS)
    publish(made, customer(1), customer(2, number=9_999_999_999), batch_id="first")
    ada = {"mail": MAIL, "number": NUMBER}
    publish(made, customer(3, **ada), customer(4, **ada, state="odd"), batch_id="second")
    publish(made, customer(5), customer(6), batch_id="third")
    return made.root


@pytest.fixture
def shop(published: Path, tmp_path: Path) -> StageProject:
    shutil.copytree(published, tmp_path / "shop")
    return StageProject(tmp_path / "shop", CONTRACT)


def traces(root: Path, *values: object) -> Iterator[str]:
    """Yield each file of a warehouse that has a value: in its name, its bytes or its cells."""
    for path in sorted((root / "warehouse").rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        cells = ""
        if path.suffix == ".parquet":
            cells = repr(pq.read_table(path).to_pylist())
        for value in map(str, values):
            if value in str(path) or value.encode() in content or value in cells:
                yield path.relative_to(root / "warehouse").as_posix()
                break


def stored(made: StageProject) -> dict[str, int]:
    return made.project.warehouse.store.sizes("")


def test_a_person_is_erased_from_every_byte_of_the_warehouse(shop, command):
    found = [*traces(shop.root, MAIL, NUMBER)]
    for place in (
        "Tables/shop/customer/part-", "Tables/shop/customer/_delta_log/",
        "Tables/quarantine/shop_customer/part-", "Tables/log/shoplog/part-",
        "Files/results/runs/", "Files/docs/tables/", "Files/validations/",
        "Files/docs/validations/",
    ):  # fmt: skip
        assert any(path.startswith(place) for path in found), place
    before, shown = stored(shop), shop.project.erase(TABLE, ADA)
    assert (shown.applied, stored(shop)) == (False, before)
    assert [(one.table, one.rows, one.versions) for one in shown.tables] == [
        (TABLE, 1, (1,)), (QUARANTINE, 1, ()),
    ]  # fmt: skip
    assert (shown.log_rows.keys(), shown.columns) == ({"log.shoplog"}, ("mail",))
    assert shown.results["shop"] > 3

    ended = command("erase", TABLE, "--where", ADA, "--apply", "--project", shop.root, "--json")
    done = json.loads(ended.out)
    assert (ended.code, done["applied"], done["exit_code"]) == (0, True, 0)
    assert MAIL not in ended.out + ended.err
    assert [*traces(shop.root, MAIL, NUMBER)] == []
    assert [row["id"] for row in shop.rows(TABLE)] == [1, 2, 5, 6]
    assert shop.rows(QUARANTINE) == []

    # The log says what is gone, and of which run everything else still is.
    erased = shop.project.log("shop")[-1]
    assert erased["execution_id"] == done["execution_id"]
    table = json.loads(erased["metadata"])["erased"]["tables"][0]
    assert (table["rows"], table["published"], table["versions_gone"]) == (1, 3, [0, 1, 2])
    assert len([row for row in shop.project.log("shop") if row["record_type"] == "run"]) == 4
    readiness = shop.project.handoff("shop")
    (moved,) = [check for check in readiness.checks if not check.passed]
    assert moved.name == "tables-stand"

    why = f"rows were erased from the table by run `{done['execution_id']}`"
    with pytest.raises(WarehouseError, match=why):
        shop.project.rollback("shop", "third")
    gone = shop.project.check("shop", version=1)
    assert (str(gone.verdict), why in gone.tables[0].rules[0].message) == ("errored", True)

    again = shop.project.erase(TABLE, ADA, apply=True)
    assert (again.rows, [one.published for one in again.tables]) == (0, [None, None])
    # Batches and watermarks are what they were, and the stage goes on.
    assert publish(shop, customer(9), batch_id="second").already_published == "Success"
    assert publish(shop, customer(7), batch_id="fourth").exit_code == 0
    assert shop.project.handoff("shop").ready


def test_only_versions_with_the_person_are_lost(shop):
    """Ada left the table by its own means: what came after that stays."""
    warehouse = shop.project.warehouse
    warehouse.open(TABLE).delete("id = 3")
    publish(shop, customer(8))
    done = shop.project.erase(TABLE, ADA, apply=True)
    table = done.tables[0]
    assert (table.rows, table.versions, table.versions_gone) == (0, (1, 2), (0, 1, 2))
    for version in (3, 4, 5):
        assert len(warehouse.read(warehouse.open(TABLE, version))) >= 4
    # The commit that deleted her is one of somebody else, and names no value of hers.
    assert [*traces(shop.root, MAIL, NUMBER)] == []


def test_a_condition_that_is_no_condition_is_refused(shop, command):
    for condition in (f"{ADA}; DROP TABLE t", "mail = (select 1)", "nobody = 1", ""):
        ended = command("erase", TABLE, "--where", condition, "--project", shop.root)
        assert (ended.code, ended.out) == (2, "")
    with pytest.raises(UsageError, match="nobody"):
        shop.project.erase("shop.nobody", ADA)


def test_maintenance_does_what_it_says(shop, command):
    before = stored(shop)
    shown = json.loads(command("maintain", "--json", "--project", shop.root).out)
    assert (shown["applied"], stored(shop)) == (False, before)
    assert [(one["kind"], one["target"], one["files"]) for one in shown["actions"]] == [
        ("compaction", TABLE, 3)
    ]
    assert shown["kept"][0]["versions"][0] == {"version": 0, "because": ["log", "rollback"]}
    ended = command("maintain", "--apply", "--project", shop.root)
    assert ended.code == 0
    assert ended.out.startswith(f"merge     {TABLE}: 3 files, ")
    assert len(shop.project.warehouse.open(TABLE).file_uris()) == 1
    assert shop.project.handoff("shop").ready
    assert shop.project.check("shop", version=1).tables[0].rows == 3

    (row,) = [row for row in shop.project.log("shop") if row["entity_name"] == "maintain"]
    assert (row["record_type"], row["status"]) == ("activity", "Success")
    (merged,) = json.loads(row["metadata"])["maintained"]
    assert (merged["kind"], merged["target"], merged["files"]) == ("compaction", TABLE, 3)
    # Nothing is left to do, and that is not worth a row.
    again = json.loads(command("maintain", "--apply", "--json", "--project", shop.root).out)
    maintained = [row for row in shop.project.log("shop") if row["entity_name"] == "maintain"]
    assert (again["actions"], maintained) == ([], [row])


def test_what_maintenance_recorded_goes_with_the_runs_of_its_time(shop):
    maintain(shop.project, [], apply=True, wait=1)
    settings = SETTINGS.replace("compact_after = 3", 'log_retention = "1d"')
    shop.write("pyproject.toml", settings)
    later = datetime.now(UTC) + timedelta(days=30)
    done = maintain(shop.project, [], apply=True, wait=1, now=later)
    assert [one.rows for one in done.actions if one.kind == "log"] == [1]
    kinds = [row["entity_name"] for row in shop.project.log("shop") if row["entity_name"]]
    assert kinds == ["maintain"]


def test_old_runs_their_pages_and_rows_in_quarantine_go(shop):
    settings = SETTINGS.replace("compact_after = 3", 'docs_retention = "1d"').replace(
        "replay_versions = 0", 'quarantine_retention = "1d"'
    )
    shop.write("pyproject.toml", settings)
    later = datetime.now(UTC) + timedelta(days=30)
    shown = maintain(shop.project, [], apply=False, wait=1, now=later)
    done = maintain(shop.project, [], apply=True, wait=1, now=later)
    assert [one.to_dict() for one in shown.actions] == [one.to_dict() for one in done.actions]
    assert [(str(one.kind), one.rows) for one in done.actions] == [("quarantine", 1), ("docs", 0)]
    runs = [row["execution_id"] for row in shop.project.log("shop") if row["record_type"] == "run"]
    pages = {path for path in stored(shop) if path.startswith("Files/")}
    assert len(runs) == 3
    assert not any(runs[0] in path or runs[1] in path for path in pages)
    assert any(runs[2] in path for path in pages)
    assert shop.rows(QUARANTINE) == []


def test_a_lost_log_is_restored(shop, tmp_path, command):
    """The rehearsal: what comes back from the backup, and what the tables know by themselves."""
    backups = tmp_path / "backups"
    assert command("restore", backups, "--project", shop.root).code == 2
    assert command("backup", backups, "--project", shop.root).code == 0
    log, ready = shop.project.log("shop"), shop.project.handoff("shop")
    mark = stored_watermark(shop.project.warehouse.open(TABLE), "id")

    folder = shop.root / "warehouse/Tables/log/shoplog"
    next(folder.glob("*.parquet")).unlink()  # damaged: one of its files is gone
    with pytest.raises(WarehouseError):
        shop.project.log("shop")
    (shown,) = shop.project.restore_log(backups)
    assert (shown.runs, shown.kept, shown.damaged is None) == (3, 0, False)
    (done,) = shop.project.restore_log(backups, apply=True)
    assert (done.runs, done.unlogged, shop.project.log("shop")) == (3, {}, log)
    assert shop.project.handoff("shop") == ready
    assert [path for path in stored(shop) if path.startswith("Files/_damaged/shoplog_")]
    assert shop.project.restore_log(backups, apply=True)[0].runs == 0

    # Lost with a run that no backup has.
    assert publish(shop, customer(7), batch_id="fourth").exit_code == 0
    shutil.rmtree(folder)
    (done,) = shop.project.restore_log(backups, apply=True)
    assert (done.runs, done.damaged, done.unlogged) == (3, None, {TABLE: ("fourth",)})
    assert not shop.project.handoff("shop").ready
    later = stored_watermark(shop.project.warehouse.open(TABLE), "id")
    assert (mark[0].value, later[0].value) == ("6", "7")
    publish(shop, customer(7), batch_id="fourth")
    assert [row["id"] for row in shop.rows(TABLE)] == [1, 2, 3, 5, 6, 7]
    assert publish(shop, customer(8), batch_id="fifth").exit_code == 0
    assert shop.project.handoff("shop").ready


def test_a_damaged_backup_is_refused(shop, tmp_path):
    shop.project.back_up_log(tmp_path)
    with (tmp_path / "shoplog.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(UsageError, match="damaged"):
        shop.project.restore_log(tmp_path, apply=True)
