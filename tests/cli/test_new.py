"""`spectra-gx new`, as typed: a project that works at once."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from spectra_gx.sources.registry import known_systems
from tests.docs.pages import REPOSITORY, blocks

PINNED = re.compile(r"[\w-]+/[\w-]+@(?:[0-9a-f]{40}|COMMIT)")


def texts(folder: Path) -> dict[str, str]:
    """Return path → text of every file of a folder."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


@pytest.fixture
def fresh(tmp_path, monkeypatch, command) -> Path:
    """A folder in which `spectra-gx new` has just created a project."""
    monkeypatch.chdir(tmp_path)
    ended = command("new", "first")
    assert (ended.code, ended.out) == (0, "")
    assert "next: `cd first`" in ended.err
    monkeypatch.chdir("first")
    return tmp_path / "first"


def test_a_new_project_is_complete_and_in_order(fresh, command):
    assert command("lint").code == 0
    assert command("fmt", "--check").code == 0
    assert command("compile", "--check").code == 0
    page = (fresh / "README.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([^`]+)`", page, re.MULTILINE)) - {"gx/", "warehouse/"}
    assert {name for name in named if not (fresh / name).is_file()} == set()


def test_it_runs_at_once_and_its_pages_open(fresh, command):
    assert "run the stage that builds it" in command("check").out
    ended = command("run")
    assert ended.code == 0
    assert "published: weather.reading v0, weather.day v0" in ended.out
    for typed in (["check"], ["handoff"], ["docs", "build"]):
        assert command(*typed).code == 0
    index = (fresh / command("docs").out.strip()).read_text("utf-8")
    assert "weather" in index
    assert "weather.day" in index


def test_a_run_that_fails_names_a_runbook_that_is_there(fresh, command):
    ended = command("check")
    [page] = re.findall(r"what to do: `spectra-gx docs build`, (\S+)#engine", ended.out)
    assert command("docs", "build").code == 0
    assert 'id="engine"' in (fresh / page).read_text("utf-8")
    builder = fresh / "stages" / "weather.py"
    builder.write_text(builder.read_text("utf-8").replace("12.0", "70.0"))
    ended = command("run")
    assert ended.code == 1
    assert f"what to do: {page}#validation, or ask #your-channel" in ended.out
    assert 'id="validation"' in (fresh / page).read_text("utf-8")


def test_its_changes_are_reviewed(fresh, command):
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "first"]):
        subprocess.run([*git, *words], cwd=fresh, check=True)
    assert command("review").code == 0
    contract = fresh / "contracts" / "weather.contract.yaml"
    contract.write_text(contract.read_text("utf-8").replace("max: 60", "max: 50"))
    ended = command("review")
    assert ended.code == 1
    assert "weather.reading.celsius.max" in ended.out


def test_nothing_in_it_knows_a_source_system(fresh, command):
    named = {path for path, text in texts(fresh).items() if re.search("(?i)zephyr|jira", text)}
    assert named == set()
    assert not re.search("(?i)zephyr|jira|source|BASE_URL", command("doctor").out)


def test_its_pull_requests_are_reviewed_as_the_page_on_that_says(fresh):
    page = "docs/integrations/review-in-ci.md"
    [shown] = [b.text for b in blocks(page) if b.language == "yaml" and "jobs:" in b.text]
    own = (fresh / ".github/workflows/contracts.yml").read_text("utf-8")
    assert yaml.safe_load(own) == yaml.safe_load(shown)


def test_git_takes_what_people_write_and_leaves_what_runs_make(fresh):
    before = set(texts(fresh))
    for made in ("warehouse/Tables/a", ".env", "stages/__pycache__/weather.pyc"):
        (fresh / made).parent.mkdir(parents=True, exist_ok=True)
        (fresh / made).write_text("")
    for words in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *words], cwd=fresh, check=True)
    listed = subprocess.run(
        ["git", "ls-files"], cwd=fresh, check=True, capture_output=True, text=True
    )
    assert set(listed.stdout.split()) == before


def test_a_folder_that_contains_something_is_left_as_it_is(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").write_text("mine")
    for folder, reason in (("mine", "is not empty"), ("mine/notes", "is a file")):
        ended = command("new", folder)
        assert (ended.code, ended.out) == (2, "")
        assert re.fullmatch(rf"error: `.*/{folder}` {reason}.*; \w+ .*folder.*\n", ended.err)
    assert texts(tmp_path) == {"mine/notes": "mine"}


def test_an_empty_repository_becomes_a_project(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    assert command("new", ".").code == 0
    assert command("lint").code == 0


def test_a_system_brings_its_contracts_and_its_sandbox_runs(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    assert command("new", "tests", "--system", "zephyr").code == 0
    for name in ("source", "prepare"):
        file = f"contracts/{name}.contract.yaml"
        assert (tmp_path / "tests" / file).read_text() == (REPOSITORY / file).read_text()
    monkeypatch.chdir("tests")
    assert command("compile", "--check").code == 0
    assert "$" not in Path("README.md").read_text("utf-8")
    [typed] = re.findall(
        r"^spectra-gx (run .*)$", Path("README.md").read_text("utf-8"), re.MULTILINE
    )
    assert command(*typed.split()).code == 0


@pytest.mark.parametrize("system", known_systems())
def test_the_contracts_of_every_system_are_in_order(system, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    assert command("new", "tests", "--system", system).code == 0
    monkeypatch.chdir("tests")
    for typed in (["lint"], ["fmt", "--check"], ["compile", "--check"]):
        assert command(*typed).code == 0


@pytest.mark.parametrize(
    ("system", "said"),
    [("zephir", "there is no source system `zephir` — did you mean 'zephyr'?"), ("x", "known: ")],
)
def test_an_unknown_system_creates_nothing(system, said, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    ended = command("new", "tests", "--system", system)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert texts(tmp_path) == {}


@pytest.mark.usefixtures("fresh")
def test_a_stage_need_not_be_named_where_it_is_the_only_one(project, monkeypatch, command):
    assert "stage `weather` has never run" in command("handoff").out
    assert command("log").out == "the log is empty\n"
    monkeypatch.chdir(project)
    for name in ("run", "check", "handoff"):
        ended = command(name)
        assert (ended.code, ended.err) == (2, "error: name a stage; there are prepare, source\n")
    assert "source" in command("log").out
