"""Soda's metrics with a threshold as rules; both of its check languages come to these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.interop.foreign.counts import bounds, row_bounds
from spectra_gx.interop.foreign.sql import NotConvertibleError
from spectra_gx.interop.odcs.quality_check import Threshold, query_rule

if TYPE_CHECKING:
    from spectra_gx.interop.foreign.draft import ForeignTable
    from spectra_gx.interop.soda.validity import Validity

_STATISTICS = {
    "avg": "mean",
    "sum": "sum",
    "stddev": "stdev",
    "stddev_samp": "stdev",
    "distinct": "distinct",
}
_EXPRESSIONS = {
    "avg": "avg({})",
    "sum": "sum({})",
    "min": "min({})",
    "max": "max({})",
    "stddev": "stddev({})",
    "stddev_samp": "stddev_samp({})",
    "stddev_pop": "stddev_pop({})",
    "variance": "var_samp({})",
    "var_samp": "var_samp({})",
    "var_pop": "var_pop({})",
    "min_length": "min(char_length({}))",
    "max_length": "max(char_length({}))",
    "avg_length": "avg(char_length({}))",
    "distinct": "count(distinct {})",
}
_WITHOUT_VALUE = "the rule fails where no row has a value, which Soda does not evaluate"
AGGREGATES = frozenset(_EXPRESSIONS)


@dataclass(frozen=True)
class Check:
    """A check whose metric and threshold are known."""

    table: ForeignTable
    path: str
    test: Threshold
    options: dict[str, Any] = field(default_factory=dict)
    """Severity, `where` and description."""

    percent: bool = False

    @property
    def condition(self) -> str | None:
        """The condition of the rows that the check looks at."""
        where: str | None = self.options.get("where")
        return where

    def add_key(self, column: str, key: str, value: Any) -> None:
        """Add a key of a column."""
        self.table.put_key(column, key, value, self.path, **self.options)

    def add_rule(self, name: str, predicate: dict[str, Any]) -> None:
        """Add a rule that has the condition on rows itself."""
        self.table.add_rule(name, predicate, self.path, **self.options)

    def add_number(self, name: str, scalar: str) -> None:
        """Add a rule about the one number of a query, which has the condition on rows in it."""
        options = {key: value for key, value in self.options.items() if key != "where"}
        self.table.add_rule(name, {"sql": query_rule(scalar, self.test)}, self.path, **options)

    def add_own_metric(self, name: str, scalar: str) -> None:
        """Add a rule about a metric that the check's author defined; it may have no value."""
        self.table.draft.add_loss(self.path, _WITHOUT_VALUE)
        self.add_number(name, scalar)

    def rows(self, condition: str | None = None) -> str:
        """Return `from … where …` for the rows that the check looks at."""
        parts = [part for part in (self.condition, condition) if part]
        where = " and ".join(f"({part})" for part in parts)
        return "from {table}" + (f" where {where}" if where else "")


def add_missing(check: Check, column: str, validity: Validity) -> None:
    """Add the rules of a check of missing values."""
    if check.test.is_zero:
        check.add_key(column, "required", True)
        if validity.missing:
            check.add_key(column, "not_in", list(validity.missing))
        return
    share = check.test.passing_share if check.percent else None
    if share is not None and not validity.missing:
        value = {**check.options, "mostly": share}
        check.table.put_key(column, "required", True, check.path, **value)
        return
    _add_count(check, f"{column}-missing", validity.missing_condition(column))


def add_invalid(check: Check, column: str, validity: Validity) -> None:
    """Add the rules of a check of invalid values."""
    if validity.reference is not None:
        _add_reference(check, column, validity)
        return
    if not validity.keys:
        raise NotConvertibleError("nothing says which values are valid")
    if not check.test.is_zero:
        _add_count(check, f"{column}-invalid", validity.invalid_condition(column))
    else:
        options = dict(check.options)
        if validity.missing:
            beside = f"not ({validity.missing_condition(column)})"
            where = options.get("where")
            options["where"] = f"({where}) and {beside}" if where else beside
        for key, value in validity.keys:
            check.table.put_key(column, key, value, check.path, **options)
    for note in validity.notes:
        check.table.draft.add_loss(check.path, note)


