"""One review with a change of every weight and a replay, rendered in every form for people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.render.github import workflow_commands
from spectra_gx.render.project_review_markdown import project_review_markdown
from spectra_gx.render.review_findings import annotation_level, review_findings
from spectra_gx.render.review_text import review_text
from spectra_gx.review.contract_review import review_files
from spectra_gx.review.git.changed_files import ChangedFiles
from spectra_gx.review.policy import Policy
from spectra_gx.review.project_review import ProjectReview
from spectra_gx.review.replay.replay_result import LoggedVerdict, ReplayedTable, ReplayedVersion
from spectra_gx.validation.results import RuleResult, Status

if TYPE_CHECKING:
    from spectra_gx.review.review_result import Review

HERE = Path(__file__).parent
RENDERED = HERE / "rendered"
FILE = "contracts/shop.contract.yaml"
AMOUNT = RuleResult(
    "shop.orders.amount.min",
    Status.FAILED,
    "critical",
    "expect_column_values_to_be_between",
    evaluated=12_000,
    unexpected=240,
    keys=({"id": 7},),
    message="240 of 12,000 rows: `amount` is less than 1",
)
CHANNEL = RuleResult("shop.orders.channel.required", Status.ERRORED, "critical", None)
AT = datetime(2026, 11, 20, 4, 5, 6, tzinfo=UTC)
LOGGED = LoggedVerdict("run", "1.0.0", "passed")
VERSIONS = tuple(
    ReplayedVersion(
        number, Status.ERRORED, AT, (*broken, CHANNEL), 12_000, None, logged, ("channel",),
        frozenset({CHANNEL.id}),
    )
    for number, broken, logged in ((1, (), None), (0, (AMOUNT,), LOGGED))
)  # fmt: skip
REPLAYED = (
    ReplayedTable("shop", "shop.orders", (AMOUNT.id, CHANNEL.id), VERSIONS),
    ReplayedTable(
        "shop",
        "shop.customers",
        ("shop.customers.country.enum",),
        (),
        "it does not exist in this warehouse",
    ),
)


def golden_review() -> Review:
    """Return the review of the two contracts beside this file."""
    old, new = ({FILE: (HERE / f"{name}.yaml").read_bytes()} for name in ("before", "after"))
    nowhere = Path("no-such-project")
    files = ChangedFiles("main@0123456789ab", "work tree", old, new, nowhere)
    review = review_files(files, nowhere, Policy(), date(2026, 11, 21))
    return replace(review, replayed=REPLAYED)


def golden_texts() -> dict[str, str]:
    """Return name → text of each form."""
    review = golden_review()
    project = ProjectReview("", stale=review.stale, review=review)
    findings = review_findings(review, annotation_level)
    annotations = workflow_commands(findings, title="spectra-gx diff")
    return {
        "comment.md": project_review_markdown(project) + "\n",
        "screen.txt": review_text(review) + "\n",
        "annotations.txt": annotations + "\n",
    }
