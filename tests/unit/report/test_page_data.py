import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from spectra_gx.errors import ExternalServiceError
from spectra_gx.report.page_data import build_run_data, read_run_data
from spectra_gx.runner.log_records import log_rows
from spectra_gx.warehouse.log.log_columns import LOG_SCHEMA
from tests.fakes.shown_runs import SIZE, preview_of, run_of

STOPPED = replace(run_of(5), stage=None, error=ExternalServiceError("answered 503"))
RUNS = {
    "passed": run_of(1),
    "failed": run_of(2, {SIZE: {"unexpected": 1}}),
    "errored": run_of(3, {SIZE: {"status": "errored", "message": "no such column"}}),
    "preview": preview_of(4),
    "stopped": STOPPED,
}


def rows_of(run):
    rows = log_rows(run, recorded_at=datetime(2026, 11, 22, tzinfo=UTC))
    return [{name: row.get(name) for name in LOG_SCHEMA.names} for row in rows]


@pytest.mark.parametrize("name", RUNS)
def test_a_run_and_its_log_rows_give_the_same_data(name):
    whole = build_run_data(RUNS[name])
    *checkpoints, row = rows_of(RUNS[name])
    from_log = read_run_data(row, checkpoints)

    assert json.loads(json.dumps(whole)) == whole
    assert from_log.keys() == whole.keys()
    kept = ("execution_id", "started", "seconds", "verdict", "success", "trouble", "aside")
    assert {key: from_log[key] for key in kept} == {key: whole[key] for key in kept}
    assert (from_log["error"] or {}).get("message") == (whole["error"] or {}).get("message")
    assert [table["table"] for table in from_log["tables"]] == [
        table["table"] for table in whole["tables"]
    ]
    for mine, theirs in zip(from_log["tables"], whole["tables"], strict=True):
        assert mine.keys() == theirs.keys()
        assert {rule["id"]: rule["status"] for rule in mine["rules"]} == {
            rule["id"]: rule["status"] for rule in theirs["rules"]
        }
        assert {*mine["rules"][0]} == {*theirs["rules"][0]}


def test_a_rule_has_its_line_in_the_contract():
    rules = {
        rule["id"]: rule for table in build_run_data(run_of(1))["tables"] for rule in table["rules"]
    }
    assert (rules[SIZE]["line"], rules[SIZE]["column"]) == (10, "size")
