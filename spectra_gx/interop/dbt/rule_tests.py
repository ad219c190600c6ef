"""The data tests of dbt, dbt_utils and dbt_expectations that mean the same as a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import Family, family
from spectra_gx.contract.earlier_runs import expected_of
from spectra_gx.interop.foreign.rule_export import (
    NoEqualError,
    all_required,
    comparison,
    numeric_bound,
    refuse_share,
)

if TYPE_CHECKING:
    from spectra_gx.contract.model import Column, Rule, Table

Test = tuple[str, dict[str, Any]]

_INCLUSIVE = {"min": "min_value", "max": "max_value"}
_EXCLUSIVE = {"above": "min_value", "below": "max_value"}
_LENGTHS = {"min_length": "min_value", "max_length": "max_value"}
_STATISTICS = {
    "mean": "expect_column_mean_to_be_between",
    "median": "expect_column_median_to_be_between",
    "sum": "expect_column_sum_to_be_between",
    "stdev": "expect_column_stdev_to_be_between",
    "distinct": "expect_column_unique_value_count_to_be_between",
}
_PARTS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week"}
_PLAIN = {"required": "not_null", "required_if": "not_null", "unique": "unique"}
_ONLY_BOUNDS = {"min", "max"}


def rule_tests(rule: Rule, table: Table) -> list[Test]:
    """Return the tests of a rule, which belong where the rule is written.

    Raises:
        NoEqualError: dbt has no test that means the same.
    """
    refuse_share(rule)
    column = next((found for found in table.columns if rule.columns[:1] == (found.name,)), None)
    own = {"column_name": column.name} if column and rule in table.table_rules else {}
    if rule.kind in ("primary_key", "unique") and len(rule.columns) > 1:
        return _key_tests(rule, table)
    if rule.kind == "primary_key":
        return [(kind, {"column_name": rule.columns[0]}) for kind in ("not_null", "unique")]
    if rule.kind == "rows":
        return [_row_count(rule)]
    if rule.kind == "compare":
        return [("dbt_utils.expression_is_true", {"expression": comparison(rule)})]
    if rule.kind == "references":
        return [_relationship(rule)]
    if rule.kind == "freshness":
        return [_recency(rule)]
    if column is None or len(rule.columns) != 1:
        raise NoEqualError("dbt has no test that means the same")
    name, arguments = _column_test(rule, column)
    return [(name, {**own, **arguments})]


def _key_tests(rule: Rule, table: Table) -> list[Test]:
    arguments = {"combination_of_columns": [*rule.columns]}
    combination = ("dbt_utils.unique_combination_of_columns", arguments)
    if rule.kind == "primary_key":
        nulls: list[Test] = [("not_null", {"column_name": name}) for name in rule.columns]
        return [*nulls, combination]
    if not all_required(rule.columns, table):
        raise NoEqualError("dbt counts keys with a null, which this rule ignores")
    return [combination]


def _row_count(rule: Rule) -> Test:
    bounds = rule.argument
    if bounds.keys() <= _ONLY_BOUNDS:
        given = {f"{key}_value": bound for key, bound in bounds.items()}
        return "dbt_expectations.expect_table_row_count_to_be_between", given
    if bounds.keys() == {"equals"}:
        return "dbt_expectations.expect_table_row_count_to_equal", {"value": bounds["equals"]}
    if bounds.keys() == {"same_as"}:
        other = bounds["same_as"].rpartition(".")[2]
        return "dbt_utils.equal_rowcount", {"compare_model": f"ref('{other}')"}
    raise NoEqualError("bounds that earlier runs give have no equal there")


def _relationship(rule: Rule) -> Test:
    parent = rule.argument
    if len(rule.columns) > 1:
        raise NoEqualError("`relationships` has one column")
    target = parent["table"].rpartition(".")[2]
    arguments = {"to": f"ref('{target}')", "field": parent["to"][0]}
    return "relationships", {"column_name": rule.columns[0], **arguments}


def _recency(rule: Rule) -> Test:
    if rule.where:
        raise NoEqualError("`recency` has no condition on rows that means the same")
    if expected_of(rule) is not None:
        raise NoEqualError("bounds that earlier runs give have no equal there")
    age = rule.argument["max_age"]
    arguments = {"field": rule.columns[0], "datepart": _PARTS[age[-1]], "interval": int(age[:-1])}
    return "dbt_utils.recency", arguments


def _column_test(rule: Rule, column: Column) -> Test:
    if rule.kind in _PLAIN:
        return _PLAIN[rule.kind], {}
    match rule.kind:
        case "enum" | "const":
            return "accepted_values", _values(rule, column)
        case "not_in":
            return "dbt_utils.not_accepted_values", _values(rule, column)
        case "min" | "max":
            bound = {_INCLUSIVE[rule.kind]: numeric_bound(rule, column)}
            return "dbt_utils.accepted_range", bound
        case "above" | "below":
            bound = {_EXCLUSIVE[rule.kind]: numeric_bound(rule, column)}
            return "dbt_utils.accepted_range", {**bound, "inclusive": False}
        case "min_length" | "max_length":
            bound = {_LENGTHS[rule.kind]: rule.argument}
            return "dbt_expectations.expect_column_value_lengths_to_be_between", bound
        case "length":
            value = {"value": rule.argument}
            return "dbt_expectations.expect_column_value_lengths_to_equal", value
        case "pattern":
            regex = {"regex": rule.argument, "is_raw": True}
            return "dbt_expectations.expect_column_values_to_match_regex", regex
        case kind if kind in _STATISTICS and rule.argument.keys() <= _ONLY_BOUNDS:
            bounds = {f"{key}_value": bound for key, bound in rule.argument.items()}
            return f"dbt_expectations.{_STATISTICS[kind]}", bounds
    raise NoEqualError("dbt has no test that means the same")


def _values(rule: Rule, column: Column) -> dict[str, Any]:
    kind = family(column.type)
    if kind not in (Family.TEXT, Family.WHOLE, Family.BOOLEAN):
        raise NoEqualError("values are exported for texts, whole numbers and booleans only")
    values = [rule.argument] if rule.kind == "const" else list(rule.argument)
    return {"values": values, **({} if kind is Family.TEXT else {"quote": False})}
