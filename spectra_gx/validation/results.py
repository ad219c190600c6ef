"""What a checkpoint found: plain, frozen facts. Values of sensitive columns never get this far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime


class Status(StrEnum):
    """How a rule ended; nothing is ever skipped."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"


Verdict = Status
"""Tables and stages end in the same three words as rules."""


class Scope(StrEnum):
    """Which rows of a table a rule was judged on."""

    WHOLE = "whole"
    ADDED = "added"


@dataclass(frozen=True)
class RuleResult:
    """How one rule ended."""

    id: str
    status: Status
    severity: str
    """critical, warning or info; only critical gates."""

    expectation: str | None
    """The GX expectation that was asked, snake case; None for a rule that is not a table's."""

    evaluated: int | None = None
    """Rows that satisfy `where` and were not passed over."""

    unexpected: int | None = None
    """Rows that break the rule; None for rules about the table as a whole."""

    observed: Any = None
    """What a table rule saw, JSON-ready."""

    sample: tuple[Any, ...] = ()
    """A few unexpected values, JSON-ready, redacted where the column is sensitive."""

    keys: tuple[Mapping[str, Any], ...] = ()
    """Primary keys of the sampled rows, JSON-ready, redacted likewise."""

    message: str = ""
    """One sentence for a person."""

    scope: Scope = Scope.WHOLE
    """Added: on rows that were added since a version of which it held; all others keep it."""


@dataclass(frozen=True)
class TableResult:
    """How one table's checkpoint ended."""

    table: str
    verdict: Verdict
    rules: tuple[RuleResult, ...]
    delta_version: int | None
    """The version judged or, for a table built by this run, published; None when nothing was, and
    for files, which have no versions."""

    rows: int | None
    duration_seconds: float
    docs: str | None = None
    """Address of its data docs page, relative to the warehouse."""

    format: str = "delta"
    """How it is stored: delta, parquet or csv."""

    quarantined: int = 0
    """Rows that broke critical rules and were set aside before these were judged."""

    since: int | None = None
    """The version that rows count as added after; None when every rule was judged on all rows."""


@dataclass(frozen=True)
class StageResult:
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
    """Delta tables that were judged where they stand → hash of the files they consist of."""

    def all_rules(self) -> Iterator[RuleResult]:
        """Yield the stage's own rules, then each table's."""
        yield from self.rules
        for table in self.tables:
            yield from table.rules

    def count(self, status: Status) -> int:
        """Return how many rules ended so."""
        return Counter(rule.status for rule in self.all_rules())[status]

    @property
    def declared(self) -> int:
        """Return how many rules were declared; always passed + failed + errored."""
        return sum(1 for _ in self.all_rules())


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
