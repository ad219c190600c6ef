"""The example `chain`: Source → Prepare → Extract, day by day, beside the sandbox's own rows."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from spectra_gx import Project, RunParameters
from spectra_gx.sources.zephyr.sandbox.days import dataset_on
from tests.docs.pages import REPOSITORY

CHAIN = REPOSITORY / "docs" / "examples" / "chain"
STATUSES = {"1": "passed", "2": "failed", "3": "in progress", "4": "blocked", "5": "not run"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(project, table):
    return project.warehouse.read(project.warehouse.open(table)).to_pylist()


def changed_at(row):
    instants = [row["assignmentDate"], (row["tcrTreeTestcase"] or {}).get("lastModifiedOn")]
    return EPOCH + timedelta(milliseconds=max(filter(None, instants)))


def is_valid(row):
    return row["tcrTreeTestcase"] is not None and row["status"] in STATUSES


def valid_executions(day):
    """Return id → what a valid execution of a day is in the table, from the sandbox's own rows."""
    data = dataset_on(day)
    return {
        row["id"]: (
            cycle,
            STATUSES[row["status"]],
            row["testerId"],
            row["tcrTreeTestcase"]["id"],
            row["tcrTreeTestcase"]["revision"],
            changed_at(row),
        )
        for cycle, rows in data.executions.items()
        for row in rows
        if is_valid(row)
    }


def published_executions(project):
    return {
        row["schedule_id"]: (
            row["cycle_id"],
            row["status"],
            row["tester_id"],
            row["testcase"]["testcase_id"],
            row["testcase"]["revision"],
            row["changed_at"],
        )
        for row in read(project, "extract.executions")
    }


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """Run all three stages on day 0, and Extract again on days 1 and 2."""
    root = tmp_path_factory.mktemp("chain") / "project"
    shutil.copytree(CHAIN, root, ignore=shutil.ignore_patterns("warehouse"))
    project = Project.open(root)
    chain = project.run_stages(["source", "prepare", "extract"], RunParameters(), sandbox=True)
    seen = [published_executions(project)]
    later = []
    for day in (1, 2):
        parameters = RunParameters(batch_id=f"day-{day}")
        later.append(project.run("extract", parameters, sandbox=True, sandbox_day=day))
        seen.append(published_executions(project))
    return project, chain, later, seen


def test_three_stages_run_and_hand_over(days):
    project, chain, later, _ = days
    source, prepare, extract = chain.runs

    assert (chain.exit_code, chain.not_started) == (0, ())
    assert [run.exit_code for run in later] == [0, 0]
    assert prepare.identity.correlation_id == source.identity.execution_id
    for run in (extract, *later):
        assert run.identity.correlation_id == prepare.identity.execution_id
    assert all(project.handoff(stage).ready for stage in ("source", "prepare"))


@pytest.mark.parametrize("day", [0, 1, 2])
def test_extract_has_the_valid_rows_of_each_day(days, day):
    assert days[3][day] == valid_executions(day)


@pytest.mark.parametrize("day", [1, 2])
def test_a_batch_has_the_rows_that_changed_and_nothing_else(days, day):
    project, _, later, _ = days
    before, now = (
        [row for rows in dataset_on(one).executions.values() for row in rows]
        for one in (day - 1, day)
    )
    begins = max(map(changed_at, before)) - timedelta(days=1)
    batch = [row for row in now if changed_at(row) >= begins]
    [checked] = [
        row
        for row in project.log("extract")
        if row["execution_id"] == later[day - 1].identity.execution_id
        and row["table_name"] == "extract.executions"
    ]

    valid = sum(map(is_valid, batch))
    assert checked["batch_id"] == f"day-{day}"
    assert (checked["publish_mode"], checked["rows_staged"]) == ("merge", valid)
    assert checked["quarantined_count"] == len(batch) - valid == 2
    assert valid < checked["row_count"] / 2


def test_a_batch_is_published_once(days, tmp_path, command):
    root = shutil.copytree(days[0].root, tmp_path / "project")

    ended = command(
        *("run", "extract", "--sandbox", "--sandbox-day", "3", "--json"),
        *("--batch-id", "day-2", "--project", root),
    )

    assert (ended.code, json.loads(ended.out)["already_published"]) == (0, True)
    assert published_executions(Project.open(root)) == days[3][2]


