"""`spectra-gx fmt`, as typed."""

from __future__ import annotations

import shutil

import pytest

from tests.docs.pages import REPOSITORY

UNTIDY = "version: 1.0.0   # first\ncontract: demo\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A project with one untidy contract, in which the command is typed."""
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "demo.contract.yaml").write_text(UNTIDY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_are_changed_once_and_named(here, command):
    file = here / "contracts" / "demo.contract.yaml"
    file.chmod(0o640)
    ended = command("fmt")
    assert (ended.code, ended.out) == (0, "contracts/demo.contract.yaml\n")
    assert ended.err == "1 file changed\n"
    assert file.read_text() == "contract: demo\nversion: 1.0.0  # first\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert command("fmt").err == "0 files changed\n"


def test_check_changes_nothing(here, command):
    ended = command("fmt", "--check")
    assert (ended.code, ended.out) == (1, "contracts/demo.contract.yaml\n")
    assert ended.err == "1 file not in canonical form; run `spectra-gx fmt`\n"
    assert (here / "contracts" / "demo.contract.yaml").read_text() == UNTIDY
    command("fmt", "demo")
    assert command("fmt", "--check").code == 0


def test_nothing_is_changed_when_one_file_does_not_parse(here, command):
    broken = here / "contracts" / "broken.contract.yaml"
    broken.write_text("a: 1\n b: [\n")
    ended = command("fmt")
    assert ended.code == 2
    assert ended.err.startswith("contracts/broken.contract.yaml:")
    assert broken.read_text() == "a: 1\n b: [\n"
    assert (here / "contracts" / "demo.contract.yaml").read_text() == UNTIDY


def test_a_lone_file_needs_no_project(here, command, tmp_path_factory, monkeypatch):
    alone = tmp_path_factory.mktemp("alone")
    shutil.copy(here / "contracts" / "demo.contract.yaml", alone / "a.yaml")
    monkeypatch.chdir(alone)
    assert command("fmt", "a.yaml").out == "a.yaml\n"
    missing = command("fmt", "b.yaml")
    assert (missing.code, "Traceback" in missing.err) == (2, False)


def test_a_project_without_contracts_says_so(here, command):
    (here / "contracts" / "demo.contract.yaml").unlink()
    ended = command("fmt")
    assert (ended.code, "contains no contract" in ended.err) == (2, True)


def test_our_own_contracts_are_in_canonical_form(command):
    assert command("fmt", "--check", "--project", REPOSITORY).code == 0
