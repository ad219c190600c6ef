"""Column types as text: what a contract writes, what Delta stores and what Arrow carries.

The text is canonical and without spaces: `decimal(12,2)`, `map<string,long>`,
`struct<id:long,tags:array<string>>`. A field whose name is not a plain word is in backticks.
Nullability is no part of a type: contracts check nulls, tables do not.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from spectra_gx.contract.column_types import struct_type
from spectra_gx.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ARROW: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "byte": pa.int8(),
    "short": pa.int16(),
    "integer": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "timestamp_ntz": pa.timestamp("us"),
    "binary": pa.binary(),
}
_TEXT: Mapping[pa.DataType, str] = {
    **{arrow: text for text, arrow in _ARROW.items()},
    # Arrow lays the same values out in several ways; Delta knows one type for them.
    pa.large_string(): "string",
    pa.string_view(): "string",
    pa.large_binary(): "binary",
    pa.binary_view(): "binary",
}
_DECIMAL = re.compile(r"decimal\((\d{1,2}),(\d{1,2})\)")
_MAX_PRECISION = 38
_NESTED = re.compile(r"(array|map|struct)<(.*)>", re.DOTALL)
_FIELD = re.compile(r"(?:`((?:[^`]|``)+)`|([^`:]+)):(.+)", re.DOTALL)
_WORD = re.compile(r"\w+")


def arrow_type(text: str) -> pa.DataType:
    """Return the Arrow type of a canonical type text.

    Raises:
        WarehouseError: The text is not a type of tables.
    """
    if text in _ARROW:
        return _ARROW[text]
    if decimal := _DECIMAL.fullmatch(text):
        precision, scale = int(decimal[1]), int(decimal[2])
        if 1 <= precision <= _MAX_PRECISION and scale <= precision:
            return pa.decimal128(precision, scale)
    if nested := _NESTED.fullmatch(text):
        parts = list(_split(nested[2]))
        if nested[1] == "array" and len(parts) == 1:
            return pa.list_(arrow_type(parts[0]))
        if nested[1] == "map" and len(parts) == 2:  # noqa: PLR2004 - a key and a value
            return pa.map_(arrow_type(parts[0]), arrow_type(parts[1]))
        fields = [_FIELD.fullmatch(part) for part in parts]
        if nested[1] == "struct" and fields:
            return pa.struct([_field(field, text) for field in fields])
    raise _unknown(text)


def type_text(arrow: pa.DataType) -> str:
    """Return the canonical type text of an Arrow type, whatever its layout or nullability.

    Raises:
        WarehouseError: A table cannot store that type exactly (nanoseconds, other time zones,
            unsigned integers, dictionaries, …).
    """
    if arrow in _TEXT:
        return _TEXT[arrow]
    if pa.types.is_decimal128(arrow) and arrow.scale >= 0:
        return f"decimal({arrow.precision},{arrow.scale})"
    if pa.types.is_list(arrow) or pa.types.is_large_list(arrow):
        return f"array<{type_text(arrow.value_type)}>"
    if pa.types.is_map(arrow):
        return f"map<{type_text(arrow.key_type)},{type_text(arrow.item_type)}>"
    if pa.types.is_struct(arrow) and arrow.num_fields:
        return struct_type((field.name, type_text(field.type)) for field in arrow.fields)
    raise WarehouseError(
        f"Arrow type `{arrow}` cannot be stored without changing its values; "
        f"cast it to one of {', '.join(f'`{name}`' for name in _ARROW)}, a decimal or a nested type"
    )


def delta_type_text(delta_type: Any) -> str:
    """Return the canonical text of a stored type: a `deltalake` type, or its JSON once parsed.

    Types that contracts cannot name (`void`, `variant`) come back under Delta's own name.
    """
    if hasattr(delta_type, "to_json"):
        delta_type = json.loads(delta_type.to_json())
    if isinstance(delta_type, str):
        return delta_type.replace(" ", "")
    if delta_type["type"] == "array":
        return f"array<{delta_type_text(delta_type['elementType'])}>"
    if delta_type["type"] == "map":
        key, value = delta_type["keyType"], delta_type["valueType"]
        return f"map<{delta_type_text(key)},{delta_type_text(value)}>"
    return struct_type(
        (field["name"], delta_type_text(field["type"])) for field in delta_type["fields"]
    )


def field_types(text: str) -> dict[str, str]:
    """Return field → type text of a struct, in order; of anything else, nothing."""
    nested = _NESTED.fullmatch(text)
    if nested is None or nested[1] != "struct":
        return {}
    fields = (_FIELD.fullmatch(part) for part in _split(nested[2]))
    return {_field_name(field): field[3] for field in fields if field is not None}


def item_type(text: str) -> str | None:
    """Return the type text of an array's items; None when it is no array."""
    nested = _NESTED.fullmatch(text)
    return nested[2] if nested is not None and nested[1] == "array" else None


