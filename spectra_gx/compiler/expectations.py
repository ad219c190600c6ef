"""Rule in, GX expectation out: one small function a rule kind, found by the kind's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from spectra_gx.compiler.ids import stable_id
from spectra_gx.compiler.regexes import FORMATS, end_of_text
from spectra_gx.contract.measures import share_of
from spectra_gx.contract.model import Rule, Table
from spectra_gx.contract.placeholders import substitute

Asked = tuple[str, dict[str, Any]]
"""An expectation's type, snake case, and its own arguments."""

Compile = Callable[[Rule], Asked]

AS_OF = "as_of"
"""GX suite parameter: the run's clock, ISO 8601."""

PREVIOUS_ROWS = "previous_rows"
"""GX suite parameter: the table's rows in the last passed run, or -1 where there is none."""

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
    if rule.path and rule.kind != "type":
        expectation, kwargs = _nested(rule, expectation, kwargs)
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


def _nested(rule: Rule, expectation: str, kwargs: dict[str, Any]) -> Asked:
    """Return what asks of nested values what the expectation asks of a column's."""
    del kwargs["column"]
    return "expect_nested_values_to_satisfy", {
        "column": rule.columns[0],
        "path": list(rule.path),
        "expectation": {"type": expectation, "kwargs": kwargs},
    }


@compiles("columns")
def _columns(rule: Rule) -> Asked:
    return "expect_table_columns_to_match_contract", {
        "column_set": list(rule.columns),
        "extra_columns": rule.argument,
    }


@compiles("type")
def _type(rule: Rule) -> Asked:
    path = {"path": list(rule.path)} if rule.path else {}
    return "expect_column_delta_type_to_be", {
        "column": rule.columns[0],
        **path,
        "type_": rule.argument,
    }


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


@compiles("max_age")
def _max_age(rule: Rule) -> Asked:
    return "expect_column_values_to_be_recent", {"column": rule.columns[0], **_age(rule)}


@compiles("freshness")
def _freshness(rule: Rule) -> Asked:
    return "expect_column_max_to_be_recent", {"column": rule.columns[0], **_age(rule)}


def _age(rule: Rule) -> dict[str, Any]:
    """Return an age, measured from an instant that only a run knows."""
    zone = rule.argument["timezone"]
    return {
        "max_age": rule.argument["max_age"],
        "as_of": {"$PARAMETER": AS_OF},
        **({"timezone": zone} if zone else {}),
    }


@compiles("finite")
def _finite(rule: Rule) -> Asked:
    return "expect_column_values_to_be_finite", {"column": rule.columns[0]}


@compiles("column_order")
def _column_order(rule: Rule) -> Asked:
    return "expect_table_columns_to_be_in_order", {"column_list": list(rule.columns)}


@compiles("partitioned_by")
def _partitioned_by(rule: Rule) -> Asked:
    return "expect_table_to_be_partitioned_by", {"column_list": list(rule.columns)}


_STATISTICS = {
    "mean": "expect_column_mean_to_be_between",
    "median": "expect_column_median_to_be_between",
    "sum": "expect_column_sum_to_be_between",
    "stdev": "expect_column_stdev_to_be_between",
    "distinct": "expect_column_unique_value_count_to_be_between",
    "null_share": "expect_column_null_share_to_be_between",
}


@compiles(*_STATISTICS)
def _statistic(rule: Rule) -> Asked:
    return _STATISTICS[rule.kind], {"column": rule.columns[0], **_bounds(rule.argument)}


@compiles("quantile")
def _quantile(rule: Rule) -> Asked:
    low, high = rule.argument.get("min"), rule.argument.get("max")
    return "expect_column_quantile_values_to_be_between", {
        "column": rule.columns[0],
        "quantile_ranges": {"quantiles": [rule.argument["q"]], "value_ranges": [[low, high]]},
    }


@compiles("sorted")
def _sorted(rule: Rule) -> Asked:
    return "expect_rows_to_be_sorted", {
        "column_list": list(rule.columns),
        "by": list(rule.argument["by"]),
        "order": rule.argument["order"],
    }


@compiles("expect")
def _expect(rule: Rule) -> Asked:
    arguments = dict(rule.argument["with"])
    query = arguments.get("unexpected_rows_query")
    if query is not None:
        arguments["unexpected_rows_query"] = gx_query(query, rule.table)
    return rule.argument["type"], arguments


@compiles("rows")
def _rows(rule: Rule) -> Asked:
    if {"same_as", "change"} & rule.argument.keys():
        return _rows_against_others(rule)
    if "equals" in rule.argument:
        return "expect_table_row_count_to_equal", {"value": rule.argument["equals"]}
    return "expect_table_row_count_to_be_between", {
        f"{bound}_value": count for bound, count in rule.argument.items()
    }


def _rows_against_others(rule: Rule) -> Asked:
    """Return a row count beside another table's, or that of the last passed run."""
    asked = _bounds(rule.argument)
    if "equals" in rule.argument:
        asked = dict.fromkeys(("min_value", "max_value"), rule.argument["equals"])
    if "same_as" in rule.argument:
        asked["same_as"] = rule.argument["same_as"]
    if "change" in rule.argument:
        asked["max_change"] = share_of(rule.argument["change"]["max"])
        asked["previous"] = {"$PARAMETER": PREVIOUS_ROWS}
    return "expect_table_row_count_to_compare", asked


def _bounds(argument: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{bound}_value": argument[bound] for bound in ("min", "max") if bound in argument}


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
