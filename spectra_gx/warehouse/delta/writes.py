"""Writing a Delta table: each function makes one commit."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema, Transaction, write_deltalake

from spectra_gx.contract.sql.quoting import quote_name, quote_text
from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.delta.handles import is_table, open_table
from spectra_gx.warehouse.delta.lost_answers import version_despite
from spectra_gx.warehouse.delta.reads import query
from spectra_gx.warehouse.delta.schemas import (
    columns_of,
    refuse_schema_changes,
    schema_differences,
    storable,
)
from spectra_gx.warehouse.delta.table_place import place_of
from spectra_gx.warehouse.streaming import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deltalake.transaction import AddAction, RemoveAction

    from spectra_gx.warehouse.delta.table_place import TablePlace


def create_table(
    place: TablePlace, name: str, schema: pa.Schema, configuration: Mapping[str, str]
) -> None:
    """Create a table without rows and with these Delta properties, unless it exists."""
    if not place.remote:
        _create(place, name, schema, configuration)
        return
    # What it rests on takes time to import, and most tables are on this machine.
    from spectra_gx.store.retries import repeated  # noqa: PLC0415

    repeated(_create)(place, name, schema, configuration)


def _create(
    place: TablePlace, name: str, schema: pa.Schema, configuration: Mapping[str, str]
) -> None:
    try:
        with translate_errors(f"table `{name}` cannot be created at `{place.uri}`"):
            DeltaTable.create(
                place.uri,
                schema,
                mode="ignore",
                configuration=configuration,
                storage_options=place.options,
            )
    except WarehouseError:
        if not _is_there(place):
            raise


def _is_there(place: TablePlace) -> bool:
    """Return whether a table was created although that reported an error; False if unknown."""
    with suppress(WarehouseError):
        return is_table(place)
    return False


def replace(
    table: DeltaTable | None,
    place: TablePlace,
    name: str,
    data: pa.Table,
    *,
    execution_id: str,
    rebuild: bool = False,
    partition_by: Sequence[str] = (),
) -> int:
    """Replace the rows under a handle in one commit, or create a table; return the new version.

    Names, types and order of the columns must be the stored ones, since Delta coerces silently
    (1.5 becomes 1); `rebuild` replaces them too.

    Raises:
        SchemaMismatchError: They differ; nothing was written.
        WarehouseError: Nothing was written, or another writer was faster.
    """
    columns = storable(name, data.schema)
    schema = arrow_schema(columns)
    if table is not None and not rebuild:
        refuse_schema_changes({name: schema_differences(columns_of(table), columns)})
    before = _version(table)
    try:
        with translate_errors(f"table `{name}` at `{place.uri}` cannot be written"):
            write_deltalake(
                place.uri if table is None else table,
                data.cast(placed(schema) if rebuild else schema),
                storage_options=place.options if table is None else None,
                mode="error" if table is None else "overwrite",
                schema_mode="overwrite" if rebuild and table is not None else None,
                partition_by=list(partition_by) or None,
                commit_properties=CommitProperties(custom_metadata={"execution_id": execution_id}),
            )
            return _version(table or open_table(place, name))
    except WarehouseError as error:
        return version_despite(error, place, name, before, execution_id)


def _version(table: DeltaTable | None) -> int:
    return -1 if table is None else int(table.version())


def write_stream(
    table: DeltaTable | None,
    place: TablePlace,
    name: str,
    columns: Mapping[str, str],
    parts: Iterable[pa.Table],
    *,
    execution_id: str,
    append: bool = False,
    transaction: tuple[str, int] | None = None,
    partition_by: Sequence[str] = (),
    rebase: bool = True,
    about: Mapping[str, Any] = {},
) -> int:
    """Write rows through a handle, or create a table, in one commit; return the new version.

    Never more than a few thousand rows are in memory at once; Delta does not keep their order.

    Args:
        table: The handle; None where there is no table yet.
        place: Where it is.
        name: What it is called.
        columns: Column → type of the rows.
        parts: The rows.
        execution_id: The run that writes.
        append: Whether the rows in it stay; columns that are new to them are null.
        transaction: An application's name and number, by which the write can be recognised.
        partition_by: Columns by which the files of a new table are partitioned.
        rebase: Whether the rows may also be written upon what was committed in the meantime.
        about: What the commit says of itself beside the run.

    Raises:
        WarehouseError: Nothing was written.
    """
    known = [Transaction(*transaction)] if transaction else None
    before = _version(table)
    try:
        with (
            translate_errors(f"table `{name}` at `{place.uri}` cannot be written"),
            reader_of(parts, arrow_schema(columns)) as rows,
        ):
            write_deltalake(
                place.uri if table is None else table,
                rows,
                storage_options=place.options if table is None else None,
                mode="error" if table is None else "append" if append else "overwrite",
                schema_mode="merge" if append and table is not None else None,
                partition_by=list(partition_by) or None if table is None else None,
                commit_properties=CommitProperties(
                    custom_metadata={"execution_id": execution_id, **about},
                    app_transactions=known,
                    max_commit_retries=None if rebase else 0,
                ),
            )
            return _version(table or open_table(place, name))
    except WarehouseError as error:
        return version_despite(error, place, name, before, execution_id)


def commit_files(
    table: DeltaTable,
    actions: Sequence[AddAction | RemoveAction],
    properties: CommitProperties,
    what: str,
    *,
    overwrite: bool = False,
    columns: Mapping[str, str] | None = None,
) -> None:
    """Commit files that are in the table's folder already.

    Args:
        table: The handle.
        actions: What is added and, unless the commit overwrites, removed.
        properties: Of the commit.
        what: Begins the message of an error.
        overwrite: Whether every other file is removed.
        columns: Column → type of a new schema, which an overwrite alone commits; the actions then
            list every file.

    Raises:
        WarehouseError: Nothing was committed, as far as deltalake knows.
    """
    schema = table.schema() if columns is None else Schema.from_arrow(placed(arrow_schema(columns)))
    with translate_errors(what):
        table.create_write_transaction(
            actions,
            "append" if columns is None and not overwrite else "overwrite",
            schema,
            partition_by=table.metadata().partition_columns,
            commit_properties=properties,
        )


def delete_rows(table: DeltaTable, name: str, column: str, value: str) -> None:
    """Remove the rows whose column holds a text; nothing happens when there are none.

    Raises:
        WarehouseError: Nothing was removed.
    """
    if not _has_rows(table, column, value):
        return
    try:
        with translate_errors(f"rows of table `{name}` cannot be removed"):
            table.delete(f"{quote_name(column)} = {quote_text(value)}")
    except WarehouseError:
        if _may_have_rows(table, name, column, value):
            raise


def update_text(table: DeltaTable, name: str, column: str, value: str, new: str) -> None:
    """Write another text into a column wherever it holds one.

    Raises:
        WarehouseError: Nothing was changed.
    """
    try:
        with translate_errors(f"rows of table `{name}` cannot be changed"):
            table.update(
                updates={quote_name(column): quote_text(new)},
                predicate=f"{quote_name(column)} = {quote_text(value)}",
            )
    except WarehouseError:
        if _may_have_rows(table, name, column, value):
            raise


def _has_rows(table: DeltaTable, column: str, value: str) -> bool:
    met = f"{quote_name(column)} = {quote_text(value)}"
    return bool(query(table, f"SELECT 1 FROM t WHERE {met} LIMIT 1").num_rows)


def _may_have_rows(table: DeltaTable, name: str, column: str, value: str) -> bool:
    """Return whether a table has such rows now, whatever a write reported; True if unknown."""
    with suppress(WarehouseError):
        return _has_rows(open_table(place_of(table), name), column, value)
    return True


def placed(schema: pa.Schema) -> pa.Schema:
    """Return the schema with each column's place in its metadata.

    An overwrite that only moves columns keeps the old order, unless a field itself differs.
    """
    return pa.schema(
        [
            field.with_metadata({"spectra_gx.place": str(place)})
            for place, field in enumerate(schema)
        ]
    )
