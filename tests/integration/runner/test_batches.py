"""Runs whose tables are appended to, merged and replaced in part: each batch is published once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spectra_gx.errors import UsageError, WarehouseError
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.publishing.dead_batches import refuse_broken_batches
from spectra_gx.runner.publishing.rollback_run import roll_back_batch
from spectra_gx.store.folder import FolderStore
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.publishing import commits
from spectra_gx.warehouse.publishing.batches import batch_commits
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.quarantine_tables import Quarantine
from spectra_gx.warehouse.staging import Staging
from tests.contract.checking import contract_of
from tests.fakes.activity_log import FakeActivityLog
from tests.fakes.builders import Shop
from tests.fakes.folders import folder_of
from tests.fakes.runs import IDENTITY

if TYPE_CHECKING:
    from pathlib import Path

ORDERS, ASIDE = "shop.orders", "quarantine.shop_orders"
CONTRACT = contract_of(
    """
    shop.orders:
      quarantine: true
      primary_key: [id]
      columns:
        id: {type: long, required: true}
        state: {type: string, enum: [new, paid, gone]}
        at: timestamp
    """
)
DAY = datetime(2026, 1, 1, tzinfo=UTC)
MERGE = PublishOptions(
    PublishMode.MERGE, watermark="at", order_by="at", delete_where="state = 'gone'"
)
APPEND = PublishOptions(PublishMode.APPEND, watermark="id")
PAID = PublishOptions(PublishMode.REPLACE_WHERE, replace_where="state = 'paid'")


def order(number, state="new", day=0):
    return {"id": number, "state": state, "at": DAY + timedelta(day)}


def begun(root: Path, options: PublishOptions, runs: int = 0) -> Shop:
    shop = Shop(root, CONTRACT, runs)
    shop.options = {ORDERS: options}
    return shop


def states(shop):
    return {row["id"]: row["state"] for row in shop.rows(ORDERS)}


def run_rows(shop):
    return [
        (row["execution_id"], row["status"], row["batch_id"], row["metadata"])
        for row in shop.log.runs("run")
    ]


def test_batches_are_merged_and_counted(tmp_path):
    shop = begun(tmp_path / "lake", MERGE)
    assert shop.run({ORDERS: [order(1), order(2, day=3), order(3)]}).exit_code == 0
    second = [order(1, "paid", 4), order(2, "paid", 1), order(3, "gone", 2), order(4, "odd", 5)]
    ended = shop.run({ORDERS: second}, batch_id="second")

    assert (ended.exit_code, states(shop)) == (0, {1: "paid", 2: "new"})
    counts = ended.to_dict()["publishing"][ORDERS]
    assert counts == {"mode": "merge", "staged": 2, "quarantined": 1, "deleted": 1, "stale": 1}
    assert shop.seen == [None, DAY + timedelta(3)]
    assert ended.watermarks[ORDERS].python == DAY + timedelta(5)
    (aside,) = shop.rows(ASIDE)
    assert (aside["id"], aside["quarantine_batch_id"], aside["execution_id"]) == (
        4, "second", "run_2",
    )  # fmt: skip
    (row,) = [row for row in shop.log.runs("checkpoint") if row["execution_id"] == "run_2"]
    assert (row["publish_mode"], row["delta_version"], row["row_count"]) == ("merge", 1, 2)
    assert (row["rows_staged"], row["rows_deleted"], row["rows_stale"]) == (2, 1, 1)
    (run,) = [row for row in shop.log.runs("run") if row["execution_id"] == "run_2"]
    assert json.loads(run["watermarks"]) == {ORDERS: ended.watermarks[ORDERS].to_dict()}

    again = shop.run({ORDERS: [order(9)]}, batch_id="second")
    assert (again.exit_code, again.status, again.identity.execution_id) == (0, "Success", "run_2")
    assert (again.to_dict()["already_published"], again.published) == (True, {ORDERS: 1})
    assert [row[0] for row in run_rows(shop)] == ["run_1", "run_2"]
    assert shop.warehouse.version(ORDERS) == 1

    full = shop.run({ORDERS: [order(7), order(8, "gone")]}, full=True)
    assert (states(shop), shop.seen[-1]) == ({7: "new"}, None)
    assert full.to_dict()["publishing"][ORDERS]["mode"] == "replace"


def test_keys_that_are_published_already_are_quarantined_from_an_append(tmp_path):
    shop = begun(tmp_path / "lake", APPEND)
    shop.run({ORDERS: [order(1), order(2)]})
    ended = shop.run({ORDERS: [order(2, "paid"), order(3)]})
    assert (ended.exit_code, states(shop)) == (0, {1: "new", 2: "new", 3: "new"})
    assert [(row["id"], row["rule_ids"]) for row in shop.rows(ASIDE)] == [
        (2, ["shop.orders.primary_key"])
    ]
    nothing = shop.run({ORDERS: []})
    assert (nothing.exit_code, nothing.published, shop.warehouse.version(ORDERS)) == (0, {}, 1)
    # All of it set aside: an empty commit says that the batch was there.
    ended = shop.run({ORDERS: [order(3, "paid")]}, batch_id="late")
    assert (ended.published, len(shop.rows(ASIDE))) == ({ORDERS: 2}, 2)
    assert shop.run({ORDERS: [order(3)]}, batch_id="late").already_published == "Success"


def test_a_repeated_key_is_quarantined_or_fails_the_merge(tmp_path):
    shop = begun(tmp_path / "lake", MERGE)
    shop.run({ORDERS: [order(1)]})
    ended = shop.run({ORDERS: [order(1, "paid", 1), order(1, "new", 2), order(2)]})
    assert (ended.exit_code, states(shop)) == (0, {1: "new", 2: "new"})
    assert sorted(row["id"] for row in shop.rows(ASIDE)) == [1, 1]


def test_a_slice_is_replaced_and_is_not_emptied_by_accident(tmp_path):
    shop = begun(tmp_path / "lake", PAID)
    shop.run({ORDERS: [order(1, "paid")]})
    shop.options = {ORDERS: APPEND}
    shop.run({ORDERS: [order(2)]}, since="0")
    shop.options = {ORDERS: PAID}
    assert shop.run({ORDERS: [order(3, "paid")]}).exit_code == 0
    assert states(shop) == {2: "new", 3: "paid"}
    outside = shop.run({ORDERS: [order(4, "new")]})
    assert (outside.exit_code, outside.error.code) == (1, "outside_replace_where")
    empty = shop.run({ORDERS: []})
    assert (empty.exit_code, empty.error.code) == (1, "empty_batch")
    assert states(shop) == {2: "new", 3: "paid"}


class Counting:
    """Builds one row: how many orders there will be."""

    tables, needs, calls = ("shop.counts",), frozenset({ORDERS}), ()

    def place_of(self, table):
        return f"the fake builder of `{table}`"

    def build(self, run):
        count = run.built(ORDERS).to_arrow().num_rows
        yield "shop.counts", pa.table({"orders": [count]}).to_reader()


def test_bad_rows_are_quarantined_before_they_are_read(tmp_path):
    contract = replace(
        CONTRACT,
        tables=(
            *CONTRACT.tables,
            *contract_of("shop.counts: {columns: {orders: {type: long, required: true}}}").tables,
        ),
    )
    shop = Shop(tmp_path / "lake", contract)
    shop.options = {ORDERS: APPEND}
    batches = (
        (2, [order(1), order(2), order(3, "odd")]),
        (4, [order(4), order(5), order(6, "odd")]),
        (4, [order(7, "odd")]),
    )
    for expected, rows in batches:
        run = shop.begin({ORDERS: rows})
        plan = run._make_plan()
        run._make_plan = lambda plan=plan: replace(plan, builders=(*plan.builders, Counting()))
        ended = run.run()
        assert (ended.exit_code, ended.watermarks[ORDERS].python) == (0, rows[-1]["id"])
        assert shop.rows("shop.counts") == [{"orders": expected}]
    assert sorted(row["id"] for row in shop.rows(ASIDE)) == [3, 6, 7]
    assert shop.warehouse.version(ORDERS) == len(batches) - 1


def test_a_table_without_a_watermark_is_no_first_run(tmp_path):
    shop = begun(tmp_path / "lake", PublishOptions(PublishMode.MERGE))
    shop.run({ORDERS: [order(1)]})
    shop.options = {ORDERS: MERGE}
    ended = shop.run({ORDERS: [order(2)]})
    assert ended.exit_code == 3
    assert "`--since`" in ended.error.message
    assert "`--full`" in ended.error.message
    assert shop.run({ORDERS: [order(2)]}, since="2026-01-01").exit_code == 0
    assert shop.seen == [None, DAY]
    future = shop.run({ORDERS: [order(3, day=365 * 50)]})
    assert (future.exit_code, future.error.code) == (1, "future_watermark")


def test_a_table_that_moves_is_checked_once_more(tmp_path):
    shop = begun(tmp_path / "lake", APPEND)
    shop.run({ORDERS: [order(1)]})
    run = shop.begin({ORDERS: [order(2), order(3)]})
    uri = shop.warehouse.table_uri(ORDERS)
    publish, moved = run._publisher.publish, []

    def late(*given):
        if not moved:
            moved.append(True)
            foreign = shop.warehouse.read(shop.warehouse.open(ORDERS))
            keys = foreign.set_column(0, "id", [[3]])
            write_deltalake(uri, keys, mode="append")
        return publish(*given)

    run._publisher.publish = late  # somebody else writes between the check and the commit
    ended = run.run()
    assert (ended.exit_code, ended.published) == (0, {ORDERS: 2})
    assert sorted(row["id"] for row in shop.rows(ORDERS)) == [1, 2, 3]
    assert [row["id"] for row in shop.rows(ASIDE)] == [3]


def test_a_batch_is_taken_back_with_its_quarantined_rows(tmp_path):
    shop = begun(tmp_path / "lake", MERGE)
    shop.run({ORDERS: [order(1)]})
    shop.run({ORDERS: [order(1, "paid", 1), order(2, "odd", 1)]}, batch_id="b")

    def back(batch_id):
        return roll_back_batch(
            CONTRACT, RunParameters(rollback=batch_id), IDENTITY, shop.warehouse, shop.log
        )

    with pytest.raises(UsageError, match="later batches than `run_1`"):
        back("run_1")
    ended = back("b")
    assert (ended.exit_code, ended.status, ended.versions) == (0, "Success", {ORDERS: 2})
    assert (states(shop), shop.rows(ASIDE)) == ({1: "new"}, [])
    assert json.loads(shop.log.runs("run")[-1]["table_versions"]) == {ORDERS: 2}
    repeated = back("b")  # by somebody who does not know how far the first one came
    assert (repeated.exit_code, repeated.already_rolled_back) == (0, True)
    assert (repeated.rolled_back, repeated.published) == (("b",), {ORDERS: 2})
    assert len(shop.log.runs("run")) == 3
    with pytest.raises(UsageError, match="no table of stage `shop` has batch `c`"):
        back("c")
    shop.run({ORDERS: [order(1, "paid", 1)]}, batch_id="b")
    assert (states(shop), shop.seen[-1]) == ({1: "paid"}, DAY)


def test_after_a_batch_that_could_not_be_completed_only_related_tables_stop(tmp_path):
    root, counts, notes, far = tmp_path / "lake", "shop.counts", "shop.notes", "shop.far"
    others = contract_of(
        "\n".join(f"{name}: {{columns: {{id: long}}}}" for name in (counts, notes, far))
    )
    shop = begun(root, MERGE)
    shop.run({ORDERS: [order(1)]})
    assert kill_at("decided", root, "merge") == 9
    write_deltalake(
        shop.warehouse.table_uri(ORDERS),
        shop.warehouse.read(shop.warehouse.open(ORDERS)).set_column(0, "id", [[9]]),
        mode="append",
    )
    shop = Shop(root, replace(CONTRACT, tables=(*CONTRACT.tables, *others.tables)), 2)
    shop.options = {ORDERS: MERGE, counts: APPEND, notes: APPEND, far: APPEND}
    shop.needs = {far: frozenset({counts}), counts: frozenset({ORDERS})}

    def run(*tables, **parameters):
        rows = {ORDERS: [order(5, day=6)]}
        return shop.run({name: rows.get(name, [{"id": 1}]) for name in tables}, **parameters)

    def stopped(*tables):
        ended = run(*tables)
        return ended.exit_code == 3 and ended.error.code == "batch_not_completed"

    assert stopped(far, notes)
    rows = {row["execution_id"]: row for row in shop.log.runs("run")}
    assert (rows["run_2"]["status"], rows["run_2"]["batch_id"]) == ("Failed", "second")
    assert "was changed by something else" in rows["run_2"]["error_message"]
    assert rows["run_2"]["watermarks"] is None
    assert stopped(counts)
    assert run(notes, test=False).exit_code == 0
    shop.options = {**shop.options, counts: PublishOptions(PublishMode.APPEND)}
    assert run(counts, test=False).exit_code == 0
    # The table that lacks the batch goes on from the batch before.
    assert (run(ORDERS, test=False).exit_code, shop.seen[-1]) == (0, DAY)
    assert stopped(far)
    assert run(ORDERS, full=True, test=False).exit_code == 0
    assert run(far, test=False).exit_code == 0


@pytest.mark.parametrize(
    ("later", "stops"),
    [
        ({"parameters": {"rollback": "b"}}, False),
        ({"parameters": {"rollback": "c"}, "published_versions": {"shop.far": 4}}, True),
        ({"parameters": {"rollback": "a"}, "published_versions": {"shop.counts": 4}}, False),
        ({"parameters": {"full": True}, "published_versions": {"shop.far": 4}}, True),
        ({"parameters": {}, "published_versions": {"shop.counts": 4}}, True),
    ],
)
def test_a_rollback_or_a_full_build_of_them_lets_related_tables_go_on(later, stops):
    log = FakeActivityLog()
    broken = {"metadata": {"not_completed": [ORDERS]}, "published_versions": {"shop.counts": 3}}
    for run, row in {"b": broken, "c": later}.items():
        stored = {name: json.dumps(value) for name, value in row.items()}
        empty = dict.fromkeys(["metadata", "parameters", "published_versions"])
        named = {"execution_id": run, "batch_id": run, "record_type": "run", "status": "Success"}
        log.append(run, [empty | named | stored])
    advancing = {"shop.counts": {ORDERS}}
    with pytest.raises(WarehouseError, match="rollback shop --batch b") if stops else nullcontext():
        refuse_broken_batches(log, "shop", advancing)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"format": 1, "batch": {"id": "b", "execu', "is damaged; restore it"),
        ("", "is damaged; restore it"),
        ('{"format": 1, "batch": {"stage": "shop"}}', "is damaged; restore it"),
        ('{"format": 3, "batch": {"stage": "shop"}}', "written by another version"),
    ],
)
def test_a_decision_that_cannot_be_read_stops_its_own_stage_alone(tmp_path, content, why):
    shop = begun(tmp_path / "lake", PublishOptions())
    file = folder_of(shop.warehouse, "Files") / "_staging" / "dead" / "publish.json"
    (file.parent / "shop" / "orders").mkdir(parents=True)
    file.write_text(content)
    other = contract_of("report.counts: {columns: {orders: long}}")
    report = Shop(tmp_path / "lake", replace(other, name="report"), runs=9)
    assert report.run({"report.counts": [{"orders": 1}]}).exit_code == 0
    for _ in range(2):
        stopped = shop.run({ORDERS: [order(1)]})
        assert (stopped.exit_code, stopped.error.code) == (3, "publish_json")
        assert str(file) in stopped.error.message
        assert why in stopped.error.message
    assert file.read_text() == content
    assert not shop.warehouse.exists(ORDERS)


KILLED = """
import sys
from pathlib import Path
from tests.integration.runner import test_batches
test_batches.die_at(sys.argv[2], Path(sys.argv[1]), sys.argv[3])
"""
POINTS = {
    "staged": (Staging, "write_rows"),
    "decided": (Staging, "decide"),
    "quarantined": (Quarantine, "append"),
    "placed": (FolderStore, "copy"),
    "committed": (commits, "_commit"),
    "recorded": (DeltaActivityLog, "append"),
}
HISTORIES = {
    "merge": (
        MERGE,
        [order(1), order(2, day=3), order(3)],
        [order(1, "paid", 4), order(3, "gone", 2), order(4, "odd", 5)],
    ),
    "append": (APPEND, [order(1), order(2)], [order(2, "paid"), order(3)]),
    "replace_where": (
        PAID,
        [order(1, "paid"), order(2, "paid")],
        [order(3, "paid"), order(3, "paid"), order(4, "paid")],
    ),
}
"""Mode → its options, and two batches of which the second has a row to quarantine."""


def die_at(point: str, root: Path, mode: str) -> None:
    """Run the second batch in this process, which ends at a point of it as if it were killed."""
    owner, name = POINTS[point]
    original = getattr(owner, name)

    def die(*given, **more):
        original(*given, **more)
        os._exit(9)

    setattr(owner, name, die)
    second(root, mode, 1)


def first(root: Path, mode: str) -> None:
    options, rows, _ = HISTORIES[mode]
    assert begun(root, options).run({ORDERS: rows}).exit_code == 0


def second(root: Path, mode: str, runs: int) -> dict[str, object]:
    """Publish the second batch; return all that a history leaves behind."""
    options, _, rows = HISTORIES[mode]
    shop = begun(root, options, runs)
    ended = shop.run({ORDERS: rows}, batch_id="second")
    table = shop.warehouse.open(ORDERS)
    return {
        "exit": ended.exit_code,
        "rows": states(shop),
        "version": table.version(),
        "watermark": [commit.watermark for commit in batch_commits(table)],
        "quarantine": [(row["id"], row["quarantine_batch_id"]) for row in shop.rows(ASIDE)],
        "runs of the batch": [row[1] for row in run_rows(shop) if row[2] == "second"],
        "staging": (folder_of(shop.warehouse, "Files") / "_staging").exists(),
    }


def kill_at(point: str, root: Path, mode: str) -> int:
    """Kill the second batch of a stage at a point; return the process's exit code."""
    killed = [sys.executable, "-c", KILLED, str(root), point, mode]
    return subprocess.run(killed, check=False, capture_output=True).returncode


