"""The columns that a suite of Great Expectations names, and their types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.foreign_types import parse_foreign_type
from spectra_gx.interop.gx.row_conditions import sql_comparisons
from spectra_gx.interop.valid_names import column_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Expectations = list[dict[str, Any]]

_ONE = ("column", "column_A", "column_B")
_SEVERAL = ("column_list", "column_set")
_TYPES = ("type_", "type_list")
_TEXT_ONLY = ("regex", "lengths", "like_pattern", "json", "strftime", "dateutil")
_NUMBER_ONLY = ("_mean_", "_median_", "_sum_", "_stdev_", "_quantile_", "z_scores", "kl_divergence")
_PANDAS = {"int8": "byte", "object": "string", "str": "string"}
"""Type names with another meaning in pandas than in SQL."""


@dataclass(frozen=True)
class InferredType:
    """A column's type and, if no expectation names it, the reason for choosing it."""

    type: str
    guessed: str | None = None


def find_columns(expectations: Expectations) -> list[str]:
    """Return every column that the expectations name, in the order of the suite.

    A list or set of all columns comes first, since it has the table's own order.
    """
    whole = [e for e in expectations if _type(e).startswith("expect_table_columns")]
    found = dict.fromkeys(name for e in (*whole, *expectations) for name in _named(_kwargs(e)))
    return [name for name in found if column_name(name) == name]


def infer_type(column: str, expectations: Expectations) -> InferredType:
    """Return a column's type: named by an expectation, or inferred from the values in them."""
    about = [e for e in expectations if column in _named(_kwargs(e))]
    named = [word for e in about if "path" not in _kwargs(e) for word in _type_words(_kwargs(e))]
    for word in named:
        known = _PANDAS.get(word) or getattr(parse_foreign_type(word), "type", None)
        if known:
            several = len(set(named)) > 1
            reason = f"may be one of {', '.join(map(str, named))}; used '{known}'"
            return InferredType(known, reason if several else None)
    chosen = _type_of_values(column, about)
    reason = (
        f"has the type {named[0]!r}, which Delta does not have"
        if named
        else "no expectation names its type"
    )
    return InferredType(chosen, f"{reason}; used '{chosen}'")


def _type_of_values(column: str, about: Expectations) -> str:
    kinds = {_type(e) for e in about}
    if any(word in kind for kind in kinds for word in _TEXT_ONLY):
        return "string"
    values = [value for e in about for value in _values(column, _kwargs(e))]
    if values and all(isinstance(value, str) for value in values):
        return type_of_texts(values)
    if any(isinstance(value, str) for value in values):
        return "string"
    if values and all(isinstance(value, bool) for value in values):
        return "boolean"
    if any(isinstance(value, float) for value in values):
        return "double"
    if any(word in kind for kind in kinds for word in _NUMBER_ONLY):
        return "double"
    whole = any(isinstance(value, int) for value in values)
    return (
        "long"
        if whole and "expect_column_unique_value_count_to_be_between" not in kinds
        else "string"
    )


def type_of_texts(texts: list[str]) -> str:
    """Return the type of values written like these: dates, timestamps, or strings."""
    try:
        instants = [datetime.fromisoformat(text) for text in texts]
    except ValueError:
        return "string"
    if all(re.fullmatch(r"\d{4}-\d\d-\d\d", text) for text in texts):
        return "date"
    zoned = [instant.tzinfo is not None for instant in instants]
    if any(zoned) != all(zoned) or not all(re.match(r"\d{4}-\d\d-\d\d", text) for text in texts):
        return "string"
    return "timestamp" if all(zoned) else "timestamp_ntz"


def _values(column: str, kwargs: Mapping[str, Any]) -> Iterator[Any]:
    compared = _compared(kwargs.get("row_condition"))
    yield from (value for name, value in compared if name == column and value is not None)
    if column not in _direct_columns(kwargs):
        return
    for key in ("min_value", "max_value"):
        if kwargs.get(key) is not None:
            yield kwargs[key]
    values = kwargs.get("value_set")
    yield from (value for value in values if value is not None) if isinstance(values, list) else ()


def _type_words(kwargs: Mapping[str, Any]) -> Iterator[str]:
    for key in _TYPES:
        value = kwargs.get(key)
        yield from (word for word in _texts(value))


def _named(kwargs: Mapping[str, Any]) -> list[str]:
    """Return the columns that an expectation or its row condition names."""
    return [*_direct_columns(kwargs), *(name for name, _ in _compared(kwargs.get("row_condition")))]


def _compared(condition: Any) -> Iterator[tuple[str, Any]]:
    """Yield each column of a row condition with each value that it is compared to, or None."""
    if not isinstance(condition, dict):
        return
    parts = condition.get("conditions")
    for part in parts if isinstance(parts, list) else ():
        yield from _compared(part)
    if condition.get("type") == "pass_through":
        yield from sql_comparisons(str(condition.get("pass_through_filter")))
    column, parameter = condition.get("column"), condition.get("parameter")
    name = column.get("name") if isinstance(column, dict) else None
    if isinstance(name, str):
        for value in parameter if isinstance(parameter, list) else [parameter]:
            yield name, value


def _direct_columns(kwargs: Mapping[str, Any]) -> list[str]:
    one = [kwargs[key] for key in _ONE if isinstance(kwargs.get(key), str)]
    return [*one, *(name for key in _SEVERAL for name in _texts(kwargs.get(key)))]


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _kwargs(expectation: Mapping[str, Any]) -> dict[str, Any]:
    kwargs = expectation.get("kwargs")
    return kwargs if isinstance(kwargs, dict) else {}


def _type(expectation: Mapping[str, Any]) -> str:
    name = expectation.get("type") or expectation.get("expectation_type")
    return name if isinstance(name, str) else ""
