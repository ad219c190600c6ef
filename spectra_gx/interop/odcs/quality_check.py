"""One check of an ODCS file: what it says, what it is about, and where its rule goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.problems import quote
from spectra_gx.contract.sql.quoting import quote_literal
from spectra_gx.interop.odcs.vocabulary import COMPARISONS, RANGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.interop.contract_draft import Draft, Path
    from spectra_gx.interop.odcs.name_map import NameMap
    from spectra_gx.interop.tracked_mapping import TrackedMapping

_SEVERITIES = {
    **dict.fromkeys(("critical", "error", "blocker", "high", "major"), "critical"),
    **dict.fromkeys(("warning", "warn", "medium", "minor"), "warning"),
    **dict.fromkeys(("info", "information", "low"), "info"),
}
_COLUMN = len(("tables", "t", "columns", "c"))
_PAIR = 2


@dataclass(frozen=True)
class Threshold:
    """What a number must be."""

    operator: str
    value: Any

    @property
    def is_nothing(self) -> bool:
        """Whether only 0 passes, for a number that cannot be less."""
        return self.operator in ("mustBe", "mustBeLessOrEqualTo") and self.value == 0

    def sql(self) -> str:
        """Return it as a condition on `value`."""
        if self.operator in RANGES:
            low, high = self.value
            return f"value {RANGES[self.operator]} {quote_literal(low)} and {quote_literal(high)}"
        return f"value {COMPARISONS[self.operator]} {quote_literal(self.value)}"


def query_rule(scalar: str, test: Threshold) -> str:
    """Return SQL that returns a row when the value of a query is not as it must be, or null."""
    condition = f"({test.sql()}) is not true"
    return f"select * from (select ({scalar}) as value) as answer where {condition}"


@dataclass(frozen=True)
class QualityCheck:
    """A check that is being read."""

    said: TrackedMapping
    path: Path
    """Of the table, or of the column, field or items, in the draft."""

    draft: Draft
    found: NameMap
    name: str | None
    """Its id or name; it becomes the rule's."""

    options: dict[str, Any]
    """severity, description."""

    @property
    def table(self) -> str:
        """The table it is about, or that holds the column."""
        return str(self.path[1])

    @property
    def column(self) -> str | None:
        """The column, when it is one of the table's own."""
        return str(self.path[3]) if len(self.path) == _COLUMN else None

    @property
    def is_of_table(self) -> bool:
        """Whether it stands at the table and not at a column."""
        return len(self.path) < _COLUMN

    def put_key(self, key: str, value: Any, **options: Any) -> None:
        """Write a key of the table or column, or a rule when the check has a name of its own."""
        options |= self.options
        if self.column is not None and self.name is not None:
            self.add_rule("", {"column": self.column, key: value}, **options)
            return
        said = {"value": value, **options} if options else value
        if self.is_of_table:
            self.draft.put((*self.path, key), said, self.said.path)
        else:
            self.draft.put_column_key(self.path, key, said, self.said.path)

    def add_rule(self, otherwise: str, predicate: dict[str, Any], **options: Any) -> None:
        """Add a rule to the table; `otherwise` is its id when the check has no name."""
        said = {"id": self.name or otherwise, **self.options, **options, **predicate}
        self.draft.add_rule(self.table, said, self.said.path)


def read_options(said: TrackedMapping, draft: Draft) -> dict[str, Any]:
    """Return severity and description in our words."""
    options: dict[str, Any] = {}
    severity = said.text("severity")
    known = _SEVERITIES.get(severity.lower()) if severity else "critical"
    if known is None:
        reason = f"{quote(str(severity))} is no severity known here; 'critical' was taken"
        draft.add_loss(said.at("severity"), reason)
    elif known != "critical":
        options["severity"] = known
    description = said.text("description")
    return {**options, "description": description} if description else options


def read_threshold(said: TrackedMapping) -> Threshold | None:
    """Return what a check asks of its number, when that is one thing."""
    tests = list(_tests(said))
    return tests[0] if len(tests) == 1 else None


def _tests(said: TrackedMapping) -> Iterator[Threshold]:
    for operator in COMPARISONS:
        value = said.take(operator, int, float, bool, str)
        if value is not None:
            yield Threshold(operator, value)
    for operator in RANGES:
        bounds = said.take(operator, list)
        numbers = [bound for bound in bounds or () if type(bound) in (int, float)]
        if bounds and len(numbers) == len(bounds) == _PAIR:
            yield Threshold(operator, bounds)
