"""Links that lead out of a project, and files that cannot be written: one sentence each."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.cli.parser import build_parser
from spectra_gx.cli.run_command import run_command
from tests.fakes.repositories import commit, git, set_apart

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "root:x:0:0:hunter2"
CONTRACT = """\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.orders:
    columns:
      state: string
"""
NAME = "contracts/shop.contract.yaml"
SUITE = "gx/expectations/shop/orders.json"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "contracts").mkdir(parents=True)
    (root / NAME).write_text(CONTRACT)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "shop.contract.yaml").write_text(f"{SECRET}\n")
    set_apart(monkeypatch, tmp_path)
    git(root, "init", "-q", "-b", "main")
    monkeypatch.chdir(root)
    commit(root)
    return root


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("lint",), 2),
        (("lint", NAME), 2),
        (("lint", "--format", "json"), 2),
        (("lint", "--format", "github"), 2),
        (("fmt",), 2),
        (("fmt", "--check", NAME), 2),
        (("compile",), 2),
        (("check", "shop"), 2),
        (("check", NAME), 2),
        (("diff",), 2),
        (("diff", NAME, NAME), 2),
        (("review", "--against", "HEAD"), 2),
        (("export", "odcs", "shop"), 2),
        (("doctor",), 1),
        (("init", "shop.orders"), 2),
    ],
)
def test_a_link_that_leads_out_is_not_read(
    root: Path,
    command: Callable[..., Any],
    tmp_path: Path,
    words: tuple[str, ...],
    code: int,
    whole: bool,
):
    if whole:
        shutil.rmtree(root / "contracts")
        (root / "contracts").symlink_to(tmp_path / "outside")
    else:
        (root / NAME).unlink()
        (root / NAME).symlink_to("../../outside/shop.contract.yaml")
    ended = command(*words)
    assert ended.code == code
    said = ended.out + ended.err
    assert "leads out of the project" in said
    assert "hunter2" not in said
    assert (tmp_path / "outside" / "shop.contract.yaml").read_text() == f"{SECRET}\n"


def test_a_link_within_the_project_is_a_contract(root: Path, command: Callable[..., Any]):
    (root / NAME).rename(root / "shared.yaml")
    (root / NAME).symlink_to("../shared.yaml")
    assert command("lint").code == 0
    assert command("lint", NAME).code == 0
    (root / "contracts" / "loop.contract.yaml").symlink_to("loop.contract.yaml")
    ended = command("lint")
    assert (ended.code, "loop.contract.yaml:1:1: this file cannot be read" in ended.err) == (
        2,
        True,
    )


def test_compile_writes_through_no_link(root: Path, command: Callable[..., Any], tmp_path: Path):
    outside = tmp_path / "outside"
    before = sorted(path.name for path in outside.iterdir())
    (root / "gx").symlink_to(outside)
    ended = command("compile")
    assert (ended.code, ended.out) == (2, "")
    assert "is behind a link that leads out of the project; remove the link" in ended.err
    (root / "gx").unlink()
    (outside / "profile").write_text("kept")
    (root / SUITE).parent.mkdir(parents=True)
    (root / SUITE).symlink_to(outside / "profile")
    assert command("compile").code == 2
    assert (outside / "profile").read_text() == "kept"
    assert sorted(path.name for path in outside.iterdir()) == ["profile", *before]


@pytest.mark.parametrize("kind", ["folder for a file", "file for a folder"])
def test_compile_says_what_cannot_be_written(root: Path, command: Callable[..., Any], kind: str):
    if kind == "folder for a file":
        (root / SUITE).mkdir(parents=True)
    else:
        (root / "gx").write_text("a file")
    for words in (("compile", "--check"), ("doctor",)):
        assert "defect" not in command(*words).err
    ended = command("compile")
    assert ended.code == 2
    assert "cannot be written: " in ended.err
    assert "check its folder's permissions, and compile again" in ended.err


def test_fmt_says_what_cannot_be_written(root: Path, command: Callable[..., Any], tmp_path: Path):
    command("fmt")
    formatted = (root / NAME).read_text()
    (root / NAME).write_text(CONTRACT)
    draft = root / "contracts" / ".shop.contract.yaml.draft"
    draft.symlink_to(tmp_path / "outside" / "shop.contract.yaml")
    assert command("fmt").code == 0
    assert (root / NAME).read_text() == formatted
    assert (tmp_path / "outside" / "shop.contract.yaml").read_text() == f"{SECRET}\n"
    (root / NAME).write_text(CONTRACT)
    draft.mkdir()
    ended = command("fmt")
    assert ended.code == 2
    assert "cannot be written: Is a directory; check its folder's permissions" in ended.err


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (28, "`x` cannot be read or written: no space left on device; check its"),
        (30, "`x` cannot be read or written: read-only file system; check its"),
        (None, "something cannot be read or written: oserror; check its"),
    ],
)
def test_what_the_machine_refuses_is_no_defect(capsys: Any, number: int | None, said: str):
    def refuse(_: object) -> int:
        raise OSError("odd") if number is None else OSError(number, os.strerror(number), "x")

    arguments = build_parser("lint").parse_args(["lint"])
    arguments.execute = refuse
    arguments.quiet = False
    assert run_command(arguments) == 3
    assert capsys.readouterr().err.startswith(f"error: {said}")
