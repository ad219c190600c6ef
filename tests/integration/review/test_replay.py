"""Changed rules on real Delta tables of several versions: kept, vacuumed, damaged, or long gone."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from spectra_gx.review.replay.changed_rules import changed_rules
from spectra_gx.review.replay.replayer import mask_columns, replay_rules
from spectra_gx.validation.redaction import REDACTED
from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import contract_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.review.replay.replay_result import ReplayedTable

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)
ORDERS = """
shop.orders:
  primary_key: [id]
  columns:
    id: {{type: long, required: true}}
    state: {{type: string, enum: {states}}}
    note: string
"""


def orders(states: str) -> str:
    return ORDERS.format(states=states)


def write(root: Path, name: str, rows: Sequence[dict[str, Any]], at: datetime) -> int:
    """Store rows as a table's next version, committed at an instant."""
    uri = Warehouse(root).table_uri(name)
    Path(uri).mkdir(parents=True, exist_ok=True)
    write_deltalake(uri, pa.Table.from_pylist(list(rows)), mode="overwrite")
    version = DeltaTable(uri).version()
    log = Path(uri) / "_delta_log" / f"{version:020}.json"
    actions = [json.loads(line) for line in log.read_text().splitlines()]
    for action in actions:
        if "commitInfo" in action:
            action["commitInfo"].pop("inCommitTimestamp", None)
            action["commitInfo"]["timestamp"] = int(at.timestamp() * 1000)
    log.write_text("\n".join(map(json.dumps, actions)))
    return int(version)


def days(root: Path, *states: Sequence[str]) -> None:
    """Store a version of `shop.orders` a day, an order for each state."""
    for day, of_day in enumerate(states):
        rows = [{"id": id_, "state": state, "note": "x"} for id_, state in enumerate(of_day)]
        write(root, "shop.orders", rows, MORNING + timedelta(days=day))


def replays(root: Path, before: str | None, after: str, count: int = 9) -> list[ReplayedTable]:
    old = None if before is None else contract_of(before)
    new = contract_of(after)
    rules = changed_rules(old, new)
    shown = mask_columns(new, old)
    return list(replay_rules(shown, rules, {shown.name: shown}, Warehouse(root), count))


def outcomes(table: ReplayedTable) -> dict[int, str]:
    return {version.version: version.outcome for version in table.versions}


NARROWED = (orders("[open, done, lost]"), orders("[open, done]"))


def test_each_version_is_judged_by_the_changed_rule_alone(tmp_path):
    days(tmp_path, ["open", "done"], ["lost", "open", "lost"], ["done"])
    [table] = replays(tmp_path, *NARROWED)
    assert (table.contract, table.table) == ("shop", "shop.orders")
    assert table.rules == ("shop.orders.state.enum",)
    assert outcomes(table) == {2: "passed", 1: "failed", 0: "passed"}
    middle = table.versions[1]
    assert middle.committed == MORNING + timedelta(days=1)
    assert middle.rows == 3
    assert middle.logged is None
    [rule] = middle.rules
    assert (rule.id, rule.unexpected, rule.evaluated) == ("shop.orders.state.enum", 2, 3)
    assert rule.keys == ({"id": 0}, {"id": 2})


def test_only_the_newest_are_replayed(tmp_path):
    days(tmp_path, ["lost"], ["lost"], ["open"], ["lost"])
    [table] = replays(tmp_path, *NARROWED, count=2)
    assert outcomes(table) == {3: "failed", 2: "passed"}


def test_nothing_changed_replays_nothing(tmp_path):
    assert replays(tmp_path, NARROWED[0], orders("[lost, done, open]")) == []


def test_the_clock_is_the_commit_of_each_version(tmp_path):
    columns = "shop.orders:\n  columns:\n    seen: {type: timestamp, max_age: %s}\n"
    for day in (0, 1):
        at = MORNING + timedelta(days=day)
        rows = [{"seen": at - timedelta(hours=2 + day)}]
        write(tmp_path, "shop.orders", rows, at)
    [table] = replays(tmp_path, columns % "24h", columns % "150m")
    assert outcomes(table) == {1: "failed", 0: "passed"}


def test_a_bound_of_the_clock_is_replayed_by_the_commit_of_each_version(tmp_path):
    table = "shop.orders:\n  columns:\n    seen: {type: timestamp, max: now%s}\n"
    rules = '  rules: [{id: late, sql: "select * from {table} where seen > {now - %s}"}]\n'
    for day in (0, 1):
        at = MORNING + timedelta(days=day)
        write(tmp_path, "shop.orders", [{"seen": at + timedelta(minutes=30 * day)}], at)
    [found] = replays(tmp_path, table % " + 1h" + rules % "1s", table % "" + rules % "1h")
    assert found.rules == ("shop.orders.late", "shop.orders.seen.max")
    assert outcomes(found) == {1: "failed", 0: "failed"}
    assert [[rule.id for rule in one.broken] for one in found.versions] == [
        ["shop.orders.late", "shop.orders.seen.max"],
        ["shop.orders.late"],
    ]