def type_at(text: str, path: Sequence[str | None]) -> str | None:
    """Return the type text at the end of a path of fields and, as None, items; None if none is."""
    for step in path:
        inner = item_type(text) if step is None else field_types(text).get(step)
        if inner is None:
            return None
        text = inner
    return text


def arrow_schema(columns: Mapping[str, str]) -> pa.Schema:
    """Return the Arrow schema of a table whose columns map to type texts; all are nullable."""
    return pa.schema([pa.field(name, arrow_type(text)) for name, text in columns.items()])


def has_naive_time(arrow: pa.DataType) -> bool:
    """Return whether the type, or any type nested in it, is a time without a zone."""
    if pa.types.is_timestamp(arrow):
        return arrow.tz is None
    return any(has_naive_time(child.type) for child in _children(arrow))


def plain_types(table: pa.Table) -> pa.Table:
    """Return the table with every view layout, however deeply nested, replaced by the plain one.

    DataFusion answers in `string_view`, which pandas and many Arrow kernels refuse once nested.
    """
    return table.cast(pa.schema([_plain_field(field) for field in table.schema]))


def _plain_type(arrow: pa.DataType) -> pa.DataType:
    if arrow == pa.string_view():
        return pa.string()
    if arrow == pa.binary_view():
        return pa.binary()
    if pa.types.is_list(arrow):
        return pa.list_(_plain_field(arrow.value_field))
    if pa.types.is_map(arrow):
        return pa.map_(_plain_field(arrow.key_field), _plain_field(arrow.item_field))
    if pa.types.is_struct(arrow):
        return pa.struct([_plain_field(field) for field in arrow.fields])
    return arrow


def _plain_field(field: pa.Field) -> pa.Field:
    return field.with_type(_plain_type(field.type))


def _children(arrow: pa.DataType) -> list[pa.Field]:
    if pa.types.is_map(arrow):
        return [arrow.key_field, arrow.item_field]
    if pa.types.is_list(arrow) or pa.types.is_large_list(arrow):
        return [arrow.value_field]
    return list(arrow.fields) if pa.types.is_struct(arrow) else []


def _field(match: re.Match[str] | None, text: str) -> pa.Field:
    if match is None:
        raise _unknown(text)
    return pa.field(_field_name(match), arrow_type(match[3]))


def _field_name(match: re.Match[str]) -> str:
    return match[1].replace("``", "`") if match[1] else match[2]


def _split(text: str) -> Iterator[str]:
    """Yield the parts between the commas outside of brackets and backticks."""
    depth, start, quoted = 0, 0, False
    for position, character in enumerate(text):
        quoted ^= character == "`"
        if quoted:
            continue
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            yield text[start:position]
            start = position + 1
    yield text[start:]


def _unknown(text: str) -> WarehouseError:
    return WarehouseError(
        f"`{text}` is not a type of tables; write one of "
        f"{', '.join(f'`{name}`' for name in _ARROW)}, `decimal(p,s)`, `array<T>`, `map<K,V>` "
        "or `struct<name:T,...>`"
    )