def after_a_kill(work: Path, point: str, mode: str) -> list[str]:
    """Kill the second batch at a point, repeat it, and return what differs from undisturbed."""
    for name in ("undisturbed", "killed"):
        first(work / name, mode)
    wanted = second(work / "undisturbed", mode, 1)
    code = kill_at(point, work / "killed", mode)
    found = second(work / "killed", mode, 2)
    differing = [
        f"{key} {found[key]} not {wanted[key]}" for key in wanted if found[key] != wanted[key]
    ]
    return [
        f"{mode}, {point}: {one}" for one in [*differing, *([] if code == 9 else ["not killed"])]
    ]


@pytest.mark.parametrize(("point", "mode"), [("quarantined", "merge"), ("committed", "append")])
def test_a_run_killed_at_a_point_is_finished_or_repeated(tmp_path, point, mode):
    assert after_a_kill(tmp_path, point, mode) == []


def test_two_runs_of_one_batch_at_once_publish_it_once(tmp_path):
    first(tmp_path, "append")
    command = "import sys; from pathlib import Path; from tests.integration.runner import "
    command += "test_batches as t; print(t.second(Path(sys.argv[1]), 'append', int(sys.argv[2])))"
    runs = [
        subprocess.Popen([sys.executable, "-c", command, str(tmp_path), runs])
        for runs in ("10", "20")
    ]
    assert [run.wait() for run in runs] == [0, 0]
    shop = begun(tmp_path, APPEND)
    assert (states(shop), shop.warehouse.version(ORDERS)) == ({1: "new", 2: "new", 3: "new"}, 1)
    assert [row[1] for row in run_rows(shop)] == ["Success", "Success"]
    assert [row["id"] for row in shop.rows(ASIDE)] == [2]


@pytest.mark.parametrize(
    ("content", "stops_others"),
    [
        ('{"format": 2, "batch": {"id": "r", "execution_id": "r", "stage": "shop"}, "tab', False),
        ("", True),
    ],
)
def test_a_rollback_that_cannot_be_read_stops_its_stage(tmp_path, content, stops_others):
    """It has staged no tables; a file without a stage may be of any."""
    shop = begun(tmp_path / "lake", PublishOptions())
    file = folder_of(shop.warehouse, "Files") / "_staging" / "dead" / "publish.json"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    other = contract_of("report.counts: {columns: {orders: long}}")
    report = Shop(tmp_path / "lake", replace(other, name="report"), runs=9)
    assert report.run({"report.counts": [{"orders": 1}]}).exit_code == (3 if stops_others else 0)
    stopped = shop.run({ORDERS: [order(1)]})
    assert (stopped.exit_code, stopped.error.code) == (3, "publish_json")
    assert "repeat the rollback if it was one" in stopped.error.message