def test_a_vacuumed_version_is_gone_and_not_passed(tmp_path):
    days(tmp_path, ["open"], ["open"])
    table = DeltaTable(Warehouse(tmp_path).table_uri("shop.orders"))
    table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    [found] = replays(tmp_path, *NARROWED)
    assert found.versions[-1].version == 0
    assert found.versions[-1].outcome == "no longer readable"
    assert found.versions[-1].verdict == "errored"
    assert "is missing or incomplete" in str(found.versions[-1].gone)
    assert {version.outcome for version in found.versions[:-1]} == {"passed"}
    assert found.outcomes["no longer readable"] == 1


def test_a_damaged_version_is_gone_even_where_the_log_knows_the_answer(tmp_path):
    rows = "shop.orders:\n  rows: {min: %s}\n  columns: {id: long, state: string, note: string}\n"
    days(tmp_path, ["open"], ["open"])
    uri = Path(Warehouse(tmp_path).table_uri("shop.orders"))
    [newest] = DeltaTable(uri).file_uris()
    Path(newest).write_bytes(b"")
    [found] = replays(tmp_path, rows % 0, rows % 1)
    assert outcomes(found) == {1: "no longer readable", 0: "passed"}


def test_a_version_whose_commit_has_expired_is_gone(tmp_path):
    days(tmp_path, ["open"], ["lost"])
    uri = Path(Warehouse(tmp_path).table_uri("shop.orders"))
    DeltaTable(uri).create_checkpoint()
    (uri / "_delta_log" / f"{0:020}.json").unlink()
    [found] = replays(tmp_path, *NARROWED)
    assert outcomes(found) == {1: "failed", 0: "no longer readable"}
    assert found.versions[1].committed is None


@pytest.mark.parametrize(
    ("after", "obstacle"),
    [
        (orders("[open]"), "it does not exist in this warehouse"),
        (
            orders("[open]").replace("  columns:", "  format: csv\n  location: a.csv\n  columns:"),
            "not possible, since csv files have no versions",
        ),
    ],
)
def test_a_table_without_versions_says_why(tmp_path, after, obstacle):
    [found] = replays(tmp_path, NARROWED[0], after)
    assert (found.obstacle, found.versions) == (obstacle, ())


def test_a_new_column_is_not_in_the_data_yet_and_fails_nothing(tmp_path):
    days(tmp_path, ["open"], ["lost"])
    added = NARROWED[1] + "    channel: {type: string, required: true, enum: [web]}\n"
    [found] = replays(tmp_path, NARROWED[0], added)
    assert outcomes(found) == {1: "failed", 0: "not in the data yet"}
    newest, oldest = found.versions
    assert [rule.id for rule in newest.broken] == ["shop.orders.state.enum"]
    assert (oldest.absent, oldest.broken, oldest.verdict) == (("channel",), (), "errored")
    assert oldest.pending == {
        "shop.orders.columns",
        *(f"shop.orders.channel.{kind}" for kind in ("type", "required", "enum")),
    }
    undeclared = added.replace("    note: string\n", "")
    [found] = replays(tmp_path, NARROWED[0], undeclared)
    assert outcomes(found) == {1: "failed", 0: "failed"}
    assert "shop.orders.columns" not in found.versions[1].pending


# -- beside other tables -------------------------------------------------------------------------

LINKED = """
shop.orders:
  primary_key: [id]
  columns: {{id: {{type: long, required: true}}, customer: long}}
  rules:
    {rules}
shop.customers:
  columns: {{id: {{type: long, required: true}}}}
"""
UNLINKED = LINKED.format(rules="[]")
REFERENCE = LINKED.format(
    rules="- {id: known, references: {columns: [customer], table: shop.customers, to: [id]}}"
)
QUERY = LINKED.format(
    rules='- {id: known, sql: "select * from {table} where customer not in '
    '(select id from {shop.customers})"}'
)


def linked(root: Path, *, late: timedelta = timedelta()) -> None:
    """Store two days of customers and, as soon, orders: 7 orders on the first day, 8 on the next.

    `late` is how much later than the orders the customers are committed.
    """
    for day, customer in enumerate((7, 8)):
        at = MORNING + timedelta(days=day)
        if late:
            write(root, "shop.orders", [{"id": 1, "customer": customer}], at)
            write(root, "shop.customers", [{"id": customer}], at + late)
        else:
            write(root, "shop.customers", [{"id": customer}], at)
            write(root, "shop.orders", [{"id": 1, "customer": customer}], at)


