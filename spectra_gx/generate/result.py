"""What was generated, and what a check found of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult, counted

if TYPE_CHECKING:
    from datetime import datetime

    from spectra_gx.validation.results import RuleResult, StageResult


@dataclass(frozen=True)
class GeneratedTable:
    """A table that was written."""

    table: str
    rows: int
    place: str
    limited_by: str | None = None
    """Id of the rule for which it has fewer rows than were asked for."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "table": self.table,
            "rows": self.rows,
            "place": self.place,
            "limited_by": self.limited_by,
        }


@dataclass(frozen=True)
class BrokenRule:
    """A rule that was to be broken."""

    rule: str
    rows: int | None
    """How many rows should break it; None where it is broken as a whole."""

    found: int | None
    """How many rows break it, as the check counted."""

    broken: bool
    """Whether the check found what was asked for."""

    passes: bool
    """Whether it passes all the same, since it lets so many rows through."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "rule": self.rule,
            "rows": self.rows,
            "found": self.found,
            "broken": self.broken,
            "passes": self.passes,
        }


@dataclass(frozen=True, repr=False)
class Generation(DisplayedResult):
    """What was generated."""

    seed: int
    as_of: datetime
    reads_clock: bool
    """Whether the values depend on the clock."""

    warehouse: str
    tables: tuple[GeneratedTable, ...]
    moved: dict[str, str]
    """Table of the contract that was not written at its location → why."""

    broken: tuple[BrokenRule, ...]
    unbuilt: dict[str, str]
    """Id of each rule that rows are not made for → why."""

    check: StageResult

    @property
    def kept(self) -> bool:
        """Whether the tables are as they were asked for: no other rule gates, and those do fail.

        As in a check, only `critical` gates.
        """
        gating = any(rule.severity == "critical" for rule in self.failing)
        return not gating and all(one.broken for one in self.broken)

    @property
    def failing(self) -> tuple[RuleResult, ...]:
        """The rules that fail although nobody asked for that."""
        asked = {one.rule for one in self.broken}
        return tuple(
            rule
            for rule in self.check.all_rules()
            if rule.status == "failed" and rule.id not in asked
        )

    @property
    def errored(self) -> tuple[RuleResult, ...]:
        """The rules that could not be evaluated."""
        return tuple(rule for rule in self.check.all_rules() if rule.status == "errored")

    @property
    def exit_code(self) -> int:
        """0 where it is as it was asked for, 1 where it is not, 3 where that is unknown."""
        if self.errored:
            return 3
        return 0 if self.kept else 1

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "contract": self.check.contract,
            "seed": self.seed,
            "as_of": self.as_of.isoformat(),
            "reads_clock": self.reads_clock,
            "warehouse": self.warehouse,
            "kept": self.kept,
            "tables": [table.to_dict() for table in self.tables],
            "moved": [{"table": name, "reason": why} for name, why in self.moved.items()],
            "broken": [rule.to_dict() for rule in self.broken],
            "not_constructed": [
                {"rule": rule.id, "reason": self.unbuilt[rule.id], "status": str(rule.status)}
                for rule in self.check.all_rules()
                if rule.id in self.unbuilt
            ],
            "failing": [rule.id for rule in self.failing],
            "check": self.check.to_dict(),
        }

    def _headline(self) -> str:
        kept = "as asked" if self.kept else "not as asked"
        return f"{self.check.contract}: {counted(len(self.tables), 'table')}, {kept}"
