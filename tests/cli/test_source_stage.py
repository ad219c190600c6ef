"""The source stage from the shell: run it, run it again, look back."""

import json

from tests.fakes.tables import PREPARE, SOURCE, bytes_of, edit, rows, stored, version, versions


def test_a_first_run_publishes_everything_and_says_so(empty_project, command):
    ended = command("run", "source", "--sandbox", "--project", empty_project)

    assert ended.code == 0, ended.err
    assert "Endpoints             223 (55 hierarchical)" in ended.out
    assert "✓ source 1.1.0 passed: 122 rules, 122 passed, 0 failed, 0 errored" in ended.out
    assert versions(empty_project) == dict.fromkeys(SOURCE, 0)
    assert [stored(empty_project, name).num_rows for name in SOURCE] == [1, 6, 1, 223, 223]
    assert [stored(empty_project, name).num_rows for name in PREPARE] == [0, 0, 0]


def test_nothing_stands_in_a_warehouse_beside_tables_and_files(project):
    warehouse = project / "warehouse"
    assert {path.name for path in warehouse.iterdir()} == {"Tables", "Files"}
    assert {path.name for path in (warehouse / "Tables").iterdir()} == {"source", "prepare", "log"}
    assert not (warehouse / "Files" / "_staging").exists()
    assert {path.name for path in project.iterdir()} == {"contracts", "warehouse"}


def test_a_second_run_keeps_the_discovery_date_and_the_endpoints(project, command):
    [first_day] = [row["discovery_date"].replace(year=2025) for row in rows(project, SOURCE[0])]
    edit(project, "source.portfolio", lambda found: found[0].update(discovery_date=first_day))

    ended = command("run", "source", "--sandbox", "--project", project)

    assert ended.code == 0, ended.out
    assert rows(project, "source.portfolio")[0]["discovery_date"] == first_day
    assert versions(project) == {
        "source.portfolio": 2,
        "source.config": 1,
        "source.credentials": 1,
        "source.endpoints": 0,
        "source.endpoint_checks": 1,
    }
    [run] = json.loads(command("log", "--last", "1", "--json", "--project", project).out)[-1:]
    assert json.loads(run["table_versions"]) == versions(project)
    states = {
        row["table_name"]: row["table_state"]
        for row in json.loads(command("log", "--last", "1", "--json", "--project", project).out)
        if row["record_type"] == "checkpoint"
    }
    assert states == dict.fromkeys(SOURCE, "published") | {"source.endpoints": "kept"}


def test_endpoints_are_rebuilt_with_bootstrap(project, command):
    assert command("run", "source", "--sandbox", "--bootstrap", "--project", project).code == 0
    assert version(project, "source.endpoints") == 1
    assert {row["config_key"]: row["config_value"] for row in rows(project, "source.config")}[
        "bootstrap_enabled"
    ] == "true"


def test_kept_endpoints_are_judged_where_they_stand(project, command):
    edit(project, "source.endpoints", lambda found: found[0].update(http_method="PATCH"))
    before = bytes_of(project)

    ended = command("run", "source", "--sandbox", "--project", project)

    assert ended.code == 1
    assert "source.endpoints.http_method.enum" in ended.out
    assert "published: nothing; the tables published before stay as they are" in ended.out
    runbook = project / "warehouse" / "Files" / "docs" / "runbook.html"
    assert f"what to do: {runbook}#validation, or ask #data-platform" in ended.out
    assert 'id="validation"' in runbook.read_text("utf-8")
    assert bytes_of(project) == before


def test_bootstrap_mends_what_the_catalogue_lost(project, command):
    edit(project, "source.endpoints", lambda found: found.pop())
    assert command("run", "source", "--sandbox", "--bootstrap", "--project", project).code == 0
    assert stored(project, "source.endpoints").num_rows == 223


def test_the_log_reads_oldest_first_with_the_run_last(project, command):
    assert command("run", "source", "--sandbox", "--project", project).code == 0

    lines = command("log", "--project", project).out.splitlines()
    assert len(lines) == 1 + 2 * 6
    assert lines[0].split() == ["recorded", "type", "what", "result", "rules", "seconds", "run"]
    assert [line.split()[2] for line in lines[1:7]] == ["checkpoint"] * 5 + ["run"]

    [*_, last] = command("log", "--last", "1", "--project", project).out.splitlines()
    assert last == lines[-1]


def test_docs_names_the_page_once_there_is_one(empty_project, project, command):
    page = project / "warehouse" / "Files" / "docs" / "index.html"
    assert command("docs", "--project", project).out == f"{page}\n"
    assert json.loads(command("docs", "--json", "--project", project).out) == {"docs": str(page)}
    assert page.is_file()

    never = command("docs", "--project", empty_project)
    assert (never.code, never.out) == (2, "")
    assert "run a stage first: `spectra-gx run <stage>`" in never.err


def test_an_empty_log_is_no_error(empty_project, command):
    ended = command("log", "--project", empty_project)
    assert (ended.code, ended.out) == (0, "the log is empty\n")
    assert not (empty_project / "warehouse").exists()
