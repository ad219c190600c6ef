"""Check that the arguments of GX's own expectations fit the columns they name.

GX coerces, compares texts with dates, or fails only while it checks; a contract is refused
before that, with a place. What is left is brought into the one form that results have too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import NUMBERS, SIMPLE, TIMES, Family, family, misfit
from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.parsers.values import PATTERN, TYPE
from spectra_gx.contract.rules.json_schemas import json_schema_error
from spectra_gx.contract.yaml.nodes import ListNode, MapNode, Node, plain_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.parsers.parser import ParseContext

_TEXT = frozenset({Family.TEXT})
_LONG = _TEXT | {Family.ARRAY}
_ORDERED = NUMBERS | TIMES
_VALUES = SIMPLE - {Family.BINARY}

FITS: Mapping[str, frozenset[Family]] = {
    **dict.fromkeys(
        (
            "expect_column_mean_to_be_between",
            "expect_column_median_to_be_between",
            "expect_column_sum_to_be_between",
            "expect_column_stdev_to_be_between",
            "expect_column_quantile_values_to_be_between",
            "expect_column_value_z_scores_to_be_less_than",
            "expect_column_values_to_not_be_outliers",
            "expect_multicolumn_sum_to_equal",
        ),
        NUMBERS,
    ),
    **dict.fromkeys(
        (
            "expect_column_values_to_be_between",
            "expect_column_min_to_be_between",
            "expect_column_max_to_be_between",
            "expect_column_values_to_be_increasing",
            "expect_column_values_to_be_decreasing",
            "expect_column_pair_values_a_to_be_greater_than_b",
        ),
        _ORDERED,
    ),
    **dict.fromkeys(
        (
            "expect_column_values_to_match_regex",
            "expect_column_values_to_not_match_regex",
            "expect_column_values_to_match_regex_list",
            "expect_column_values_to_not_match_regex_list",
            "expect_column_values_to_match_like_pattern",
            "expect_column_values_to_not_match_like_pattern",
            "expect_column_values_to_match_like_pattern_list",
            "expect_column_values_to_not_match_like_pattern_list",
            "expect_column_values_to_match_strftime_format",
            "expect_column_values_to_be_dateutil_parseable",
            "expect_column_values_to_be_json_parseable",
            "expect_column_values_to_match_json_schema",
        ),
        _TEXT,
    ),
    **dict.fromkeys(
        (
            "expect_column_value_lengths_to_be_between",
            "expect_column_value_lengths_to_equal",
        ),
        _LONG,
    ),
    **dict.fromkeys(
        (
            "expect_column_values_to_be_in_set",
            "expect_column_values_to_not_be_in_set",
            "expect_column_distinct_values_to_be_in_set",
            "expect_column_distinct_values_to_contain_set",
            "expect_column_distinct_values_to_equal_set",
            "expect_column_most_common_value_to_be_in_set",
            "expect_column_pair_values_to_be_in_set",
            "expect_column_kl_divergence_to_be_less_than",
        ),
        _VALUES,
    ),
    **dict.fromkeys(
        (
            "expect_column_values_to_be_unique",
            "expect_compound_columns_to_be_unique",
            "expect_column_unique_value_count_to_be_between",
            "expect_column_proportion_of_unique_values_to_be_between",
            "expect_column_pair_values_to_be_equal",
            "expect_multicolumn_values_to_be_equal",
            "expect_select_column_values_to_be_unique_within_record",
        ),
        SIMPLE,
    ),
}
"""Expectation → the families of column types that it can be asked of; any for others."""

_OF_VALUES = frozenset(
    {
        "expect_column_values_to_be_between",
        "expect_column_min_to_be_between",
        "expect_column_max_to_be_between",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_not_be_in_set",
        "expect_column_distinct_values_to_be_in_set",
        "expect_column_distinct_values_to_contain_set",
        "expect_column_distinct_values_to_equal_set",
        "expect_column_most_common_value_to_be_in_set",
    }
)
"""Expectations whose `value_set`, `min_value` and `max_value` are values of the column's type."""

_BOUNDED = frozenset(
    {"expect_column_values_to_be_between", "expect_column_value_lengths_to_be_between"}
)
"""Expectations that GX refuses without any bound."""

_NUMBERS_OF = ("min_value", "max_value", "value")
"""Arguments that are numbers wherever they are no values of a column."""

