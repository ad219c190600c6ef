"""The command `spectra-gx review`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.cli.arguments import add_replay, command, open_project
from spectra_gx.cli.output import report, write

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from spectra_gx.cli.arguments import Commands
    from spectra_gx.review.git.github_event import Event
    from spectra_gx.review.project_review import ProjectReview
    from spectra_gx.settings import GitHubSettings


def add(commands: Commands) -> None:
    """Add the command to the command line."""
    review = command(
        commands,
        "review",
        "review a pull request: lint, outdated artefacts and diff in one",
        {"review": "print the comment", "review --replay 5 --post": "in CI"},
        tables=False,
    )
    review.add_argument(
        "--event",
        metavar="FILE",
        help="event file of a GitHub pull request (default: that of the job, if this is one)",
    )
    review.add_argument(
        "--against",
        metavar="REF",
        help="commit to compare with (default: the base of the pull request, or else the merge "
        "base with the default branch)",
    )
    add_replay(review)
    review.add_argument(
        "--post",
        action="store_true",
        help="post the comment on the pull request, or update it; needs GITHUB_TOKEN",
    )
    review.add_argument(
        "--post-for-forks", action="store_true", help="post for a fork's pull request, too"
    )
    review.add_argument(
        "--format",
        choices=("markdown", "json"),
        default="markdown",
        help="output format on stdout (default: markdown)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from spectra_gx.render.project_review_markdown import project_review_markdown
    from spectra_gx.settings import GitHubSettings

    project = open_project(arguments)
    github = GitHubSettings()
    event = project.event(arguments.event)
    whole = project.review(event, against=arguments.against, replay=arguments.replay)
    comment = project_review_markdown(whole)
    _write(whole, comment, arguments.format)
    if github.step_summary is not None:
        _append(github.step_summary, comment)
    if arguments.post or arguments.post_for_forks:
        report(_post(whole, comment, event, github, forks=arguments.post_for_forks))
    return whole.exit_code


def _write(whole: ProjectReview, comment: str, form: str) -> None:
    if form == "markdown":
        write(comment)
        return
    from spectra_gx.render.result_json import dumps

    write(dumps(whole.to_dict()))


def _append(summary: Path, comment: str) -> None:
    from spectra_gx.errors import ConfigurationError

    try:
        with summary.open("a", encoding="utf-8") as file:
            file.write(f"{comment}\n")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(
            f"GITHUB_STEP_SUMMARY names `{summary}`, which cannot be written: {reason}; correct it"
        ) from None


def _post(
    whole: ProjectReview, comment: str, event: Event | None, github: GitHubSettings, *, forks: bool
) -> str:
    """Put the comment on the pull request, if there is one; return what was done."""
    from spectra_gx.errors import ConfigurationError
    from spectra_gx.render.project_review_markdown import comment_marker

    if event is None or event.pull_request is None:
        return "nothing was posted: this is about no pull request"
    if event.foreign and not forks:
        return "nothing was posted: the pull request comes from a fork"
    if github.token is None:
        raise ConfigurationError(
            "GITHUB_TOKEN not set; give the job a token with `pull-requests: write`, or leave "
            "`--post` out"
        )
    from spectra_gx.notify.pull_request_comments import PullRequestComments

    pull = event.pull_request
    comments = PullRequestComments(github.api_url, github.token, pull.repository, pull.number)
    done = comments.put(comment_marker(whole), comment)
    return f"comment {done} on {pull.repository}#{pull.number}"
