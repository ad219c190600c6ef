"""Compilers of the rules about several columns, other tables and the order of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.compiler.registry import Expectation, between, compared, compiles
from spectra_gx.contract.clocks import ClockValue
from spectra_gx.contract.sql.placeholders import substitute

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule


@compiles("sorted")
def _sorted(rule: Rule) -> Expectation:
    return "expect_rows_to_be_sorted", {
        "column_list": list(rule.columns),
        "by": list(rule.argument["by"]),
        "order": rule.argument["order"],
    }


@compiles("sequence")
def _sequence(rule: Rule) -> Expectation:
    return "expect_values_to_be_in_sequence", {
        "column_list": list(rule.columns),
        "step": rule.argument["step"],
    }


@compiles("same_set_as")
def _same_set_as(rule: Rule) -> Expectation:
    return "expect_column_values_to_equal_set_of_table", {
        "column": rule.columns[0],
        "other_table": rule.argument["table"],
        "other_column": rule.argument["column"],
    }


@compiles("references")
def _references(rule: Rule) -> Expectation:
    return "expect_columns_to_reference_table", {
        "column_list": list(rule.columns),
        "to_table": rule.argument["table"],
        "to_columns": list(rule.argument["to"]),
    }


@compiles("compare")
def _compare(rule: Rule) -> Expectation:
    if rule.argument["column"] is None:
        return _compare_with_literal(rule)
    return _compare_with_column(rule)


def _compare_with_literal(rule: Rule) -> Expectation:
    column, literal = rule.columns[0], rule.argument["literal"]
    if isinstance(literal, ClockValue):
        return compared(column, rule.argument["operator"], literal)
    match rule.argument["operator"]:
        case "=":
            return "expect_column_values_to_be_in_set", {"column": column, "value_set": [literal]}
        case "<>":
            return "expect_column_values_to_not_be_in_set", {
                "column": column,
                "value_set": [literal],
            }
        case "<" | "<=" as operator:
            strict = {"strict_max": True} if operator == "<" else {}
            return between(column, max_value=literal, **strict)
        case operator:
            strict = {"strict_min": True} if operator == ">" else {}
            return between(column, min_value=literal, **strict)


def _compare_with_column(rule: Rule) -> Expectation:
    left, right = rule.columns
    operator = rule.argument["operator"]
    if operator == "<>":
        return "expect_columns_to_differ", {"column_list": [left, right]}
    pair = {"ignore_row_if": "either_value_is_missing"}
    if operator == "=":
        return "expect_column_pair_values_to_be_equal", {
            "column_A": left,
            "column_B": right,
            **pair,
        }
    if operator.startswith("<"):
        left, right = right, left
    strictness = {"or_equal": True} if operator.endswith("=") else {}
    return "expect_column_pair_values_a_to_be_greater_than_b", {
        "column_A": left,
        "column_B": right,
        **strictness,
        **pair,
    }


@compiles("sql")
def _sql(rule: Rule) -> Expectation:
    query = gx_query(rule.argument, rule.table)
    if not rule.is_lenient and rule.where is None and "{batch}" in query:
        return "unexpected_rows_expectation", {"unexpected_rows_query": query}
    return "expect_query_to_return_no_rows", {"unexpected_rows_query": query}


@compiles("sql_value")
def _sql_value(rule: Rule) -> Expectation:
    return "expect_query_value_to_be_between", {
        "query": gx_query(rule.argument["query"], rule.table),
        **{f"{key}_value": rule.argument[key] for key in ("min", "max") if key in rule.argument},
    }


def gx_query(sql: str, table: str) -> str:
    """Return contract SQL as GX writes it: own table `{batch}`, literal braces doubled."""
    return substitute(
        sql,
        lambda name: "{batch}" if name in ("table", table) else f"{{{name}}}",
        lambda text: text.replace("{", "{{").replace("}", "}}"),
    )
