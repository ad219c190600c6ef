"""The type of each part of contract SQL, as the engine stores it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from spectra_gx.contract.column_types import BITS, FAMILIES, Family, nested_types

MOST_DIGITS = 38
"""Digits that a decimal may have."""

LONGEST_WHOLE = 2**63
"""Where 64 bits end."""


class TypeClass(StrEnum):
    """Values that may be compared with each other."""

    TEXT = "text"
    BOOLEAN = "boolean"
    WHOLE = "whole number"
    DECIMAL = "decimal"
    FLOAT = "floating-point number"
    DATE = "date"
    TIMESTAMP = "timestamp"
    LOCAL_TIMESTAMP = "timestamp without time zone"
    BINARY = "binary"
    SPAN = "length of time"
    NESTED = "nested value"
    NULL = "null"
    UNTYPED = "column of unknown type"
    OPAQUE = "value of unknown type"


NUMBERS = frozenset({TypeClass.WHOLE, TypeClass.DECIMAL, TypeClass.FLOAT})
TIMES = frozenset({TypeClass.DATE, TypeClass.TIMESTAMP, TypeClass.LOCAL_TIMESTAMP})
ANYTHING = frozenset({TypeClass.NULL, TypeClass.UNTYPED})
"""Classes that are comparable with any other."""

_CLASSES = {
    Family.TEXT: TypeClass.TEXT,
    Family.BOOLEAN: TypeClass.BOOLEAN,
    Family.WHOLE: TypeClass.WHOLE,
    Family.FRACTION: TypeClass.FLOAT,
    Family.DATE: TypeClass.DATE,
    Family.TIMESTAMP: TypeClass.TIMESTAMP,
    Family.LOCAL_TIMESTAMP: TypeClass.LOCAL_TIMESTAMP,
    Family.BINARY: TypeClass.BINARY,
    Family.ARRAY: TypeClass.NESTED,
    Family.MAP: TypeClass.NESTED,
    Family.STRUCT: TypeClass.NESTED,
}
_WORD = re.compile(r"\w+", re.ASCII)
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)", re.ASCII)


@dataclass(frozen=True)
class SqlType:
    """What is known of a value before any row is read."""

    type_class: TypeClass
    type: str = ""
    """Delta type text, where it is a column or nested in one."""

    bits: int = 64
    """How many the engine holds a number in; 0 for a whole number where that is not sure."""

    bound: int = LONGEST_WHOLE
    """The greatest magnitude that a whole number can have."""

    wide: bool = False
    """Whether a whole number is held as a decimal, since 64 bits might not hold it."""

    digits: int = MOST_DIGITS
    """The most digits that a decimal has."""

    scale: int = 0
    """Digits of a decimal after the point."""

    def __str__(self) -> str:
        return (
            f"{self.type_class} ({self.type})"
            if self.type not in ("", self.type_class)
            else str(self.type_class)
        )


BOOLEAN, TEXT, DATE = SqlType(TypeClass.BOOLEAN), SqlType(TypeClass.TEXT), SqlType(TypeClass.DATE)
FLOAT, SPAN, NULL = SqlType(TypeClass.FLOAT), SqlType(TypeClass.SPAN), SqlType(TypeClass.NULL)
LOCAL_TIMESTAMP, TIMESTAMP = SqlType(TypeClass.LOCAL_TIMESTAMP), SqlType(TypeClass.TIMESTAMP)
UNTYPED, OPAQUE = SqlType(TypeClass.UNTYPED), SqlType(TypeClass.OPAQUE)
LONG = SqlType(TypeClass.WHOLE)
COUNT = SqlType(TypeClass.WHOLE, bits=0, bound=2**53)
"""What counts or numbers rows and items: there are never more."""
SHORT_COUNT = SqlType(TypeClass.WHOLE, bits=32, bound=2**31)


def sql_type(type_text: str | None) -> SqlType:
    """Return the type of a column by its canonical text; None is a type that nobody declares."""
    if type_text is None:
        return UNTYPED
    match = _WORD.match(type_text)
    word = match[0] if match else ""
    decimal = _DECIMAL.fullmatch(type_text)
    if decimal is not None:
        digits, scale = int(decimal[1]), int(decimal[2])
        return SqlType(TypeClass.DECIMAL, type_text, digits=digits, scale=scale)
    if word in BITS:
        return SqlType(TypeClass.WHOLE, type_text, BITS[word], 2 ** (BITS[word] - 1))
    if word not in FAMILIES:
        return OPAQUE
    return SqlType(_CLASSES[FAMILIES[word]], type_text, 32 if word == "float" else 64)


def nested_type(holder: SqlType, name: str | None) -> SqlType:
    """Return the type of a field of a struct, of a value of a map, of an item of an array."""
    if holder.type_class in ANYTHING:
        return holder
    if holder.type_class is not TypeClass.NESTED or not holder.type:
        return OPAQUE
    parts = nested_types(holder.type)
    if holder.type.startswith("struct"):
        return sql_type(parts[name]) if name in parts else OPAQUE
    return sql_type(parts["value" if holder.type.startswith("map") else "item"])


def common_type(kinds: list[SqlType]) -> SqlType:
    """Return the type of a value that is one of several comparable ones."""
    known = [kind for kind in kinds if kind.type_class is not TypeClass.NULL]
    classes = {kind.type_class for kind in known}
    if not known:
        return NULL
    if TypeClass.UNTYPED in classes:
        return UNTYPED
    bits = {kind.bits for kind in known}
    if classes == {TypeClass.WHOLE}:
        bound = max(kind.bound for kind in known)
        return SqlType(TypeClass.WHOLE, bits=bits.pop() if len(bits) == 1 else 0, bound=bound)
    if TypeClass.FLOAT in classes:
        floats = [kind.bits for kind in known if kind.type_class is TypeClass.FLOAT]
        return SqlType(TypeClass.FLOAT, bits=max(floats))
    if TypeClass.DECIMAL in classes:
        return SqlType(TypeClass.DECIMAL, scale=max(kind.scale for kind in known))
    return known[0]
