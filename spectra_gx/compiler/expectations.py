"""Rule in, GX expectation out: one small function a rule kind, found by the kind's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spectra_gx.compiler.ids import stable_id
from spectra_gx.compiler.regexes import FORMATS, end_of_text
from spectra_gx.contract.model import Rule, Table
from spectra_gx.contract.placeholders import substitute

Asked = tuple[str, dict[str, Any]]
"""An expectation's type, snake case, and its own arguments."""

Compile = Callable[[Rule], Asked]

_COMPILERS: dict[str, Compile] = {}


def compiles(*kinds: str) -> Callable[[Compile], Compile]:
    """Register a function as the compiler of these rule kinds."""

    def register(function: Compile) -> Compile:
        _COMPILERS.update(dict.fromkeys(kinds, function))
        return function

    return register


def compile_rule(rule: Rule) -> dict[str, Any]:
    """Return the expectation of a rule as GX stores it: type, kwargs, severity, meta, id."""
    expectation, kwargs = _COMPILERS[rule.kind](rule)
    if rule.mostly < 1:
        kwargs["mostly"] = rule.mostly
    if rule.where is not None:
        kwargs["row_condition"] = {"type": "pass_through", "pass_through_filter": rule.where}
    compiled: dict[str, Any] = {
        "id": stable_id("expectation", rule.id),
        "type": expectation,
        "kwargs": kwargs,
        "severity": str(rule.severity),
        "meta": {"rule": rule.id},
    }
    if rule.description:
        compiled["description"] = rule.description
    return compiled


def compile_table(table: Table) -> list[dict[str, Any]]:
    """Return the expectations of a table, one a rule, in the contract's order."""
    return [compile_rule(rule) for rule in table.rules]


def compiled_kinds() -> frozenset[str]:
    """Return the rule kinds that have a compiler."""
    return frozenset(_COMPILERS)


@compiles("columns")
def _columns(rule: Rule) -> Asked:
    return "expect_table_columns_to_match_contract", {
        "column_set": list(rule.columns),
        "extra_columns": rule.argument,
    }


@compiles("type")
def _type(rule: Rule) -> Asked:
    return "expect_column_delta_type_to_be", {"column": rule.columns[0], "type_": rule.argument}


@compiles("required")
def _required(rule: Rule) -> Asked:
    return "expect_column_values_to_not_be_null", {"column": rule.columns[0]}


@compiles("unique")
def _unique(rule: Rule) -> Asked:
    if len(rule.columns) == 1:
        return "expect_column_values_to_be_unique", {"column": rule.columns[0]}
    return "expect_compound_columns_to_be_unique", {
        "column_list": list(rule.columns),
        "ignore_row_if": "any_value_is_missing",
    }


@compiles("primary_key")
def _primary_key(rule: Rule) -> Asked:
    return "expect_columns_to_be_primary_key", {"column_list": list(rule.columns)}


@compiles("enum")
def _enum(rule: Rule) -> Asked:
    return "expect_column_values_to_be_in_set", {
        "column": rule.columns[0],
        "value_set": list(rule.argument),
    }


@compiles("not_in")
def _not_in(rule: Rule) -> Asked:
    return "expect_column_values_to_not_be_in_set", {
        "column": rule.columns[0],
        "value_set": list(rule.argument),
    }


@compiles("const")
def _const(rule: Rule) -> Asked:
    return "expect_column_values_to_be_in_set", {
        "column": rule.columns[0],
        "value_set": [rule.argument],
    }


@compiles("pattern")
def _pattern(rule: Rule) -> Asked:
    return "expect_column_values_to_match_regex", {
        "column": rule.columns[0],
        "regex": end_of_text(rule.argument),
    }


@compiles("format")
def _format(rule: Rule) -> Asked:
    if rule.argument == "json":
        return "expect_column_values_to_be_json_parseable", {"column": rule.columns[0]}
    return "expect_column_values_to_match_regex", {
        "column": rule.columns[0],
        "regex": FORMATS[rule.argument],
    }


@compiles("min")
def _min(rule: Rule) -> Asked:
    return _between(rule.columns[0], min_value=rule.argument)


@compiles("max")
def _max(rule: Rule) -> Asked:
    return _between(rule.columns[0], max_value=rule.argument)


@compiles("above")
def _above(rule: Rule) -> Asked:
    return _between(rule.columns[0], min_value=rule.argument, strict_min=True)


@compiles("below")
def _below(rule: Rule) -> Asked:
    return _between(rule.columns[0], max_value=rule.argument, strict_max=True)


def _between(column: str, **bounds: Any) -> Asked:
    # GX holds bounds as 64-bit floats; beyond 2 ** 53 those are not the number that was written.
    rounded = any(isinstance(bound, int) and float(bound) != bound for bound in bounds.values())
    expectation = "expect_column_values_to_be_between" + ("_exactly" if rounded else "")
    return expectation, {"column": column, **bounds}


@compiles("min_length")
def _min_length(rule: Rule) -> Asked:
    return _length_between(rule, min_value=rule.argument)


@compiles("max_length")
def _max_length(rule: Rule) -> Asked:
    return _length_between(rule, max_value=rule.argument)


def _length_between(rule: Rule, **bounds: int) -> Asked:
    return "expect_column_value_lengths_to_be_between", {"column": rule.columns[0], **bounds}


@compiles("length")
def _length(rule: Rule) -> Asked:
    return "expect_column_value_lengths_to_equal", {
        "column": rule.columns[0],
        "value": rule.argument,
    }


@compiles("rows")
def _rows(rule: Rule) -> Asked:
    if "equals" in rule.argument:
        return "expect_table_row_count_to_equal", {"value": rule.argument["equals"]}
    return "expect_table_row_count_to_be_between", {
        f"{bound}_value": count for bound, count in rule.argument.items()
    }


@compiles("references")
def _references(rule: Rule) -> Asked:
    return "expect_columns_to_reference_table", {
        "column_list": list(rule.columns),
        "to_table": rule.argument["table"],
        "to_columns": list(rule.argument["to"]),
    }


@compiles("compare")
def _compare(rule: Rule) -> Asked:
    if rule.argument["column"] is None:
        return _compare_with_literal(rule)
    return _compare_with_column(rule)


def _compare_with_literal(rule: Rule) -> Asked:
    column, literal = rule.columns[0], rule.argument["literal"]
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
            return _between(column, max_value=literal, **strict)
        case operator:
            strict = {"strict_min": True} if operator == ">" else {}
            return _between(column, min_value=literal, **strict)


def _compare_with_column(rule: Rule) -> Asked:
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
def _sql(rule: Rule) -> Asked:
    query = gx_query(rule.argument, rule.table)
    if rule.mostly == 1 and rule.where is None and "{batch}" in query:
        return "unexpected_rows_expectation", {"unexpected_rows_query": query}
    return "expect_query_to_return_no_rows", {"unexpected_rows_query": query}


def gx_query(sql: str, table: str) -> str:
    """Return contract SQL as GX writes it: own table `{batch}`, literal braces doubled."""
    return substitute(
        sql,
        lambda name: "{batch}" if name in ("table", table) else f"{{{name}}}",
        lambda text: text.replace("{", "{{").replace("}", "}}"),
    )
