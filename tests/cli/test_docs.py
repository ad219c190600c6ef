"""The command `docs`, whole screens and exit codes."""

from __future__ import annotations

import json
import shutil

import pytest


def docs_of(project):
    return project / "warehouse" / "Files" / "docs"


def ours(project):
    docs = docs_of(project)
    return {
        page.relative_to(docs)
        for folder in ("contracts", "runs", "tables")
        for page in (docs / folder).rglob("*.html")
    }


def test_it_says_where_they_are(project, command):
    said = command("docs", "--project", project)
    assert (said.code, said.out) == (0, f"{docs_of(project) / 'index.html'}\n")


def test_open_opens_the_first_page(project, command, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert command("docs", "open", "--project", project).code == 0
    assert opened == [(docs_of(project) / "index.html").as_uri()]


def test_build_writes_pages_that_were_deleted(project, command):
    before = ours(project)
    shutil.rmtree(docs_of(project))
    assert command("docs", "--project", project).code == 2

    said = command("docs", "build", "--project", project)
    assert (said.code, said.err) == (0, "built from the log: pages of 1 run\n")
    assert len(before) > 6
    assert before < ours(project)  # and those of stages that never ran


def test_build_before_any_run_says_what_there_will_be(empty_project, command):
    said = command("docs", "build", "--json", "--project", empty_project)
    assert json.loads(said.out) == {"docs": str(docs_of(empty_project) / "index.html")}
    assert "Nothing has run yet" in (docs_of(empty_project) / "index.html").read_text("utf-8")


def test_a_contract_that_changed_is_shown_after_a_build(project, command):
    source = project / "contracts" / "source.contract.yaml"
    source.write_text(f"# A new first line.\n{source.read_text('utf-8')}", encoding="utf-8")
    command("docs", "build", "--project", project)
    assert "# A new first line." in (docs_of(project) / "contracts" / "source.html").read_text()


@pytest.mark.parametrize("port", ["x", "99999"])
def test_serve_refuses_a_port_that_is_none(port, project, command):
    said = command("docs", "serve", "--port", port, "--project", project)
    assert said.code == 2
    assert "port" in said.err
