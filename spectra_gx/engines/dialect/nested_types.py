"""Types of structs and arrays in a tree: of fields and items as of whole columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sqlglot import exp

from spectra_gx.contract.column_types import nested_types, struct_type
from spectra_gx.engines.dialect.markers import TypedDataFusion
from spectra_gx.engines.dialect.neutral_sql import sql_type
from spectra_gx.engines.dialect.operand_types import NodeType, node_type

if TYPE_CHECKING:
    from collections.abc import Mapping


def nested_sql_type(type_text: str) -> Any:
    """Return a Delta type as sqlglot has it, with what is nested in it."""
    word = type_text.partition("<")[0]
    if word not in ("struct", "array"):
        return exp.DataType.build(sql_type(type_text), dialect=TypedDataFusion)
    inner = {name: nested_sql_type(type_) for name, type_ in nested_types(type_text).items()}
    if word == "array":
        return exp.DataType(this=NodeType.ARRAY, expressions=[*inner.values()], nested=True)
    fields = [
        exp.ColumnDef(this=exp.to_identifier(name, quoted=True), kind=type_)
        for name, type_ in inner.items()
    ]
    return exp.DataType(this=NodeType.STRUCT, expressions=fields, nested=True)


_DELTA_TYPES: Mapping[Any, str] = {
    NodeType.TEXT: "string",
    NodeType.VARCHAR: "string",
    NodeType.BOOLEAN: "boolean",
    NodeType.TINYINT: "byte",
    NodeType.SMALLINT: "short",
    NodeType.INT: "integer",
    NodeType.BIGINT: "long",
    NodeType.FLOAT: "float",
    NodeType.DOUBLE: "double",
    NodeType.DATE: "date",
    NodeType.TIMESTAMPTZ: "timestamp",
    NodeType.TIMESTAMP: "timestamp_ntz",
}


def delta_type_of(node: Any) -> str | None:
    """Return the Delta type of a node's values; None where it is unknown.

    A decimal has no digits where nobody says how many.
    """
    return None if node.type is None else _delta_type(node.type)


def _delta_type(type_: Any) -> str | None:
    if type_.this is NodeType.STRUCT:
        kinds = {one.name: _delta_type(one.args["kind"]) for one in type_.expressions}
        known = {name: kind for name, kind in kinds.items() if kind is not None}
        return struct_type(known.items()) if known and len(known) == len(kinds) else None
    if type_.this is NodeType.ARRAY:
        [item] = map(_delta_type, type_.expressions) if type_.expressions else [None]
        return None if item is None else f"array<{item}>"
    if type_.this is NodeType.DECIMAL:
        sizes = [size.name for size in type_.expressions]
        return f"decimal({sizes[0]},{sizes[1]})" if len(sizes) > 1 else "decimal"
    return _DELTA_TYPES.get(type_.this)


def field_name(bracket: Any) -> str | None:
    """Return the field of a struct that is read; None of anything else."""
    [*keys] = bracket.expressions
    literal = len(keys) == 1 and isinstance(keys[0], exp.Literal) and keys[0].is_string
    return keys[0].name if literal and node_type(bracket.this) is NodeType.STRUCT else None


def _annotate_field(_: Any, node: Any) -> None:
    fields = node.this.type.expressions if node_type(node.this) is NodeType.STRUCT else ()
    name = field_name(node)
    kinds = [one.args["kind"] for one in fields if one.name == name]
    node.type = kinds[0] if kinds else NodeType.UNKNOWN


def _annotate_item(_: Any, node: Any) -> None:
    items = node.this.type.expressions if node_type(node.this) is NodeType.ARRAY else ()
    node.type = items[0] if items else NodeType.UNKNOWN


class NestedDataFusion(TypedDataFusion):
    """DataFusion's SQL in which fields and items have types, too."""

    EXPRESSION_METADATA: ClassVar[Mapping[Any, Any]] = {
        **TypedDataFusion.EXPRESSION_METADATA,
        exp.Bracket: {"annotator": _annotate_field},
        exp.Explode: {"annotator": _annotate_item},
    }
