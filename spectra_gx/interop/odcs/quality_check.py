"""A check of an ODCS file: its content, its subject, and where its rule goes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.sql.quoting import quote_literal
from spectra_gx.interop.odcs.vocabulary import COMPARISONS, RANGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.interop.contract_draft import Path
    from spectra_gx.interop.odcs.name_map import OdcsDraft
    from spectra_gx.interop.tracked_mapping import TrackedMapping

_SEVERITIES = {
    **dict.fromkeys(("critical", "error", "blocker", "high", "major"), "critical"),
    **dict.fromkeys(("warning", "warn", "medium", "minor"), "warning"),
    **dict.fromkeys(("info", "information", "low"), "info"),
}
_COLUMN = len(("tables", "t", "columns", "c"))
_PAIR = 2
_WHOLE = 100


@dataclass(frozen=True)
class Threshold:
    """The condition on a metric's value."""

    operator: str
    value: Any

    @property
    def is_zero(self) -> bool:
        """Whether only 0 passes, of a number that is never negative."""
        return self.operator in ("mustBe", "mustBeLessOrEqualTo") and self.value == 0

    @property
    def passing_share(self) -> float | None:
        """The share of rows that must pass if the value is the percentage of those that may fail.

        None if it is no such percentage.
        """
        if self.operator == "mustBeLessOrEqualTo" and 0 < self.value < _WHOLE:
            return float(1 - Decimal(str(self.value)) / _WHOLE)
        return None

    def sql(self) -> str:
        """Return it as a condition on `value`."""
        if self.operator in RANGES:
            low, high = self.value
            return f"value {RANGES[self.operator]} {quote_literal(low)} and {quote_literal(high)}"
        return f"value {COMPARISONS[self.operator]} {quote_literal(self.value)}"


def query_rule(scalar: str, test: Threshold) -> str:
    """Return SQL that returns a row if the value of a query is null or fails the test."""
    condition = f"({test.sql()}) is not true"
    return f"select * from (select ({scalar}) as value) as answer where {condition}"


@dataclass(frozen=True)
class QualityCheck:
    """A check that is being imported."""

    content: TrackedMapping
    path: Path
    """Path in the draft of the table, or of the column, field or items."""

    draft: OdcsDraft
    name: str | None
    """Its id or name, which becomes the rule's."""

    options: dict[str, Any]
    """Severity and description."""

    @property
    def table(self) -> str:
        """The table it is about, or the table of its column."""
        return str(self.path[1])

    @property
    def column(self) -> str | None:
        """The column, if it is a top-level one."""
        return str(self.path[3]) if len(self.path) == _COLUMN else None

    @property
    def is_table_level(self) -> bool:
        """Whether it belongs to the table rather than to a column."""
        return len(self.path) < _COLUMN

    def put_key(self, key: str, value: Any, **options: Any) -> None:
        """Set a key of the table or column; a check with its own name becomes a rule."""
        options |= self.options
        if self.column is not None and self.name is not None:
            self.add_rule("", {"column": self.column, key: value}, **options)
            return
        content = {"value": value, **options} if options else value
        if self.is_table_level:
            self.draft.put((*self.path, key), content, self.content.path)
        else:
            self.draft.put_column_key(self.path, key, content, self.content.path)

    def add_rule(self, otherwise: str, predicate: dict[str, Any], **options: Any) -> None:
        """Add a rule to the table; `otherwise` is its id if the check has no name."""
        entry = {"id": self.name or otherwise, **self.options, **options, **predicate}
        self.draft.add_rule(self.table, entry, self.content.path)


def read_options(content: TrackedMapping, draft: OdcsDraft) -> dict[str, Any]:
    """Return severity and description as a contract has them."""
    options: dict[str, Any] = {}
    severity = content.text("severity")
    known = _SEVERITIES.get(severity.lower()) if severity else "critical"
    if known is None:
        reason = f"{quote(str(severity))} is not a known severity; used 'critical'"
        draft.add_loss(content.at("severity"), reason)
    elif known != "critical":
        options["severity"] = known
    description = content.text("description")
    return {**options, "description": description} if description else options


def read_threshold(content: TrackedMapping) -> Threshold | None:
    """Return the condition of a check; None if it has none or several."""
    tests = list(_tests(content))
    return tests[0] if len(tests) == 1 else None


def _tests(content: TrackedMapping) -> Iterator[Threshold]:
    for operator in COMPARISONS:
        value = content.take(operator, int, float, bool, str)
        if value is not None:
            yield Threshold(operator, value)
    for operator in RANGES:
        bounds = content.take(operator, list)
        numbers = [bound for bound in bounds or () if type(bound) in (int, float)]
        if bounds and len(numbers) == len(bounds) == _PAIR:
            yield Threshold(operator, bounds)
