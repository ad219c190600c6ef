"""Compiler of GX's own expectations, as they are written under `expect`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.regexes import end_of_text
from spectra_gx.compiler.registry import Expectation, compiles, exactly
from spectra_gx.compiler.row_rules import gx_query

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule

_LARGE_NUMBERS = frozenset(
    {
        "expect_column_values_to_be_between",
        "expect_column_min_to_be_between",
        "expect_column_max_to_be_between",
        "expect_column_mean_to_be_between",
        "expect_column_median_to_be_between",
        "expect_column_stdev_to_be_between",
        "expect_column_sum_to_be_between",
        "expect_multicolumn_sum_to_equal",
    }
)
"""Expectations whose numbers may be larger than GX holds exactly."""

_TYPES = {
    "expect_column_type_to_be": "type_",
    "expect_column_values_to_be_of_type": "type_",
    "expect_column_values_to_be_in_type_list": "type_list",
}
"""Expectations about a column's type → their argument; GX reads it in the words of each engine."""


@compiles("expect")
def _expect(rule: Rule) -> Expectation:
    expectation, arguments = rule.argument["type"], dict(rule.argument["with"])
    if expectation in _TYPES:
        return _type(arguments["column"], arguments[_TYPES[expectation]])
    if "unexpected_rows_query" in arguments:
        arguments["unexpected_rows_query"] = gx_query(
            arguments["unexpected_rows_query"], rule.table
        )
    if "regex" in arguments:
        arguments["regex"] = end_of_text(arguments["regex"])
    if "regex_list" in arguments:
        arguments["regex_list"] = [end_of_text(regex) for regex in arguments["regex_list"]]
    if expectation in _LARGE_NUMBERS:
        return exactly(expectation, arguments)
    return expectation, arguments


def _type(column: str, types: Any) -> Expectation:
    if isinstance(types, str):
        return "expect_column_delta_type_to_be", {"column": column, "type_": types}
    return "expect_column_delta_type_to_be_in", {"column": column, "type_list": list(types)}
