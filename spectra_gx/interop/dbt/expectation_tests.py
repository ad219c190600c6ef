"""Tests of the package dbt_expectations as rules: those that mean what GX's namesakes do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.interop.dbt.generic_tests import (
    MAPPERS,
    WITHOUT_VALUE,
    Mapped,
    Mapper,
    Subject,
    duration,
    selected,
)
from spectra_gx.interop.foreign.sql import NotConvertibleError, take_flag
from spectra_gx.interop.gx.expectation_mapping import map_expectation
from spectra_gx.interop.gx.mapped_rules import (
    ColumnKey,
    ListedRule,
    NotExpressibleError,
    TableKey,
    unique_rule,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_PACKAGE = "dbt_expectations."
_BOUNDED = (
    *("values_to_be_between", "unique_value_count_to_be_between", "value_lengths_to_be_between"),
)
_OF_VALUES = (
    *("mean_to_be_between", "median_to_be_between", "sum_to_be_between", "stdev_to_be_between"),
    *("max_to_be_between", "min_to_be_between", "proportion_of_unique_values_to_be_between"),
)
"""Tests of a number that a column without a value does not have."""

_WITH_VALUES = {
    "values_to_be_in_set": "value_set",
    "values_to_not_be_in_set": "value_set",
    "distinct_values_to_be_in_set": "value_set",
    "distinct_values_to_contain_set": "value_set",
    "distinct_values_to_equal_set": "value_set",
    "most_common_value_to_be_in_set": "value_set",
}
_STORED = (0, 1)
"""Quantiles that are stored values, however they are calculated."""

_ALL_MISSING, _ANY_MISSING = "all_values_are_missing", "any_value_is_missing"


def _maps(*names: str) -> Callable[[Mapper], Mapper]:
    def register(function: Mapper) -> Mapper:
        MAPPERS.update({f"{_PACKAGE}expect_{name}": function for name in names})
        return function

    return register


def _expectation(subject: Subject, kwargs: dict[str, Any]) -> Mapped:
    """Return the rules of the expectation of GX that has the test's name."""
    name = subject.test.kind.removeprefix(_PACKAGE)
    name = name.replace("_A_to_be_greater_than_B", "_a_to_be_greater_than_b")
    given = {key: value for key, value in kwargs.items() if value is not None}
    try:
        rules, unused = map_expectation(name, given)
    except NotExpressibleError as error:
        raise NotConvertibleError(str(error)) from None
    if unused:
        raise NotConvertibleError(f"its argument `{unused[0]}` is not supported")
    return Mapped(tuple(rules))


def _bounds(subject: Subject) -> dict[str, Any]:
    """Return bounds as GX has them; a bound in SQL is not supported."""
    arguments = subject.test.arguments
    bounds = {key: arguments.take(key, int, float, str) for key in ("min_value", "max_value")}
    if any(isinstance(bound, str) for bound in bounds.values()):
        raise NotConvertibleError("its bound is SQL; write it as a `sql` rule")
    strictly = take_flag(arguments, "strictly") or False
    strict = {"strict_min": True, "strict_max": True} if strictly else {}
    return {**bounds, **strict}


@_maps(*(f"column_{name}" for name in _BOUNDED))
def _bounded(subject: Subject) -> Mapped:
    return _expectation(subject, {"column": subject.column, **_bounds(subject)})


@_maps(*(f"column_{name}" for name in _OF_VALUES))
def _of_values(subject: Subject) -> Mapped:
    return replace(_bounded(subject), note=WITHOUT_VALUE)


@_maps("table_row_count_to_be_between")
def _row_count(subject: Subject) -> Mapped:
    return _expectation(subject, _bounds(subject))


@_maps("table_row_count_to_equal", "table_column_count_to_equal")
def _count(subject: Subject) -> Mapped:
    return _expectation(subject, {"value": subject.test.arguments.take("value", int)})


@_maps("column_value_lengths_to_equal")
def _length(subject: Subject) -> Mapped:
    value = subject.test.arguments.take("value", int)
    return _expectation(subject, {"column": subject.column, "value": value})


@_maps(*(f"column_{name}" for name in _WITH_VALUES))
def _in_set(subject: Subject) -> Mapped:
    subject.test.arguments.take("quote_values", object)
    return _expectation(
        subject, {"column": subject.column, "value_set": subject.values("value_set")}
    )


@_maps("column_values_to_not_be_null", "column_values_to_be_null")
def _plain(subject: Subject) -> Mapped:
    return _expectation(subject, {"column": subject.column})


@_maps("column_values_to_be_unique")
def _unique(subject: Subject) -> Mapped:
    return Mapped((ColumnKey(subject.column, "unique", True),))


@_maps("column_values_to_match_regex", "column_values_to_not_match_regex")
def _regex(subject: Subject) -> Mapped:
    arguments = subject.test.arguments
    if arguments.text("flags"):
        raise NotConvertibleError("a pattern has no flags; write them into it")
    arguments.take("is_raw", object)
    regex = subject.plain(arguments.text("regex"))
    return _expectation(subject, {"column": subject.column, "regex": regex})


