"""`spectra-gx diff`, as typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

if TYPE_CHECKING:
    from pathlib import Path

OLD = """\
contract: shop
version: 3.1.0  # semver
owner: Shop Team
tables:
  shop.orders:
    columns:
      id: {type: long, required: true}
      state: {type: string, enum: [open, paid]}
      notes: string
"""
NEW = OLD.replace("3.1.0", "3.1.1").replace("      notes: string\n", "")


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Tests", "-c", "user.email=tests@example.com"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A repository in which a column was removed, and too small a version written."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    (tmp_path / "contracts").mkdir()
    file = tmp_path / "contracts" / "shop.contract.yaml"
    file.write_text(OLD)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    file.write_text(NEW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
def test_the_screen_of_a_version_that_is_too_low(command):
    ended = command("diff", "--against", "HEAD")
    assert (ended.code, ended.err) == (1, "")
    assert ended.out == (
        "shop 3.1.0 → 3.1.1: needs version 4.0.0\n"
        "  ✗ contracts/shop.contract.yaml:9:7: column-removed: "
        "column `shop.orders.notes` was removed\n"
        "  hint: `--fix` writes version 4.0.0 and a changelog entry\n"
        "compiled files out of date: 1 (gx/expectations/shop/orders.json); `spectra-gx compile`\n"
        "✗ bump needed: 1 change since HEAD (1 critical, 0 warning, 0 info); "
        "version bump: major required, patch declared\n"
    )


def test_fix_writes_what_is_needed(here, command):
    ended = command("diff", "--fix")
    assert ended.code == 0
    assert "written: contracts/shop.contract.yaml\n" in ended.out
    text = (here / "contracts" / "shop.contract.yaml").read_text()
    assert text.startswith("contract: shop\nversion: 4.0.0  # semver\n")
    assert "changelog:\n  - version: 4.0.0\n" in text
    assert command("lint").code == 0
    again = command("diff", "--fix")
    assert (again.code, "written:" in again.out) == (0, False)
    assert (here / "contracts" / "shop.contract.yaml").read_text() == text


def test_no_change_is_one_line(here, command):
    (here / "contracts" / "shop.contract.yaml").write_text(OLD)
    ended = command("diff", "--against", "HEAD")
    assert (ended.code, ended.out, ended.err) == (0, "no changes since HEAD\n", "")


def test_stale_artefacts_are_no_reason_to_fail(here, command):
    (here / "contracts" / "shop.contract.yaml").write_text(NEW.replace("3.1.1", "4.0.0"))
    ended = command("diff")
    assert ended.code == 0
    assert "compiled files out of date: 1 (gx/expectations/shop/orders.json)" in ended.out
    assert command("compile", "--check").code == 1
    command("compile")
    compiled = command("diff")
    assert compiled.code == 0
    assert "compiled files" not in compiled.out


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("--against", "nowhere"), "`nowhere` is not a commit in this repository"),
        (("nothing",), "`nothing` is not a contract, neither before nor now"),
        (("a.yaml", "b.yaml"), "`a.yaml` cannot be read"),
        (("--against",), "expected one argument"),
        (("--format", "xml"), "invalid choice: 'xml'"),
    ],
)
def test_a_command_line_that_cannot_be_meant_is_2(command, typed, told):
    ended = command("diff", *typed)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_an_invalid_contract_is_2_with_its_place(here, command):
    (here / "contracts" / "shop.contract.yaml").write_text(NEW.replace("owner", "ownr"))
    ended = command("diff")
    assert (ended.code, ended.out) == (2, "")
    assert "contracts/shop.contract.yaml:3:1: unknown key 'ownr'" in ended.err


def test_a_policy_that_cannot_be_used_is_2(here, command):
    (here / "pyproject.toml").write_text("[tool.spectra-gx.review]\nignored = 1\n")
    ended = command("diff")
    assert (ended.code, "did you mean 'ignore'?" in ended.err) == (2, True)


def test_two_files_need_neither_git_nor_a_project(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(NEW)
    ended = command("diff", "old.yaml", "new.yaml")
    assert ended.code == 1
    assert "✗ old.yaml:9:7: column-removed" in ended.out
    assert "shop 3.1.0 → 3.1.1: needs version 4.0.0" in ended.out
    fixed = command("diff", "old.yaml", "new.yaml", "--fix")
    assert (fixed.code, "version: 4.0.0" in (tmp_path / "new.yaml").read_text()) == (0, True)
    assert (tmp_path / "old.yaml").read_text() == OLD
    (tmp_path / "old.yaml").write_text("x")
    assert command("diff", "old.yaml", "new.yaml").code == 2


@pytest.mark.usefixtures("here")
def test_every_form_says_the_same(command):
    ended = {form: command("diff", "--format", form) for form in FORMS}
    assert {form: told.code for form, told in ended.items()} == dict.fromkeys(FORMS, 1)
    said = json.loads(ended["json"].out)
    assert (said["required_bump"], said["verdict"]) == ("major", "bump_needed")
    assert ended["json"].out.count("\n") == 1
    lines = ended["github"].out.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error"]
    assert "file=contracts/shop.contract.yaml,line=2" in lines[0]
    [run] = json.loads(ended["sarif"].out)["runs"]
    assert [result["ruleId"] for result in run["results"]] == [
        "diff/version-too-low",
        "diff/column-removed",
    ]
    assert ElementTree.fromstring(ended["junit"].out)[0].get("failures") == "2"  # noqa: S314
    assert ended["markdown"].out.startswith("<!-- spectra-gx")


FORMS = ("text", "markdown", "github", "sarif", "junit", "json")


def test_files_are_named_from_the_repository(here, command, monkeypatch):
    deep = here / "deep" / "project"
    (deep / "contracts").mkdir(parents=True)
    (deep / "contracts" / "shop.contract.yaml").write_text(OLD)
    git(here, "add", "-A")
    git(here, "commit", "-qm", "deep")
    (deep / "contracts" / "shop.contract.yaml").write_text(NEW)
    monkeypatch.chdir(deep)
    out = command("diff", "--against", "HEAD", "--format", "github").out
    assert "file=deep/project/contracts/shop.contract.yaml" in out


def test_a_waiver_of_no_known_kind_is_a_note(here, command):
    waiver = "waivers:\n  - {change: column-remove, path: x.y, owner: T, reason: R, "
    waiver += "expires: '2127-01-01'}\n"
    (here / "contracts" / "shop.contract.yaml").write_text(NEW + waiver)
    ended = command("diff")
    assert ended.err.startswith("note: a waiver names 'column-remove'")


@pytest.mark.usefixtures("here")
def test_nothing_heavy_is_imported():
    probe = (
        "import sys; from spectra_gx.cli import main; main(['diff']); "
        "print([name for name in ('great_expectations', 'pandas', 'pyarrow', 'pydantic', "
        "'sqlglot') if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False
    )
    assert ended.stderr == "[]\n"
