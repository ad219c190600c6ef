"""Diffs and reviews of a project's contracts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.contract.linting import PROPOSED
from spectra_gx.contract.loading import find_contract
from spectra_gx.project.builders import lint_all
from spectra_gx.project.workspace import Workspace, warehouse_for_review
from spectra_gx.review.contract_review import review_contracts, review_files
from spectra_gx.review.git.changed_files import ChangedFiles, read_contract
from spectra_gx.review.git.github_event import Event, read_event
from spectra_gx.review.policy import load_policy
from spectra_gx.review.project_review import ProjectReview, review_project, with_replay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.review.review_result import Review


def diff_contracts(
    workspace: Workspace, paths: Sequence[str], *, against: str | None, fix: bool, replay: int
) -> Review:
    """Compare contracts; arguments as for `Project.diff`."""
    review = review_contracts(workspace.root, paths, against, _today(), fix=fix)
    if not replay:
        return review
    event = read_ci_event(None)
    return with_replay(review, event, workspace.root, replay, lambda: workspace.warehouse)


def diff_text(workspace: Workspace, named: str, text: str) -> Review:
    """Compare a contract with a text; arguments as for `Project.diff_text`."""
    root = workspace.root
    path, name = find_contract(named, root)
    proposed = text.encode(errors="surrogatepass")
    changed = ChangedFiles(name, PROPOSED, {name: read_contract(path)}, {PROPOSED: proposed}, root)
    return review_files(changed, root, load_policy(root), _today(), alone=True)


def review_changes(
    workspace: Workspace, event: Event | None, *, against: str | None, replay: int
) -> ProjectReview:
    """Review a pull request; arguments as for `Project.review`."""
    return review_project(
        workspace.root,
        event,
        against,
        _today(),
        replay,
        lambda: warehouse_for_review(workspace),
        lambda: lint_all(workspace.root),
    )


def read_ci_event(file: str | Path | None) -> Event | None:
    """Read what a CI job runs for; arguments as for `Project.event`."""
    from spectra_gx.settings import GitHubSettings, GitLabSettings

    path = GitHubSettings().event_path if file is None else Path(file)
    if path is not None:
        return read_event(path)
    gitlab = GitLabSettings()
    if gitlab.source_project_path is None:
        return None
    return Event(None, foreign=gitlab.source_project_path != gitlab.project_path)


def _today() -> date:
    return datetime.now(UTC).date()
