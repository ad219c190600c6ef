"""What one contract classifies is shown by no other that names the same data, in any output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from tests.fakes.repositories import commit, git, set_apart

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Ended

SECRET = "mallory-7"
PEOPLE = """\
contract: people
version: 1.0.0
owner: People Team
tables:
  people.all:
    columns:
      id: long
      nick: {type: string, classification: pii}
      size: long
"""
STRANGER = """\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.all:
    location: Tables/people/all
    columns:
      id: long
      nick: {type: string, enum: [nobody]}
      size: {type: long, max: 1}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rows = pa.table({"id": range(2000), "nick": [SECRET] * 2000, "size": [4711] * 2000})
    write_deltalake(tmp_path / "warehouse" / "Tables" / "people" / "all", rows)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "people.contract.yaml").write_text(PEOPLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def everything(root: Path, ended: Ended) -> str:
    """Return whatever a command said or wrote, but for contracts and tables."""
    pages = (root / "warehouse" / "Files").rglob("*")
    log = (root / "warehouse" / "Tables" / "activity").rglob("*")
    return (
        ended.out
        + ended.err
        + "".join(file.read_bytes().decode("latin-1") for file in (*pages, *log) if file.is_file())
    )


@pytest.mark.parametrize(
    "words",
    [
        ("check", "shop"),
        ("check", "shop", "--verbose"),
        ("check", "shop", "--json", "--record"),
        ("check", "elsewhere.yaml", "--json"),
        ("run", "shop", "--json"),
    ],
)
def test_no_other_contract_shows_it(
    root: Path, command: Callable[..., Any], words: tuple[str, ...]
):
    (root / "contracts" / "shop.contract.yaml").write_text(STRANGER)
    (root / "elsewhere.yaml").write_text(STRANGER.replace("contract: shop", "contract: people"))
    ended = command(*words)
    assert ended.code == 1
    said = everything(root, ended)
    assert "4711" in said
    assert SECRET not in said


def test_a_contract_file_of_the_same_table_shows_no_more(root: Path, command: Callable[..., Any]):
    told = PEOPLE.replace("classification: pii", "enum: [nobody]")
    (root / "mine.yaml").write_text(told)
    ended = command("check", "mine.yaml", "--json")
    assert ended.code == 1
    assert SECRET not in ended.out


@pytest.mark.parametrize(
    "named", ["people.all", "warehouse/Tables/people/all", "warehouse/Tables/../Tables/people/all/"]
)
@pytest.mark.usefixtures("root")
def test_init_writes_no_value_of_it(command: Callable[..., Any], named: str):
    ended = command("init", named, "--stage", "shop")
    assert ended.code == 0
    assert "nick: {type: string, required: true, classification: pii}" in ended.out
    assert "4711" in ended.out
    assert SECRET not in ended.out


def test_init_of_a_project_whose_contracts_cannot_be_read_shows_nothing(
    root: Path, command: Callable[..., Any]
):
    (root / "contracts" / "people.contract.yaml").write_text(PEOPLE.replace("owner", "ownr"))
    ended = command("init", "people.all")
    assert (ended.code, ended.out) == (2, "")
    assert "contracts/people.contract.yaml:3:1" in ended.err


def test_a_replay_shows_what_neither_side_classifies(
    root: Path, command: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    set_apart(monkeypatch, tmp_path)
    (root / "contracts" / "shop.contract.yaml").write_text(
        STRANGER.replace("enum: [nobody]", f"enum: [nobody, {SECRET[:-1]}8]")
    )
    git(root, "init", "-q", "-b", "main")
    (root / ".gitignore").write_text("/warehouse/\n")
    commit(root)
    # The branch drops the classification and, in a stage that showed it before, narrows a rule.
    (root / "contracts" / "people.contract.yaml").write_text(
        PEOPLE.replace(", classification: pii", "")
    )
    (root / "contracts" / "shop.contract.yaml").write_text(STRANGER)
    for words in (("diff",), ("review", "--against", "HEAD")):
        ended = command(*words, "--replay", "2")
        assert "2000 of 2000 rows" in ended.out.replace(",", "")
        assert SECRET not in ended.out
