"""Render the review of a whole project as a pull request comment."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from spectra_gx.render.markdown import escape_markdown
from spectra_gx.render.review_markdown import MARKER, fit_comment, review_lines, stale_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.review.project_review import ProjectReview

_MOST_PROBLEMS = 50


def comment_marker(project: ProjectReview) -> str:
    """Return the comment's first line, by which later reviews of this project find it."""
    return MARKER if not project.folder else f"<!-- spectra-gx diff {quote(project.folder)} -->"


def project_review_markdown(project: ProjectReview) -> str:
    """Return the comment, within what GitHub takes; the same review gives the same text."""
    return fit_comment([comment_marker(project), *_lines(project)], "spectra-gx review")


def _lines(project: ProjectReview) -> Iterator[str]:
    if project.problems:
        yield from _invalid(project)
    if project.review is not None:
        only_stale = project.stale and project.review.verdict == "ok"
        title = "❌ Compiled files are out of date" if only_stale else ""
        yield from review_lines(project.review, title)
        for note in project.review.notes:
            yield from ("", f"> {escape_markdown(note)}")
    yield from stale_lines(project.stale)


def _invalid(project: ProjectReview) -> Iterator[str]:
    yield from ("### ❌ A contract is invalid", "", "| where | what |", "| --- | --- |")
    for problem in project.problems[:_MOST_PROBLEMS]:
        where = f"{problem.file}:{problem.line}:{problem.column}"
        yield f"| {escape_markdown(where)} | {escape_markdown(problem.message)} |"
    left = len(project.problems) - _MOST_PROBLEMS
    if left > 0:
        yield from ("", f"{left:,} more; `spectra-gx lint` lists all.")
