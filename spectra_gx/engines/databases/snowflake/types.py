"""Snowflake's types as Delta's, and how a column of one is read as the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.engines.databases.dialect import Read

_MOST_DIGITS = 38
_PLAIN = {"FLOAT": "double", "BOOLEAN": "boolean", "DATE": "date", "BINARY": "binary"}
_TIMES = {
    "TIMESTAMP_NTZ": ("timestamp_ntz", "TIMESTAMP_NTZ(6)"),
    "TIMESTAMP_LTZ": ("timestamp", "TIMESTAMP_LTZ(6)"),
    "TIMESTAMP_TZ": ("timestamp", "TIMESTAMP_LTZ(6)"),
}


def read_type(
    native: str, digits: int | None, scale: int | None, collation: str | None
) -> tuple[str, Read]:
    """Return a column's Delta type, and how it is read; another type keeps Snowflake's name.

    NUMBER(38,0) is what Snowflake stores INTEGER and BIGINT as. Times are read to the microsecond.
    """
    if native == "TEXT":
        # Under a collation of its own, a text would be compared without case or accents.
        return (f"text collate {collation}" if collation else "string"), lambda column: column
    if native == "NUMBER" and digits is not None:
        whole = digits == _MOST_DIGITS and not scale
        return ("long" if whole else f"decimal({digits},{scale or 0})"), lambda column: column
    if native in _TIMES:
        type_, cast = _TIMES[native]
        return type_, lambda column: f"CAST({column} AS {cast})"
    return _PLAIN.get(native, native.lower()), lambda column: column
