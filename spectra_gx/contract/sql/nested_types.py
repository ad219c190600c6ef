"""The kind of what is nested in a column."""

from __future__ import annotations

from spectra_gx.contract.column_types import nested_types
from spectra_gx.contract.sql.types import ANYTHING, OPAQUE, SqlType, TypeClass, sql_type


def nested_type(holder: SqlType, name: str | None) -> SqlType:
    """Return the kind of a field of a struct, of a value of a map, of an item of an array.

    Args:
        holder: What it is nested in.
        name: The field or key, where that is a text.
    """
    if holder.sort in ANYTHING:
        return holder
    if holder.sort is not TypeClass.NESTED or not holder.type:
        return OPAQUE
    parts = nested_types(holder.type)
    if holder.type.startswith("struct"):
        return sql_type(parts[name]) if name in parts else OPAQUE
    return sql_type(parts[_LAST[holder.type.startswith("map")]])


_LAST = {True: "value", False: "item"}
