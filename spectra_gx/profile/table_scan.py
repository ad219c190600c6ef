"""Profile the columns of a table with a SELECT of aggregates and one of frequent values.

Memory stays bounded: distinct values and quantiles are estimated, and only columns with few
distinct values are grouped by them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import NUMBERS, TIMES, Family, family
from spectra_gx.contract.formats import FORMATS
from spectra_gx.contract.sql.quoting import quote_name, quote_text
from spectra_gx.profile.column_profile import ColumnProfile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa
    from deltalake import QueryBuilder

    Query = Callable[[str], pa.Table]
    """Runs a SELECT over the table, named `t`."""

    Register = Callable[[QueryBuilder, str], None]
    """Makes a session of DataFusion know the table under a name."""

MOST_VALUES = 20
"""Columns with more distinct values are not listed."""

_RECOGNISED = ("semver", "email", "uuid", "uri", "ipv4", "date")
_REGEXES = {
    **{name: FORMATS[name] for name in _RECOGNISED},
    # Strictly, any text with a colon is a URI; this means a web address.
    "uri": r"^[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\x22{}|\\^`]+\z",
    "json": r"^\s*[\[{]",
}
_COUNTED = frozenset(Family) - {Family.BINARY, Family.ARRAY, Family.MAP, Family.STRUCT}
_COLUMNS_PER_SCAN = 100
"""Columns in one SELECT; wider tables take another scan for each hundred."""


def scan(
    types: Mapping[str, str], query: Query, rows_of: str = "t"
) -> tuple[int, tuple[ColumnProfile, ...]]:
    """Return the number of rows and the profiles of the columns.

    Args:
        types: Column → canonical type.
        query: Runs a SELECT.
        rows_of: What to select from: the table, or what is nested in it.
    """
    names = list(types)
    rows = 0
    profiles: list[ColumnProfile] = []
    for start in range(0, len(names), _COLUMNS_PER_SCAN):
        chunk = names[start : start + _COLUMNS_PER_SCAN]
        aggregates = {f"c{place}_{fact}": sql
                 for place, name in enumerate(chunk)
                 for fact, sql in _aggregates(quote_name(name), types[name])}  # fmt: skip
        select = ", ".join(f"{sql} AS {alias}" for alias, sql in aggregates.items())
        [answer] = query(f"SELECT count(*) AS n, {select} FROM {rows_of}").to_pylist()
        rows = answer["n"]
        for place, name in enumerate(chunk):
            values = {
                alias.partition("_")[2]: value
                for alias, value in answer.items()
                if alias.startswith(f"c{place}_")
            }
            profiles.append(_profile_column(name, types[name], rows, values))
    return rows, _add_values(profiles, query, rows_of)


def _aggregates(column: str, column_type: str) -> Iterator[tuple[str, str]]:
    """Yield the aggregates of a column, each with its name."""
    yield "filled", f"count({column})"
    kind = family(column_type)
    fraction = column_type in ("double", "float")
    if kind in _COUNTED and not fraction:
        yield "distinct", f"approx_distinct({column})"
    if kind in NUMBERS:
        number = f"CAST({column} AS DOUBLE)"
        plain = ""
        if fraction:
            # NaN minus NaN, and infinity minus infinity, are not 0.
            yield "odd", f"count(*) FILTER (WHERE NOT ({column} - {column} = 0))"
            plain = f" FILTER (WHERE {column} - {column} = 0)"
        yield "low", f"min({column}){plain}"
        yield "high", f"max({column}){plain}"
        yield "negative", f"count(*) FILTER (WHERE {column} < 0)"
        yield "p01", f"approx_percentile_cont({number}, 0.01){plain}"
        yield "p99", f"approx_percentile_cont({number}, 0.99){plain}"
    if kind in TIMES:
        yield "low", f"CAST(min({column}) AS VARCHAR)"
        yield "high", f"CAST(max({column}) AS VARCHAR)"
    if kind is Family.TEXT:
        yield "low", f"min({column})"
        yield "high", f"max({column})"
        yield "shortest", f"min(character_length({column}))"
        yield "longest", f"max(character_length({column}))"
        for name, regex in _REGEXES.items():
            matches = f"regexp_like({column}, {quote_text(regex)})"
            yield f"is_{name}", f"count(*) FILTER (WHERE {matches})"


def _profile_column(
    name: str, column_type: str, rows: int, values: Mapping[str, Any]
) -> ColumnProfile:
    tail = None if values.get("p01") is None else (values["p01"], values["p99"])
    return ColumnProfile(
        name=name,
        type=column_type,
        rows=rows,
        nulls=rows - values["filled"],
        distinct=values.get("distinct"),
        low=values.get("low"),
        high=values.get("high"),
        tail=tail,
        odd=values.get("odd", 0),
        negative=values.get("negative", 0),
        shortest=values.get("shortest"),
        longest=values.get("longest"),
        formats={
            format_: values[f"is_{format_}"] for format_ in _REGEXES if f"is_{format_}" in values
        },
    )


def _add_values(
    profiles: Sequence[ColumnProfile], query: Query, rows_of: str
) -> tuple[ColumnProfile, ...]:
    """Add the values of columns that have few, and verify JSON by parsing it."""
    few = [
        column.name
        for column in profiles
        if column.type == "string" and column.filled and 0 < (column.distinct or 0) <= MOST_VALUES
    ]
    counted = _count_values(few, query, rows_of) if few else {}
    return tuple(
        replace(
            column,
            values=counted.get(column.name),
            formats={**column.formats, "json": _count_json(column, query, rows_of)},
        )
        if column.type == "string"
        else column
        for column in profiles
    )


def _count_values(
    columns: Sequence[str], query: Query, rows_of: str
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return the values of columns and their counts, in one scan."""
    names = [quote_name(column) for column in columns]
    which = ", ".join(f"grouping({name}) AS g{place}" for place, name in enumerate(names))
    values = ", ".join(f"{name} AS v{place}" for place, name in enumerate(names))
    sets = ", ".join(f"({name})" for name in names)
    answer = query(
        f"SELECT {which}, {values}, count(*) AS n FROM {rows_of} GROUP BY GROUPING SETS ({sets})"
    )
    found: dict[str, list[tuple[str, int]]] = {column: [] for column in columns}
    for row in answer.to_pylist():
        place = next(place for place in range(len(names)) if row[f"g{place}"] == 0)
        if row[f"v{place}"] is not None:
            found[columns[place]].append((row[f"v{place}"], row["n"]))
    return {
        column: tuple(sorted(values, key=lambda value: (-value[1], value[0])))
        for column, values in found.items()
        if len(values) <= MOST_VALUES
    }


def _count_json(column: ColumnProfile, query: Query, rows_of: str) -> int:
    """Return how many texts are JSON; parse them only if all may be."""
    if not column.filled or column.formats["json"] < column.filled:
        return 0
    name = quote_name(column.name)
    texts = query(f"SELECT {name} FROM {rows_of} WHERE {name} IS NOT NULL")
    for batch in texts.column(0).chunks:
        for text in batch.to_pylist():
            try:
                json.loads(text)
            except (ValueError, RecursionError):
                return 0
    return column.filled
