"""PostgreSQL's types as Delta's, and how a value of one is read as the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.column_types import nested_types, struct_type
from spectra_gx.contract.sql.quoting import quote_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Read = Callable[[str], str]

_PLAIN: Mapping[str, str] = {
    "bool": "boolean",
    "int2": "short",
    "int4": "integer",
    "int8": "long",
    "float4": "float",
    "float8": "double",
    "date": "date",
    "bytea": "binary",
    "timestamp": "timestamp_ntz",
    "timestamptz": "timestamp",
    "text": "string",
    "varchar": "string",
}
_AS_TEXT = frozenset({"name", "char", "citext", "uuid"})
_AS_TEXT_ALONE = frozenset({"bpchar", "json", "jsonb"})
"""Types that are texts, and no others once they are within a composite type and fetched as JSON."""

_NAMES: Mapping[str, str] = {
    "boolean": "boolean",
    "short": "smallint",
    "integer": "integer",
    "long": "bigint",
    "float": "real",
    "double": "double precision",
    "date": "date",
    "binary": "bytea",
    "timestamp_ntz": "timestamp",
    "timestamp": "timestamptz",
    "string": "text",
}
_MOST_DIGITS = 38
_CHANGES = re.compile(r"array<decimal|struct<")


@dataclass(frozen=True)
class PostgresType:
    """A type of the catalogue, and what it consists of."""

    name: str
    """As SQL writes it, with its schema where that is not PostgreSQL's own."""

    bare: str
    kind: str
    """`b` of a base type, `d` of a domain, `e` of an enum, `c` of a composite type."""

    modifier: int
    item: PostgresType | None = None
    """What an array has, or a domain is made of."""

    fields: Mapping[str, PostgresType] | None = None

    @property
    def plain(self) -> bool:
        """Whether a value needs no cast to be of the type that is read."""
        return self.kind == "b" and self.bare in _PLAIN


def delta_type(of: PostgresType, *, nested: bool = False) -> str | None:
    """Return the Delta type of all values; None where there is none.

    Args:
        of: Their type.
        nested: Whether they are fields or items.
    """
    if of.kind == "d":
        return None if of.item is None else delta_type(of.item, nested=nested)
    if of.kind == "e":
        return "string"
    if of.kind == "c":
        return _struct(of.fields or {})
    if of.item is not None:
        item = delta_type(of.item, nested=True)
        return None if item is None else f"array<{item}>"
    if of.bare == "numeric":
        return _decimal(of.modifier)
    known = of.bare in _AS_TEXT or (of.bare in _AS_TEXT_ALONE and not nested)
    return "string" if known else _PLAIN.get(of.bare)


def _struct(fields: Mapping[str, PostgresType]) -> str | None:
    types = {name: delta_type(field, nested=True) for name, field in fields.items()}
    known = {name: type_ for name, type_ in types.items() if type_ is not None}
    return struct_type(known.items()) if known and len(known) == len(types) else None


def _decimal(modifier: int) -> str | None:
    """Return the type of numbers that are declared with digits, as many as Delta has."""
    if modifier < 0:
        return None
    digits, scale = ((modifier - 4) >> 16) & 0xFFFF, ((modifier - 4) & 0x7FF ^ 0x400) - 0x400
    return f"decimal({digits},{scale})" if 0 <= scale <= digits <= _MOST_DIGITS else None


def read_column(of: PostgresType, type_: str | None) -> Read:
    """Return how a column is read; one of a type that Delta does not have, as text.

    Texts are compared by code points, whatever the column's collation. What only PostgreSQL has
    within a type ends a query with an error: a decimal that is not a number, an array of arrays.
    """
    if type_ is None:
        return lambda column: f'CAST({column} AS text) COLLATE "C"'
    if of.plain:
        return (lambda column: f'{column} COLLATE "C"') if type_ == "string" else lambda one: one
    if of.kind == "c":
        return lambda column: column
    if of.kind == "d" and "<" in type_:
        base = of.item.name if of.item is not None else of.name
        return lambda column: read_value(f"CAST({column} AS {base})", type_)
    return lambda column: read_value(column, type_)


def read_value(value: str, type_: str) -> str:
    """Return SQL that reads a value of any type whose Delta type is this."""
    if type_ == "string":
        return f'CAST({value} AS text) COLLATE "C"'
    if type_ in _NAMES:
        return f"CAST({value} AS {_NAMES[type_]})"
    if type_.startswith("decimal"):
        # No NaN is a whole number, which PostgreSQL finds out.
        return f"CASE WHEN {value} = 'NaN' THEN CAST({value} AS bigint) ELSE {value} END"
    return _read_array(value, nested_types(type_)["item"]) if type_.startswith("array") else value


def _read_array(value: str, item: str) -> str:
    """Return an array that is one list, of numbers that are some."""
    odd = f"array_ndims({value}) > 1"
    if item.startswith("decimal"):
        odd += f" OR 'NaN' = ANY({value})"
    read = f"CAST({value} AS {_NAMES[item]}[])" if item in _NAMES else value
    # Within the outer condition: PostgreSQL evaluates what is joined by AND in any order.
    stop = f"CASE WHEN CAST(array_ndims({value}) || ' dimensions' AS integer) = 1 THEN {read} END"
    return f"CASE WHEN {odd} THEN {stop} ELSE {read} END"


def read_field(value: str, field: str, type_: str) -> str:
    """Return SQL that reads a field of a composite value."""
    return f"({read_value(f'({value}).{quote_name(field)}', type_)})"


def as_json(type_: str) -> bool:
    """Return whether values of a type are fetched as JSON, since the driver does not know them."""
    return _CHANGES.search(type_) is not None
