"""The command `spectra-gx diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_replay, command, open_project
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.review.review_result import Review


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    diff = command(
        commands,
        "diff",
        "show what changed in contracts and the version it requires",
        {
            "diff": "since the default branch",
            "diff --fix": "write the version that is required",
            "diff source --against HEAD~1 --replay 5": "on stored versions, too",
            "diff old.yaml new.yaml": "two files",
        },
        tables=False,
    )
    diff.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files, folders or stages to compare (default: all), or two files: OLD.yaml NEW.yaml",
    )
    diff.add_argument(
        "--against",
        metavar="REF",
        help="commit to compare the work tree with (default: the merge base with the default "
        "branch)",
    )
    diff.add_argument(
        "--fix", action="store_true", help="write the version and a changelog entry where required"
    )
    diff.add_argument(
        "--format",
        choices=("text", "markdown", "github", "sarif", "junit", "json"),
        default="text",
        help="output format (default: text)",
    )
    add_replay(diff)


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    paths = arguments.paths
    project = open_project(arguments, paths[0] if paths else None)
    review = project.diff(
        paths, against=arguments.against, fix=arguments.fix, replay=arguments.replay
    )
    for note in review.notes:
        report(f"note: {note}")
    text = _formatted(review, arguments.format)
    if text:
        write(text, commands=arguments.format == "github")
    return 0 if review.verdict == "ok" else 1


def _formatted(review: Review, form: str) -> str:
    if form == "text":
        from spectra_gx.render.review_text import review_text

        return review_text(review)
    if form == "markdown":
        from spectra_gx.render.review_markdown import review_markdown

        return review_markdown(review)
    if form == "junit":
        from spectra_gx.render.junit import review_junit

        return review_junit(review)
    from spectra_gx.render.result_json import dumps

    if form == "json":
        return dumps(review.to_dict())
    return _findings(review, form)


def _findings(review: Review, form: str) -> str:
    """Return the findings, with files named from the repository's root."""
    from spectra_gx.render.repository_paths import name_from_repository_root
    from spectra_gx.render.result_json import dumps
    from spectra_gx.render.review_findings import (
        annotation_level,
        finding_level,
        review_findings,
        rule_helps,
        rule_purposes,
    )

    level = annotation_level if form == "github" else finding_level
    levelled = list(review_findings(review, level))
    paths = {problem.file: review.folder / problem.file for _, problem in levelled}
    named = name_from_repository_root([problem for _, problem in levelled], paths)
    found = [(level, problem) for (level, _), problem in zip(levelled, named, strict=True)]
    if form == "github":
        from spectra_gx.render.github import workflow_commands

        return workflow_commands(found, title="spectra-gx diff")
    from spectra_gx.render.sarif import sarif_log

    return dumps(sarif_log(found, command="diff", rules=rule_purposes(), helps=rule_helps()))
