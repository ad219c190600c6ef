"""The options of `check` and `run`, and their exit codes."""

from __future__ import annotations

import json
import shutil

import pyarrow as pa
import pytest

from tests.fakes.tables import SOURCE, bytes_of, edit, replace, rows, stored, version, versions

ALONE = """\
contract: alone
version: 1.0.0
owner: Data Platform
tables:
  alone.one:
    columns:
      a: {{type: long, required: true, max: {{value: 1, severity: {severity}}}}}
"""


def lone_contract(folder, severity="critical"):
    """Write a contract, and the table that breaks it into the warehouse beside it."""
    replace(folder, "alone.one", pa.table({"a": [1, 2]}))
    file = folder / "alone.contract.yaml"
    file.write_text(ALONE.format(severity=severity), encoding="utf-8")
    return file


# -- check -----------------------------------------------------------------------------------------


def test_check_writes_nothing(project, command):
    before = {p: p.stat().st_mtime_ns for p in project.rglob("*")}
    assert command("check", "source", "--project", project).code == 0
    assert {p: p.stat().st_mtime_ns for p in project.rglob("*")} == before


def test_check_record_adds_rows_to_the_log(project, command):
    assert command("check", "source", "--record", "--project", project).code == 0
    found = json.loads(command("log", "--json", "--project", project).out)
    kinds = [row["record_type"] for row in found if row["record_type"] == "run"]
    assert len(kinds) == 2
    assert command("handoff", "source", "--project", project).code == 0


def test_check_changed_builds_upon_the_run_and_upon_recorded_checks(project, command):
    asked = ("check", "source", "--table", "source.endpoints", "--project", project)
    for more in (["--record"], []):
        ended = command(*asked, "--changed", *more)
        told = "11 rules checked on rows added since version 0" in ended.out
        assert (ended.code, told) == (0, True)
    edit(project, "source.endpoints", lambda found: found[0].update(http_method="PATCH"))
    broken = json.loads(command(*asked, "--changed", "--json").out)
    assert broken["verdict"] == "failed"


def test_check_one_table(project, command):
    edit(project, "source.config", lambda found: found.pop())
    ended = command("check", "source", "--table", "source.endpoints", "--project", project)
    assert ended.code == 0
    assert "source.config" not in ended.out
    assert command("check", "source", "--table", "source.config", "--project", project).code == 1

    unknown = command("check", "source", "--table", "source.sauce", "--project", project)
    assert unknown.code == 2
    assert "has no table `source.sauce`; it has `source.portfolio`" in unknown.err


def test_check_an_older_version(project, command):
    edit(project, "source.config", lambda found: found.pop())
    one = ("--table", "source.config", "--project", project)
    assert command("check", "source", "--version", "0", *one).code == 0
    assert command("check", "source", "--version", "1", *one).code == 1
    gone = command("check", "source", "--version", "7", *one)
    assert gone.code == 3
    assert "the newest is 1" in gone.out
    assert command("check", "source", "--version", "-1", *one).code == 2


def test_the_clock_of_a_check(project, command):
    asked = ("check", "source", "--json", "--project", project)
    given = json.loads(command(*asked, "--as-of", "2026-01-31T12:00:00+02:00").out)
    assert given["as_of"] == "2026-01-31T10:00:00+00:00"
    first = json.loads(command(*asked, "--version", "0").out)["as_of"]
    assert json.loads(command(*asked, "--version", "0").out)["as_of"] == first
    wrong = command("check", "source", "--as-of", "yesterday")
    assert wrong.code == 2
    assert "write it as 2026-01-31T12:00:00Z" in wrong.err