def _add_reference(check: Check, column: str, validity: Validity) -> None:
    dataset, key = validity.reference or ("", "")
    add_reference(check, [column], dataset, [key])


def add_reference(check: Check, columns: list[str], dataset: str, ends: list[str]) -> None:
    """Add a rule that every key is in another dataset."""
    if not check.test.is_zero:
        raise NotConvertibleError("a reference cannot accept a number of unknown keys")
    last = dataset.rpartition("/")[2]
    parent = next((own for own in check.table.draft.tables if own.is_called(last)), None)
    if parent is None:
        raise NotConvertibleError(f"its dataset `{last}` is not in these files")
    if len(columns) > 1 and not all(map(check.table.is_required, columns)):
        raise NotConvertibleError("a key that is null in part passes `references`, unlike here")
    there = [parent.column(end, check.path) for end in ends]
    rule = {"references": {"columns": columns, "table": parent.name, "to": there}}
    check.add_rule(f"{'-'.join(columns)}-in-{parent.name.rpartition('.')[2]}", rule)


def add_duplicates(check: Check, columns: list[str], *, nulls: bool, groups: bool) -> None:
    """Add the rule of a check of duplicates.

    Args:
        check: The check.
        columns: What together occurs once.
        nulls: Whether keys with a null count.
        groups: Whether the metric counts values that occur more than once, rather than the rows
            beyond the first of each.
    """
    names = ", ".join(map(quote_name, columns))
    exact = not nulls or all(map(check.table.is_required, columns))
    label = "-".join([*columns, "unique"])
    if check.test.is_zero and exact:
        if len(columns) == 1:
            check.add_key(columns[0], "unique", True)
        else:
            check.add_rule(label, {"unique": columns})
        return
    present = " and ".join(f"{quote_name(column)} is not null" for column in columns)
    rows = check.rows(None if nulls else present)
    counted = f"select count(*) as n {rows} group by {names}"
    what = "case when n > 1 then 1 else 0 end" if groups else "n - 1"
    part = f"coalesce(sum({what}), 0)"
    if check.percent:
        part = f"coalesce(100.0 * sum({what}) / nullif(sum(n), 0), 0)"
        if groups:
            raise NotConvertibleError("a percentage of duplicates has no equal")
    check.add_number(label, f"select {part} from ({counted}) as keys")


def add_row_count(check: Check) -> None:
    """Add the rule of a check of the number of rows."""
    limits = row_bounds(check.test)
    current = check.table.draft.at((*check.table.path, "rows"))
    if limits is not None and current is None and check.condition is None:
        content = {"value": limits, **check.options} if check.options else limits
        check.table.put("rows", content, check.path)
    else:
        check.add_number("row-count", f"select count(*) {check.rows()}")


def add_aggregate(check: Check, function: str, column: str) -> None:
    """Add the rule of a check of a statistic of a column."""
    limits, key = bounds(check.test), _STATISTICS.get(function)
    if function != "distinct":
        check.table.draft.add_loss(check.path, _WITHOUT_VALUE)
    label = f"{column}-{function.replace('_', '-')}"
    if key is not None and limits is not None:
        check.add_rule(label, {"column": column, key: dict(limits)})
        return
    expression = _EXPRESSIONS[function].format(quote_name(column))
    check.add_number(label, f"select {expression} {check.rows()}")


def add_freshness(check: Check, column: str, age: str) -> None:
    """Add a rule for the age of the newest row."""
    check.table.draft.add_loss(check.path, _WITHOUT_VALUE)
    check.add_rule(f"{column}-freshness", {"freshness": {"column": column, "max_age": age}})


def _add_count(check: Check, name: str, condition: str) -> None:
    if not check.percent:
        check.add_number(name, f"select count(*) {check.rows(condition)}")
        return
    share = f"100.0 * sum(case when {condition} then 1 else 0 end) / nullif(count(*), 0)"
    check.add_number(name, f"select coalesce({share}, 0) {check.rows()}")
