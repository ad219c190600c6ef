"""The result of a replay."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from spectra_gx.validation.results import RuleResult, Verdict

UNREADABLE = "no longer readable"
NOT_YET = "not in the data yet"

_RULE_KEYS = ["id", "status", "severity", "evaluated", "unexpected", "observed", "keys", "message"]
"""What JSON has of a replayed rule."""


@dataclass(frozen=True)
class LoggedVerdict:
    """The verdict on a version in the activity log, of the run that checked it first."""

    execution_id: str
    contract_version: str
    verdict: str
    """passed, failed or errored."""


@dataclass(frozen=True)
class ReplayedVersion:
    """The result of changed rules on one stored version of a table."""

    version: int
    verdict: Verdict
    """Of the changed rules alone; errored where the version is gone."""

    committed: datetime | None = None
    """UTC; None when the commit itself is gone."""

    rules: tuple[RuleResult, ...] = ()
    """Empty where the version is gone."""

    rows: int | None = None
    gone: str | None = None
    """Why it can no longer be read."""

    logged: LoggedVerdict | None = None
    """None when no run of the log checked it."""

    absent: tuple[str, ...] = ()
    """Columns that changed rules name and that this version does not have yet."""

    pending: frozenset[str] = frozenset()
    """Ids of the rules that nothing but absent columns keeps from passing."""

    @property
    def broken(self) -> tuple[RuleResult, ...]:
        """Rules that did not pass, but for those that only wait for a column."""
        return tuple(
            rule for rule in self.rules if rule.status != "passed" and rule.id not in self.pending
        )

    @property
    def outcome(self) -> str:
        """Return passed, failed, errored, that it is gone, or that it lacks new columns."""
        if self.gone is not None:
            return UNREADABLE
        if not self.pending:
            return str(self.verdict)
        if any(rule.status == "errored" for rule in self.broken):
            return "errored"
        return "failed" if any(rule.severity == "critical" for rule in self.broken) else NOT_YET

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        logged = self.logged
        return {
            "version": self.version,
            "committed": None if self.committed is None else self.committed.isoformat(),
            "verdict": str(self.verdict),
            "gone": self.gone,
            "rows": self.rows,
            "rules": [{key: rule.to_dict()[key] for key in _RULE_KEYS} for rule in self.rules],
            "logged": None if logged is None else asdict(logged),
        }


@dataclass(frozen=True)
class ReplayedTable:
    """The result of changed rules on the stored versions of one table."""

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

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "contract": self.contract,
            "table": self.table,
            "rules": list(self.rules),
            "obstacle": self.obstacle,
            "versions": [version.to_dict() for version in self.versions],
        }
