"""Read the GitHub event of a job: which pull request it is about, and whose it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import UsageError
from spectra_gx.review.git.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True)
class PullRequest:
    """A pull request."""

    repository: str
    """`owner/name` of the repository to merge into."""

    number: int
    base: str
    """Commit of the branch to merge into."""

    base_branch: str
    head: str
    """Newest commit of the pull request."""


@dataclass(frozen=True)
class Event:
    """The event that started a job."""

    pull_request: PullRequest | None
    """None for an event that is about none."""

    foreign: bool
    """Whether the checkout may come from somebody without write access to the repository."""


def read_event(file: Path) -> Event:
    """Read the event file that GitHub gives a job.

    Raises:
        UsageError: It cannot be read, or is not an event file.
    """
    try:
        payload = json.loads(file.read_bytes())
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UsageError(f"the event `{file}` cannot be read: {reason}; check the path") from None
    except ValueError:
        raise UsageError(f"the event `{file}` is not JSON; name GitHub's event file") from None
    try:
        return _event(payload)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError(
            f"the event `{file}` lacks fields of a GitHub event; name GitHub's event file"
        ) from None


def _event(payload: dict[str, Any]) -> Event:
    if "pull_request" in payload:
        request = payload["pull_request"]
        home = request["base"]["repo"]["full_name"]
        pull_request = PullRequest(
            repository=_matching(_REPOSITORY, home),
            number=int(request["number"]),
            base=_matching(_COMMIT, request["base"]["sha"]),
            base_branch=str(request["base"]["ref"]),
            head=_matching(_COMMIT, request["head"]["sha"]),
        )
        return Event(pull_request, _is_foreign(request["head"]["repo"], home))
    if "workflow_run" in payload:
        run = payload["workflow_run"]
        return Event(None, _is_foreign(run["head_repository"], payload["repository"]["full_name"]))
    # An event about a comment does not say where the pull request comes from.
    return Event(None, "pull_request" in payload.get("issue", {}))


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError(text)
    return text


def _is_foreign(repository: dict[str, Any] | None, home: str) -> bool:
    """Return whether a repository is another one; one that was deleted is."""
    return repository is None or repository["full_name"] != home


def comparison_base(root: Path, pull_request: PullRequest) -> str:
    """Return the commit to compare a pull request with.

    Where GitHub checked out the pull request merged into its base, that is the base as merged, and
    no history is needed; else it is the merge base.

    Raises:
        UsageError: There is no repository, or it lacks the commit.
    """
    repository = Repository(root)
    into, *merged = repository.parents("HEAD") or [""]
    if pull_request.head in merged:
        return into
    return repository.merge_base(repository.commit(pull_request.base))
