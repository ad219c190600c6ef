"""Mappings of expectations about one column."""

from __future__ import annotations

import re

from spectra_gx.contract.formats import FORMATS
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.interop.gx.mapped_rules import (
    Arguments,
    ColumnKey,
    ListedRule,
    MappedRule,
    RuleMappers,
    TableKey,
    timezone_key,
)

MAPPERS = RuleMappers()
maps = MAPPERS.maps


@maps("expect_column_values_to_not_be_null")
def _required(given: Arguments) -> list[MappedRule]:
    return [ColumnKey(given.pop("column"), "required", True)]


@maps("expect_column_values_to_be_unique")
def _unique(given: Arguments) -> list[MappedRule]:
    return [ColumnKey(given.pop("column"), "unique", True)]


@maps("expect_column_values_to_be_in_set")
def _enum(given: Arguments) -> list[MappedRule]:
    values = [value for value in given.pop("value_set") if value is not None]  # GX ignores nulls
    return [ColumnKey(given.pop("column"), "enum", values)]


@maps("expect_column_values_to_not_be_in_set")
def _not_in(given: Arguments) -> list[MappedRule]:
    values = [value for value in given.pop("value_set") if value is not None]
    return [ColumnKey(given.pop("column"), "not_in", values)]


@maps("expect_column_values_to_match_regex")
def _pattern(given: Arguments) -> list[MappedRule]:
    column, regex = given.pop("column"), given.pop("regex")
    for name, known in FORMATS.items():
        if known == regex:
            return [ColumnKey(column, "format", name)]
    return [ColumnKey(column, "pattern", re.sub(r"(?<!\\)((?:\\\\)*)\\[zZ]", r"\1$", regex))]


@maps("expect_column_values_to_be_json_parseable")
def _json(given: Arguments) -> list[MappedRule]:
    return [ColumnKey(given.pop("column"), "format", "json")]


@maps("expect_column_values_to_be_between", "expect_column_values_to_be_between_exactly")
def _between(given: Arguments) -> list[MappedRule]:
    column = given.pop("column")
    low, high = given.pop("min_value", None), given.pop("max_value", None)
    least = "above" if given.pop("strict_min", False) else "min"
    most = "below" if given.pop("strict_max", False) else "max"
    bounds = ((least, low), (most, high))
    return [ColumnKey(column, key, bound) for key, bound in bounds if bound is not None]


@maps("expect_column_value_lengths_to_be_between")
def _length_between(given: Arguments) -> list[MappedRule]:
    if given.get("strict_min") or given.get("strict_max"):
        return []
    column = given.pop("column")
    bounds = (
        ("min_length", given.pop("min_value", None)),
        ("max_length", given.pop("max_value", None)),
    )
    return [ColumnKey(column, key, int(bound)) for key, bound in bounds if bound is not None]


@maps("expect_column_value_lengths_to_equal")
def _length(given: Arguments) -> list[MappedRule]:
    return [ColumnKey(given.pop("column"), "length", int(given.pop("value")))]


@maps(
    "expect_column_values_to_be_of_type",
    "expect_column_delta_type_to_be",
    "expect_column_type_to_be",
)
def _type(given: Arguments) -> list[MappedRule]:
    path = tuple(given.pop("path", ()))
    return [ColumnKey(given.pop("column"), "type", given.pop("type_"), path)]


@maps("expect_column_values_to_be_in_type_list")
def _type_list(given: Arguments) -> list[MappedRule]:
    return [ColumnKey(given.pop("column"), "type", list(given.pop("type_list")))]


@maps("expect_column_values_to_be_recent")
def _max_age(given: Arguments) -> list[MappedRule]:
    column = given.pop("column")
    return [*timezone_key(column, given), ColumnKey(column, "max_age", given.pop("max_age"))]


_BOUND_OF = {">=": "min", "<=": "max", ">": "above", "<": "below", "=": "const"}


@maps("expect_column_values_to_compare_with_clock")
def _clock(given: Arguments) -> list[MappedRule]:
    column, operator, clock = given.pop("column"), given.pop("operator"), given.pop("clock")
    zone = timezone_key(column, given)
    if operator in _BOUND_OF:
        return [*zone, ColumnKey(column, _BOUND_OF[operator], clock)]
    return [*zone, ListedRule({"compare": f"{quote_name(column)} {operator} {{{clock}}}"})]


@maps("expect_column_values_to_be_finite")
def _finite(given: Arguments) -> list[MappedRule]:
    return [ColumnKey(given.pop("column"), "finite", True)]


@maps("expect_column_values_to_satisfy_rule")
def _condition(given: Arguments) -> list[MappedRule]:
    return [ColumnKey(given.pop("column"), given.pop("rule_kind"), given.pop("argument"))]


@maps("expect_column_to_exist")
def _exists(given: Arguments) -> list[MappedRule]:
    if "column_index" in given:
        return []
    return [TableKey("columns", [given.pop("column")])]
