"""Compilers of the rules about a table, or a column of it, as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.registry import (
    PREVIOUS_ROWS,
    Expectation,
    age,
    compiles,
    exactly,
    past_parameter,
)
from spectra_gx.contract.earlier_runs import remembers_value
from spectra_gx.contract.model import Severity
from spectra_gx.contract.parsers.earlier_runs import share_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import Rule


@compiles("columns")
def _columns(rule: Rule) -> Expectation:
    return "expect_table_columns_to_match_contract", {
        "column_set": list(rule.columns),
        "extra_columns": rule.argument,
    }


@compiles("primary_key")
def _primary_key(rule: Rule) -> Expectation:
    return "expect_columns_to_be_primary_key", {"column_list": list(rule.columns)}


@compiles("freshness")
def _freshness(rule: Rule) -> Expectation:
    kwargs = {"column": rule.columns[0], **age(rule)}
    if remembers_value(rule):
        past = {"$PARAMETER": past_parameter(rule.id)}
        return "expect_column_max_age_to_compare", {**kwargs, **_learnt(rule), "past": past}
    return "expect_column_max_to_be_recent", kwargs


@compiles("column_order")
def _column_order(rule: Rule) -> Expectation:
    return "expect_table_columns_to_be_in_order", {"column_list": list(rule.columns)}


@compiles("partitioned_by")
def _partitioned_by(rule: Rule) -> Expectation:
    return "expect_table_to_be_partitioned_by", {"column_list": list(rule.columns)}


_STATISTICS = {
    "mean": "expect_column_mean_to_be_between",
    "median": "expect_column_median_to_be_between",
    "sum": "expect_column_sum_to_be_between",
    "stdev": "expect_column_stdev_to_be_between",
    "distinct": "expect_column_unique_value_count_to_be_between",
    "null_share": "expect_column_null_share_to_be_between",
}


_OF_VALUES = ("mean", "median", "sum", "stdev")
"""Statistics that grow with the values, beyond what GX holds exactly."""


_AGAINST_PAST = {
    "mean": "expect_column_mean_to_compare",
    "median": "expect_column_median_to_compare",
    "sum": "expect_column_sum_to_compare",
    "stdev": "expect_column_stdev_to_compare",
    "distinct": "expect_column_unique_value_count_to_compare",
    "null_share": "expect_column_null_share_to_compare",
    "quantile": "expect_column_quantile_to_compare",
}
"""Statistics beside what earlier runs observed."""


def _against_past(rule: Rule) -> Expectation:
    quantiles = {"quantiles": [rule.argument["q"]]} if rule.kind == "quantile" else {}
    return _AGAINST_PAST[rule.kind], {
        "column": rule.columns[0],
        **quantiles,
        **_bounds(rule.argument),
        **_change(rule),
        **_learnt(rule),
        "past": {"$PARAMETER": past_parameter(rule.id)},
    }


def _change(rule: Rule) -> dict[str, Any]:
    if "change" not in rule.argument:
        return {}
    return {"max_change": share_of(rule.argument["change"]["max"])}


def _learnt(rule: Rule) -> dict[str, Any]:
    """Return how bounds are learnt; a run learns them and gives them as what is past."""
    if "expected" not in rule.argument:
        return {}
    learnt = dict(rule.argument["expected"])
    if learnt["severity"] == str(Severity.WARNING):
        del learnt["severity"]  # the one that learnt bounds have when none is given
    return {"expected": learnt}


@compiles(*_STATISTICS)
def _statistic(rule: Rule) -> Expectation:
    if remembers_value(rule):
        return _against_past(rule)
    kwargs = {"column": rule.columns[0], **_bounds(rule.argument)}
    if rule.kind in _OF_VALUES:
        return exactly(_STATISTICS[rule.kind], kwargs)
    return _STATISTICS[rule.kind], kwargs


@compiles("quantile")
def _quantile(rule: Rule) -> Expectation:
    if remembers_value(rule):
        return _against_past(rule)
    low, high = rule.argument.get("min"), rule.argument.get("max")
    # GX's own lets a value pass that lies beyond a bound by up to a ten thousandth of it.
    return "expect_column_quantile_values_to_be_between_exactly", {
        "column": rule.columns[0],
        "quantile_ranges": {"quantiles": [rule.argument["q"]], "value_ranges": [[low, high]]},
    }


@compiles("rows")
def _rows(rule: Rule) -> Expectation:
    if {"same_as", "change", "expected"} & rule.argument.keys():
        return _rows_against_others(rule)
    exactly = rule.argument.get("equals", rule.argument.get("min"))
    if "equals" in rule.argument or exactly == rule.argument.get("max"):
        return "expect_table_row_count_to_equal", {"value": exactly}
    return "expect_table_row_count_to_be_between", {
        f"{bound}_value": count for bound, count in rule.argument.items()
    }


def _rows_against_others(rule: Rule) -> Expectation:
    """Return a row count beside another table's, or that of the last passed run."""
    kwargs = _bounds(rule.argument)
    if "equals" in rule.argument:
        kwargs = dict.fromkeys(("min_value", "max_value"), rule.argument["equals"])
    if "same_as" in rule.argument:
        kwargs["same_as"] = rule.argument["same_as"]
    if "change" in rule.argument:
        kwargs |= _change(rule)
        kwargs["previous"] = {"$PARAMETER": PREVIOUS_ROWS}
    if "expected" in rule.argument:
        kwargs |= {**_learnt(rule), "past": {"$PARAMETER": past_parameter(rule.id)}}
    return "expect_table_row_count_to_compare", kwargs


def _bounds(argument: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{bound}_value": argument[bound] for bound in ("min", "max") if bound in argument}
