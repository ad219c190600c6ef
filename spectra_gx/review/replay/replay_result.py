"""What a replay found: plain, frozen facts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from spectra_gx.validation.results import RuleResult, Verdict

UNREADABLE = "no longer readable"


@dataclass(frozen=True)
class LoggedVerdict:
    """What the activity log says of a version: the run that judged it first."""

    execution_id: str
    contract_version: str
    verdict: str
    """passed, failed or errored."""


@dataclass(frozen=True)
class ReplayedVersion:
    """What changed rules say of one stored version of a table."""

    version: int
    verdict: Verdict
    """Of the changed rules alone; errored where the version is gone."""

    committed: datetime | None = None
    """UTC; None when the commit itself is gone."""

    rules: tuple[RuleResult, ...] = ()
    """Empty where the version is gone."""

    rows: int | None = None
    gone: str | None = None
    """Why it can be read no longer."""

    logged: LoggedVerdict | None = None
    """None when no run of the log judged it."""

    @property
    def outcome(self) -> str:
        """Return how it ended, in words: passed, failed, errored, or that it is gone."""
        return str(self.verdict) if self.gone is None else UNREADABLE


@dataclass(frozen=True)
class ReplayedTable:
    """What changed rules say of the past of one table."""

    contract: str
    """The stage."""

    table: str
    rules: tuple[str, ...]
    """Ids of the rules that changed, in the contract's order."""

    versions: tuple[ReplayedVersion, ...] = ()
    """Newest first."""

    obstacle: str | None = None
    """Why there is no version to replay."""

    @property
    def outcomes(self) -> Mapping[str, int]:
        """Return how many versions ended how."""
        return Counter(version.outcome for version in self.versions)
