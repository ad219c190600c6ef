"""GitHub's event files, and the commit that a pull request is compared with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from spectra_gx.errors import UsageError
from spectra_gx.review.git.github_event import PullRequest, comparison_base, read_event
from tests.fakes.github import NUMBER, REPOSITORY, event
from tests.fakes.repositories import commit, git, set_apart

if TYPE_CHECKING:
    from pathlib import Path

ONE, OTHER = "1" * 40, "2" * 40


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_apart(monkeypatch, tmp_path)


def read(folder: Path, said: object):
    file = folder / "event.json"
    file.write_text(json.dumps(said))
    return read_event(file)


def test_a_pull_request_of_the_house(tmp_path):
    found = read(tmp_path, event(ONE, OTHER))
    assert found.pull_request == PullRequest(REPOSITORY, NUMBER, ONE, "main", OTHER)
    assert not found.foreign


@pytest.mark.parametrize("fork", ["stranger/contracts", None])
def test_a_fork_is_foreign_also_when_it_is_deleted(tmp_path, fork):
    found = read(tmp_path, event(ONE, OTHER, fork=fork))
    assert found.pull_request is not None
    assert found.foreign


@pytest.mark.parametrize(
    ("said", "foreign"),
    [
        ({"ref": "refs/heads/main", "repository": {"full_name": REPOSITORY}}, False),
        ({"schedule": "0 4 * * *"}, False),
        ({"issue": {"number": 7}}, False),
        ({"issue": {"number": 7, "pull_request": {"url": "…"}}}, True),
        (
            {
                "workflow_run": {"head_repository": {"full_name": "stranger/contracts"}},
                "repository": {"full_name": REPOSITORY},
            },
            True,
        ),
        (
            {
                "workflow_run": {"head_repository": {"full_name": REPOSITORY}},
                "repository": {"full_name": REPOSITORY},
            },
            False,
        ),
    ],
)
def test_other_events_are_about_no_pull_request_and_may_be_foreign(tmp_path, said, foreign):
    found = read(tmp_path, said)
    assert (found.pull_request, found.foreign) == (None, foreign)


@pytest.mark.parametrize(
    "change",
    [
        lambda asked: asked.pop("base"),
        lambda asked: asked.update(head=None),
        lambda asked: asked.update(number="seven"),
        lambda asked: asked["base"].update(sha="--output=x"),
        lambda asked: asked["head"].update(sha="main"),
        lambda asked: asked["base"]["repo"].update(full_name="../../user"),
        lambda asked: asked["base"].update(repo="x"),
    ],
)
def test_what_is_no_event_of_github_is_refused(tmp_path, change):
    said = event(ONE, OTHER)
    change(said["pull_request"])
    with pytest.raises(UsageError, match="lacks fields of a GitHub event"):
        read(tmp_path, said)


@pytest.mark.parametrize("said", [[], 1, "x", None])
def test_other_json_is_refused(tmp_path, said):
    with pytest.raises(UsageError, match="lacks fields of a GitHub event"):
        read(tmp_path, said)


def test_no_file_and_no_json(tmp_path):
    with pytest.raises(UsageError, match="cannot be read: no such file"):
        read_event(tmp_path / "none.json")
    (tmp_path / "event.json").write_bytes(b"\xff{")
    with pytest.raises(UsageError, match="is not JSON"):
        read_event(tmp_path / "event.json")


# -- the base ------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository in which `main` went on after `change` left it."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "start")
    git(folder, "switch", "-qc", "change")
    commit(folder, "changed")
    git(folder, "switch", "-q", "main")
    commit(folder, "went on")
    return folder


def asked(root: Path, base: str = "main") -> PullRequest:
    commits = (git(root, "rev-parse", name) for name in (base, "change"))
    base, head = commits
    return PullRequest(REPOSITORY, NUMBER, base, "main", head)


def test_merged_by_github_it_is_the_base_as_merged(root):
    pull_request = asked(root, "main^")  # the event was written before `main` went on
    git(root, "switch", "-q", "--detach", "main")
    git(root, "merge", "-q", "--no-ff", "-m", "merged", "change")
    assert comparison_base(root, pull_request) == git(root, "rev-parse", "main")


def test_a_merge_of_two_commits_depth_is_enough(root, tmp_path):
    pull_request = asked(root)
    git(root, "switch", "-q", "-c", "merged", "main")
    git(root, "merge", "-q", "--no-ff", "-m", "merged", "change")
    git(tmp_path, "clone", "-q", "--depth", "2", "-b", "merged", f"file://{root}", "clone")
    assert comparison_base(tmp_path / "clone", pull_request) == pull_request.base


def test_the_head_alone_is_compared_with_where_it_left(root):
    pull_request = asked(root)
    git(root, "switch", "-q", "change")
    assert comparison_base(root, pull_request) == git(root, "rev-parse", "main^")


def test_a_shallow_clone_says_what_to_do(root, tmp_path):
    pull_request = asked(root)
    git(tmp_path, "clone", "-q", "--depth", "1", "-b", "change", f"file://{root}", "clone")
    with pytest.raises(UsageError, match="this clone is shallow"):
        comparison_base(tmp_path / "clone", pull_request)
