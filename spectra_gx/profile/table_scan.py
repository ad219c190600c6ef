"""One scan of a table: a single SELECT of aggregates, then one of values that are few.

Memory stays bounded: distinct values are estimated, quantiles too, and only columns with few
different values are grouped by them.
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

    Query = Callable[[str], pa.Table]
    """Answers a SELECT over the table, which it calls `t`."""

MOST_VALUES = 20
"""More different values than these are not listed."""

_RECOGNISED = ("semver", "email", "uuid", "uri", "ipv4", "date")
_REGEXES = {
    **{name: FORMATS[name] for name in _RECOGNISED},
    # Any text with a colon is a URI; people mean an address.
    "uri": r"^[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\x22{}|\\^`]+\z",
    "json": r"^\s*[\[{]",
}
_COUNTED = frozenset(Family) - {Family.BINARY, Family.ARRAY, Family.MAP, Family.STRUCT}
_AT_ONCE = 100
"""Columns asked about in one SELECT; wider tables take one more scan for each hundred."""


def scan(types: Mapping[str, str], ask: Query) -> tuple[int, tuple[ColumnProfile, ...]]:
    """Return the number of rows, and what the columns are like.

    Args:
        types: Canonical type texts, by column.
        ask: Answers a SELECT.
    """
    names = list(types)
    rows = 0
    seen: list[ColumnProfile] = []
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        asked = {f"c{place}_{fact}": sql
                 for place, name in enumerate(some)
                 for fact, sql in _facts(quote_name(name), types[name])}  # fmt: skip
        select = ", ".join(f"{sql} AS {alias}" for alias, sql in asked.items())
        [answer] = ask(f"SELECT count(*) AS n, {select} FROM t").to_pylist()
        rows = answer["n"]
        for place, name in enumerate(some):
            said = {
                alias.partition("_")[2]: value
                for alias, value in answer.items()
                if alias.startswith(f"c{place}_")
            }
            seen.append(_seen(name, types[name], rows, said))
    return rows, _with_values(seen, ask)


def _facts(column: str, column_type: str) -> Iterator[tuple[str, str]]:
    """Yield the aggregates asked of a column, each with its name."""
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


def _seen(name: str, column_type: str, rows: int, said: Mapping[str, Any]) -> ColumnProfile:
    tail = None if said.get("p01") is None else (said["p01"], said["p99"])
    return ColumnProfile(
        name=name,
        type=column_type,
        rows=rows,
        nulls=rows - said["filled"],
        distinct=said.get("distinct"),
        low=said.get("low"),
        high=said.get("high"),
        tail=tail,
        odd=said.get("odd", 0),
        shortest=said.get("shortest"),
        longest=said.get("longest"),
        formats={format_: said[f"is_{format_}"] for format_ in _REGEXES if f"is_{format_}" in said},
    )


def _with_values(seen: Sequence[ColumnProfile], ask: Query) -> tuple[ColumnProfile, ...]:
    """Return the columns with the values of those that have few, and JSON really parsed."""
    few = [
        column.name
        for column in seen
        if column.type == "string" and column.filled and 0 < (column.distinct or 0) <= MOST_VALUES
    ]
    counted = _values(few, ask) if few else {}
    return tuple(
        replace(
            column,
            values=counted.get(column.name),
            formats={**column.formats, "json": _parsed(column, ask)},
        )
        if column.type == "string"
        else column
        for column in seen
    )


def _values(columns: Sequence[str], ask: Query) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return the values of columns and how often each stands there, all in one scan."""
    names = [quote_name(column) for column in columns]
    which = ", ".join(f"grouping({name}) AS g{place}" for place, name in enumerate(names))
    values = ", ".join(f"{name} AS v{place}" for place, name in enumerate(names))
    sets = ", ".join(f"({name})" for name in names)
    answer = ask(f"SELECT {which}, {values}, count(*) AS n FROM t GROUP BY GROUPING SETS ({sets})")
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


def _parsed(column: ColumnProfile, ask: Query) -> int:
    """Return how many texts are JSON; those that may all be are read and parsed."""
    if not column.filled or column.formats["json"] < column.filled:
        return 0
    name = quote_name(column.name)
    for batch in ask(f"SELECT {name} FROM t WHERE {name} IS NOT NULL").column(0).chunks:
        for text in batch.to_pylist():
            try:
                json.loads(text)
            except (ValueError, RecursionError):
                return 0
    return column.filled
