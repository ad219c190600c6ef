"""Findings of the doctor's checks, and the time limit of each check."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult
from spectra_gx.errors import ContractError, SpectraError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)

CHECK_SECONDS = 5.0
"""How long a call to a source may take, and a check of one thing without being called slow."""

_PATIENCE = 30.0
"""Seconds after which a check of one thing is left behind."""


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
    about: str,
    at: Callable[[], Iterable[Finding]],
    *,
    slow: float = CHECK_SECONDS,
    seconds: float = _PATIENCE,
) -> list[Finding]:
    """Run a check of one thing, within a bound of time, and return what it found.

    One that takes longer than `slow` gets a warning beside that: a loaded machine, or a network
    far away, is no defect of the thing. One that takes longer than `seconds` is left behind, in a
    thread that never delays the exit.
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
    began = time.monotonic()
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        message = f"no answer within {seconds:g} s"
        return [*found, Finding(Level.PROBLEM, about, message, "check the address and the network")]
    took = time.monotonic() - began
    if took <= slow:
        return found
    message, fix = f"slow: checked in {took:,.0f} s", "check the network, and the load here"
    return [*found, Finding(Level.WARNING, about, message, fix)]


def _contracts(about: str, error: ContractError) -> Finding:
    count = len(error.problems)
    message = f"{count} problem{'s'[: count != 1]} in contracts; the first: {error.problems[0]}"
    return Finding(Level.PROBLEM, about, message, "`spectra-gx lint` shows them all")
