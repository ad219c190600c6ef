"""`--json`: one object on stdout, in the shape that the contract language promises."""

from __future__ import annotations

import json
from datetime import datetime

import pyarrow as pa
import pytest

from tests.fakes.tables import SOURCE, edit, replace, rows, version

STAGE = {
    "contract": str,
    "version": str,
    "execution_id": str,
    "as_of": str,
    "verdict": str,
    "declared": int,
    "passed": int,
    "failed": int,
    "errored": int,
    "inputs": dict,
    "rules": list,
    "tables": list,
}
TABLE = {
    "table": str,
    "delta_version": int | None,
    "rows": int | None,
    "verdict": str,
    "duration_seconds": float,
    "since": int | None,
    "snapshot": str | None,
    "cause": str | None,
    "rules": list,
}
RULE = {
    "id": str,
    "status": str,
    "severity": str,
    "expectation": str | None,
    "evaluated": int | None,
    "unexpected": int | None,
    "observed": object,
    "sample": list,
    "keys": list,
    "message": str,
    "scope": str,
    "cause": str | None,
}
RUN = {
    "status": str,
    "exit_code": int,
    "error": dict | None,
    "duration_seconds": float,
    "publish_seconds": float | None,
    "last_success": str | None,
    "last_published": dict,
    "table_age_seconds": dict,
    "published": dict,
    "addresses": dict,
    "batch_id": str,
    "rolled_back": list,
    "already_rolled_back": bool,
    "already_published": bool,
    "publishing": dict,
    "watermarks": dict,
    "held_back": list,
    "quarantined": dict,
    "versions": dict,
    "initialised": list,
    "consumed": list,
    "dead_runs": list,
    "completed_runs": list,
    "docs": str | None,
    "docs_url": str | None,
    "calls": dict | None,
    "failed_calls": list,
    "notification": str | None,
    "muted": list,
    "acknowledged": list,
    "recorded": bool,
}


def hold(found, shape):
    assert list(found) == list(shape)
    for key, kind in shape.items():
        assert isinstance(found[key], kind), (key, found[key])


def hold_stage(found, shape):
    hold(found, shape)
    for table in found["tables"]:
        hold(table, TABLE)
    rules = [*found["rules"], *(rule for table in found["tables"] for rule in table["rules"])]
    for rule in rules:
        hold(rule, RULE)
    assert found["declared"] == len(rules)
    assert found["declared"] == found["passed"] + found["failed"] + found["errored"]
    assert datetime.fromisoformat(found["as_of"]).utcoffset() is not None


def strict(text):
    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    assert text.count("\n") == 1
    return json.loads(text, parse_constant=refuse)


def test_check(project, command):
    edit(project, "source.endpoints", lambda found: found[0].update(http_method="PATCH"))

    ended = command("check", "source", "--json", "--project", project)

    assert (ended.code, ended.err) == (1, "")
    found = strict(ended.out)
    hold_stage(found, STAGE)
    assert found["inputs"] == {name: version(project, name) for name in SOURCE}
    [endpoints] = [table for table in found["tables"] if table["table"] == "source.endpoints"]
    [broken] = [rule for rule in endpoints["rules"] if rule["status"] != "passed"]
    path = rows(project, "source.endpoints")[0]["full_path"]
    assert broken | {"message": ""} == {
        "id": "source.endpoints.http_method.enum",
        "status": "failed",
        "severity": "critical",
        "expectation": "expect_column_values_to_be_in_set",
        "evaluated": 223,
        "unexpected": 1,
        "observed": None,
        "sample": ["PATCH"],
        "keys": [{"full_path": path, "http_method": "PATCH"}],
        "message": "",
        "scope": "whole",
        "cause": None,
    }
    assert broken["message"]
    assert (endpoints["delta_version"], endpoints["rows"]) == (1, 223)


def test_run(empty_project, command):
    ended = command("run", "source", "--sandbox", "--json", "--project", empty_project)
    assert ended.code == 0
    found = strict(ended.out)
    hold_stage(found, STAGE | RUN)
    assert found["published"] == found["versions"] == dict.fromkeys(SOURCE, 0)


def test_a_run_that_ends_before_anything_is_judged(project, command):
    """The shape is the same, with nothing in it and the error beside it."""
    fault = "bad-token@/project/details"
    ended = command("run", "source", "--sandbox", "--fault", fault, "--json", "--project", project)
    assert ended.code == 3
    found = strict(ended.out)
    hold_stage(found, STAGE | RUN)
    assert (found["verdict"], found["status"], found["exit_code"]) == ("errored", "Failed", 3)
    assert (found["declared"], found["tables"], found["published"]) == (0, [], {})
    assert found["versions"] == dict.fromkeys(SOURCE, 0)
    assert found["error"]["type"] == "AuthenticationError"
    assert found["error"]["category"] == "authentication"
    assert found["recorded"] is True


def test_what_is_no_number_is_still_json(project, command):
    contract = project / "contracts" / "numbers.contract.yaml"
    contract.write_text(
        "contract: numbers\nversion: 1.0.0\nowner: Data Platform\ntables:\n"
        "  numbers.one:\n    columns:\n      a: {type: double, max: 1}\n",
        encoding="utf-8",
    )
    replace(project, "numbers.one", pa.table({"a": [float("nan"), float("inf"), 2.0]}))
    ended = command("check", "numbers", "--json", "--project", project)
    assert ended.code == 1
    found = strict(ended.out)
    hold_stage(found, STAGE)
    [broken] = [rule for rule in found["tables"][0]["rules"] if rule["status"] == "failed"]
    assert (broken["unexpected"], len(broken["sample"])) == (3, 3)


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        (["log"], list),
        (["handoff", "source"], {"ready", "stage", "execution_id", "checks"}),
        (["docs"], {"docs"}),
    ],
)
def test_the_other_commands(arguments, shape, project, command):
    ended = command(*arguments, "--json", "--project", project)
    assert (ended.code, ended.err) == (0, "")
    found = strict(ended.out)
    assert isinstance(found, list) if shape is list else set(found) == shape


def test_a_command_that_cannot_begin_says_so_on_stderr_alone(project, command):
    ended = command("check", "sauce", "--json", "--project", project)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: ")
