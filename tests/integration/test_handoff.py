"""The five checks before the next stage starts: each fails alone, with its reason."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from spectra_gx import Project
from spectra_gx.runner.handoff.readiness import readiness
from spectra_gx.warehouse.log.run_history import published_runs
from tests.fakes.tables import edit, folder, rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

NAMES = ["run-succeeded", "tables-stand", "rules-passed", "fresh-enough", "version-accepted"]


def checked(root: Path, *, later: timedelta = timedelta(), **changed: object) -> dict[str, Any]:
    """Return the checks that fail, with their reasons, for the last run with other facts."""
    project = Project.open(root)
    runs = published_runs(project.log("source"), "zephyr")
    altered: list[Mapping[str, Any]] = [*runs[:-1], {**runs[-1], **changed}]
    found = readiness(
        project.contracts["source"],
        project.contracts["prepare"],
        altered,
        project.warehouse,
        datetime.now(UTC) + later,
    )
    assert [check.name for check in found.checks] == NAMES
    assert found.execution_id == runs[-1]["execution_id"]
    assert found.ready == all(check.passed for check in found.checks)
    return {check.name: check.reason for check in found.checks if not check.passed}


def of_last_run(root: Path, column: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        published_runs(Project.open(root).log("source"), None)[-1][column]
    )
    return found


def test_all_five_pass_after_a_run(project, command):
    assert checked(project) == {}
    ended = command("handoff", "source", "--project", project)
    assert ended.code == 0
    assert [line.split()[1] for line in ended.out.splitlines()[:5]] == [f"{n}:" for n in NAMES]
    assert ended.out.splitlines()[5].startswith("ready: consume run source_zephyr_")


def test_a_failed_run(project):
    why = checked(project, status="Failed", error_message="the source is on fire")
    assert set(why) == {"run-succeeded"}
    assert why["run-succeeded"].endswith("is Failed: the source is on fire")


def test_a_table_that_moved_on(project, command):
    edit(project, "source.config", lambda found: found[0].update(config_value="other"))
    why = checked(project)
    assert why == {"tables-stand": "table `source.config` is at version 1, the run names 0"}
    ended = command("handoff", "source", "--project", project)
    assert (ended.code, ended.out.splitlines()[-1]) == (1, "not ready: do not proceed")


def test_a_table_that_is_gone(project):
    folder(project, "source.config").rename(project / "elsewhere")
    assert checked(project) == {"tables-stand": "table `source.config` does not exist"}


def test_a_table_that_the_run_does_not_name(project):
    named = of_last_run(project, "table_versions")
    del named["source.config"]
    why = checked(project, table_versions=json.dumps(named))
    assert why == {"tables-stand": "the run names no version of table `source.config`"}


@pytest.mark.parametrize("status", ["failed", "errored", None])
def test_a_required_rule(status, project):
    statuses = of_last_run(project, "rule_statuses")
    if status is None:
        del statuses["source.endpoints.rows"]
    else:
        statuses["source.endpoints.rows"] = status
    why = checked(project, rule_statuses=json.dumps(statuses))
    said = status or "was not evaluated"
    assert why == {"rules-passed": f"required rules did not pass: `source.endpoints.rows` {said}"}


def test_a_rule_that_nobody_requires(project):
    statuses = of_last_run(project, "rule_statuses")
    statuses["source.portfolio.status.const"] = "failed"
    assert checked(project, rule_statuses=json.dumps(statuses)) == {}


def test_what_is_said_of_a_handoff_that_requires_no_rule(project):
    opened = Project.open(project)
    runs = published_runs(opened.log("source"), "zephyr")
    contract = opened.contracts["source"]
    for required, said in (
        ((), "the contract requires no rule by name"),
        (("source.endpoints.rows",), "the required rule passed"),
    ):
        handoff = replace(contract.handoff, requires=required)
        found = readiness(
            replace(contract, handoff=handoff), None, runs, opened.warehouse, datetime.now(UTC)
        )
        assert {one.name: one.reason for one in found.checks}["rules-passed"] == said


def test_a_run_of_the_day_before_yesterday(project):
    # The stage was run when the tests began, however long ago that is.
    why = checked(project, later=timedelta(hours=25))
    assert why.keys() == {"fresh-enough"}
    assert re.fullmatch(r"the run ended 2[56]\.\d h ago, more than 24h", why["fresh-enough"])
    assert checked(project, later=timedelta(hours=22)) == {}


def test_a_version_that_the_consumer_does_not_take(project):
    why = checked(project, contract_version="2.0.0")
    assert why == {
        "version-accepted": "`prepare` does not accept contract version 2.0.0 (>=1.0,<2)"
    }


def test_nothing_is_ready_that_never_ran(empty_project, command):
    ended = command("handoff", "source", "--project", empty_project)
    assert ended.code == 1
    assert "stage `source` has never run; run it first" in ended.out


@pytest.mark.parametrize("operation", ["--preview", "--backfill"])
def test_previews_and_backfills_say_nothing_of_what_stands(operation, project, command):
    sandbox = ["--sandbox"] if operation == "--preview" else []
    before = rows(project, "log.sourcelog")
    assert command("run", "source", operation, *sandbox, "--project", project).code == 0
    assert len(rows(project, "log.sourcelog")) == len(before) + 6
    assert checked(project) == {}


def test_another_system_and_a_stage_without_handoff(project):
    opened = Project.open(project)
    assert published_runs(opened.log("source"), "jira") == []
    alone = replace(opened.contracts["source"], handoff=None)
    runs = published_runs(opened.log("source"), None)
    long_after = datetime.now(UTC) + timedelta(days=400)
    assert readiness(alone, None, runs, opened.warehouse, long_after).ready
