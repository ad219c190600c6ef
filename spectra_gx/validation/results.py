"""Results of checkpoints: plain, frozen facts. Values of sensitive columns never get this far.

Every result has `to_dict()`, the object that `--json` writes. Tables and stages have their rules as
Arrow and pandas tables, too.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from spectra_gx.causes import Cause
from spectra_gx.display import DisplayedResult, Rows, scope_text
from spectra_gx.validation.result_tables import rules_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    import pandas as pd
    import pyarrow as pa


class Status(StrEnum):
    """How a rule ended; nothing is ever skipped."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"


Verdict = Status
"""Tables and stages end in the same three words as rules."""


class Scope(StrEnum):
    """Which rows of a table a rule was checked on."""

    WHOLE = "whole"
    ADDED = "added"


@dataclass(frozen=True, repr=False)
class RuleResult(DisplayedResult):
    """How one rule ended."""

    id: str
    status: Status
    severity: str
    """critical, warning or info; only critical gates."""

    expectation: str | None
    """The GX expectation, snake case; None for a rule that is not a table's."""

    evaluated: int | None = None
    """Rows that satisfy `where` and were not ignored as nulls."""

    unexpected: int | None = None
    """Rows that break the rule; None for rules about the table as a whole."""

    observed: Any = None
    """What a rule about a table or column as a whole observed, JSON-ready."""

    sample: tuple[Any, ...] = ()
    """A few unexpected values, JSON-ready, redacted where the column is sensitive."""

    keys: tuple[Mapping[str, Any], ...] = ()
    """Primary keys of the sampled rows, JSON-ready, redacted in the same way."""

    message: str = ""
    """One sentence for a person."""

    scope: Scope = Scope.WHOLE
    """Added: on rows added since a version on which it passed; all others still pass it."""

    cause: Cause | None = None
    """Why it could not be evaluated; None unless it is errored."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "id": self.id,
            "status": str(self.status),
            "severity": self.severity,
            "expectation": self.expectation,
            "evaluated": self.evaluated,
            "unexpected": self.unexpected,
            "observed": self.observed,
            "sample": list(self.sample),
            "keys": list(self.keys),
            "message": self.message,
            "scope": str(self.scope),
            "cause": None if self.cause is None else str(self.cause),
        }

    def _headline(self) -> str:
        return f"{self.id} {self.status}" + (f": {self.message}" if self.message else "")


class _RulesResult(DisplayedResult):
    """A result with rules, which programs get as a table."""

    @abstractmethod
    def _titled_rules(self) -> Iterator[tuple[str | None, RuleResult]]:
        """Yield each rule with the name of its table, if it is a table's."""

    def count(self, status: Status) -> int:
        """Return how many rules have a status."""
        return Counter(rule.status for _, rule in self._titled_rules())[status]

    def to_arrow(self) -> pa.Table:
        """Return one row per rule; what may be of any type is JSON text."""
        return rules_table({"table": table, **one.to_dict()} for table, one in self._titled_rules())

    def to_pandas(self) -> pd.DataFrame:
        """Return one row per rule; what may be of any type is JSON text."""
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame

    def _counts(self) -> str:
        return ", ".join(f"{self.count(status):,} {status}" for status in Status)

    def _rows(self) -> Rows:
        found = [rule for _, rule in self._titled_rules()]
        found.sort(key=lambda rule: rule.status is Status.PASSED)
        return ("rule", "status", "severity", "message"), [
            (rule.id, rule.status, rule.severity, rule.message) for rule in found
        ]


