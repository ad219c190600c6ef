"""Column types as text, in Delta's terms."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.sql.quoting import quote_name

if TYPE_CHECKING:
    from collections.abc import Iterable


class Family(StrEnum):
    """What kind of values a type holds."""

    TEXT = "text"
    BOOLEAN = "boolean"
    WHOLE = "whole number"
    FRACTION = "number"
    DATE = "date"
    TIMESTAMP = "timestamp"
    LOCAL_TIMESTAMP = "timestamp without time zone"
    BINARY = "binary"
    ARRAY = "array"
    MAP = "map"
    STRUCT = "struct"


FAMILIES = {
    "string": Family.TEXT,
    "boolean": Family.BOOLEAN,
    "byte": Family.WHOLE,
    "short": Family.WHOLE,
    "integer": Family.WHOLE,
    "long": Family.WHOLE,
    "float": Family.FRACTION,
    "double": Family.FRACTION,
    "decimal": Family.FRACTION,
    "date": Family.DATE,
    "timestamp": Family.TIMESTAMP,
    "timestamp_ntz": Family.LOCAL_TIMESTAMP,
    "binary": Family.BINARY,
    "array": Family.ARRAY,
    "map": Family.MAP,
    "struct": Family.STRUCT,
}
ALIASES = {"int": "integer", "bigint": "long", "bool": "boolean"}
BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}
NUMBERS = frozenset({Family.WHOLE, Family.FRACTION})
TIMES = frozenset({Family.DATE, Family.TIMESTAMP, Family.LOCAL_TIMESTAMP})
SIMPLE = frozenset(Family) - {Family.ARRAY, Family.MAP, Family.STRUCT}

DEEPEST = 10
"""How many types may be nested in one another."""

_MOST_DIGITS = 38
_LONGEST = 10_000
_WORD = re.compile(r"\w+", re.ASCII)
_FIELD = re.compile(r"(?:`((?:[^`]|``)+)`|([^`:<>,]+)):")
_BLANK = re.compile(r"(`(?:[^`]|``)*`)| ")
"""Outside of quoted names, which are its group."""

_DECIMAL = re.compile(r"\((\d{1,3}),(\d{1,3})\)", re.ASCII)


@cache
def canonical_type(text: str) -> str:
    """Return the type's one spelling: aliases resolved, no spaces.

    Raises:
        ValueError: It is no type of the language; the message says why, ready to show.
    """
    packed = _BLANK.sub(lambda found: found[1] or "", text)
    if len(packed) > _LONGEST:
        raise ValueError("this type is too long to be read; declare `fields` or `items` instead")
    spelled, rest = _read(packed, DEEPEST)
    if rest:
        raise ValueError(f"type {quote(text)} goes on after {quote(spelled)}; remove {quote(rest)}")
    return spelled


@cache
def family(canonical: str) -> Family:
    """Return the family of a canonical type."""
    return FAMILIES[_WORD.match(canonical)[0]]  # type: ignore[index]  # canonical types start so


def _read(text: str, depth: int) -> tuple[str, str]:
    """Return the type that the text starts with, canonical, and what follows it."""
    match = _WORD.match(text)
    word = match[0] if match else ""
    rest = text[len(word) :]
    word = ALIASES.get(word, word)
    if word not in FAMILIES:
        hint = did_you_mean(word, (*FAMILIES, *ALIASES)) if word else ""
        raise ValueError(f"{quote(word or text)} is not a type" + (hint or f"; {_KNOWN}"))
    if word == "decimal":
        return _read_decimal(rest)
    if word not in ("array", "map", "struct"):
        return word, rest
    if depth == 0:
        raise ValueError(TOO_DEEP)
    return _read_struct(rest, depth) if word == "struct" else _read_nested(word, rest, depth)


TOO_DEEP = f"this type is nested too deeply; at most {DEEPEST} types may be nested in one another"
_KNOWN = "types are " + ", ".join(FAMILIES)


def _read_decimal(rest: str) -> tuple[str, str]:
    match = _DECIMAL.match(rest)
    if match is None:
        raise ValueError("`decimal` needs its precision and scale, such as `decimal(12,2)`")
    precision, scale = int(match[1]), int(match[2])
    if not (1 <= precision <= _MOST_DIGITS and scale <= precision):
        raise ValueError(
            f"decimal({precision},{scale}) cannot be; precision goes from 1 to {_MOST_DIGITS} "
            "and scale from 0 to the precision"
        )
    return f"decimal({precision},{scale})", rest[match.end() :]


def struct_type(fields: Iterable[tuple[str, str]]) -> str:
    """Return the canonical type of a struct; a name that is not a plain word is in backticks."""
    return "struct<" + ",".join(f"{_quoted(name)}:{text}" for name, text in fields) + ">"


def _quoted(name: str) -> str:
    return name if _WORD.fullmatch(name) else quote_name(name, "`")


def _read_struct(rest: str, depth: int) -> tuple[str, str]:
    parser = "`struct<id:long,name:string>`"
    if not rest.startswith("<"):
        raise ValueError(
            f"`struct` needs `fields` beside it, or what it contains, such as {parser}"
        )
    fields: dict[str, str] = {}
    rest = "," + rest[1:]
    while rest.startswith(","):
        match = _FIELD.match(rest[1:])
        if match is None:
            raise ValueError(f"a field of `struct<…>` needs a name and a type, such as {parser}")
        name = match[1].replace("``", "`") if match[1] else match[2]
        if name in fields:
            raise ValueError(f"`struct<…>` names {quote(name)} twice; keep one of them")
        fields[name], rest = _read(rest[1 + match.end() :], depth - 1)
    if not rest.startswith(">"):
        raise ValueError(f"`struct<` is not closed; write it like {parser}")
    return struct_type(fields.items()), rest[1:]


def _read_nested(word: str, rest: str, depth: int) -> tuple[str, str]:
    parser = "`array<string>`" if word == "array" else "`map<string,long>`"
    if not rest.startswith("<"):
        raise ValueError(f"`{word}` needs what it contains, such as {parser}")
    first, rest = _read(rest[1:], depth - 1)
    parts = first
    if word == "map":
        if not rest.startswith(","):
            raise ValueError(f"`map` needs a key and a value type, such as {parser}")
        second, rest = _read(rest[1:], depth - 1)
        parts = f"{first},{second}"
    if not rest.startswith(">"):
        raise ValueError(f"`{word}<` is not closed; write it like {parser}")
    return f"{word}<{parts}>", rest[1:]


def nested_types(canonical: str) -> dict[str, str]:
    """Return the types in a canonical nested one: fields by name, `item`, or `key` and `value`."""
    word, _, rest = canonical.partition("<")
    if word == "struct":
        types = {}
        while match := _FIELD.match(rest):
            name = match[1].replace("``", "`") if match[1] else match[2]
            types[name], rest = _read(rest[match.end() :], DEEPEST)
            rest = rest[1:]
        return types
    if word == "array":
        return {"item": rest[:-1]}
    if word == "map":
        key, rest = _read(rest, DEEPEST)
        return {"key": key, "value": rest[1:-1]}
    return {}


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ISO_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?", re.ASCII
)


def misfit(value: Any, column_type: str) -> str | None:
    """Return why a value can never be in a column of the type, or None when it can."""
    kind = family(column_type)
    if kind is Family.TEXT:
        return None if isinstance(value, str) else "a text in quotes"
    if kind is Family.BOOLEAN:
        return None if isinstance(value, bool) else "`true` or `false`"
    if kind in NUMBERS:
        return _misfit_number(value, column_type)
    if kind is Family.DATE:
        return None if _is_day(value) else "a date such as `2027-01-31`"
    return _misfit_instant(value, kind) if kind in TIMES else None


def _misfit_number(value: Any, column_type: str) -> str | None:
    bits = BITS.get(column_type)
    if bits is None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if is_number and math.isfinite(value) else "a finite number"
    if not isinstance(value, int) or isinstance(value, bool):
        return "a whole number"
    fits = -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)
    return None if fits else f"a whole number of {bits} bits"


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _misfit_instant(value: Any, kind: Family) -> str | None:
    local = kind is Family.LOCAL_TIMESTAMP
    example = "`2027-01-31T12:00:00" + ("`" if local else "Z`")
    match = _ISO_INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return f"an instant such as {example}"
    try:
        datetime.fromisoformat(match[0])
    except ValueError:
        return f"an instant of the calendar such as {example}"
    if local and match[1]:
        return f"an instant without time zone such as {example}"
    if not local and not match[1] and not _ISO_DAY.fullmatch(match[0]):
        return f"an instant with its time zone such as {example}"
    return None
