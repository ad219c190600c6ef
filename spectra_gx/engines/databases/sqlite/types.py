"""Declared types of SQLite as Delta's: how a column is read, and which values are of its type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHOLE: Mapping[str, tuple[str, int]] = {
    "TINYINT": ("byte", 8),
    "SMALLINT": ("short", 16),
    "INT2": ("short", 16),
    "INT": ("integer", 32),
    "INT4": ("integer", 32),
    "MEDIUMINT": ("integer", 32),
    "INTEGER": ("long", 64),
    "BIGINT": ("long", 64),
    "INT8": ("long", 64),
}
_FLOATING = ("REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT")
_TEXT = re.compile(r"TEXT|CLOB|UUID|JSON|(?:N|NATIVE |VARYING )?(?:VAR)?CHAR(?:ACTER)?(?:\(\d+\))?")
_DECIMAL = re.compile(r"(?:DECIMAL|NUMERIC)\((\d+), ?(\d+)\)")
_LOCAL_TIMES = ("DATETIME", "TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE")
_INSTANTS = ("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE")

EXACT_DIGITS = 15
"""Decimals with so many digits are numbers of their own among SQLite's 64-bit floats."""

_DAY = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
_TIME = f"{_DAY}[ T][0-2][0-9]:[0-5][0-9]:[0-5][0-9]"


@dataclass(frozen=True)
class DeclaredType:
    """What a column is declared as."""

    type: str
    """Delta's."""

    read: str
    """Template: the value, `{0}` the column."""

    fits: str
    """Template: is a value that is not null of the type? None of another class is."""

    other: str = "typeof({0})"
    """Template: what a value is called that is not of the type."""


def declared_type(text: str) -> DeclaredType | None:
    """Return what is known of a declared type; None where SQLite alone knows it."""
    name = " ".join(text.upper().split())
    if name in _WHOLE:
        type_, bits = _WHOLE[name]
        largest = 2 ** (bits - 1)
        return DeclaredType(
            type_,
            "{0}",
            f"typeof({{0}}) = 'integer' AND {{0}} BETWEEN {-largest + 1} - 1 AND {largest - 1}",
        )
    if name in _FLOATING:
        return DeclaredType("double", "{0}", "typeof({0}) = 'real'")
    if name in ("BOOLEAN", "BOOL"):
        return DeclaredType("boolean", "{0}", "typeof({0}) = 'integer' AND {0} IN (0, 1)")
    if _TEXT.fullmatch(name):
        return DeclaredType(
            "string",
            "{0} COLLATE BINARY",
            "typeof({0}) = 'text' AND instr({0}, char(0)) = 0",
            "CASE typeof({0}) WHEN 'text' THEN 'texts with NUL' ELSE typeof({0}) END",
        )
    if name == "BLOB":
        return DeclaredType("binary", "{0}", "typeof({0}) = 'blob'")
    if name == "DATE":
        return DeclaredType(
            "date",
            "{0}",
            f"typeof({{0}}) = 'text' AND {{0}} GLOB '{_DAY}' AND date(julianday({{0}})) = {{0}}",
        )
    if decimal := _DECIMAL.fullmatch(name):
        return _decimal(int(decimal[1]), int(decimal[2]))
    if name in _LOCAL_TIMES:
        return DeclaredType("timestamp_ntz", _padded("{0}"), _is_time("{0}"))
    if name in _INSTANTS:
        bare = "replace(replace({0}, 'Z', ''), '+00:00', '')"
        zoned = "({0} LIKE '%Z' OR {0} LIKE '%+00:00')"
        return DeclaredType("timestamp", _padded(bare), f"{zoned} AND {_is_time(bare)}")
    return None


def _decimal(precision: int, scale: int) -> DeclaredType | None:
    if precision > EXACT_DIGITS:
        return None
    fits = (
        "typeof({0}) IN ('integer', 'real') "
        f"AND round({{0}}, {scale}) = {{0}} AND abs({{0}}) < 1e{precision - scale}"
    )
    return DeclaredType(f"decimal({precision},{scale})", "{0}", fits)


def _padded(value: str) -> str:
    """Return times as text of one length, so that they compare as times."""
    text = f"replace({value}, 'T', ' ')"
    return (
        f"CASE WHEN length({value}) = 19 THEN {text} || '.000000' "
        f"ELSE substr({text} || '000000', 1, 26) END"
    )


def _is_time(value: str) -> str:
    fraction = "[0-9]"
    forms = [_TIME, *(f"{_TIME}.{fraction * digits}" for digits in range(1, 7))]
    day = f"date(julianday(substr({value}, 1, 10))) = substr({value}, 1, 10)"
    clock = f"time(substr({value}, 12, 8))"
    some = " OR ".join(f"{value} GLOB '{form}'" for form in forms)
    return f"typeof({{0}}) = 'text' AND ({some}) AND {day} AND {clock} IS NOT NULL"
