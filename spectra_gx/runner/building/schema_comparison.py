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

    from spectra_gx.contract.model import Table


def schema_problems(schema: pa.Schema, table: Table) -> list[str]:
    """Return how columns differ from the declared ones, a phrase for each; order counts too."""
    declared = {column.name: column.type for column in table.columns}
    found = [f"column `{name}` is missing" for name in declared if name not in schema.names]
    twice = {name for name in schema.names if schema.names.count(name) > 1}
    found += [f"column `{name}` is there twice" for name in sorted(twice)]
    for field in schema:
        if field.name in declared:
            found += _differences(field.type, arrow_type(declared[field.name]), field.name)
        elif table.extra_columns is ExtraColumns.FAIL:
            found.append(f"column `{field.name}` is not declared")
    if not found:
        found += _misplaced([name for name in schema.names if name in declared], [*declared])
    return found


def stored_columns(schema: pa.Schema, table: Table) -> dict[str, str]:
    """Return column → type text of the table to write; declared ones come as declared.

    Raises:
        WarehouseError: A table cannot store a column that is not declared.
    """
    declared = {column.name: column.type for column in table.columns}
    return {field.name: declared.get(field.name) or type_text(field.type) for field in schema}


def _misplaced(given: list[str], declared: list[str]) -> Iterator[str]:
    for here, there in zip(given, declared, strict=True):
        if here != there:
            yield f"column `{here}` is where `{there}` is declared"
            return


def _differences(given: pa.DataType, wanted: pa.DataType, path: str) -> Iterator[str]:
    """Yield each place at which a type is not the wanted one."""
    if pa.types.is_dictionary(given):
        given = given.value_type
    if pa.types.is_null(given) or _same_values(given, wanted):
        return
    if pa.types.is_struct(wanted) and pa.types.is_struct(given):
        yield from _struct_differences(given, wanted, path)
    elif pa.types.is_list(wanted) and _is_list(given):
        yield from _differences(given.value_type, wanted.value_type, f"{path}[]")
    elif pa.types.is_map(wanted) and pa.types.is_map(given):
        yield from _differences(given.key_type, wanted.key_type, f"{path} (keys)")
        yield from _differences(given.item_type, wanted.item_type, f"{path} (values)")
    else:
        yield f"column `{path}` is {_shown(given)}, not {_shown(wanted)}"


def _struct_differences(given: pa.DataType, wanted: pa.DataType, path: str) -> Iterator[str]:
    names = [field.name for field in given.fields]
    fields = [field.name for field in wanted.fields]
    for name in fields:
        if name not in names:
            yield f"column `{path}` has no field `{name}`"
    for name in names:
        if name not in fields:
            yield f"field `{path}.{name}` is not declared"
    if {*names} != {*fields} or len(names) != len(fields):
        return
    for here, there in zip(names, fields, strict=True):
        if here != there:
            yield f"field `{path}.{here}` is where `{path}.{there}` is declared"
            return
    for one, other in zip(given.fields, wanted.fields, strict=True):
        yield from _differences(one.type, other.type, f"{path}.{one.name}")


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
