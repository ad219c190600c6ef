"""Mappings of expectations about a whole table, several columns, or statistics of one."""

from __future__ import annotations

from typing import Any

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.interop.gx.mapped_rules import (
    Arguments,
    ColumnKey,
    ListedRule,
    MappedRule,
    RuleMapper,
    RuleMappers,
    TableKey,
    timezone_key,
)

MAPPERS = RuleMappers()
maps = MAPPERS.maps


@maps("expect_table_row_count_to_equal")
def _rows_equal(given: Arguments) -> list[MappedRule]:
    return [TableKey("rows", {"equals": given.pop("value")})]


@maps("expect_table_row_count_to_be_between")
def _rows_between(given: Arguments) -> list[MappedRule]:
    bounds = {"min": given.pop("min_value", None), "max": given.pop("max_value", None)}
    least, most = given.pop("strict_min", False), given.pop("strict_max", False)
    rows = {key: bound for key, bound in bounds.items() if bound is not None}
    if least and "min" in rows:
        rows["min"] += 1
    if most and "max" in rows:
        rows["max"] -= 1
    return [TableKey("rows", rows)] if rows else []


@maps("expect_table_columns_to_match_set")
def _column_set(given: Arguments) -> list[MappedRule]:
    names = _names(given.pop("column_set"))
    exact = given.pop("exact_match", True)
    return [TableKey("columns", names), *([TableKey("extra_columns", "fail")] if exact else [])]


@maps("expect_table_columns_to_match_contract")
def _columns(given: Arguments) -> list[MappedRule]:
    extra = TableKey("extra_columns", given.pop("extra_columns"))
    return [TableKey("columns", _names(given.pop("column_set"))), extra]


@maps("expect_table_columns_to_match_ordered_list")
def _ordered_columns(given: Arguments) -> list[MappedRule]:
    names = TableKey("columns", _names(given.pop("column_list")))
    return [names, TableKey("extra_columns", "fail"), TableKey("column_order", "exact")]


@maps("expect_columns_to_be_primary_key")
def _primary_key(given: Arguments) -> list[MappedRule]:
    return [TableKey("primary_key", _names(given.pop("column_list")))]


@maps("expect_table_columns_to_be_in_order")
def _in_order(given: Arguments) -> list[MappedRule]:
    return [
        TableKey("columns", _names(given.pop("column_list"))),
        TableKey("column_order", "exact"),
    ]


@maps("expect_table_to_be_partitioned_by")
def _partitioned_by(given: Arguments) -> list[MappedRule]:
    return [TableKey("partitioned_by", _names(given.pop("column_list")))]


@maps("expect_table_row_count_to_compare")
def _rows_compared(given: Arguments) -> list[MappedRule]:
    bounds = {"min": given.pop("min_value", None), "max": given.pop("max_value", None)}
    rows = {key: bound for key, bound in bounds.items() if bound is not None}
    if len(rows) == len(bounds) and rows["min"] == rows["max"]:
        rows = {"equals": rows["min"]}
    if "same_as" in given:
        rows["same_as"] = given.pop("same_as")
    rows |= _earlier(given)
    return [TableKey("rows", rows)]


@maps("expect_compound_columns_to_be_unique")
def _compound(given: Arguments) -> list[MappedRule]:
    if given.get("ignore_row_if") == "any_value_is_missing":
        del given["ignore_row_if"]
    return [ListedRule({"unique": _names(given.pop("column_list"))})]


@maps("expect_query_value_to_be_between")
def _query_value(given: Arguments) -> list[MappedRule]:
    query = given.pop("query").replace("{batch}", "{table}")
    bounds = {key: given.pop(f"{key}_value", None) for key in ("min", "max")}
    limits = {key: bound for key, bound in bounds.items() if bound is not None}
    plain = query.replace("{{", "{").replace("}}", "}")
    return [ListedRule({"sql_value": {"query": plain, **limits}})]


@maps("expect_values_to_be_in_sequence")
def _sequence(given: Arguments) -> list[MappedRule]:
    [column] = _names(given.pop("column_list"))
    return [ColumnKey(column, "sequence", {"step": given.pop("step")})]


@maps("expect_column_values_to_equal_set_of_table")
def _same_set(given: Arguments) -> list[MappedRule]:
    other = f"{given.pop('other_table')}.{given.pop('other_column')}"
    return [ColumnKey(given.pop("column"), "same_set_as", other)]


@maps("expect_columns_to_reference_table")
def _references(given: Arguments) -> list[MappedRule]:
    parent = {"table": given.pop("to_table"), "to": _names(given.pop("to_columns"))}
    return [ListedRule({"references": {"columns": _names(given.pop("column_list")), **parent}})]


@maps("expect_column_pair_values_to_be_equal")
def _pair_equal(given: Arguments) -> list[MappedRule]:
    return _compare(given, "=")