@_maps("column_values_to_be_of_type")
def _type(subject: Subject) -> Mapped:
    text = subject.plain(subject.test.arguments.text("column_type")) or ""
    subject.table.put_type(subject.column, text, subject.test.arguments.path)
    return Mapped(())


@_maps("column_to_exist")
def _exists(subject: Subject) -> Mapped:
    subject.test.arguments.take("transform", object)
    return Mapped((TableKey("columns", [subject.column]),))


@_maps("table_columns_to_contain_set")
def _contain(subject: Subject) -> Mapped:
    subject.test.arguments.take("transform", object)
    return Mapped((TableKey("columns", subject.several("column_list")),))


@_maps("table_columns_to_match_set", "table_columns_to_match_ordered_list")
def _all_columns(subject: Subject) -> Mapped:
    subject.test.arguments.take("transform", object)
    names = subject.several("column_list")
    own = subject.table.names.columns
    ordered = subject.test.kind.endswith("ordered_list")
    if (names != own) if ordered else (set(names) != set(own)):
        raise NotConvertibleError("its columns are not those that are declared")
    order = (TableKey("column_order", "exact"),) if ordered else ()
    return Mapped((TableKey("extra_columns", "fail"), *order))


@_maps("column_pair_values_A_to_be_greater_than_B", "column_pair_values_to_be_equal")
def _pair(subject: Subject) -> Mapped:
    arguments = subject.test.arguments
    names = [arguments.text(key) or "" for key in ("column_A", "column_B")]
    left, right = (quote_name(subject.table.column(name, arguments.path)) for name in names)
    sign = "="
    if subject.test.kind.endswith("_B"):
        sign = ">=" if take_flag(arguments, "or_equal") else ">"
    arguments.take("ignore_row_if", object)  # a comparison with a null fails in neither
    return Mapped((ListedRule({"compare": f"{left} {sign} {right}"}),))


@_maps("compound_columns_to_be_unique")
def _compound(subject: Subject) -> Mapped:
    arguments = subject.test.arguments
    arguments.take("quote_columns", object)
    columns = subject.several("column_list")
    ignored = arguments.text("ignore_row_if") or _ALL_MISSING
    if ignored == _ANY_MISSING or all(map(subject.table.is_required, columns)):
        return Mapped((unique_rule(columns),))
    names = [quote_name(column) for column in columns]
    some = " or ".join(f"{name} is not null" for name in names)
    listed = ", ".join(names)
    condition = some if ignored == _ALL_MISSING else ""
    end = f" group by {listed} having count(*) > 1"
    return Mapped((ListedRule({"sql": selected(subject, listed, condition, end=end)}),))


@_maps("column_quantile_values_to_be_between")
def _quantile(subject: Subject) -> Mapped:
    bounds = _bounds(subject)
    if "strict_min" in bounds:
        raise NotConvertibleError("the bounds of a quantile are inclusive")
    q = subject.test.arguments.take("quantile", int, float)
    if q not in _STORED:
        raise NotConvertibleError("dbt takes a quantile between two values, `quantile` the nearest")
    limits = {
        key: bounds[f"{key}_value"] for key in ("min", "max") if bounds[f"{key}_value"] is not None
    }
    rule = ListedRule({"column": subject.column, "quantile": {"q": q, **limits}})
    return Mapped((rule,), note=WITHOUT_VALUE)


@_maps("row_values_to_have_recent_data")
def _recent(subject: Subject) -> Mapped:
    arguments = subject.test.arguments
    age = duration(arguments.take("interval", int), arguments.text("datepart"))
    rule = {"freshness": {"column": subject.column, "max_age": age}}
    # The test ignores what is later than now.
    known = subject.table.draft.at((*subject.table.column_path(subject.column), "type"))
    clock = "{today}" if known == "date" else "{now}"
    recent = ListedRule({**rule, "where": f"{quote_name(subject.column)} <= {clock}"})
    return Mapped((recent,), note=WITHOUT_VALUE)


@_maps("table_row_count_to_equal_other_table")
def _same_rows(subject: Subject) -> Mapped:
    arguments = subject.test.arguments
    if arguments.take("factor", int, float) not in (None, 1):
        raise NotConvertibleError("`rows` has no factor")
    if "compare_row_condition" in arguments:
        raise NotConvertibleError("the other table's rows cannot have a condition")
    other = subject.references.resolve(arguments.text("compare_model") or "")
    return Mapped((TableKey("rows", {"same_as": other.name}),))


@_maps("expression_is_true")
def _expression(subject: Subject) -> Mapped:
    arguments = subject.test.arguments
    if arguments.text("test_condition") not in (None, "= true"):
        raise NotConvertibleError("its `test_condition` is not supported")
    condition = subject.condition(arguments.text("expression") or "")
    broken = selected(subject, "*", f"not ({condition})")
    return Mapped((ListedRule({"sql": broken}),), broken)


MAPPERS[f"{_PACKAGE}expression_is_true"] = MAPPERS.pop(f"{_PACKAGE}expect_expression_is_true")