def test_the_table_can_be_rebuilt(days, tmp_path):
    project = Project.open(shutil.copytree(days[0].root, tmp_path / "project"))

    run = project.run("extract", RunParameters(full=True), sandbox=True, sandbox_day=3)

    assert run.exit_code == 0
    assert published_executions(project) == valid_executions(3)


def test_invalid_rows_are_quarantined_with_their_reason(days):
    project, _, later, _ = days
    entries = project.quarantined("extract")

    assert {entry.execution_id for entry in entries} == {run.identity.execution_id for run in later}
    assert sum(entry.rows for entry in entries) == 4
    reasons = {
        rule for row in read(project, "quarantine.extract_executions") for rule in row["rule_ids"]
    }
    assert reasons == {
        "extract.executions.status.required",
        "extract.executions.testcase.required",
    }


def test_releases_and_cycles_are_as_the_source_has_them(days):
    project = days[0]
    data = dataset_on(2)
    releases = {row["release_id"]: row for row in read(project, "extract.releases")}
    cycles = {row["cycle_id"]: row for row in read(project, "extract.cycles")}

    sent = {row["id"]: row for rows in data.releases.values() for row in rows}
    assert releases.keys() == sent.keys()
    for key, row in releases.items():
        assert row["name"] == sent[key]["name"]
        assert row["started_at"] == EPOCH + timedelta(milliseconds=sent[key]["startDate"])
    sent = {row["id"]: row for rows in data.cycles.values() for row in rows}
    assert cycles.keys() == sent.keys()
    for key, row in cycles.items():
        phases = [(one["id"], one["name"]) for one in sent[key]["cyclePhases"]]
        assert [(one["phase_id"], one["name"]) for one in row["phases"]] == phases


def test_prepare_says_what_there_is_and_what_is_taken(days):
    project = days[0]
    fields = {(row["entity"], row["fieldId"]): row for row in read(project, "prepare._schema")}

    def facts(entity, field):
        row = fields[entity, field]
        return row["structureType"], row["dataType"], row["isNullable"], any(row["isInFactIssue"])

    assert facts("project", "createdOn") == ("scalar", ["date"], False, False)
    assert facts("project", "members") == ("array", ["json"], False, False)
    assert facts("release", "startDate") == ("scalar", ["datetime"], True, True)
    assert facts("release", "globalRelease") == ("scalar", ["bool"], False, False)
    assert facts("execution", "status") == ("scalar", ["text"], False, True)
    assert fields["execution", "tcrTreeTestcase"]["structureType"] == "record"
    assert fields["cycle", "cyclePhases"]["structureType"] == "array"

    bound = {
        row["entity"]: (row["endpoint_path"], row["parentEntity"], row["pageSize"])
        for row in read(project, "prepare._endpoints")
        if row["isEnabled"]
    }
    assert bound == {
        "project": ("/project/details", None, None),
        "release": ("/release/project/{projectid}", "project", None),
        "cycle": ("/cycle/release/{releaseid}", "release", None),
        "execution": ("/execution", "cycle", 20),
    }
    assert {
        row["rawStatus"]: row["status"] for row in read(project, "prepare._statusMap")
    } == STATUSES


def test_a_refusal_in_the_middle_publishes_nothing(days, tmp_path, command):
    root = shutil.copytree(days[0].root, tmp_path / "project")

    ended = command(
        *("run", "extract", "--sandbox", "--sandbox-day", "3", "--project", root),
        *("--fault", "forbidden@/execution"),
    )

    assert ended.code == 3
    assert "403" in ended.out
    project = Project.open(root)
    assert published_executions(project) == days[3][2]
    assert len(read(project, "extract.cycles")) == 12


def test_the_contracts_are_those_that_ship():
    shipped = REPOSITORY / "contracts"
    source = "source.contract.yaml"
    assert (CHAIN / "contracts" / source).read_bytes() == (shipped / source).read_bytes()

    def tables(folder):
        text = (folder / "prepare.contract.yaml").read_text()
        return {
            line.strip()
            for line in text[text.index("tables:") : text.index("guarantees:")].splitlines()
            if re.fullmatch(r" {2,8}\S.*", line)
        }

    assert tables(shipped) <= tables(CHAIN / "contracts")
