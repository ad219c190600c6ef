"""What strangers wrote gives no command to a job of CI, nor to a terminal, wherever it shows."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import spectra_gx.cli
from spectra_gx.cli.output import escape_controls
from tests.fakes.repositories import commit, git, set_apart

if TYPE_CHECKING:
    from collections.abc import Callable

COMMAND = "::warning file=x::y"
RUNNER = re.compile(r"^\s*::|##\[|##vso\[|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028]")
"""What a runner carries out in a line of a job's log, or a terminal moves by."""

CONTRACT = f"""\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.orders:
    description: |
      one
      {COMMAND}
    columns:
      state: {{type: string, enum: ["::error::a", "##[error]b"]}}
      "\\e[31m::error::": nonsense
      {COMMAND}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "contracts").mkdir()
    set_apart(monkeypatch, tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", "\\u003a:error::x"),
        ("a\n  \u3000::x", "a\n  \u3000\\u003a:x"),
        ("a ::x", "a ::x"),
        ("::", "\\u003a:"),
        (": :", ": :"),
        ("a ##[error]x ##vso[x] ## [x", "a \\u0023#[error]x \\u0023#vso[x] ## [x"),
        ("\x1b[31m\r\x9b\u202e\u2028", "\\u001b[31m\\u000d\\u009b\\u202e\\u2028"),
        ("ü 漢 \t\n", "ü 漢 \t\n"),
    ],
)
def test_what_would_be_carried_out_is_spelt(text: str, shown: str):
    assert escape_controls(text) == shown
    assert not any(RUNNER.search(line) for line in escape_controls(text).split("\n"))
    assert json.loads(escape_controls(json.dumps(text, ensure_ascii=False))) == text


@pytest.mark.parametrize(
    "words", [("lint",), ("lint", "--format", "json"), ("lint", "--format", "sarif"), ("fmt",)]
)
def test_a_line_of_a_contract_is_no_command(
    root: Path, command: Callable[..., Any], words: tuple[str, ...]
):
    name = "contracts/x\n::error::y\x1b.contract.yaml"
    (root / name).write_text(CONTRACT)
    (root / "contracts" / "shop.contract.yaml").write_text(CONTRACT)
    ended = command(*words)
    assert ended.code == 2
    said = ended.out + ended.err
    assert "shop.contract.yaml" in said
    assert not [line for line in said.split("\n") if RUNNER.search(line)]


def test_annotations_are_the_only_commands(root: Path, command: Callable[..., Any]):
    (root / "contracts" / "x\n::error::y\x1b.contract.yaml").write_text(CONTRACT)
    ended = command("lint", "--format", "github")
    lines = ended.out.splitlines()
    assert lines
    assert all(re.match(r"::(error|notice) file=[^:]*::", line) for line in lines)
    assert not re.search("[\x00-\x09\x0b-\x1f]", ended.out)


@pytest.mark.parametrize("form", ["text", "markdown", "json", "junit", "sarif", "github"])
def test_a_change_is_no_command(root: Path, command: Callable[..., Any], form: str):
    file = root / "contracts" / "shop.contract.yaml"
    sound = CONTRACT.replace(f"      {COMMAND}\n", "").replace(
        '"\\e[31m::error::": nonsense', f'more: {{type: string, const: "{COMMAND}"}}'
    )
    file.write_text(sound)
    commit(root)
    file.write_text(sound.replace("::error::a", "##[error]c").replace("one", "\u202e"))
    ended = command("diff", "--against", "HEAD", "--format", form)
    lines = [line for line in (ended.out + ended.err).split("\n") if RUNNER.search(line)]
    assert "shop" in ended.out
    assert all(re.match(r"::(error|warning|notice) file=[^:]*::", line) for line in lines)
    assert bool(lines) == (form == "github")


def test_what_is_logged_is_no_command(root: Path, command: Callable[..., Any], capsys: Any):
    (root / "contracts" / "shop.contract.yaml").write_text("contract: shop\n")
    command("lint")
    logging.getLogger("spectra_gx").warning("a\n%s \x1b[0m", COMMAND)
    assert capsys.readouterr().err == f"WARNING: a\n\\u003a{COMMAND[1:]} \\u001b[0m\n"


def test_everything_a_command_prints_goes_one_way():
    folder = Path(spectra_gx.cli.__file__).parent
    past = re.compile(r"(?<![\w.])print\(|std(out|err)\.write\(|\bprint_help\(")
    found = {file.name for file in folder.rglob("*.py") if past.search(file.read_text("utf-8"))}
    assert found == {"output.py"}
