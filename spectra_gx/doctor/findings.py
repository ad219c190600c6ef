"""Findings of the doctor's checks, and the time limit of each check."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult
from spectra_gx.errors import ContractError, SpectraError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)

CHECK_SECONDS = 5.0
"""How long a check of one thing may take."""


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, repr=False)
class Finding(DisplayedResult):
    """What was found about one thing; never contains a secret."""

    level: Level
    about: str
    """The thing: `versions`, `settings`, `warehouse`, …"""

    message: str
    fix: str | None = None
    """What to do about it; None where there is nothing to do."""

    @property
    def said(self) -> str:
        """What was found: the name of `message` in 0.1.0."""
        return self.message

    @property
    def mend(self) -> str | None:
        """What to do about it: the name of `fix` in 0.1.0."""
        return self.fix

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "level": str(self.level),
            "about": self.about,
            "said": self.message,
            "mend": self.fix,
        }

    def _headline(self) -> str:
        return f"{self.level} {self.about}: {self.message}" + (f" → {self.fix}" if self.fix else "")


def run_check(
    about: str, at: Callable[[], Iterable[Finding]], *, seconds: float = CHECK_SECONDS
) -> list[Finding]:
    """Run a check of one thing, within a bound of time, and return what it found.

    A check that takes too long is left behind, in a thread that never delays the exit.
    """
    found: list[Finding] = []

    def watch() -> None:
        try:
            found.extend(at())  # what came before an error stays
        except ContractError as error:
            found.append(_contracts(about, error))
        except SpectraError as error:
            message, _, fix = error.message.partition("; ")
            found.append(Finding(Level.PROBLEM, about, message, fix or None))
        except BaseException as error:  # a traceback could contain a secret
            logger.debug("checking %s", about, exc_info=True)
            message = f"cannot be checked: {type(error).__name__}"
            found.append(Finding(Level.PROBLEM, about, message, "run again with `--debug`"))

    thread = threading.Thread(target=watch, name=f"spectra-gx-doctor-{about}", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        message = f"no answer within {seconds:g} s"
        return [Finding(Level.PROBLEM, about, message, "check the address and the network")]
    return found


def _contracts(about: str, error: ContractError) -> Finding:
    count = len(error.problems)
    message = f"{count} problem{'s'[: count != 1]} in contracts; the first: {error.problems[0]}"
    return Finding(Level.PROBLEM, about, message, "`spectra-gx lint` shows them all")
