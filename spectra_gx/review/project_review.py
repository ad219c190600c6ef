"""Review a whole project: are contracts valid, compiled files up to date, and what changed?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.linting import problem_rows
from spectra_gx.contract.loading import load_project
from spectra_gx.display import DisplayedResult, Rows
from spectra_gx.review.contract_review import review_contracts
from spectra_gx.review.git.github_event import Event, comparison_base
from spectra_gx.review.git.repository import Repository
from spectra_gx.review.review_result import Review, change_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from spectra_gx.contract.linting import LintResult
    from spectra_gx.errors import Problem
    from spectra_gx.warehouse.warehouse import Warehouse

FORK_NOTE = (
    "nothing was replayed: the checkout may come from a fork, and the SQL of a fork is not run on "
    "your data"
)


@dataclass(frozen=True, repr=False)
class ProjectReview(DisplayedResult):
    """The review of a project in a pull request."""

    folder: str
    """Path of the project in its repository; empty for the root."""

    problems: tuple[Problem, ...] = ()
    """What lint found; with any problem, nothing else was checked."""

    stale: tuple[str, ...] = ()
    """Compiled files that are out of date."""

    review: Review | None = None
    """What changed; None where contracts are invalid."""

    @property
    def exit_code(self) -> int:
        """Return 2 for invalid contracts, 1 for what must be fixed before a merge, else 0."""
        if self.review is None:
            return 2
        return 1 if self.stale or self.review.verdict != "ok" else 0

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "problems": [problem.to_dict() for problem in self.problems],
            "stale": list(self.stale),
            "review": None if self.review is None else self.review.to_dict(),
            "exit_code": self.exit_code,
        }

    def _headline(self) -> str:
        if self.review is None:
            return f"problems in contracts: {len(self.problems):,}"
        stale = f", compiled files out of date: {len(self.stale):,}" if self.stale else ""
        return f"{self.review.verdict}, changes: {len(self.review.changes):,}{stale}"

    def _rows(self) -> Rows:
        if self.review is None:
            return problem_rows(self.problems)
        return change_rows(self.review.ranked_changes)


def review_project(
    root: Path,
    event: Event | None,
    against: str | None,
    today: date,
    replay: int,
    warehouse: Callable[[], Warehouse],
    lint: Callable[[], LintResult],
) -> ProjectReview:
    """Lint a project, look for stale artefacts, and review its changes.

    Args:
        root: The project.
        event: The GitHub event of the job; None outside of GitHub.
        against: The commit to compare with; without it that of the pull request, or else the
            merge base with the default branch.
        today: The day that waivers must reach.
        replay: On how many versions of each table changed rules are replayed.
        warehouse: Opens the tables, when they are needed.
        lint: Reads the project's contracts and builders.

    Raises:
        UsageError: There is no repository or no such commit, or the policy is wrong.
        WarehouseError: An activity log cannot be read.
    """
    folder = Repository(root).folder
    if problems := lint().problems:
        return ProjectReview(folder, problems=problems)
    from spectra_gx.compiler.artefacts import (  # noqa: PLC0415  # nothing else here needs it
        compile_project,
        stale_artefacts,
    )

    contracts = load_project(root)
    review = _review(root, event, against, today)
    if replay:
        review = with_replay(review, event, root, replay, warehouse)
    stale = stale_artefacts(compile_project(contracts.values()), root)
    return ProjectReview(folder, stale=stale, review=review)


def with_replay(
    review: Review,
    event: Event | None,
    root: Path,
    count: int,
    warehouse: Callable[[], Warehouse],
) -> Review:
    """Return a review with its changed rules replayed, or with why they were not.

    Raises:
        WarehouseError: An activity log cannot be read.
    """
    if event is not None and event.foreign:
        return replace(review, notes=(*review.notes, FORK_NOTE))
    from spectra_gx.review.replay.replayer import replay_review  # noqa: PLC0415  # few reviews pay for tables

    contracts = load_project(root) if (root / "contracts").is_dir() else {}
    return replay_review(review, contracts, warehouse(), count)


def _review(root: Path, event: Event | None, against: str | None, today: date) -> Review:
    pull_request = None if event is None else event.pull_request
    if against is not None or pull_request is None:
        return review_contracts(root, (), against, today, fix=False)
    base = comparison_base(root, pull_request)
    review = review_contracts(root, (), base, today, fix=False)
    return replace(review, old=f"{pull_request.base_branch}@{base[:12]}")
