"""Which columns name a row.

A column alone must look like a key or stand first. Several together convince only when chance would
have repeated some of their combinations: with 16 carriers and 8,000 hours, 300,000 rows that all
differ are no accident.
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
_NEAR = 0.95
"""Estimates of distinct values err by some percent."""

_MOST_COLUMNS = 8
_MOST_TRIED = 4
_LONGEST_CODE = 40
_LONGEST_KEY = 255
_BY_CHANCE = 3
"""Rows that chance would have repeated, at least."""

_WIDE = re.compile(r"decimal\(\d+,0\)")
_FIT = (Family.TEXT, Family.WHOLE, Family.DATE, Family.TIMESTAMP, Family.LOCAL_TIMESTAMP)


def find_key(columns: Sequence[ColumnProfile], rows: int, ask: Query) -> tuple[str, ...]:
    """Return the columns of a key, in stored order; none when nothing convinces.

    Every candidate is proven on all rows.
    """
    if rows < FEWEST_ROWS:
        return ()
    fit = [column for column in columns if not column.nulls and _fits(column)]
    alone = [column for column in fit if (column.distinct or 0) >= _NEAR * rows]
    repeated = [column for column in fit if column not in alone]
    for column in sorted(alone, key=lambda column: not is_key_name(column.name))[:_MOST_TRIED]:
        if not _is_unique([column], ask):
            repeated.append(column)
        elif _convinces(column, columns[0], rows):
            return (column.name,)
    return _find_composite([column for column in fit if column in repeated], rows, ask)


def _fits(column: ColumnProfile) -> bool:
    return family(column.type) in _FIT or _is_whole(column)


def _is_whole(column: ColumnProfile) -> bool:
    """Return whether values are whole numbers, of any size."""
    return family(column.type) is Family.WHOLE or _WIDE.fullmatch(column.type) is not None


def _convinces(column: ColumnProfile, first: ColumnProfile, rows: int) -> bool:
    if is_key_name(column.name):
        return True
    if _is_whole(column):
        return bool(rows**2 / (2 * (column.high - column.low + 1)) >= _BY_CHANCE)
    return column is first and family(column.type) in (Family.TEXT, Family.DATE)


def _find_composite(columns: Sequence[ColumnProfile], rows: int, ask: Query) -> tuple[str, ...]:
    plausible = [
        column
        for column in columns
        if (column.distinct or 0) > 1 and (column.longest or 0) <= _LONGEST_KEY
    ]
    plausible = sorted(plausible, key=_rank)[:_MOST_COLUMNS]
    for size in (2, 3):
        tried = [some for some in combinations(plausible, size) if _could_be_key(some, rows)]
        estimates = _estimates(tried, ask)
        near = [
            some
            for some, estimate in zip(tried, estimates, strict=True)
            if estimate >= _NEAR * rows
        ]
        for some in near[:_MOST_TRIED]:
            if _is_unique(some, ask):
                places = {column.name: place for place, column in enumerate(columns)}
                return tuple(sorted((c.name for c in some), key=places.__getitem__))
    return ()


def _could_be_key(columns: Sequence[ColumnProfile], rows: int) -> bool:
    """Return whether they have enough combinations, and chance would have repeated some."""
    possible = prod(column.distinct or 1 for column in columns)
    return possible >= rows * _NEAR and rows**2 / (2 * possible) >= _BY_CHANCE


def _rank(column: ColumnProfile) -> tuple[int, int]:
    """Put codes, times and what is named as a key first, then longer texts, then measures.

    Of measures, the more different ones are likelier to be numbers that something has.
    """
    if is_key_name(column.name):
        return 0, 0
    if _is_whole(column):
        return 2, -(column.distinct or 0)
    return int((column.longest or 0) > _LONGEST_CODE), 0


def _estimates(tried: Sequence[tuple[ColumnProfile, ...]], ask: Query) -> list[int]:
    """Return about how many different combinations each has, all in one scan."""
    if not tried:
        return []
    each = ", ".join(
        "approx_distinct(concat_ws(chr(31), "
        + ", ".join(f"CAST({quote_name(column.name)} AS VARCHAR)" for column in some)
        + f")) AS k{place}"
        for place, some in enumerate(tried)
    )
    [answer] = ask(f"SELECT {each} FROM t").to_pylist()
    return [answer[f"k{place}"] for place in range(len(tried))]


def _is_unique(columns: Sequence[ColumnProfile], ask: Query) -> bool:
    names = ", ".join(quote_name(column.name) for column in columns)
    twice = f"SELECT 1 FROM t GROUP BY {names} HAVING count(*) > 1 LIMIT 1"
    return int(ask(twice).num_rows) == 0
