"""Tests of dbt added to a draft as rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.dbt import expectation_tests, generic_tests
from spectra_gx.interop.dbt.generic_tests import MAPPERS, Mapped, Subject
from spectra_gx.interop.dbt.test_item import DbtTest, Level, read_test, split_item
from spectra_gx.interop.foreign.counts import counted
from spectra_gx.interop.foreign.sql import (
    NotConvertibleError,
    reading_check,
    take_condition,
)
from spectra_gx.interop.gx.mapped_rules import ListedRule, TableKey

if TYPE_CHECKING:
    from spectra_gx.interop.dbt.references import References
    from spectra_gx.interop.foreign.draft import ForeignTable

__all__ = ["expectation_tests", "generic_tests", "read_tests"]
"""The modules are imported so that their mappers register."""

_GROUPS = ("group_by", "group_by_columns")
_ONLY_EXPECT = "a test of dbt that the contract language has no equal for; write it as a `sql` rule"


def read_tests(
    items: list[tuple[str, Any]],
    table: ForeignTable,
    column: str | None,
    references: References,
    dialect: str | None,
) -> None:
    """Add the tests of a table, or of one of its columns; what has no equal is a loss."""
    for path, item in items:
        kind, said = split_item(item, path, table.draft.losses)
        if not kind:
            said.add_loss("not a test of dbt")
            continue
        with reading_check(said, kind):
            test = read_test(kind, said, column, dialect)
            mapper = MAPPERS.get(test.kind)
            if mapper is None:
                raise NotConvertibleError(_ONLY_EXPECT)
            test = _with_row_condition(test, dialect)
            subject = Subject(test, table, references, dialect)
            _write(subject, mapper(subject))


def _with_row_condition(test: DbtTest, dialect: str | None) -> DbtTest:
    """Return a test whose condition on rows also has what dbt_expectations calls so."""
    if any(test.arguments.take(key, object) for key in _GROUPS):
        raise NotConvertibleError("a rule looks at the whole table, not at groups of its rows")
    condition = take_condition(test.arguments, "row_condition", dialect)
    if condition is None:
        return test
    where = f"({test.where}) and ({condition})" if test.where else condition
    return replace(test, where=where)


def _write(subject: Subject, mapped: Mapped) -> None:
    test = subject.test
    path, losses = test.arguments.path, subject.table.draft
    if test.where and any(isinstance(rule, TableKey) for rule in mapped.rules):
        raise NotConvertibleError("it has a condition on rows, which this rule cannot have")
    if mapped.note:
        losses.add_loss(path, mapped.note)
    for level in test.levels:
        options = _options(test, level)
        otherwise = _name(test, mapped)
        if level.accepted is None:
            for rule in mapped.rules:
                beside = dict(options)
                if isinstance(rule, ListedRule):
                    beside = _of_listed(rule, beside)
                subject.table.write(rule, test.name, otherwise, path, **beside)
        elif mapped.failing is None:
            losses.add_loss(path, "its number of accepted failures has no equal in this rule")
        else:
            options.pop("where", None)
            predicate = {"sql": counted(mapped.failing, level.accepted)}
            subject.table.add_rule(test.name or otherwise, predicate, path, **options)


def _options(test: DbtTest, level: Level) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if level.severity != "critical":
        options["severity"] = level.severity
    if test.where:
        options["where"] = test.where
    if test.description:
        options["description"] = test.description
    return options


def _of_listed(rule: ListedRule, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a rule, whose query has the condition on rows in it already."""
    if "sql" in rule.entry:
        return {key: value for key, value in options.items() if key != "where"}
    if "sql_value" in rule.entry and "where" in options:
        raise NotConvertibleError("it has a condition on rows, which this rule cannot have")
    if "where" in rule.entry and "where" in options:
        return {**options, "where": f"({rule.entry['where']}) and ({options['where']})"}
    return options


def _name(test: DbtTest, mapped: Mapped) -> str:
    """Return the id of a rule whose test has no name."""
    for rule in mapped.rules:
        if isinstance(rule, ListedRule) and "references" in rule.entry:
            parent = rule.entry["references"]["table"].rpartition(".")[2]
            return f"{test.column}-in-{parent}"
    kind = test.kind.rpartition(".")[2].removeprefix("expect_")
    return "-".join([test.column, kind] if test.column else [kind])
