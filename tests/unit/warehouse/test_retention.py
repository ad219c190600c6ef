"""What the log forgets, and which versions of tables it still names."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from spectra_gx.warehouse.maintenance.erased_values import ErasedValues, erase_from_log_row
from spectra_gx.warehouse.maintenance.kept_versions import consumed_runs, kept_versions
from spectra_gx.warehouse.maintenance.log_retention import NEWEST, expired_runs

TABLE = "shop.order"
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def run(number: int, version: int | None = None, **facts: Any) -> dict[str, Any]:
    versions = None if version is None else json.dumps({TABLE: version})
    return {
        "execution_id": f"run_{number}",
        "end_time": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number),
        "status": "Failed",
        "source_system": "shop",
        "metadata": None,
        "watermarks": None,
        "table_versions": versions,
        "published_versions": versions,
        **facts,
    }


def kept(rows: list[dict[str, Any]], **facts: Any) -> dict[int, list[str]]:
    given = {
        "since": None, "quarantined": (), "consumed": (), "batches": [], "newest": 9, "replay": 0
    }  # fmt: skip
    return kept_versions(TABLE, rows, **{**given, **facts})


def test_versions_stay_that_the_log_names_and_those_before_batches():
    rows = [run(0, 2), run(1, 5)]
    assert kept(rows) == {
        1: ["rollback"], 2: ["log"], 4: ["rollback"], 5: ["log"], 9: ["current"]
    }  # fmt: skip
    assert kept(rows, since=LATER) == {4: ["rollback"], 5: ["log"], 9: ["current"]}
    assert kept([run(0, 0, published_versions=None)]) == {0: ["log"], 9: ["current"]}


def test_quarantine_consumers_and_replays_keep_versions_as_well():
    rows = [run(0, 2), run(1, 5), run(2, 7)]
    found = kept(
        rows, since=LATER, quarantined={"run_0"}, consumed={"run_1"}, batches=[8], replay=2
    )
    assert found == {
        1: ["rollback"], 2: ["quarantine"], 4: ["rollback"], 5: ["consumer"],
        6: ["rollback"], 7: ["log", "rollback"], 8: ["replay"], 9: ["current", "replay"],
    }  # fmt: skip


def test_a_consumer_names_the_runs_that_it_consumed():
    consumed = {"consumed": {"shop": {"execution_id": "run_3", "ready": True}}}
    rows = [run(0), run(1, metadata=json.dumps(consumed))]
    assert [*consumed_runs(rows, "shop")] == ["run_3"]
    assert [*consumed_runs(rows, "prepare")] == []


def test_the_log_forgets_old_runs_but_for_those_that_are_needed():
    mark = json.dumps({TABLE: {"column": "id", "type": "long", "value": "4"}})
    rows = [
        run(0),
        run(1, status="Success"),
        run(2, watermarks=mark),
        run(3, metadata='{"not_completed": ["shop.order"]}'),
        run(4),
        *(run(number) for number in range(5, 5 + NEWEST)),
    ]
    assert expired_runs(rows, None, ()) == []
    assert expired_runs(rows, LATER, ["run_4"]) == ["run_0"]
    assert expired_runs(rows, LATER, []) == ["run_0", "run_4"]
    assert expired_runs(rows, rows[4]["end_time"], ()) == ["run_0"]


def test_a_row_of_the_log_loses_the_values_and_nothing_else():
    values = ErasedValues(["ada@example.org", 4711, True, None, ["Ada"], "AT"])
    observed = {
        "shop.order.mail.max": {"evaluated": 9, "observed": "ada@example.org"},
        "shop.order.id.max": {"evaluated": 9, "observed": {"max": 4711.0}},
        "shop.order.rows": {"observed": 12},
        "shop.other.id.max": {"observed": 4711},
    }
    row = {
        "rule_values": json.dumps(observed),
        "metadata": json.dumps({"note": ["Ada", "Adam"], "causes": {"AT": "budget"}}),
        "error_message": "no builder takes ada@example.org of AT",
    }
    changed = erase_from_log_row(row, values, {rule for rule in observed if "order" in rule})
    assert json.loads(changed["rule_values"]) == {
        "shop.order.mail.max": {"evaluated": 9},
        "shop.order.id.max": {"evaluated": 9},
        "shop.order.rows": {"observed": 12},
        "shop.other.id.max": {"observed": 4711},
    }
    assert json.loads(changed["metadata"]) == {
        "note": ["‹erased›", "Adam"], "causes": {"AT": "budget"}
    }  # fmt: skip
    assert changed["error_message"] == "no builder takes ‹erased› of AT"
    assert erase_from_log_row({**row, **changed}, values, set(observed)) != {}
    harmless = {"rule_values": None, "metadata": "no JSON", "error_message": "out of memory"}
    assert erase_from_log_row(harmless, values, set(observed)) == {}