def test_any_contract_file_outside_a_project(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    lone_contract(tmp_path)
    ended = command("check", "alone.contract.yaml")
    assert ended.code == 1
    assert "alone.one.a.max" in ended.out
    assert command("check", "nothing.contract.yaml").code == 2


def test_a_project_and_a_warehouse_from_another_folder(project, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    shutil.move(project / "warehouse", tmp_path / "elsewhere")
    asked = ("check", "source", "--project", "project", "--warehouse")
    assert command(*asked, "elsewhere").code == 0
    assert command(*asked, "nowhere").code == 3
    lost = command("check", "source", "--project", tmp_path / "elsewhere")
    assert (lost.code, "contains no `contracts/` folder" in lost.err) == (2, True)


def test_a_project_is_found_upwards(project, monkeypatch, command):
    (project / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(project / "deep" / "down")
    assert command("handoff", "source").code == 0


@pytest.mark.parametrize(("severity", "code"), [("critical", 1), ("warning", 0), ("info", 0)])
def test_only_critical_failures_gate(severity, code, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    file = lone_contract(tmp_path, severity)
    ended = command("check", file, "--warehouse", tmp_path / "warehouse")
    assert ended.code == code
    assert f"alone.one.a.max ({severity})" in ended.out


def test_errored_wins_over_failed(project, command):
    edit(project, "source.config", lambda found: found.pop())
    columns = stored(project, "source.credentials").drop_columns(["credential_type"])
    replace(project, "source.credentials", columns)
    assert command("check", "source", "--project", project).code == 3


def test_an_invalid_contract_is_exit_2_with_every_place(project, command):
    file = project / "contracts" / "source.contract.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("required: true", "requierd: true", 2), encoding="utf-8")
    for asked in (("check", "source"), ("run", "source", "--sandbox"), ("lint",), ("compile",)):
        ended = command(*asked, "--project", project)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.count("did you mean 'required'?") == 2
        assert "contracts/source.contract.yaml:" in ended.err


# -- run -------------------------------------------------------------------------------------------


def test_run_judges_and_logs_a_stage_that_something_else_builds(project, command):
    ended = command("run", "prepare", "--project", project)
    assert ended.code == 0
    found = json.loads(command("log", "prepare", "--json", "--project", project).out)
    assert [row["record_type"] for row in found] == ["checkpoint"] * 3 + ["run"]
    assert (project / "warehouse" / "Tables" / "log" / "preparelog").is_dir()

    refused = command("run", "prepare", "--sandbox", "--project", project)
    assert (refused.code, "leave `--sandbox` out" in refused.err) == (2, True)


def test_run_without_settings_says_which_are_missing(project, command):
    before = bytes_of(project)
    ended = command("run", "source", "--project", project)
    assert ended.code == 3
    assert "BASE_URL, BASE_PATH and API_TOKEN not set" in ended.out
    assert "runbook.html#configuration" in ended.out
    assert bytes_of(project) == before


def test_preview_publishes_nothing_and_leaves_the_handoff_alone(project, command):
    before = bytes_of(project)
    ended = command("run", "source", "--sandbox", "--preview", "--bootstrap", "--project", project)
    assert ended.code == 0
    assert "published: nothing, this was a preview" in ended.out
    assert "not published" in ended.out
    assert bytes_of(project) == before
    edit(project, "source.endpoints", lambda found: found.pop())
    assert command("run", "source", "--sandbox", "--preview", "--project", project).code == 0
    assert not (project / "warehouse" / "Files" / "_staging").exists()


def test_publish_anyway_publishes_what_failed_and_stays_failed(project, command):
    edit(project, "source.endpoints", lambda found: found[0].update(http_method="PATCH"))
    before = versions(project)
    ended = command("run", "source", "--sandbox", "--publish-anyway", "--project", project)
    assert ended.code == 1
    assert "broke its contract (" in ended.out
    log = command("log", "source", "--last", 1, "--project", project)
    assert " Failed " in log.out
    assert version(project, "source.config") == before["source.config"] + 1
    assert command("handoff", "source", "--project", project).code == 1


def test_rebuild_replaces_schemas_and_a_plain_run_refuses_to(project, command):
    more = stored(project, "source.config").append_column("extra", pa.array(["x"] * 6))
    replace(project, "source.config", more)
    before = bytes_of(project)

    refused = command("run", "source", "--sandbox", "--project", project)
    assert refused.code == 3
    assert "`source.config`" in refused.out
    assert "runbook.html#schema_mismatch" in refused.out
    assert bytes_of(project) == before

    assert command("run", "source", "--sandbox", "--rebuild", "--project", project).code == 0
    assert "extra" not in stored(project, "source.config").column_names
    assert version(project, "source.endpoints") == 1


def test_a_table_of_the_next_stage_with_another_schema_stops_the_run_first(project, command):
    replace(project, "prepare._statusMap", pa.table({"a": [1]}))
    before = bytes_of(project)
    ended = command("run", "source", "--sandbox", "--project", project)
    assert ended.code == 3
    assert "table `prepare._statusMap` of the next stage has another schema" in ended.out
    assert bytes_of(project) == before


def test_backfill_judges_each_stored_set_of_versions_again(project, command):
    assert command("run", "source", "--sandbox", "--project", project).code == 0
    before = versions(project)

    ended = command("run", "source", "--backfill", "--project", project)

    assert ended.code == 0
    assert versions(project) == before
    found = json.loads(command("log", "--json", "--project", project).out)
    again = [row for row in found if row["record_type"] == "run"][2:]
    assert [json.loads(row["parameters"])["operation"] for row in again] == ["backfill"] * 2
    assert [json.loads(row["table_versions"])["source.config"] for row in again] == [0, 1]
    assert command("handoff", "source", "--project", project).code == 0


def test_backfill_of_nothing(empty_project, command):
    ended = command("run", "source", "--backfill", "--project", empty_project)
    assert (ended.code, "has published nothing yet; run it first" in ended.err) == (2, True)


def test_no_test_judges_only_what_is_built(project, command):
    edit(project, "source.endpoints", lambda found: found[0].update(http_method="PATCH"))
    ended = command("run", "source", "--sandbox", "--no-test", "--project", project)
    assert ended.code == 0
    assert "source.endpoints" not in ended.out
    ready = command("handoff", "source", "--project", project)
    assert ready.code == 1
    assert "`source.endpoints.rows` was not evaluated" in ready.out


def test_faults_belong_to_the_sandbox(project, command):
    alone = command("run", "source", "--fault", "html", "--project", project)
    assert (alone.code, "add `--sandbox`" in alone.err) == (2, True)
    unknown = command("run", "source", "--sandbox", "--fault", "htlm", "--project", project)
    assert (unknown.code, "did you mean `html`?" in unknown.err) == (2, True)


def test_the_project_to_walk(project, command):
    ended = command("run", "source", "--sandbox", "--project-id", "999", "--project", project)
    assert ended.code == 0
    assert "--project-id `999` is not a project this token may see" in ended.err
    assert rows(project, "source.portfolio")[0]["hierarchical_access_validated"] is False


def test_the_correlation_id_is_passed_on(project, command):
    asked = ("run", "source", "--sandbox", "--correlation-id", "earlier_run", "--project", project)
    assert command(*asked).code == 0
    [*_, run] = json.loads(command("log", "--last", "1", "--json", "--project", project).out)
    assert run["correlation_id"] == "earlier_run"


def test_a_catalogue_that_lost_a_column_is_named_and_bootstrap_alone_does_not_hide_it(
    project, command
):
    fewer = stored(project, "source.endpoints").drop_columns(["category"])
    replace(project, "source.endpoints", fewer)
    before = bytes_of(project)
    ended = command("run", "source", "--sandbox", "--project", project)
    assert ended.code == 3
    assert "defect" not in ended.out
    assert "category" in ended.out
    assert bytes_of(project) == before
    assert command("run", "source", "--sandbox", "--rebuild", "--project", project).code == 0


def test_all_tables_are_named_in_the_runs_row(project, command):
    [*_, run] = json.loads(command("log", "--json", "--project", project).out)
    assert set(json.loads(run["table_versions"])) == set(SOURCE)


@pytest.mark.parametrize("words", [("check",), ("lint",), ("run", "--preview"), ("handoff",)])
def test_a_file_needs_no_contract_beside_it(project, command, monkeypatch, words):
    contract = project / "mine.yaml"
    (project / "contracts" / "source.contract.yaml").rename(contract)
    shutil.rmtree(project / "contracts")
    (project / "contracts").mkdir()
    monkeypatch.chdir(project)
    name, *more = words
    ended = command(name, "mine.yaml", *more, *(["--sandbox"] if name == "run" else []))
    assert "contains no contract" not in ended.err
    assert ended.code == 0
