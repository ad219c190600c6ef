"""A run as rows of the log."""

import json
from dataclasses import replace

import pytest

from spectra_gx.causes import Cause
from spectra_gx.errors import AuthenticationError, AuthorizationError
from spectra_gx.runner.calls import Call
from spectra_gx.runner.log_records import fingerprint, log_rows
from spectra_gx.validation.redaction import REDACTED
from spectra_gx.warehouse.log.log_columns import log_rows as storable
from tests.fakes.runs import ERRORED, FAILED, IDENTITY, NOW, PASSED, rule, run, stage, table

REFUSED = AuthenticationError("`GET /project/details` answered 401", code="401")


@pytest.mark.parametrize("result", [run(), run(FAILED), run(ERRORED), run(None, error=REFUSED)])
def test_every_row_is_one_that_the_log_keeps(result):
    rows = log_rows(result, recorded_at=NOW)
    assert storable(IDENTITY.execution_id, rows).num_rows == len(rows)
    assert [row["record_type"] for row in rows][-1] == "run"
    assert {row["execution_id"] for row in rows} == {IDENTITY.execution_id}


def test_a_run_that_passed():
    result = run(versions={"source.config": 3}, published={"source.config": 3})
    checkpoint, row = log_rows(result, recorded_at=NOW)
    assert (row["status"], row["error_message"], row["fingerprint"]) == ("Success", None, None)
    assert (row["rules_declared"], row["rules_passed"], row["rules_failed"]) == (1, 1, 0)
    assert json.loads(row["table_versions"]) == {"source.config": 3}
    assert json.loads(row["rule_statuses"]) == {"source.config.rows": "passed"}
    assert json.loads(row["capabilities"]) == ["judged", "published"]
    assert row["duration_seconds"] == 1.5
    assert (checkpoint["table_state"], checkpoint["delta_version"]) == ("published", 3)


@pytest.mark.parametrize(
    ("versions", "state"), [({"source.config": 2}, "kept"), ({"source.config": None}, "none")]
)
def test_the_state_of_a_table_that_was_not_published(versions, state):
    checkpoint, _ = log_rows(run(FAILED, versions=versions), recorded_at=NOW)
    assert checkpoint["table_state"] == state
    assert checkpoint["table_verdict"] == "failed"
    assert (checkpoint["critical_failed"], checkpoint["warning_failed"]) == (1, 1)


def test_a_checkpoint_keeps_why_its_rules_are_errored():
    errored = rule("source.config.x.min", "errored", cause=Cause.TYPE_DIFFERS)
    checked = run(stage(table("source.config", [errored, rule("source.config.rows")])))
    checkpoint, _ = log_rows(checked, recorded_at=NOW)
    assert json.loads(checkpoint["metadata"]) == {"causes": {"source.config.x.min": "type_differs"}}
    assert log_rows(run(FAILED), recorded_at=NOW)[0]["metadata"] is None


def test_errors_are_counted_once_by_category():
    forbidden = AuthorizationError("answered 403")
    calls = [Call("a", 0.1, 1, REFUSED), Call("b", 0.1, 1, forbidden), Call("c", 0.1, 1)]
    [row] = log_rows(run(None, error=REFUSED, calls=calls), recorded_at=NOW)
    assert json.loads(row["error_summary"]) == {"authentication": 1, "authorization": 1}
    assert (row["endpoint_success_count"], row["endpoint_count"]) == (0, 0)
    assert json.loads(row["calls"])["count"] == 3
    assert row["status"] == "Failed"


def test_a_run_that_was_never_judged_counts_no_rules():
    [row] = log_rows(run(None, error=REFUSED), recorded_at=NOW)
    assert row["rules_declared"] is row["rules_passed"] is row["rule_statuses"] is None


def test_failures_of_one_cause_share_a_fingerprint():
    def failing(*names):
        return run(stage(table("t", [rule(name, "failed") for name in names])))

    assert fingerprint(failing("a", "b")) == fingerprint(failing("b", "a"))
    assert fingerprint(failing("a")) != fingerprint(failing("b"))
    assert fingerprint(run(PASSED)) is None
    assert fingerprint(run(None, error=REFUSED)) == fingerprint(run(FAILED, error=REFUSED))


def test_a_checkpoint_keeps_what_its_rules_found_but_no_sensitive_value():
    rules = [
        rule("source.config.rows", observed=6),
        rule("source.config.x.min", "failed", evaluated=6, unexpected=2, sample=(-1,)),
        rule("source.config.secret.distinct", observed=REDACTED),
        rule("source.config.old", "errored", cause=Cause.TYPE_DIFFERS, message="type differs"),
    ]
    checkpoint, _ = log_rows(run(stage(table("source.config", rules))), recorded_at=NOW)
    assert json.loads(checkpoint["rule_values"]) == {
        "source.config.rows": {"observed": 6},
        "source.config.x.min": {"evaluated": 6, "unexpected": 2},
        "source.config.secret.distinct": {},
    }


def test_a_run_keeps_what_it_published_and_held_back_and_for_which_environment():
    result = run(
        FAILED,
        published={"source.config": 3},
        held_back=["source.endpoints"],
        identity=replace(IDENTITY, environment="dev"),
    )
    row = log_rows(result, recorded_at=NOW)[-1]
    assert json.loads(row["published_versions"]) == {"source.config": 3}
    assert json.loads(row["held_back"]) == ["source.endpoints"]
    assert row["environment"] == "dev"
