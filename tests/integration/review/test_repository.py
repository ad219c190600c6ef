"""Real repositories: dirty, shallow, empty, renamed, conflicted, or none at all."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest

from spectra_gx.errors import ContractError, UsageError
from spectra_gx.review.contract_review import review_contracts
from spectra_gx.review.git.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 21)
TEXT = """\
contract: {0}
version: 1.0.0
owner: Shop Team
tables:
  {0}.orders:
    columns:
      id: {{type: long, required: true}}
      size: integer
"""


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Tests", "-c", "user.email=tests@example.com"]
    ended = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return ended.stdout.strip()


def write(root: Path, stage: str, text: str | None = None) -> Path:
    file = root / "contracts" / f"{stage}.contract.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(TEXT.format(stage) if text is None else text)
    return file


def changes(root: Path, against: str | None = None, *paths: str) -> list[tuple[str, str]]:
    review = review_contracts(root, paths, against, TODAY, fix=False)
    return [(change.stage, change.id) for change in review.changes]


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the settings and the repository around the tests out of them."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with two committed contracts on `main`."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    write(folder, "shop")
    write(folder, "stock")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return folder


def without_size(root: Path, stage: str) -> None:
    write(root, stage, TEXT.format(stage).replace("      size: integer\n", ""))


def test_the_work_tree_is_compared_dirty_as_it_is(root):
    assert changes(root) == []
    without_size(root, "shop")
    write(root, "new")  # git does not know of it yet
    before = git(root, "status", "--porcelain")
    assert changes(root) == [("new", "contract-added"), ("shop", "column-removed")]
    git(root, "add", "-A")
    assert changes(root) == [("new", "contract-added"), ("shop", "column-removed")]
    git(root, "reset", "-q")
    assert git(root, "status", "--porcelain") == before


def test_a_branch_is_compared_with_where_it_left_the_default_branch(root):
    git(root, "checkout", "-qb", "topic")
    without_size(root, "shop")
    git(root, "commit", "-qam", "topic")
    git(root, "checkout", "-q", "main")
    without_size(root, "stock")
    git(root, "commit", "-qam", "main goes on")
    git(root, "checkout", "-q", "topic")
    assert changes(root) == [("shop", "column-removed")]
    assert changes(root, "main") == [("shop", "column-removed"), ("stock", "column-added")]
    assert changes(root, "HEAD") == []


def test_the_default_branch_of_the_origin_comes_first(root, tmp_path):
    git(root, "branch", "develop")
    git(root, "checkout", "-q", "develop")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(root), str(clone))
    without_size(clone, "shop")
    git(clone, "commit", "-qam", "topic")
    assert changes(clone) == [("shop", "column-removed")]
    assert Repository(clone).base()[1] == "origin"


def test_paths_restrict_what_is_looked_at(root, monkeypatch):
    without_size(root, "shop")
    (root / "contracts" / "stock.contract.yaml").unlink()
    monkeypatch.chdir(root)
    assert changes(root, None, "contracts/shop.contract.yaml") == [("shop", "column-removed")]
    assert changes(root, None, "stock") == [("stock", "contract-removed")]
    assert changes(root, None, "contracts/stock.contract.yaml") == [("stock", "contract-removed")]
    assert len(changes(root, None, "contracts")) == 2
    assert len(changes(root, None, ".")) == 2
    with pytest.raises(UsageError, match="`nothing` is not a contract"):
        changes(root, None, "nothing")


def test_a_deleted_contract_is_a_change(root):
    (root / "contracts" / "stock.contract.yaml").unlink()
    assert changes(root) == [("stock", "contract-removed")]
    review = review_contracts(root, (), None, TODAY, fix=False)
    assert (review.verdict, review.contracts[0].to_version) == ("blocked", None)
    assert review.changes[0].place.line == 1


def test_a_renamed_file_of_the_same_stage_is_no_change(root):
    text = TEXT.format("shop")
    (root / "contracts" / "shop.contract.yaml").unlink()
    (root / "contracts" / "store.contract.yaml").write_text(text)
    assert changes(root) == []


def test_a_renamed_stage_is_told_as_one(root):
    text = TEXT.format("shop").replace("contract: shop", "contract: store")
    (root / "contracts" / "shop.contract.yaml").unlink()
    write(root, "store", text)
    assert changes(root) == [("store", "contract-renamed")]


def test_conflict_markers_are_found_where_they_stand(root):
    text = TEXT.format("shop")
    write(root, "shop", f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n")
    with pytest.raises(ContractError) as caught:
        changes(root)
    assert "a merge conflict was left here" in str(caught.value)
    assert {problem.file for problem in caught.value.problems} == {"contracts/shop.contract.yaml"}


def test_a_broken_contract_that_is_mended_may_pass(root):
    write(root, "shop", TEXT.format("shop").replace("owner", "ownr"))
    git(root, "commit", "-qam", "broken")
    write(root, "shop")
    assert changes(root, "HEAD") == [("shop", "contract-mended")]
    (root / "contracts" / "shop.contract.yaml").unlink()
    assert changes(root, "HEAD") == [("shop", "contract-removed")]


def test_a_ref_that_does_not_exist(root):
    with pytest.raises(UsageError) as caught:
        changes(root, "origin/man")
    assert caught.value.message == (
        "`origin/man` is not a commit in this repository; fetch it, or check the name"
    )
    with pytest.raises(UsageError, match="`--output=x` is not a commit"):
        changes(root, "--output=x")
    with pytest.raises(UsageError, match="is not a commit"):
        changes(root, "main:contracts/shop.contract.yaml")


def test_a_shallow_clone_says_what_to_run(root, tmp_path):
    git(root, "checkout", "-qb", "topic")
    git(root, "commit", "-qm", "topic", "--allow-empty")
    git(root, "checkout", "-q", "main")
    git(root, "commit", "-qm", "main goes on", "--allow-empty")
    clone = tmp_path / "shallow"
    address = root.as_uri()
    git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", address, str(clone))
    git(clone, "checkout", "-q", "topic")
    with pytest.raises(UsageError) as caught:
        changes(clone)
    assert "this clone is shallow: run `git fetch --unshallow`" in caught.value.message
    with pytest.raises(UsageError, match="this clone is shallow"):
        changes(clone, "HEAD~1")
    assert changes(clone, "origin/main") == []


def test_a_folder_without_repository(tmp_path):
    write(tmp_path / "plain", "shop")
    with pytest.raises(UsageError, match=r"compare two files with `spectra-gx diff OLD.yaml NEW"):
        changes(tmp_path / "plain")


def test_a_machine_without_git(root, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git could not be run; install it"):
        changes(root)


def test_a_repository_without_commit_or_default_branch(tmp_path):
    folder = tmp_path / "empty"
    write(folder, "shop")
    git(folder, "init", "-q", "-b", "trunk")
    with pytest.raises(UsageError, match="no commit yet; commit the contracts first, or compare"):
        changes(folder)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    with pytest.raises(UsageError, match="no default branch was found"):
        changes(folder)
    assert changes(folder, "trunk") == []


def test_a_project_deep_in_its_repository(root):
    write(root / "deep" / "project", "deep")
    assert changes(root / "deep" / "project") == [("deep", "contract-added")]
    git(root, "add", "-A")
    git(root, "commit", "-qm", "deep")
    without_size(root / "deep" / "project", "deep")
    assert changes(root / "deep" / "project", "HEAD") == [("deep", "column-removed")]


def test_other_line_ends_are_no_change(root):
    file = root / "contracts" / "shop.contract.yaml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert changes(root) == []


def test_only_files_that_differ_are_read(root):
    # An unchanged contract that is invalid is lint's business.
    write(root, "stock", "not a contract\n")
    git(root, "commit", "-qam", "broken")
    without_size(root, "shop")
    assert changes(root, "HEAD") == [("shop", "column-removed")]


def test_a_repository_of_sha256(tmp_path):
    folder = tmp_path / "sha256"
    write(folder, "shop")
    git(folder, "init", "-q", "-b", "main", "--object-format=sha256")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    write(folder, "shop", TEXT.format("shop").replace("integer", "long"))
    assert changes(folder) == [("shop", "column-type-widened")]
