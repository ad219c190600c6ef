"""BigQuery's types as Delta's, and how a column of one is read as the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.engines.databases.dialect import Read

_PLAIN = {
    "INT64": "long",
    "BOOL": "boolean",
    "DATE": "date",
    "DATETIME": "timestamp_ntz",
    "TIMESTAMP": "timestamp",
    "BYTES": "binary",
}
_DECIMAL = re.compile(r"(BIG)?NUMERIC\((\d+)(?:, (\d+))?\)")
_TEXT = re.compile(r"STRING(\(\d+\))?")
_MOST_DIGITS = 38


def read_type(native: str, collation: str | None) -> tuple[str, Read]:
    """Return a column's Delta type, and how it is read; another type keeps BigQuery's name.

    A floating-point number that is NaN ends the query: BigQuery finds it equal to nothing.
    """
    if _TEXT.fullmatch(native):
        plain = collation in (None, "", "NULL")
        return "string", lambda column: column if plain else f"COLLATE({column}, '')"
    if native == "FLOAT64":
        return "double", lambda column: f"IF(IS_NAN({column}), ERROR('NaN'), {column})"
    if native == "NUMERIC":
        return "decimal(38,9)", lambda column: column
    if (decimal := _DECIMAL.fullmatch(native)) and int(decimal[2]) <= _MOST_DIGITS:
        return f"decimal({decimal[2]},{decimal[3] or 0})", lambda column: column
    return _PLAIN.get(native, native.lower()), lambda column: column
