"""Schemas of Delta tables: reading, checking and comparing them."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from spectra_gx.errors import SchemaMismatchError, WarehouseError
from spectra_gx.warehouse.arrow_types import delta_type_text, has_naive_time, type_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pyarrow as pa
    from deltalake import DeltaTable


_SHOWN = 3
"""Differences of schema named in a message."""


def columns_of(table: DeltaTable) -> dict[str, str]:
    """Return column → canonical type text, in stored order."""
    return {field.name: delta_type_text(field.type) for field in table.schema().fields}


def storable(name: str, schema: pa.Schema) -> dict[str, str]:
    """Return column → type text of an Arrow schema about to be written.

    Raises:
        WarehouseError: A column is named twice, or cannot be stored exactly.
    """
    if twice := sorted({column for column in schema.names if schema.names.count(column) > 1}):
        raise WarehouseError(f"table `{name}` names column `{twice[0]}` twice; rename one of them")
    for field in schema:
        if has_naive_time(field.type):
            raise WarehouseError(
                f"column `{field.name}` of table `{name}` has times without a zone, which would "
                "lift the table to a Delta protocol that not every engine reads; "
                "give them the zone UTC"
            )
    columns = {}
    for field in schema:
        try:
            columns[field.name] = type_text(field.type)
        except WarehouseError as error:
            raise WarehouseError(f"column `{field.name}` of table `{name}`: {error}") from None
    return columns


def schema_differences(stored: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """Return what a write would change, a phrase for each column; order counts too."""
    found = [
        f"column `{name}` is missing"
        if name not in stored
        else f"column `{name}` is `{stored[name]}`, not `{wanted[name]}`"
        for name in wanted
        if stored.get(name) != wanted[name]
    ]
    found += [f"column `{name}` would be lost" for name in stored if name not in wanted]
    if not found and list(stored) != list(wanted):
        there, here = next(pair for pair in zip_longest(stored, wanted) if pair[0] != pair[1])
        found.append(f"column `{there}` is where `{here}` would be")
    return found


def refuse_schema_changes(
    found: Mapping[str, Sequence[str]], replaced_in_part: Collection[str] = ()
) -> None:
    """Raise for the differences found, table by table; return when there are none.

    Args:
        found: Table → what would change.
        replaced_in_part: Tables published by `replace_where`, whose columns no rebuild changes.

    Raises:
        SchemaMismatchError: Names the first few of each table.
    """
    sentences = [
        f"table `{name}` would change its schema: {', '.join(some[:_SHOWN])}"
        + (f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else "")
        for name, some in found.items()
        if some
    ]
    kept = [name for name in replaced_in_part if found.get(name)]
    step = (
        f"a batch of `{kept[0]}` replaces some of its rows, and the others keep these columns, "
        "also with `--rebuild`: move the table away, run again, then build its other days with "
        "`--from` and `--to`"
        if kept
        else "to replace table and schema, run again with `--rebuild`"
    )
    if sentences:
        raise SchemaMismatchError(
            f"{'; '.join(sentences)}; {step}",
            context={"differences": {name: list(some) for name, some in found.items() if some}},
        )