_ROUNDING = 1e-6
_COMPARING = ("expect_column_pair_values_", "expect_multicolumn_values_", "expect_select_column_")
_READ_AS = {"regex": PATTERN, "regex_list": PATTERN, "type_": TYPE, "type_list": TYPE}
_NEVER_EMPTY = ("value_set", "regex_list", "like_pattern_list", "column_list", "type_list")


def adapt_arguments(
    expectation: str,
    columns: tuple[str, ...],
    arguments: dict[str, Any],
    nodes: Mapping[str, Node],
    context: ParseContext,
) -> dict[str, Any]:
    """Return the arguments in canonical form; those that do not suit are reported.

    `nodes` are where each argument is written; `context` has the types of the table's columns.
    """
    types = {column: context.columns.get(column) for column in columns}
    at = next(iter(nodes.values()))
    _check_families(expectation, types, at, context)
    if expectation in _BOUNDED and not arguments.keys() & {"min_value", "max_value"}:
        context.refuse(at, "has neither `min_value` nor `max_value`; give one of them")
    suited = dict(arguments)
    for name, value in arguments.items():
        node, here = nodes.get(name, at), context.inside(f"`{name}`")
        fault = _fault(expectation, name, value)
        if fault is not None:
            here.refuse(node, fault)
        elif name in nodes:
            suited[name] = _canonical(expectation, name, value, types, node, here)
    return suited


def _fault(expectation: str, name: str, value: Any) -> str | None:
    """Return what is wrong with an argument, whatever the column."""
    if name in _NEVER_EMPTY and not value:
        return "is empty; add to it"
    if name == "column_list" and not expectation.startswith("expect_table_") and len(value) == 1:
        return "names one column, and there is nothing to compare it with; name another"
    if name in _NUMBERS_OF and expectation not in _OF_VALUES:
        return _fault_of_number(value, whole=expectation.startswith("expect_table_"))
    fault_of = _FAULTS_OF.get(name)
    return fault_of(value) if fault_of else None


def _canonical(
    expectation: str,
    name: str,
    value: Any,
    types: Mapping[str, str | None],
    node: Node,
    context: ParseContext,
) -> Any:
    """Return a written argument as the columns that it is about take it."""
    if name in _READ_AS:
        return _read_as(name, node, context)
    if name in ("value_set", "min_value", "max_value") and expectation in _OF_VALUES:
        return _suited(value, next(iter(types.values())), node, context)
    if name == "partition_object":
        return _suited_partition(value, next(iter(types.values())), node, context)
    if name == "value_pairs_set":
        return _suited_pairs(value, [*types.values()], node, context)
    return value


def _check_families(
    expectation: str, types: Mapping[str, str | None], at: Node, context: ParseContext
) -> None:
    fits = FITS.get(expectation, frozenset(Family))
    known = {column: family(type_) for column, type_ in types.items() if type_}
    for column, found in known.items():
        if found not in fits:
            fitting = ", ".join(sorted(fits))
            parsed = f"cannot ask `{expectation}` of {quote(column)}, which is {types[column]}"
            context.refuse(at, f"{parsed}; it fits columns of {fitting}")
    kinds = {Family.WHOLE if found in NUMBERS else found for found in known.values()}
    if expectation.startswith(_COMPARING) and "_in_set" not in expectation and len(kinds) > 1:
        context.refuse(at, "compares columns of different kinds; name columns of one kind")


def _read_as(name: str, node: Node, context: ParseContext) -> Any:
    if isinstance(node, ListNode):
        inside = context.inside(f"an entry of {context.what}")
        return [_READ_AS[name].read(item, inside) for item in node.items]
    return _READ_AS[name].read(node, context)


def _suited(value: Any, type_: str | None, node: Node, context: ParseContext) -> Any:
    """Return a value, or each of a list, as a value of a column's type."""
    if isinstance(value, list):
        items = node.items if isinstance(node, ListNode) else ()
        inside = context.inside(f"a value of {context.what}")
        return [
            _suited_one(one, type_, item, inside) for one, item in zip(value, items, strict=False)
        ]
    return _suited_one(value, type_, node, context)