@maps("expect_column_pair_values_a_to_be_greater_than_b")
def _pair_greater(given: Arguments) -> list[MappedRule]:
    return _compare(given, ">=" if given.pop("or_equal", False) else ">")


def _compare(given: Arguments, operator: str) -> list[MappedRule]:
    if given.get("ignore_row_if") == "either_value_is_missing":
        del given["ignore_row_if"]
    left, right = quote_name(given.pop("column_A")), quote_name(given.pop("column_B"))
    return [ListedRule({"compare": f"{left} {operator} {right}"})]


@maps("expect_columns_to_differ")
def _differ(given: Arguments) -> list[MappedRule]:
    left, right = map(quote_name, given.pop("column_list"))
    return [ListedRule({"compare": f"{left} <> {right}"})]


@maps("unexpected_rows_expectation", "expect_query_to_return_no_rows")
def _sql(given: Arguments) -> list[MappedRule]:
    query = given.pop("unexpected_rows_query").replace("{batch}", "{table}")
    return [ListedRule({"sql": query.replace("{{", "{").replace("}}", "}")})]


@maps("expect_column_max_to_be_recent")
def _freshness(given: Arguments) -> list[MappedRule]:
    column = given.pop("column")
    freshness = {"column": column, "max_age": given.pop("max_age")}
    return [*timezone_key(column, given), ListedRule({"freshness": freshness})]


@maps("expect_column_max_age_to_compare")
def _freshness_against_past(given: Arguments) -> list[MappedRule]:
    column, max_age = given.pop("column"), given.pop("max_age", None)
    limit = {} if max_age is None else {"max_age": max_age}
    freshness = {"column": column, **limit, **_earlier(given)}
    return [*timezone_key(column, given), ListedRule({"freshness": freshness})]


@maps("expect_rows_to_be_sorted")
def _sorted(given: Arguments) -> list[MappedRule]:
    by, order = _names(given.pop("by")), given.pop("order")
    beside = [name for name in given.pop("column_list") if name not in by]
    entry = {"sorted": {"by": by, "order": order}}
    return [ListedRule({"column": beside[0], **entry} if beside else entry)]


@maps(
    "expect_column_quantile_values_to_be_between",
    "expect_column_quantile_values_to_be_between_exactly",
)
def _quantile(given: Arguments) -> list[MappedRule]:
    ranges = given["quantile_ranges"]
    if len(ranges["quantiles"]) != len(ranges["value_ranges"]):
        raise ValueError
    if len(ranges["quantiles"]) != 1 or given.get("allow_relative_error"):
        return []
    low, high = given.pop("quantile_ranges")["value_ranges"][0]
    bounds = {key: bound for key, bound in (("min", low), ("max", high)) if bound is not None}
    quantile = {"q": ranges["quantiles"][0], **bounds}
    return [ListedRule({"column": given.pop("column"), "quantile": quantile})]


_STATISTICS = {
    "expect_column_mean_to_be_between": "mean",
    "expect_column_median_to_be_between": "median",
    "expect_column_sum_to_be_between": "sum",
    "expect_column_stdev_to_be_between": "stdev",
    "expect_column_unique_value_count_to_be_between": "distinct",
    "expect_column_null_share_to_be_between": "null_share",
}


def _statistic(key: str) -> RuleMapper:
    def read(given: Arguments) -> list[MappedRule]:
        if given.get("strict_min") or given.get("strict_max"):
            return []
        column = given.pop("column")
        bounds = {"min": given.pop("min_value", None), "max": given.pop("max_value", None)}
        limits = {name: bound for name, bound in bounds.items() if bound is not None}
        return [ListedRule({"column": column, key: limits})] if limits else []

    return read


def _earlier(given: Arguments) -> dict[str, Any]:
    """Return the bounds that earlier runs give."""
    change = given.pop("max_change", None)
    learnt = {"expected": dict(given.pop("expected"))} if "expected" in given else {}
    return (
        learnt if change is None else {"change": {"max": f"{round(change * 100, 3):g}%"}, **learnt}
    )


def _against_past(key: str) -> RuleMapper:
    def read(given: Arguments) -> list[MappedRule]:
        column = given.pop("column")
        quantile = {"q": given.pop("quantiles")[0]} if key == "quantile" else {}
        bounds = {name: given.pop(f"{name}_value", None) for name in ("min", "max")}
        limits = {name: bound for name, bound in bounds.items() if bound is not None}
        return [ListedRule({"column": column, key: {**quantile, **limits, **_earlier(given)}})]

    return read


for _name, _key in _STATISTICS.items():
    maps(_name)(_statistic(_key))
    maps(_name.replace("_to_be_between", "_to_compare"))(_against_past(_key))
maps("expect_column_quantile_to_compare")(_against_past("quantile"))


def _names(names: Any) -> list[str]:
    """Return a list of column names; a single string is refused."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError
    return names
