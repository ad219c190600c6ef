"""Rules that all but a few rows satisfy: what a person may want to know, and to repair."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import NUMBERS, Family, family
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.profile.column_names import is_key_name
from spectra_gx.profile.column_profile import NearKey
from spectra_gx.profile.key_detection import (
    NEAR_UNIQUE,
    can_be_key_column,
    find_nearly_unique,
    in_stored_order,
    repeated_by_chance,
)
from spectra_gx.profile.rule_inference import MANY, find_enum

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.profile.column_profile import ColumnProfile
    from spectra_gx.profile.table_scan import Query

_SHARE = 0.01
"""Most rows that may break a rule for it to be nearly satisfied."""

_BEYOND_CHANCE = 10
"""How many times as many rows random data would have repeated, at least."""

_LONGEST_LIST = 40
_MOST_TRIED = 8
_FORMATS = {
    "semver": "a semver", "email": "an e-mail address", "uuid": "a UUID", "uri": "an address",
    "ipv4": "an IPv4 address", "date": "a date",
}  # fmt: skip


def count_repeated(
    columns: Sequence[ColumnProfile], key: Sequence[str], query: Query
) -> tuple[ColumnProfile, ...]:
    """Return the profiles with the rows in which columns that are named like a key repeat.

    Only those are counted that are nearly unique by estimate; counts are exact. A column that is
    only a part of the key may have been meant to be it alone.
    """
    likely = [
        column
        for column in columns
        if (column.name,) != tuple(key)
        and column.filled >= MANY
        and is_key_name(column.name)
        and can_be_key_column(column)
        and (column.distinct or 0) >= NEAR_UNIQUE * column.filled
    ]
    counts = {column.name: _repeated_rows([column], query) for column in likely[:_MOST_TRIED]}
    return tuple(replace(column, repeated=counts.get(column.name)) for column in columns)


def find_near_key(columns: Sequence[ColumnProfile], rows: int, query: Query) -> NearKey | None:
    """Return which two columns identify a row but for the fewest rows, if only a few are left.

    One that nearly does so alone needs no other, and is left out.
    """
    fit = [
        column
        for column in columns
        if not column.nulls
        and can_be_key_column(column)
        and (column.distinct or 0) < NEAR_UNIQUE * rows
    ]
    if rows < MANY:
        return None
    found = [
        NearKey(in_stored_order(some, columns), broken)
        for some in find_nearly_unique(fit, 2, rows, query)
        for broken in [_repeated_rows(some, query)]
        if is_few(broken, rows) and repeated_by_chance(some, rows) >= _BEYOND_CHANCE * broken
    ]
    return min(found, key=lambda one: one.broken, default=None)


def _repeated_rows(columns: Sequence[ColumnProfile], query: Query) -> int:
    names = [quote_name(column.name) for column in columns]
    given = " AND ".join(f"{name} IS NOT NULL" for name in names)
    groups = f"SELECT count(*) AS n FROM t WHERE {given} GROUP BY {', '.join(names)}"
    [row] = query(f"SELECT sum(n) AS n FROM ({groups} HAVING count(*) > 1) AS g").to_pylist()
    return int(row["n"] or 0)


def find_near_misses(column: ColumnProfile, *, private: bool) -> Iterator[str]:
    """Yield what its values look like, and what is true of them but for a few rows.

    No value of a private column is in it.
    """
    if column.suspected is not None:
        yield f"looks like {column.suspected.kind}"
    if is_few(column.repeated, column.filled):
        yield f"unique but for {_rows(column.repeated)}"
    if is_nearly_required(column):
        yield f"never null but for {_rows(column.nulls)}"
    if family(column.type) in NUMBERS and is_few(column.negative, column.filled):
        yield f"never negative but for {_rows(column.negative)}"
    if family(column.type) is not Family.TEXT:
        return
    for name, words in _FORMATS.items():
        if is_few(column.filled - column.formats[name], column.filled):
            yield f"{words} but for {_rows(column.filled - column.formats[name])}"
    if not private and (found := _near_enum(column)):
        yield found


def is_nearly_required(column: ColumnProfile) -> bool:
    """Return whether only a few rows are null."""
    return is_few(column.nulls, column.rows)


def _near_enum(column: ColumnProfile) -> str | None:
    """Return which few values a column has, but for rows with rare ones."""
    counts = column.values or ()
    often = [(value, count) for value, count in counts if count > _SHARE * column.filled]
    rare = column.filled - sum(count for _, count in often)
    if len(often) in (0, len(counts)) or not is_few(rare, column.filled):
        return None
    values = find_enum(often)
    if values is None:
        return None
    listed = ", ".join(values)
    few = listed if len(listed) <= _LONGEST_LIST else f"{len(values)} values"
    return f"{'one of' if len(values) > 1 else 'always'} {few} but for {_rows(rare)}"


def is_few(broken: int | None, of: int) -> bool:
    """Return whether a rule is satisfied but for a few rows, and has been so often."""
    return of >= MANY and bool(broken) and (broken or 0) <= _SHARE * of


def _rows(count: int | None) -> str:
    return f"{count or 0:,} row{'s'[: count != 1]}"
