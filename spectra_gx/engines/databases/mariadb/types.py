"""MariaDB's types as Delta's, and how a column of one is read as the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.engines.database_table import foreign_type

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

_TIME = "DATETIME(6)"
_DAYS: Mapping[str, str] = {
    "date": "date",
    "datetime": "timestamp_ntz",
    "timestamp": "timestamp",
}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "uuid", "json")
_BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
_MOST_DIGITS = 38

STOP = "18446744073709551615 + (1 + OCTET_LENGTH({0}))"
"""Template: ends the query, since no number is so large; not reached within CASE unless chosen."""

LONGEST_SORTED = 20_000
"""Letters of texts that are ordered or grouped: MariaDB looks at no more of them."""

_ODD_DAY = "DAY({0}) = 0 OR MONTH({0}) = 0 OR DAY({0}) > DAY(LAST_DAY({0}))"


def _only_booleans(column: str) -> str:
    stop = STOP.format(column)
    return f"CASE WHEN {column} IN (0, 1) THEN {column} WHEN {column} IS NOT NULL THEN {stop} END"


def _only_days(column: str, type_: str) -> str:
    """Read what is a day of the calendar; MariaDB has others, such as 0000-00-00."""
    stop = f"CAST(({STOP.format(column)}) AS {type_})"
    return f"CASE WHEN {_ODD_DAY.format(column)} THEN {stop} ELSE {column} END"


def read_sorted(read: str) -> str:
    """Return a text that MariaDB orders and groups as a whole, or ends the query."""
    stop = f"CONVERT({STOP.format(read)} USING utf8mb4) COLLATE {COLLATION}"
    return f"CASE WHEN CHAR_LENGTH({read}) > {LONGEST_SORTED} THEN {stop} ELSE {read} END"


def read_type(native: str) -> tuple[str, Read]:
    """Return a column's Delta type, and how it is read; another type keeps MariaDB's name."""
    words = native.lower().split("(")[0].split()
    name, unsigned = words[0], "unsigned" in native.lower()
    if native.lower() == "tinyint(1)":
        return "boolean", _only_booleans
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
    elif name in _DAYS:
        return _DAYS[name], lambda column: _only_days(column, "DATE" if name == "date" else _TIME)
    elif name == "double" and not unsigned:
        return "double", lambda column: column
    return foreign_type(native, "MariaDB"), lambda column: column
