"""The review of a whole project: as the comment on a pull request, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from spectra_gx.render.lint_output import problem_json
from spectra_gx.render.markdown import details_block, escape_markdown
from spectra_gx.render.review_markdown import LARGEST, MARKER, review_markdown
from spectra_gx.render.review_output import review_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.review.project_review import ProjectReview

_MOST_PROBLEMS = 50
_MOST_FILES = 50
_CUT = "\n\n*There is no room for the rest; run `spectra-gx review` to read it.*"


def comment_marker(whole: ProjectReview) -> str:
    """Return the comment's first line, by which later reviews of this project find it."""
    return MARKER if not whole.folder else f"<!-- spectra-gx diff {quote(whole.folder)} -->"


def project_review_markdown(whole: ProjectReview) -> str:
    """Return the comment, within what GitHub takes; the same review gives the same text."""
    text = "\n".join([comment_marker(whole), *_lines(whole)])
    if len(text) <= LARGEST:
        return text
    kept = text[: LARGEST - len(_CUT) - len("\n</details>")].rpartition("\n")[0]
    is_open = kept.count("<details>") > kept.count("</details>")
    return kept + ("\n</details>" if is_open else "") + _CUT


def project_review_json(whole: ProjectReview) -> dict[str, Any]:
    """Return the review; its keys are a promise."""
    return {
        "problems": [problem_json(problem) for problem in whole.problems],
        "stale": list(whole.stale),
        "review": None if whole.review is None else review_json(whole.review),
        "exit_code": whole.exit_code,
    }


def _lines(whole: ProjectReview) -> Iterator[str]:
    if whole.problems:
        yield from _invalid(whole)
    if whole.stale:
        yield from _stale(whole)
    if whole.review is not None:
        yield from review_markdown(whole.review).split("\n")[1:]
        for note in whole.review.notes:
            yield from ("", f"> {escape_markdown(note)}")


def _invalid(whole: ProjectReview) -> Iterator[str]:
    yield from ("### ❌ A contract is invalid", "", "| where | what |", "| --- | --- |")
    for problem in whole.problems[:_MOST_PROBLEMS]:
        where = f"{problem.file}:{problem.line}:{problem.column}"
        yield f"| {escape_markdown(where)} | {escape_markdown(problem.message)} |"
    if len(whole.problems) > _MOST_PROBLEMS:
        yield from (
            "",
            f"{len(whole.problems) - _MOST_PROBLEMS} more; `spectra-gx lint` tells all.",
        )


def _stale(whole: ProjectReview) -> Iterator[str]:
    yield from ("### ❌ Compiled files are stale", "")
    yield from ("Run `spectra-gx compile` and commit what it writes.", "")
    files = [f"- {escape_markdown(path)}" for path in whole.stale[:_MOST_FILES]]
    if len(whole.stale) > _MOST_FILES:
        files.append(f"- and {len(whole.stale) - _MOST_FILES} more")
    yield from (*details_block(f"{len(whole.stale)} files", files), "")
