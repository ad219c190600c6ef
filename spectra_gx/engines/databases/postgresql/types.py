"""PostgreSQL's types as Delta's, and how a column of one is read as the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Read = Callable[[str], str]

_PLAIN: Mapping[str, str] = {
    "boolean": "boolean",
    "smallint": "short",
    "integer": "integer",
    "bigint": "long",
    "real": "float",
    "double precision": "double",
    "date": "date",
    "bytea": "binary",
}
_TEXT = re.compile(r'text|character varying(\(\d+\))?|name|"char"')
_AS_TEXT = re.compile(r"character(\(\d+\))?|(\w+\.|\"[^\"]+\"\.)?citext|uuid|jsonb?")
_TIMES = re.compile(r"timestamp(\(\d\))? (with|without) time zone")
_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")


def read_type(native: str, *, is_enum: bool) -> tuple[str, Read]:
    """Return a column's Delta type, and how it is read; another type keeps PostgreSQL's name.

    Texts are compared by code points, whatever the column's collation. What only PostgreSQL has
    within a type ends a query with an error: a decimal that is not a number, an array of arrays.
    """
    if is_enum or _AS_TEXT.fullmatch(native):
        return "string", lambda column: f'CAST({column} AS text) COLLATE "C"'
    if _TEXT.fullmatch(native):
        return "string", lambda column: f'{column} COLLATE "C"'
    if native in _PLAIN:
        return _PLAIN[native], lambda column: column
    if times := _TIMES.fullmatch(native):
        return ("timestamp" if times[2] == "with" else "timestamp_ntz"), lambda column: column
    if numeric := _NUMERIC.fullmatch(native):
        return f"decimal({numeric[1]},{numeric[2]})", _only_numbers
    if native.endswith("[]"):
        item, _ = read_type(native[:-2], is_enum=False)
        if item in {*_PLAIN.values(), "string", "timestamp", "timestamp_ntz"}:
            return f"array<{item}>", _one_dimension(native)
    return native, lambda column: column


def _only_numbers(column: str) -> str:
    # No NaN is a whole number, which PostgreSQL finds out.
    return f"CASE WHEN {column} = 'NaN' THEN CAST({column} AS bigint) ELSE {column} END"


def _one_dimension(native: str) -> Read:
    def read(column: str) -> str:
        flat = f"CAST(CAST(array_ndims({column}) AS text) AS {native})"
        return f"CASE WHEN array_ndims({column}) > 1 THEN {flat} ELSE {column} END"

    return read
