"""Detection of primary keys.

A single column must look like a key or come first. Several columns form a key only if random data
would have repeated some combinations: with 16 carriers and 8,000 hours, 300,000 distinct rows are
no accident.
"""

from __future__ import annotations

import re
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import Family, family
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.profile.column_names import is_key_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.profile.column_profile import ColumnProfile
    from spectra_gx.profile.table_scan import Query

FEWEST_ROWS = 10
NEAR_UNIQUE = 0.95
"""Estimates of distinct values are off by some percent."""

_MOST_COLUMNS = 8
_MOST_TRIED = 4
_LONGEST_CODE = 40
_LONGEST_KEY = 255
_BY_CHANCE = 3
"""Least number of pairs of equal rows that random data would have."""

_WIDE = re.compile(r"decimal\(\d+,0\)")
_FIT = (Family.TEXT, Family.WHOLE, Family.DATE, Family.TIMESTAMP, Family.LOCAL_TIMESTAMP)


def find_key(columns: Sequence[ColumnProfile], rows: int, query: Query) -> tuple[str, ...]:
    """Return the columns of the likely primary key, in stored order; empty if there is none.

    Each candidate is verified on all rows.
    """
    if rows < FEWEST_ROWS:
        return ()
    fit = [column for column in columns if not column.nulls and can_be_key_column(column)]
    alone = [column for column in fit if (column.distinct or 0) >= NEAR_UNIQUE * rows]
    repeated = [column for column in fit if column not in alone]
    for column in sorted(alone, key=lambda column: not is_key_name(column.name))[:_MOST_TRIED]:
        if not _is_unique([column], query):
            repeated.append(column)
        elif _is_likely_key(column, columns[0], rows):
            return (column.name,)
    return _find_composite([column for column in fit if column in repeated], rows, query)


def can_be_key_column(column: ColumnProfile) -> bool:
    """Return whether the values are of a kind that identifies something."""
    return family(column.type) in _FIT or _is_whole(column)


def _is_whole(column: ColumnProfile) -> bool:
    """Return whether the values are whole numbers of any size."""
    return family(column.type) is Family.WHOLE or _WIDE.fullmatch(column.type) is not None


def _is_likely_key(column: ColumnProfile, first: ColumnProfile, rows: int) -> bool:
    if is_key_name(column.name):
        return True
    if _is_whole(column):
        return bool(rows**2 / (2 * (column.high - column.low + 1)) >= _BY_CHANCE)
    return column is first and family(column.type) in (Family.TEXT, Family.DATE)


def _find_composite(columns: Sequence[ColumnProfile], rows: int, query: Query) -> tuple[str, ...]:
    for size in (2, 3):
        for some in find_nearly_unique(columns, size, rows, query):
            if _is_unique(some, query):
                return in_stored_order(some, columns)
    return ()


def find_nearly_unique(
    columns: Sequence[ColumnProfile], size: int, rows: int, query: Query
) -> list[tuple[ColumnProfile, ...]]:
    """Return some combinations of columns that nearly identify a row by estimate, likely first.

    Only those are looked at that random data would have repeated.
    """
    plausible = [
        column
        for column in columns
        if (column.distinct or 0) > 1 and (column.longest or 0) <= _LONGEST_KEY
    ]
    plausible = sorted(plausible, key=_rank)[:_MOST_COLUMNS]
    tried = [some for some in combinations(plausible, size) if _could_be_key(some, rows)]
    estimates = zip(tried, _estimates(tried, query), strict=True)
    near = [some for some, estimate in estimates if estimate >= NEAR_UNIQUE * rows]
    return near[:_MOST_TRIED]


def in_stored_order(
    some: Sequence[ColumnProfile], columns: Sequence[ColumnProfile]
) -> tuple[str, ...]:
    """Return the names of some columns in the order of all."""
    return tuple(column.name for column in columns if column in some)


def _could_be_key(columns: Sequence[ColumnProfile], rows: int) -> bool:
    """Return whether there are enough combinations, and random data would repeat some."""
    enough = _possible(columns) >= rows * NEAR_UNIQUE
    return enough and repeated_by_chance(columns, rows) / 2 >= _BY_CHANCE


def repeated_by_chance(columns: Sequence[ColumnProfile], rows: int) -> float:
    """Return how many rows of random data would repeat the combination of another one."""
    return rows**2 / _possible(columns)


def _possible(columns: Sequence[ColumnProfile]) -> int:
    """Return how many combinations there are of the values of columns."""
    return prod(column.distinct or 1 for column in columns)


def _rank(column: ColumnProfile) -> tuple[int, int]:
    """Sort codes, times and names of keys first, then longer texts, then whole numbers.

    Of whole numbers, those with more distinct values are likelier to identify something.
    """
    if is_key_name(column.name):
        return 0, 0
    if _is_whole(column):
        return 2, -(column.distinct or 0)
    return int((column.longest or 0) > _LONGEST_CODE), 0


def _estimates(tried: Sequence[tuple[ColumnProfile, ...]], query: Query) -> list[int]:
    """Estimate the number of distinct combinations of each candidate, in one scan."""
    if not tried:
        return []
    each = ", ".join(
        "approx_distinct(concat_ws(chr(31), "
        + ", ".join(f"CAST({quote_name(column.name)} AS VARCHAR)" for column in some)
        + f")) AS k{place}"
        for place, some in enumerate(tried)
    )
    [answer] = query(f"SELECT {each} FROM t").to_pylist()
    return [answer[f"k{place}"] for place in range(len(tried))]


def _is_unique(columns: Sequence[ColumnProfile], query: Query) -> bool:
    names = ", ".join(quote_name(column.name) for column in columns)
    twice = f"SELECT 1 FROM t GROUP BY {names} HAVING count(*) > 1 LIMIT 1"
    return int(query(twice).num_rows) == 0
