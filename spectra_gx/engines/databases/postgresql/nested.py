"""Fields and items in PostgreSQL's SQL, and values that its driver gives as JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from spectra_gx.contract.column_types import nested_types
from spectra_gx.engines.databases.postgresql.types import as_json, read_field
from spectra_gx.engines.databases.raw_sql import filled, raw, written
from spectra_gx.engines.dialect.nested_types import delta_type_of, field_name
from spectra_gx.engines.dialect.operand_types import NodeType, node_type
from spectra_gx.errors import EngineError, QueryFailedError
from spectra_gx.warehouse.arrow_types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SQL = "postgres"
_WHOLE = (exp.Bracket, exp.Is, exp.Count, exp.Explode, exp.ArraySize, exp.Select)
"""Where a whole struct may be: PostgreSQL compares, groups and orders them in ways of its own."""


def field(node: Any) -> Any:
    """Write a field of a struct, or an item of an array."""
    name, type_ = field_name(node), delta_type_of(node)
    if name is None or type_ is None:
        return node
    return raw(read_field(written(node.this, _SQL), name, type_))


def items(node: Any) -> Any:
    """Write the items of an array; texts are compared by code points."""
    collated = ' COLLATE "C"' if node_type(node) is NodeType.TEXT else ""
    return raw(f"unnest({written(node.this, _SQL)}){collated}")


def null_test(node: Any) -> Any:
    """Write whether a struct is null: PostgreSQL means its fields."""
    if node_type(node.this) is NodeType.STRUCT and isinstance(node.expression, exp.Null):
        distinct = "IS" if node.args.get("negate") else "IS NOT"
        return filled(f"{{0}} {distinct} DISTINCT FROM NULL", _SQL, node.this)
    return node


def column(node: Any) -> Any:
    """Refuse a whole struct where PostgreSQL would compare it.

    Raises:
        EngineError: It is.
    """
    type_, around = delta_type_of(node), node.parent
    while isinstance(around, exp.Paren | exp.Alias):
        around = around.parent
    if type_ is not None and "struct<" in type_ and not isinstance(around, _WHOLE):
        raise EngineError("PostgreSQL compares whole structs in another way; name their fields")
    return node


def fetched(node: Any) -> Any:
    """Write what is fetched: as JSON where the driver knows no such values."""
    type_ = delta_type_of(node)
    return filled("CAST(to_jsonb({0}) AS text)", _SQL, node) if type_ and as_json(type_) else node


def with_nested(answer: pa.Table, types: Mapping[str, str | None]) -> pa.Table:
    """Return an answer whose nested values are no JSON any more.

    Raises:
        QueryFailedError: A decimal is not a number.
    """
    for index, name in enumerate(answer.column_names):
        wanted = types.get(name)
        if wanted is not None and as_json(wanted):
            texts = answer.column(index).to_pylist()
            try:
                values = [_value(_parsed(text), wanted) for text in texts]
                answer = answer.set_column(index, name, pa.array(values, arrow_type(wanted)))
            except (ValueError, ArithmeticError, pa.ArrowException):
                raise QueryFailedError("a nested value is not of its type") from None
    return answer


def _parsed(text: str | None) -> Any:
    return None if text is None else json.loads(text, parse_float=Decimal, parse_int=Decimal)


def _value(value: Any, type_: str) -> Any:
    if value is None:
        return None
    inner = nested_types(type_)
    if type_.startswith("array"):
        return [_value(one, inner["item"]) for one in value]
    if inner:
        return {name: _value(value[name], of_field) for name, of_field in inner.items()}
    return _CONVERSIONS.get(type_.partition("(")[0], lambda one: one)(value)


_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("short", "integer", "long"), int),
    **dict.fromkeys(("float", "double"), float),
    "decimal": Decimal,
    "date": date.fromisoformat,
    "timestamp_ntz": datetime.fromisoformat,
    "timestamp": lambda text: datetime.fromisoformat(text).astimezone(UTC),
    "binary": lambda text: bytes.fromhex(text.removeprefix("\\x")),
}
