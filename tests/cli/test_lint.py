"""`lint` in its four formats, on a project, on named files, and on both at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.problems import FAMILIES

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
contract: good
version: 1.0.0
owner: Data Platform
tables:
  demo.good:
    columns:
      code: {type: string, pattern: '^(?!x)'}
"""
BAD = """\
contract: bad
version: 1.0.0
ownr: Data Platform
tables:
  demo.bad: {columns: {a: strng}}
consumes:
  good: {version: '>=2.0'}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder of a git repository, and the folder one stands in."""
    root = tmp_path / "repository" / "deep" / "project"
    (root / "contracts").mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (root / "contracts" / "good.contract.yaml").write_text(GOOD)
    (root / "contracts" / "bad.contract.yaml").write_text(BAD)
    monkeypatch.chdir(root)
    return root


SCREEN = """\
note: contracts/good.contract.yaml:7:37: `pattern` of 'demo.good.code.pattern' uses look-around \
or back-references; it is answered by Python, which takes longer on large tables
contracts/bad.contract.yaml:1:1: the contract has no `owner`; add it
    contract: bad
    ^
contracts/bad.contract.yaml:3:1: unknown key 'ownr' in the contract — did you mean 'owner'?
    ownr: Data Platform
    ^
contracts/bad.contract.yaml:5:27: 'strng' is not a type — did you mean 'string'?
      demo.bad: {columns: {a: strng}}
                              ^
contracts/bad.contract.yaml:7:19: stage 'good' is at version 1.0.0, outside >=2.0; widen the range \
or wait for it
      good: {version: '>=2.0'}
                      ^
"""


@pytest.mark.usefixtures("root")
def test_a_screen_shows_each_problem_under_its_line(command):
    ended = command("lint")
    assert (ended.code, ended.out, ended.err) == (2, "", SCREEN)


@pytest.mark.usefixtures("root")
def test_other_commands_show_the_lines_too(command):
    assert "    ownr: Data Platform\n    ^\n" in command("compile").err


def test_a_clean_project_says_so(root, command):
    (root / "contracts" / "bad.contract.yaml").unlink()
    ended = command("lint", "good")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.endswith("no problems in 1 contract\n")


def test_all_named_contracts_are_told_at_once_by_the_names_they_were_given(root, command):
    (root / "other.yaml").write_text("contract: 9\n")
    here = root / "contracts" / "bad.contract.yaml"
    found = json.loads(command("lint", here, "good", "other.yaml", "--format", "json").out)
    assert {problem["file"] for problem in found["problems"]} == {str(here), "other.yaml"}
    assert [note["file"] for note in found["notes"]] == ["contracts/good.contract.yaml"]
    assert found["files"] == 3


@pytest.mark.usefixtures("root")
def test_a_named_file_of_the_project_is_held_against_the_others(command):
    assert "stage 'good' is at version 1.0.0" in command("lint", "bad").err
    assert "stage 'good'" not in command("lint", "good").err


def test_a_file_outside_of_the_project_stands_alone(root, command):
    alone = root / "alone.yaml"
    alone.write_text(BAD.replace("ownr", "owner").replace("strng", "string"))
    assert command("lint", alone).code == 0


def test_a_file_needs_no_project(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(GOOD)
    assert command("lint", "a.yaml").code == 0
    assert command("lint", "nothing.yaml").code == 2
    assert command("lint").code == 2


@pytest.mark.usefixtures("root")
def test_json_is_one_object_with_every_place(command):
    ended = command("lint", "--format", "json")
    found = json.loads(ended.out)
    assert (ended.code, ended.err, set(found)) == (2, "", {"problems", "notes", "files"})
    assert found["problems"][1] == {
        "file": "contracts/bad.contract.yaml",
        "line": 3,
        "column": 1,
        "rule": "form",
        "message": "unknown key 'ownr' in the contract — did you mean 'owner'?",
    }
    assert [note["rule"] for note in found["notes"]] == ["note"]


@pytest.mark.usefixtures("root")
def test_github_gets_one_command_a_finding_named_from_the_repository(command):
    ended = command("lint", "--format", "github")
    lines = ended.out.splitlines()
    assert (ended.code, ended.err, len(lines)) == (2, "", 5)
    assert lines[1] == (
        "::error file=deep/project/contracts/bad.contract.yaml,line=3,col=1,"
        "title=spectra-gx lint (form)::deep/project/contracts/bad.contract.yaml:3:1: "
        "unknown key 'ownr' in the contract — did you mean 'owner'?"
    )
    assert lines[-1].startswith("::notice file=deep/project/contracts/good.contract.yaml,line=7,")


def test_github_gets_nothing_from_a_clean_contract(root, command):
    (root / "contracts" / "good.contract.yaml").write_text(GOOD.replace("(?!x)", "x"))
    ended = command("lint", "good", "--format", "github")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


@pytest.mark.usefixtures("root")
def test_sarif_says_what_code_scanning_asks_for(command):
    ended = command("lint", "--format", "sarif")
    log = json.loads(ended.out)
    assert (ended.code, log["version"], len(log["runs"])) == (2, "2.1.0", 1)
    run = log["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "spectra-gx"
    assert [rule["id"] for rule in driver["rules"]] == [f"lint/{family}" for family in FAMILIES]
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "note")
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"].startswith("deep/project/contracts/")
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1
    families = [result["ruleId"].removeprefix("lint/") for result in run["results"]]
    assert families == ["form", "form", "form", "project", "note"]


def test_sarif_escapes_the_names_of_files(root, command):
    (root / "é b.yaml").write_text(BAD)
    log = json.loads(command("lint", "é b.yaml", "--format", "sarif").out)
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "deep/project/%C3%A9%20b.yaml"


def test_outside_of_any_repository_files_keep_their_names(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(BAD)
    assert "::error file=a.yaml,line=1" in command("lint", "a.yaml", "--format", "github").out


def test_every_sort_of_problem_is_told_apart(root, command):
    (root / "a.yaml").write_text("contract: a\n\tb")
    (root / "b.yaml").write_text(GOOD + "system: ghp_FAKEfakeFAKEfakeFAKE0123\n")
    (root / "c.yaml").write_text(GOOD + "handoff: {to: next, requires: [demo.good.nope]}\n")
    found = json.loads(command("lint", "a.yaml", "b.yaml", "c.yaml", "--format", "json").out)
    assert [problem["rule"] for problem in found["problems"]] == ["yaml", "secret", "meaning"]


def test_a_handoff_to_a_stage_that_nobody_has_written_is_noted(root: Path, command):
    (root / "contracts" / "bad.contract.yaml").unlink()
    handoff = "handoff: {to: report, requires: [demo.good.code.pattern]}\n"
    place = root / "contracts" / "good.contract.yaml"
    place.write_text(GOOD + handoff)
    ended = command("lint")
    note = (
        "note: contracts/good.contract.yaml:8:15: no contract in `contracts/` is for stage "
        "'report' yet, and `handoff` checks no version for it\n"
    )
    assert (ended.code, note in ended.err) == (0, True)
    (root / "contracts" / "reports.contract.yaml").write_text(
        GOOD.replace("contract: good", "contract: reports").replace("demo.good", "demo.reports")
    )
    assert "'report' yet — did you mean 'reports'?" in command("lint").err
