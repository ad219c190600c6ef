"""Compare the columns that a builder returns with those that its contract declares.

Two Arrow types are the same where they differ in layout alone: no value is another one then. What
could change a value is a difference, such as a narrower number or a text that spells a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.contract.model import ExtraColumns
from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.arrow_types import arrow_type, type_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Column, Place, Table


def schema_problems(schema: pa.Schema, table: Table) -> list[str]:
    """Return how columns differ from the declared ones, a phrase for each; order counts too.

    Each phrase ends with the place of the contract that declares otherwise.
    """
    declared = {column.name: column for column in table.columns}
    given = schema.names
    found = [
        f"column `{name}` is missing{_at(column.place)}"
        for name, column in declared.items()
        if name not in given
    ]
    for name in sorted({name for name in given if given.count(name) > 1}):
        part = declared.get(name) or table
        found.append(f"column `{name}` is there twice{_at(part.place)}")
    for field in schema:
        if field.name in declared:
            column = declared[field.name]
            found += _differences(field.type, arrow_type(column.type), field.name, column)
        elif table.extra_columns is ExtraColumns.FAIL:
            found.append(f"column `{field.name}` is not declared{_at(table.place)}")
    if not found:
        found += _misplaced([name for name in given if name in declared], table.columns)
    return found


def stored_columns(schema: pa.Schema, table: Table) -> dict[str, str]:
    """Return column → type text of the table to write; declared ones come as declared.

    Raises:
        WarehouseError: A table cannot store a column that is not declared.
    """
    declared = {column.name: column.type for column in table.columns}
    return {field.name: declared.get(field.name) or type_text(field.type) for field in schema}


def _at(place: Place | None) -> str:
    return "" if place is None else f" ({place})"


def _misplaced(given: list[str], declared: tuple[Column, ...]) -> Iterator[str]:
    for here, column in zip(given, declared, strict=True):
        if here != column.name:
            yield f"column `{here}` is where `{column.name}` is declared{_at(column.place)}"
            return


def _differences(
    given: pa.DataType, wanted: pa.DataType, path: str, declared: Column
) -> Iterator[str]:
    """Yield each place at which a type is not the wanted one.

    `declared` is the innermost part of the contract that declares the path.
    """
    if pa.types.is_dictionary(given):
        given = given.value_type
    if pa.types.is_null(given) or _same_values(given, wanted):
        return
    if pa.types.is_struct(wanted) and pa.types.is_struct(given):
        yield from _struct_differences(given, wanted, path, declared)
    elif pa.types.is_list(wanted) and _is_list(given):
        items = declared.items or declared
        yield from _differences(given.value_type, wanted.value_type, f"{path}[]", items)
    elif pa.types.is_map(wanted) and pa.types.is_map(given):
        yield from _differences(given.key_type, wanted.key_type, f"{path} (keys)", declared)
        yield from _differences(given.item_type, wanted.item_type, f"{path} (values)", declared)
    else:
        yield f"column `{path}` is {_shown(given)}, not {_shown(wanted)}{_at(declared.place)}"


def _struct_differences(
    given: pa.DataType, wanted: pa.DataType, path: str, declared: Column
) -> Iterator[str]:
    parts = {part.name: part for part in declared.fields}
    names = [field.name for field in given.fields]
    fields = [field.name for field in wanted.fields]
    for name in fields:
        if name not in names:
            yield f"column `{path}` has no field `{name}`{_at(parts.get(name, declared).place)}"
    for name in names:
        if name not in fields:
            yield f"field `{path}.{name}` is not declared{_at(declared.place)}"
    if {*names} != {*fields} or len(names) != len(fields):
        return
    for here, there in zip(names, fields, strict=True):
        if here != there:
            at = _at(parts.get(there, declared).place)
            yield f"field `{path}.{here}` is where `{path}.{there}` is declared{at}"
            return
    for one, other in zip(given.fields, wanted.fields, strict=True):
        part = parts.get(one.name, declared)
        yield from _differences(one.type, other.type, f"{path}.{one.name}", part)


def _same_values(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Return whether two types that contain no other differ in their layout at most."""
    if given == wanted:
        return True
    if pa.types.is_string(wanted):
        return bool(pa.types.is_large_string(given) or pa.types.is_string_view(given))
    if pa.types.is_binary(wanted):
        layouts = ("large_binary", "binary_view", "fixed_size_binary")
        return any(getattr(pa.types, f"is_{layout}")(given) for layout in layouts)
    if pa.types.is_timestamp(wanted):
        # An instant is the same in every zone; a unit that is finer is cast value by value.
        return bool(pa.types.is_timestamp(given)) and (given.tz is None) == (wanted.tz is None)
    if pa.types.is_decimal(wanted):
        size = (wanted.precision, wanted.scale)
        return bool(pa.types.is_decimal(given)) and (given.precision, given.scale) == size
    return False


def _is_list(given: pa.DataType) -> bool:
    layouts = ("list", "large_list", "fixed_size_list")
    return any(getattr(pa.types, f"is_{layout}")(given) for layout in layouts)


def _shown(arrow: pa.DataType) -> str:
    try:
        return f"`{type_text(arrow)}`"
    except WarehouseError:
        return f"Arrow's `{arrow}`"
