"""Databricks' types as Delta's, and how a column of one is read as the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.engines.databases.dialect import Read

_PLAIN = {
    "boolean": "boolean",
    "tinyint": "byte",
    "smallint": "short",
    "int": "integer",
    "bigint": "long",
    "float": "float",
    "double": "double",
    "string": "string",
    "date": "date",
    "timestamp": "timestamp",
    "timestamp_ntz": "timestamp_ntz",
    "binary": "binary",
}
_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_TEXT = re.compile(r"varchar\(\d+\)")


def read_type(native: str) -> tuple[str, Read]:
    """Return a column's Delta type, and how it is read; another type keeps Databricks' name."""
    name = native.lower()
    if decimal := _DECIMAL.fullmatch(name):
        return f"decimal({decimal[1]},{decimal[2]})", lambda column: column
    if _TEXT.fullmatch(name):
        return "string", lambda column: column
    return _PLAIN.get(name, name), lambda column: column
