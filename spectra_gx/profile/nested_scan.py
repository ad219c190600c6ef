"""Profiles of what is nested in columns: the fields of structs, and the items of arrays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import nested_types
from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import column, field
from spectra_gx.profile.personal_data import find_personal_data
from spectra_gx.profile.table_scan import scan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.profile.column_profile import ColumnProfile
    from spectra_gx.profile.table_scan import Query

ITEMS = "items"
_DEEPEST = 5
"""How far into a column rules are inferred."""


def add_nested(
    columns: Sequence[ColumnProfile], query: Query, rows_of: str = "t", depth: int = _DEEPEST
) -> tuple[ColumnProfile, ...]:
    """Return the profiles with those of what is nested in them, by one more scan for each column.

    Args:
        columns: Of what is selected from `rows_of`.
        query: Runs a SELECT.
        rows_of: What to select from.
        depth: How far to go.
    """
    return tuple(_with_parts(one, query, rows_of, depth) for one in columns)


def _with_parts(outer: ColumnProfile, query: Query, rows_of: str, depth: int) -> ColumnProfile:
    is_array = outer.type.startswith("array<")
    types = nested_types(outer.type)
    if depth == 0 or not outer.filled or not (is_array or outer.type.startswith("struct<")):
        return outer
    if is_array:
        types = {ITEMS: types["item"]}
        selected = f"unnest({quote_name(outer.name)}) AS {quote_name(ITEMS)}"
    elif _can_be_declared(types):
        operand = column(outer.name, outer.type)
        selected = ", ".join(
            f"{field(operand, name, text).sql} AS {quote_name(name)}"
            for name, text in types.items()
        )
    else:
        return outer
    within = f"(SELECT {selected} FROM {rows_of} WHERE {quote_name(outer.name)} IS NOT NULL) AS t"
    _, parts = scan(types, query, within)
    parts = find_personal_data(parts, query, within)
    return replace(outer, parts=add_nested(parts, query, within, depth - 1))


def _can_be_declared(fields: Mapping[str, str]) -> bool:
    names = {name.lower() for name in fields}
    readable = all(name.strip() and name.isprintable() for name in fields)
    return readable and len(names) == len(fields)
