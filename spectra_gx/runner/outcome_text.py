"""Phrases that terminals, alerts and pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.display import counted
from spectra_gx.errors import HandoffError, RunInterruptedError

if TYPE_CHECKING:
    from spectra_gx.runner.trouble import Trouble


def stage_name(stage: str, system: str) -> str:
    """Return a stage and its source system; without one, the stage alone."""
    return stage if system == stage else f"{stage} ({system})"


def describe_outcome(trouble: Trouble | None, *, error_category: str | None, errored: bool) -> str:
    """Return how a run ended, to follow the stage's name.

    `error_category` is of the error that stopped it; `errored` is whether a table is errored.
    """
    if trouble == "failure":
        if error_category == RunInterruptedError.category:
            return "was interrupted"
        if error_category == HandoffError.category:
            return "did not begin: what it consumes is not ready"
        if error_category is not None:
            return f"run failed: {error_category} error"
        return "could not be checked completely" if errored else "broke its contract"
    if trouble == "calls":
        return "passes, but calls to its source failed"
    if trouble == "quarantine":
        return "passes without the rows that broke its contract"
    return "passes with warnings" if trouble == "warnings" else "passes"


def describe_recovery(trouble: Trouble) -> str:
    """Return how a stage recovered from some trouble, to follow its name."""
    return {
        "failure": "passes again",
        "calls": "passes without failed calls again",
        "quarantine": "passes with all its rows again",
        "warnings": "passes without warnings again",
    }[trouble]


def rows_text(count: int) -> str:
    """Return how many rows, in words."""
    return counted(count, "row")


def in_one_line(message: str) -> str:
    """Return a message of several problems, one a line, as one line."""
    return "; ".join(message.splitlines())
