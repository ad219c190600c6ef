"""Compilers of the rules about the values of one column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.regexes import end_of_text
from spectra_gx.compiler.registry import Expectation, age, between, compared, compiles
from spectra_gx.contract.clocks import ClockValue
from spectra_gx.contract.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spectra_gx.contract.model import Rule


@compiles("type")
def _type(rule: Rule) -> Expectation:
    path = {"path": list(rule.path)} if rule.path else {}
    return "expect_column_delta_type_to_be", {
        "column": rule.columns[0],
        **path,
        "type_": rule.argument,
    }


@compiles("required", "required_if")
def _required(rule: Rule) -> Expectation:
    return "expect_column_values_to_not_be_null", {"column": rule.columns[0]}


@compiles("unique")
def _unique(rule: Rule) -> Expectation:
    if len(rule.columns) == 1:
        return "expect_column_values_to_be_unique", {"column": rule.columns[0]}
    return "expect_compound_columns_to_be_unique", {
        "column_list": sorted(rule.columns),
        "ignore_row_if": "any_value_is_missing",
    }


@compiles("enum")
def _enum(rule: Rule) -> Expectation:
    return "expect_column_values_to_be_in_set", {
        "column": rule.columns[0],
        "value_set": _in_one_order(rule.argument),
    }


@compiles("not_in")
def _not_in(rule: Rule) -> Expectation:
    return "expect_column_values_to_not_be_in_set", {
        "column": rule.columns[0],
        "value_set": _in_one_order(rule.argument),
    }


def _in_one_order(values: Iterable[Any]) -> list[Any]:
    """Return a set of values as it compiles, however it was written; a column holds one kind."""
    return sorted(values, key=lambda value: (isinstance(value, str), value))


@compiles("const")
def _const(rule: Rule) -> Expectation:
    if isinstance(rule.argument, ClockValue):
        return compared(rule.columns[0], "=", rule.argument)
    return "expect_column_values_to_be_in_set", {
        "column": rule.columns[0],
        "value_set": [rule.argument],
    }


@compiles("pattern")
def _pattern(rule: Rule) -> Expectation:
    return "expect_column_values_to_match_regex", {
        "column": rule.columns[0],
        "regex": end_of_text(rule.argument),
    }


@compiles("format")
def _format(rule: Rule) -> Expectation:
    if rule.argument == "json":
        return "expect_column_values_to_be_json_parseable", {"column": rule.columns[0]}
    return "expect_column_values_to_match_regex", {
        "column": rule.columns[0],
        "regex": FORMATS[rule.argument],
    }


_BOUNDS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "min": (">=", {}),
    "max": ("<=", {}),
    "above": (">", {"strict_min": True}),
    "below": ("<", {"strict_max": True}),
}


@compiles(*_BOUNDS)
def _bound(rule: Rule) -> Expectation:
    operator, strictness = _BOUNDS[rule.kind]
    if isinstance(rule.argument, ClockValue):
        return compared(rule.columns[0], operator, rule.argument)
    side = "min_value" if operator.startswith(">") else "max_value"
    return between(rule.columns[0], **{side: rule.argument}, **strictness)


@compiles("min_length")
def _min_length(rule: Rule) -> Expectation:
    return _lengthbetween(rule, min_value=rule.argument)


@compiles("max_length")
def _max_length(rule: Rule) -> Expectation:
    return _lengthbetween(rule, max_value=rule.argument)


def _lengthbetween(rule: Rule, **bounds: int) -> Expectation:
    return "expect_column_value_lengths_to_be_between", {"column": rule.columns[0], **bounds}


@compiles("length")
def _length(rule: Rule) -> Expectation:
    return "expect_column_value_lengths_to_equal", {
        "column": rule.columns[0],
        "value": rule.argument,
    }


@compiles("max_age")
def _max_age(rule: Rule) -> Expectation:
    return "expect_column_values_to_be_recent", {"column": rule.columns[0], **age(rule)}


@compiles("finite")
def _finite(rule: Rule) -> Expectation:
    return "expect_column_values_to_be_finite", {"column": rule.columns[0]}
