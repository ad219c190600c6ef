"""The columns that a suite of Great Expectations names, and what their types must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.foreign_types import read_type
from spectra_gx.interop.names import column_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Expectations = list[dict[str, Any]]

_ONE = ("column", "column_A", "column_B")
_SEVERAL = ("column_list", "column_set")
_TYPES = ("type_", "type_list")
_TEXT_ONLY = ("regex", "lengths", "like_pattern", "json", "strftime", "dateutil")
_NUMBER_ONLY = ("_mean_", "_median_", "_sum_", "_stdev_", "_quantile_", "z_scores", "kl_divergence")
_PANDAS = {"int8": "byte", "object": "string", "str": "string"}
"""Words that mean something else in pandas than in SQL."""


@dataclass(frozen=True)
class FoundType:
    """A column's type and, when no expectation names it, why it was chosen."""

    type: str
    guessed: str | None = None


def columns_of(expectations: Expectations) -> list[str]:
    """Return every column that the expectations name and Delta takes, in the order of the suite.

    The list or set of all columns comes first, for it has the table's own order.
    """
    whole = [e for e in expectations if _type(e).startswith("expect_table_columns")]
    found = dict.fromkeys(name for e in (*whole, *expectations) for name in _named(_kwargs(e)))
    return [name for name in found if column_name(name) == name]


def type_of(column: str, expectations: Expectations) -> FoundType:
    """Return a column's type: as an expectation names it, or as their values demand."""
    about = [e for e in expectations if column in _named(_kwargs(e))]
    named = [word for e in about if "path" not in _kwargs(e) for word in _type_words(_kwargs(e))]
    for word in named:
        known = _PANDAS.get(word) or getattr(read_type(word), "type", None)
        if known:
            several = len(set(named)) > 1
            reason = f"may be one of {', '.join(map(str, named))}; '{known}' was written"
            return FoundType(known, reason if several else None)
    chosen = _demanded(about)
    said = (
        f"has the type {named[0]!r}, which Delta has not"
        if named
        else "no expectation names its type"
    )
    return FoundType(chosen, f"{said}; '{chosen}' was written")


def _demanded(about: Expectations) -> str:
    kinds = {_type(e) for e in about}
    if any(word in kind for kind in kinds for word in _TEXT_ONLY):
        return "string"
    values = [value for e in about for value in _values(_kwargs(e))]
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


def _values(kwargs: Mapping[str, Any]) -> Iterator[Any]:
    for key in ("min_value", "max_value"):
        if kwargs.get(key) is not None:
            yield kwargs[key]
    values = kwargs.get("value_set")
    yield from (value for value in values if value is not None) if isinstance(values, list) else ()


def _type_words(kwargs: Mapping[str, Any]) -> Iterator[str]:
    for key in _TYPES:
        said = kwargs.get(key)
        yield from (word for word in _texts(said))


def _named(kwargs: Mapping[str, Any]) -> list[str]:
    one = [kwargs[key] for key in _ONE if isinstance(kwargs.get(key), str)]
    return [*one, *(name for key in _SEVERAL for name in _texts(kwargs.get(key)))]


def _texts(said: Any) -> Iterable[str]:
    if isinstance(said, str):
        return [said]
    return [item for item in said if isinstance(item, str)] if isinstance(said, list) else []


def _kwargs(expectation: Mapping[str, Any]) -> dict[str, Any]:
    kwargs = expectation.get("kwargs")
    return kwargs if isinstance(kwargs, dict) else {}


def _type(expectation: Mapping[str, Any]) -> str:
    said = expectation.get("type") or expectation.get("expectation_type")
    return said if isinstance(said, str) else ""