@dataclass(frozen=True, repr=False)
class TableResult(_RulesResult):
    """How one table's checkpoint ended."""

    table: str
    verdict: Verdict
    rules: tuple[RuleResult, ...]
    delta_version: int | None
    """The version checked or, for a table built by this run, published; None when nothing was, and
    for files, which have no versions."""

    rows: int | None
    duration_seconds: float
    docs: str | None = None
    """Address of its data docs page, relative to the warehouse."""

    format: str = "delta"
    """How it is stored: what `format` says, or database."""

    snapshot: str | None = None
    """What was read: the snapshot's own id in a database or an Iceberg table, or the size, time and
    hash of a database's file."""

    quarantined: int = 0
    """Rows that broke critical rules and were quarantined before these were checked."""

    since: int | None = None
    """The version that rows count as added after; None when every rule was checked on all rows."""

    @property
    def cause(self) -> Cause | None:
        """Why rules are errored; of several causes the one nearest to the root."""
        causes = {rule.cause for rule in self.rules}
        return next((cause for cause in Cause if cause in causes), None)

    @property
    def scope(self) -> str | None:
        """Say how many rules read added rows alone; None when every rule read all rows."""
        if self.since is None:
            return None
        added = sum(rule.scope is Scope.ADDED for rule in self.rules)
        return scope_text(added, len(self.rules) - added, self.since)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "table": self.table,
            "delta_version": self.delta_version,
            "rows": self.rows,
            "verdict": str(self.verdict),
            "duration_seconds": round(self.duration_seconds, 3),
            "since": self.since,
            "snapshot": self.snapshot,
            "cause": None if self.cause is None else str(self.cause),
            "rules": [rule.to_dict() for rule in self.rules],
        }

    def _titled_rules(self) -> Iterator[tuple[str | None, RuleResult]]:
        for rule in self.rules:
            yield self.table, rule

    def _headline(self) -> str:
        version = "" if self.delta_version is None else f" version {self.delta_version}"
        return f"{self.table}{version} {self.verdict}: {self._counts()}"


@dataclass(frozen=True, repr=False)
class StageResult(_RulesResult):
    """How a whole stage ended; its rules and its tables' rules are what was declared."""

    contract: str
    version: str
    execution_id: str
    as_of: datetime
    verdict: Verdict
    tables: tuple[TableResult, ...]
    rules: tuple[RuleResult, ...]
    """The stage's own rules, such as `<stage>.undeclared_tables`."""

    inputs: Mapping[str, int | None] = field(default_factory=dict)
    """Every table that was read and the version it was pinned at."""

    contents: Mapping[str, str] = field(default_factory=dict)
    """Delta tables → hash of the files that the version which was checked consists of."""

    def all_rules(self) -> Iterator[RuleResult]:
        """Yield the stage's own rules, then each table's."""
        yield from self.rules
        for table in self.tables:
            yield from table.rules

    @property
    def declared(self) -> int:
        """Return how many rules were declared; always passed + failed + errored."""
        return sum(1 for _ in self.all_rules())

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "contract": self.contract,
            "version": self.version,
            "execution_id": self.execution_id,
            "as_of": self.as_of.isoformat(),
            "verdict": str(self.verdict),
            "declared": self.declared,
            **{str(status): self.count(status) for status in Status},
            "inputs": dict(self.inputs),
            "rules": [rule.to_dict() for rule in self.rules],
            "tables": [table.to_dict() for table in self.tables],
        }

    def _titled_rules(self) -> Iterator[tuple[str | None, RuleResult]]:
        for rule in self.rules:
            yield None, rule
        for table in self.tables:
            yield from ((table.table, rule) for rule in table.rules)

    def _headline(self) -> str:
        return f"{self.contract} {self.version} {self.verdict}: {self._counts()}"


def roll_up_rules(rules: Sequence[RuleResult]) -> Verdict:
    """Return the verdict of a table: errored over failed; only critical failures fail it."""
    if any(rule.status is Status.ERRORED for rule in rules):
        return Status.ERRORED
    if any(rule.status is Status.FAILED and rule.severity == "critical" for rule in rules):
        return Status.FAILED
    return Status.PASSED


def roll_up_verdicts(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the worst of several verdicts: errored, then failed, then passed."""
    for worst in (Status.ERRORED, Status.FAILED):
        if worst in verdicts:
            return worst
    return Status.PASSED
