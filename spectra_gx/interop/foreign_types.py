"""Column types of other systems as types of Delta."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spectra_gx.contract.column_types import canonical_type

BOUNDS = {
    "min": "minimum",
    "max": "maximum",
    "above": "exclusiveMinimum",
    "below": "exclusiveMaximum",
    "min_length": "minLength",
    "max_length": "maxLength",
}
"""Column key → its name in JSON Schema, which ODCS took over."""

_SAME = {
    "string": "varchar char character text nvarchar nchar bpchar str clob ntext longtext "
    "mediumtext stringtype varchar2 nvarchar2",
    "boolean": "bool bit booleantype bool_",
    "short": "smallint int2 int16 smallserial shorttype",
    "byte": "tinyint bytetype",
    "integer": "int int4 int32 serial mediumint integertype",
    "long": "bigint int8 int64 bigserial longtype",
    "float": "real float4 float32 floattype",
    "double": "float8 float64 doubletype binary_double",
    "date": "datetype",
    "timestamp": "timestamptz timestamp_tz timestamp_ltz datetimeoffset timestamptype",
    "timestamp_ntz": "timestampntztype",
    "binary": "bytea blob varbinary bytes image binarytype longblob",
}
_NEAR = {
    "string": "time timetz uuid json jsonb xml variant object enum inet interval",
    "timestamp": "datetime datetime2 smalldatetime datetime64[ns]",
    "double": "numeric decimal number money decimaltype",
}
_LONGER = {
    "character varying": "varchar",
    "double precision": "float8",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp_ntz",
    "time without time zone": "time",
    "time with time zone": "time",
}


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {word: name for name, several in words.items() for word in several.split()}


_SAME_WORDS = _by_word(_SAME)
_NEAR_WORDS = _by_word(_NEAR)
_SHAPE = re.compile(
    r"(?P<word>[a-z][\w ]*?(?:\[ns\])?)\s*(?:[(\[]\s*(?P<sizes>\d+(?:\s*,\s*\d+)?)\s*[)\]])?"
)

NUMPY_TYPES = {
    "int8": "byte",
    "uint8": "short",
    "uint16": "integer",
    "uint32": "long",
    "uint64": "decimal(20,0)",
    "str": "string",
}
"""Names of types in numpy and what rests on it, where they mean something else than in SQL."""


@dataclass(frozen=True)
class ForeignType:
    """A type of another system, converted."""

    type: str
    max_length: int | None = None
    """Of a text type with a length."""

    exact: bool = True
    """Whether it has the same values."""


def parse_foreign_type(text: str) -> ForeignType | None:
    """Return a type named by SQL, Spark, pandas or Delta; None when the word is unknown."""
    try:
        return ForeignType(canonical_type(text))
    except ValueError:
        pass
    folded = " ".join(text.lower().split())
    for long, short in _LONGER.items():
        folded = folded.replace(long, short)
    match = _SHAPE.fullmatch(folded)
    if match is None:
        return _read_canonical(folded)
    word, sizes = match["word"], match["sizes"]
    if sizes and word in ("numeric", "decimal", "number", "dec"):
        precision, _, scale = sizes.replace(" ", "").partition(",")
        return _read_canonical(f"decimal({precision},{scale or 0})")
    if word in _SAME_WORDS:
        named = _SAME_WORDS[word]
        length = int(sizes) if sizes and named == "string" and "," not in sizes else None
        return ForeignType(named, length or None)
    if word in _NEAR_WORDS:
        return ForeignType(_NEAR_WORDS[word], exact=False)
    known = _read_canonical(word)
    return known and ForeignType(known.type, exact=sizes is None)


def _read_canonical(text: str) -> ForeignType | None:
    try:
        return ForeignType(canonical_type(text))
    except ValueError:
        return None
