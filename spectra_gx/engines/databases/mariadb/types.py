"""MariaDB's types as Delta's, and how a column of one is read as the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Read = Callable[[str], str]

COLLATION = "utf8mb4_nopad_bin"
"""Tells texts apart by every letter, its case and accents, and blanks at the end."""

_WHOLE: Mapping[str, str] = {
    "tinyint": "byte",
    "smallint": "short",
    "mediumint": "integer",
    "int": "integer",
    "bigint": "long",
}
_WIDER: Mapping[str, str] = {
    "tinyint": "short",
    "smallint": "integer",
    "mediumint": "integer",
    "int": "long",
}
"""Of whole numbers without a sign."""

_PLAIN: Mapping[str, str] = {
    "double": "double",
    "date": "date",
    "datetime": "timestamp_ntz",
    "timestamp": "timestamp",
}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "uuid", "json")
_BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
_MOST_DIGITS = 38


def read_type(native: str) -> tuple[str, Read]:
    """Return a column's Delta type, and how it is read; another type keeps MariaDB's name."""
    words = native.lower().split("(")[0].split()
    name, unsigned = words[0], "unsigned" in native.lower()
    if native.lower() == "tinyint(1)":
        return "boolean", lambda column: column
    if name in _WHOLE:
        known = _WIDER.get(name) if unsigned else _WHOLE[name]
        return (known or native), lambda column: column
    if decimal := _DECIMAL.fullmatch(native.lower()):
        if int(decimal[1]) <= _MOST_DIGITS:
            return f"decimal({decimal[1]},{decimal[2]})", lambda column: column
    elif name in _TEXTS:
        return "string", lambda column: f"CONVERT({column} USING utf8mb4) COLLATE {COLLATION}"
    elif name in _BYTES:
        return "binary", lambda column: column
    elif name in _PLAIN and not unsigned:
        return _PLAIN[name], lambda column: column
    return native, lambda column: column