def logged(root: Path, name: str, versions: dict[str, int], verdict: str, **more: Any) -> None:
    """Record a run that published these versions."""
    row = {
        "execution_id": name,
        "stage": "shop",
        "source_system": "tests",
        "contract_version": "0.9.0",
        "recorded_at": datetime.now(UTC),
    }
    run = {
        "record_type": "run",
        "status": "Success",
        "parameters": json.dumps({"operation": more.get("operation", "run")}),
        "table_versions": json.dumps(versions),
        "duration_seconds": 1.0,
        "start_time": MORNING,
        "end_time": MORNING,
        **dict.fromkeys(
            ("correlation_id", "batch_id", "notebook_name", "source_name", "sdk_version"), "x"
        ),
        "execution_mode": "pipeline",
    }
    checkpoint = {
        "record_type": "checkpoint",
        "table_name": "shop.orders",
        "table_verdict": verdict,
        "delta_version": versions["shop.orders"],
    }
    DeltaActivityLog(Warehouse(root), "shop").append(name, [{**row, **checkpoint}, {**row, **run}])


@pytest.mark.parametrize("after", [REFERENCE, QUERY])
def test_other_tables_are_read_as_they_stood_then(tmp_path, after):
    linked(tmp_path)
    [found] = replays(tmp_path, UNLINKED, after)
    assert found.rules == ("shop.orders.known",)
    assert outcomes(found) == {1: "passed", 0: "passed"}


def test_what_one_run_published_belongs_together(tmp_path):
    linked(tmp_path, late=timedelta(seconds=2))
    [found] = replays(tmp_path, UNLINKED, REFERENCE)
    assert outcomes(found) == {1: "failed", 0: "errored"}
    assert "`shop.customers` did not exist yet" in found.versions[1].rules[0].message
    for day in (0, 1):
        logged(tmp_path, f"run {day}", {"shop.orders": day, "shop.customers": day}, "passed")
    [found] = replays(tmp_path, UNLINKED, REFERENCE)
    assert outcomes(found) == {1: "passed", 0: "passed"}


def test_another_table_that_is_gone_makes_an_error_and_no_pass(tmp_path):
    linked(tmp_path)
    customers = DeltaTable(Warehouse(tmp_path).table_uri("shop.customers"))
    customers.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    [found] = replays(tmp_path, UNLINKED, REFERENCE)
    assert outcomes(found) == {1: "passed", 0: "errored"}
    assert "`shop.customers` cannot be read" in found.versions[1].rules[0].message


def test_the_log_says_what_was_thought_then_not_later(tmp_path):
    days(tmp_path, ["lost"], ["open"], ["open"])
    logged(tmp_path, "first", {"shop.orders": 0}, "passed")
    logged(tmp_path, "again", {"shop.orders": 0}, "failed")
    logged(tmp_path, "backfill", {"shop.orders": 1}, "failed", operation="backfill")
    [found] = replays(tmp_path, *NARROWED)
    newest, middle, oldest = found.versions
    assert (newest.logged, middle.logged) == (None, None)
    assert oldest.logged is not None
    assert (oldest.logged.execution_id, oldest.logged.verdict) == ("first", "passed")
    assert oldest.logged.contract_version == "0.9.0"


# -- what must not be shown ----------------------------------------------------------------------

PRIVATE = """
shop.orders:
  primary_key: [id]
  columns:
    id: {{type: long, required: true}}
    state: {state}
"""
SECRET = "somebody@example.com"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{type: string, classification: pii}", "{type: string, enum: [open]}"),
        ("{type: string, format: masked}", "{type: string, max_length: 3}"),
        ("{type: string, classification: confidential}", "{type: string, format: email}"),
    ],
)
def test_a_change_does_not_uncover_what_was_hidden(tmp_path, before, after):
    write(tmp_path, "shop.orders", [{"id": 1, "state": SECRET + "!"}], MORNING)
    [found] = replays(tmp_path, PRIVATE.format(state=before), PRIVATE.format(state=after))
    [version] = found.versions
    assert version.outcome == "failed"
    assert SECRET not in repr(asdict(found))
    [rule] = [rule for rule in version.rules if rule.status == "failed"]
    assert rule.sample == (REDACTED,)
    assert rule.keys == ({"id": 1},)


def test_a_column_that_nobody_declared_before_is_not_shown(tmp_path):
    write(tmp_path, "shop.orders", [{"id": 4711047110, "state": SECRET}], MORNING)
    after = PRIVATE.format(state="{type: string, enum: [open]}")
    query = "  rules:\n    - {id: q, sql: 'select id, state from {table}'}\n"
    [found] = replays(tmp_path, None, after + query)
    assert SECRET not in repr(asdict(found))
    assert "4711047110" not in repr(asdict(found))
    assert found.versions[0].outcome == "failed"