def _suited_one(value: Any, type_: str | None, node: Node, context: ParseContext) -> Any:
    if type_ is None or value is None:
        return value
    wanted = misfit(value, type_)
    if wanted is not None:
        parsed = f"must be {wanted} for a column of type {type_}"
        context.refuse(node, f"{parsed}, found {quote(str(plain_value(node)))}")
        return value
    return _instant(value, type_) if type_.startswith("timestamp") else value


def _instant(written: str, type_: str) -> str:
    """Return an instant in UTC, or on the wall clock that it was written on."""
    instant = datetime.fromisoformat(written)
    if type_ == "timestamp":
        zoned = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        instant = zoned.astimezone(UTC)
    return instant.isoformat()


def _suited_partition(value: Any, type_: str | None, node: Node, context: ParseContext) -> Any:
    """Return a partition of a column's values, or of its numbers into bins."""
    if "values" in value and isinstance(node, MapNode):
        [_, listed] = node.entries["values"]
        inside = context.inside(f"`values` of {context.what}")
        return {**value, "values": _suited(value["values"], type_, listed, inside)}
    if type_ is not None and family(type_) not in NUMBERS:
        context.refuse(node, f"has bins, which a column of type {type_} does not fall into")
    return value


def _fault_of_partition(partition: Any) -> str | None:
    weights, values, bins = (partition.get(name) for name in ("weights", "values", "bins"))
    if not isinstance(weights, list) or (values is None) == (bins is None):
        return "must have `weights`, and `values` or `bins` beside them"
    if not all(isinstance(weight, int | float) and weight >= 0 for weight in weights):
        return "has a weight that is not a share"
    if abs(sum(weights) - 1) > _ROUNDING:
        return "has weights that do not add up to 1"
    many = values if bins is None else bins
    if not isinstance(many, list) or len(many) != len(weights) + (bins is not None):
        return "needs a weight for each of its values, or for each bin between its edges"
    if bins is None:
        return None
    numbers = all(isinstance(edge, int | float) for edge in bins)
    if not numbers or any(low >= high for low, high in pairwise(bins)):
        return "has bins whose edges do not rise"
    return None


def _fault_of_quantiles(parsed: Any) -> str | None:
    quantiles, ranges = parsed.get("quantiles"), parsed.get("value_ranges")
    if not isinstance(quantiles, list) or not isinstance(ranges, list) or not quantiles:
        return "must have a list of `quantiles`, and `value_ranges` beside them"
    if not all(type(share) in (int, float) and 0 <= share <= 1 for share in quantiles):
        return "has a quantile that is not a number from 0 to 1"
    if len(quantiles) != len(ranges) or not all(map(_is_range, ranges)):
        return "needs a pair in `value_ranges` for each of its quantiles: least and greatest value"
    return None


def _is_range(parsed: Any) -> bool:
    ends = parsed if isinstance(parsed, list) and len(parsed) == len(("low", "high")) else [""]
    return all(end is None or type(end) in (int, float) for end in ends)


def _fault_of_number(parsed: Any, *, whole: bool) -> str | None:
    if type(parsed) not in (int, float):
        return f"must be a number, found {quote(str(parsed))}"
    if whole and type(parsed) is float and not parsed.is_integer():
        return f"must be a whole number, found {parsed}"
    return None


def _fault_of_format(parsed: str) -> str | None:
    try:
        datetime.strptime(_SOME_INSTANT.strftime(parsed), parsed)
    except ValueError:
        return f"is not a date format, found {quote(parsed)}"
    return None


_SOME_INSTANT = datetime(2026, 11, 21, tzinfo=UTC)
_FAULTS_OF = {
    "json_schema": json_schema_error,
    "partition_object": _fault_of_partition,
    "quantile_ranges": _fault_of_quantiles,
    "strftime_format": _fault_of_format,
}
"""Argument → what is wrong with it, whatever the columns are."""


def _suited_pairs(value: Any, types: list[str | None], node: Node, context: ParseContext) -> Any:
    if len(types) == 1:
        context.refuse(
            node, "contains pairs of values, and both columns are the same; name two columns"
        )
        return value
    if not all(isinstance(pair, list) and len(pair) == len(types) for pair in value):
        context.refuse(node, "must be a list of pairs, each a value of one column and of the other")
        return value
    return [
        [_suited_one(one, type_, node, context) for one, type_ in zip(pair, types, strict=True)]
        for pair in value
    ]
