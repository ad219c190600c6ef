"""One Delta table: opening, reading, comparing and replacing it.

Reading goes through DataFusion (`QueryBuilder`): deltalake's pyarrow readers abort the process at
exit now and then, and misread column-mapped tables.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError
from pyarrow import fs

from spectra_gx.errors import (
    FileError,
    SchemaMismatchError,
    SpectraError,
    TableNotFoundError,
    WarehouseError,
)
from spectra_gx.warehouse.arrow_types import (
    arrow_schema,
    delta_type_text,
    has_naive_time,
    plain_types,
    type_text,
)
from spectra_gx.warehouse.datafusion_sessions import new_session, set_option
from spectra_gx.warehouse.file_formats.arrow_layouts import schema_in_memory, unread_column
from spectra_gx.warehouse.streaming import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_SHOWN = 3
"""Differences of schema named in a message."""

_READ_FEATURES = frozenset({"columnMapping", "deletionVectors", "timestampNtz", "v2Checkpoint"}) | {
    *("variantType", "variantType-preview")
}
"""Delta's features of readers with which deltalake reads every row as it stands."""

_FEATURE = (
    "it needs the Delta feature `{}`, which is not supported; take it off the table, or write the "
    "rows into a table without it"
)
_REASONS = (
    (re.compile(r"Feature '([^']+)' is not supported"), _FEATURE),
    (re.compile("Max catalog version"), _FEATURE.format("catalogManaged")),
    (
        re.compile("Unsupported Delta table type: '([^']+)'"),
        "it has a column of type `{}`, which is not supported; leave it out of the table",
    ),
    (re.compile("No files in log segment"), "its log holds no commit; restore its `_delta_log`"),
    (
        re.compile("No protocol found|No table metadata found|unmasked nulls"),
        "its log does not say what the table is like; restore its `_delta_log`",
    ),
    (
        re.compile(r"Object at location .* not found", re.DOTALL),
        "a file of it is not there, perhaps because a vacuum removed it",
    ),
    (
        re.compile(
            r"found gap:.*?version: (\d+), file_type.*?version: (\d+), file_type", re.DOTALL
        ),
        "its log lacks the commits between version {} and version {}; restore its `_delta_log`",
    ),
)
"""What deltalake says → how a person is told."""

_LAYERS = re.compile(r"^(?:[A-Z][A-Za-z]*(?: [a-z]+){0,2} error: )+")

_LOOKED_INTO = 10
"""Files whose layout is looked at before a table is read; those of one table are mostly alike."""

_RECENT = 50
"""Commits in which a dead run is looked for."""


@contextmanager
def translate_errors(what: str, *, hidden: bool = False) -> Iterator[None]:
    """Turn whatever the Delta and Arrow libraries raise into a WarehouseError that begins `what`.

    What is known is a FileError, in words of ours. A lost race for a commit is `retryable`. An
    object store answers with whole documents, in which a key or a token may stand, so that its
    words are `hidden`.
    """
    try:
        yield
    except SpectraError:
        raise
    except CommitFailedError as error:
        raise WarehouseError(
            f"{what}: something else wrote to it at the same moment ({_first_line(error)}); "
            "let it end, then run again",
            retryable=True,
        ) from None
    except Exception as error:  # noqa: BLE001 - a vacuumed file, for one, is a bare Exception
        if (reason := _known_reason(error)) is not None:
            raise FileError(f"{what}: {reason}") from None
        words = "check the address and its credentials" if hidden else _first_line(error)
        raise WarehouseError(f"{what}: {words}") from None


def is_table(uri: str, options: Mapping[str, str] | None = None) -> bool:
    """Return whether a Delta table with at least one commit stands there.

    Raises:
        WarehouseError: It cannot be told; a file stands there, for one.
    """
    if options is None and Path(uri).is_file():
        raise WarehouseError(
            f"a file stands at `{uri}`, where a Delta table is a folder; move the file away, "
            "or say in the contract what `format` it is in"
        )
    with translate_errors(f"`{uri}` cannot be looked at", hidden=options is not None):
        return bool(DeltaTable.is_deltatable(uri, dict(options) if options else None))


def open_table(
    uri: str, name: str, version: int | None = None, options: Mapping[str, str] | None = None
) -> DeltaTable:
    """Return a handle pinned at `version`, or at the newest version there is now.

    Args:
        uri: Where it stands.
        name: What it is called.
        version: Its version.
        options: How its object store is reached.

    Raises:
        TableNotFoundError: No Delta table stands there.
        FileError: It needs what is not supported, or its log is damaged.
        WarehouseError: That version is gone, or the table cannot be read.
    """
    if not is_table(uri, options):
        raise TableNotFoundError(
            f"table `{name}` does not exist at `{uri}`; "
            "check the warehouse, or run the stage that builds it"
        )
    storage = dict(options) if options else None
    with translate_errors(f"table `{name}` at `{uri}` cannot be read", hidden=options is not None):
        newest = DeltaTable(uri, storage_options=storage)
    if version is None:
        return _supported(newest, name)
    missing = (
        f"version {version} of table `{name}` cannot be opened; the newest is {newest.version()}, "
        "and old ones expire; choose another version"
    )
    if not 0 <= version <= newest.version():
        raise WarehouseError(missing)
    with translate_errors(missing, hidden=options is not None):
        older = DeltaTable(uri, version=version, storage_options=storage)
    return _supported(older, name)


def _supported(table: DeltaTable, name: str) -> DeltaTable:
    """Return the handle, once nothing in its protocol is beyond what can be read."""
    beyond = sorted(set(table.protocol().reader_features or ()) - _READ_FEATURES)
    if beyond:
        raise FileError(
            f"table `{name}` at `{table.table_uri}` cannot be read: "
            + _FEATURE.format("` and `".join(beyond))
        )
    return table


def is_plain(table: DeltaTable) -> bool:
    """Return whether what the log says of each file holds of its rows, under their own names.

    Deletion vectors take rows away that are still counted, and mapped columns are counted under
    names of their own.
    """
    protocol = table.protocol()
    features = set(protocol.reader_features or ())
    return bool(protocol.min_reader_version == 1 or (features and features <= {"timestampNtz"}))


def verify_files(
    table: DeltaTable, name: str, sizes: Mapping[str, int] | None = None
) -> DeltaTable:
    """Return the handle, once every data file of its version is known to be there.

    DataFusion answers counts and partition columns from the log alone, whatever became of files.

    Args:
        table: The handle.
        name: What the table is called.
        sizes: In an object store, its files: path below the table → bytes.

    Raises:
        WarehouseError: A file is missing or not whole.
    """
    with translate_errors(f"the files of the table at `{table.table_uri}` cannot be listed"):
        listed = pa.table(table.get_add_actions(flatten=True)).select(["path", "size_bytes"])
    files = {file["path"]: file["size_bytes"] for file in listed.to_pylist()}
    damaged = _damaged_file(table, files, sizes)
    if damaged is not None:
        raise WarehouseError(
            f"version {table.version()} of table `{name}` cannot be read: its file `{damaged}` "
            "is missing or not whole; restore it, or rebuild the table"
        )
    if sizes is None:
        _refuse_unread([_local(table, path) for path in islice(files, _LOOKED_INTO)], name)
    return table


def _damaged_file(
    table: DeltaTable, files: Mapping[str, int], sizes: Mapping[str, int] | None
) -> str | None:
    """Return the name of a data file that is not there, or not whole."""
    for path, size in files.items():
        if sizes is not None:
            if sizes.get(unquote(path)) != size:
                return Path(unquote(path)).name
            continue
        file = _local(table, path)
        if not file.is_file() or file.stat().st_size != size:
            return file.name
    return None


def _local(table: DeltaTable, path: str) -> Path:
    """Return where a file stands on this machine."""
    # The log holds addresses: relative to the table, but for files that a clone shares.
    return Path(unquote(urlsplit(table.table_uri).path)) / unquote(urlsplit(path).path)


def _refuse_unread(files: Iterable[Path], name: str) -> None:
    """Refuse a dictionary that DataFusion cannot read, in those files of a table that are given."""
    for file in files:
        try:
            column = unread_column(schema_in_memory(pq.read_metadata(file)))
        except (pa.ArrowException, OSError):
            continue  # whoever reads it says so
        if column is not None:
            raise FileError(
                f"table `{name}` cannot be read: its file `{file.name}` holds column `{column}` as "
                "a dictionary of values of which none is read; write the column plainly"
            )


def create_table(uri: str, name: str, schema: pa.Schema, configuration: Mapping[str, str]) -> None:
    """Create a table without rows and with these Delta properties, unless one stands there."""
    with translate_errors(f"table `{name}` cannot be created at `{uri}`"):
        DeltaTable.create(uri, schema, mode="ignore", configuration=configuration)


def commit_time(
    uri: str, name: str, version: int, filesystem: fs.FileSystem | None = None
) -> datetime:
    """Return when a version was committed, UTC, from a path of this machine or of a filesystem.

    Read from the commit itself: `DeltaTable.history()` numbers commits back from the version the
    handle is pinned at, so on an older version every number it gives is wrong.
    """
    path = f"{uri}/_delta_log/{version:020}.json"
    filesystem = filesystem or fs.LocalFileSystem()
    info: Mapping[str, Any]
    try:
        with filesystem.open_input_stream(path) as stream:
            lines = stream.read().splitlines()
        info = next((a["commitInfo"] for a in map(json.loads, lines) if "commitInfo" in a), {})
        written = filesystem.get_file_info(path).mtime_ns / 1e6
        stamp = info.get("inCommitTimestamp", info.get("timestamp", written))
    except (OSError, ValueError):
        raise WarehouseError(
            f"the commit of version {version} of table `{name}` cannot be read at `{path}`: it was "
            "never written, or has expired; choose a newer version"
        ) from None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=stamp)


def columns_of(table: DeltaTable) -> dict[str, str]:
    """Return column → canonical type text, in stored order."""
    return {field.name: delta_type_text(field.type) for field in table.schema().fields}


def query(table: DeltaTable, sql: str) -> pa.Table:
    """Return the answer of one SELECT over the pinned handle, which it calls `t`.

    Raises:
        WarehouseError: It cannot be answered; a vacuumed version, for one.
    """
    with translate_errors(
        f"version {table.version()} of the table at `{table.table_uri}` cannot be read"
    ):
        answer = new_session().register("t", table).execute(sql)
        # Through the stream: `read_all()` of the answer itself holds the GIL until it is done.
        return plain_types(pa.RecordBatchReader.from_stream(answer).read_all())


def read(table: DeltaTable, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of a pinned handle, in no promised order; every column unless named."""
    names = list(columns_of(table)) if columns is None else columns
    return query(table, f"SELECT {', '.join(map(quoted, names))} FROM t")


def stream(table: DeltaTable, sql: str) -> Iterator[pa.Table]:
    """Yield the answer of one SELECT over the pinned handle, `t`, a few thousand rows at a time.

    Rows come in stored order: the same whenever the same handle is asked.

    Raises:
        WarehouseError: It cannot be answered.
    """
    with translate_errors(
        f"version {table.version()} of the table at `{table.table_uri}` is unreadable"
    ):
        session = new_session()
        set_option(session, "execution.target_partitions", "1")
        answer = session.register("t", table).execute(sql)
        for batch in pa.RecordBatchReader.from_stream(answer):
            yield plain_types(pa.Table.from_batches([batch]))


def row_count(table: DeltaTable) -> int:
    """Return the exact number of rows of a pinned handle."""
    count: int = query(table, "SELECT count(*) FROM t").column(0)[0].as_py()
    return count


def quoted(name: str) -> str:
    """Return a column name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def storable(name: str, schema: pa.Schema) -> dict[str, str]:
    """Return column → type text of an Arrow schema about to be written.

    Raises:
        WarehouseError: A column is named twice, or holds what a table cannot keep exactly.
    """
    if twice := sorted({column for column in schema.names if schema.names.count(column) > 1}):
        raise WarehouseError(f"table `{name}` names column `{twice[0]}` twice; rename one of them")
    for field in schema:
        if has_naive_time(field.type):
            raise WarehouseError(
                f"column `{field.name}` of table `{name}` holds times without a zone, which would "
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
        f"column `{name}` is not there"
        if name not in stored
        else f"column `{name}` is `{stored[name]}`, not `{wanted[name]}`"
        for name in wanted
        if stored.get(name) != wanted[name]
    ]
    found += [f"column `{name}` would be lost" for name in stored if name not in wanted]
    if not found and list(stored) != list(wanted):
        there, here = next(pair for pair in zip_longest(stored, wanted) if pair[0] != pair[1])
        found.append(f"column `{there}` stands where `{here}` would")
    return found


def refuse_schema_changes(found: Mapping[str, Sequence[str]]) -> None:
    """Raise for the differences found, table by table; return when there are none.

    Raises:
        SchemaMismatchError: Names the first few of each table.
    """
    sentences = [
        f"table `{name}` would change its schema: {', '.join(some[:_SHOWN])}"
        + (f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else "")
        for name, some in found.items()
        if some
    ]
    if sentences:
        raise SchemaMismatchError(
            "; ".join(sentences) + "; to replace table and schema, run again with `--rebuild`",
            context={"differences": {name: list(some) for name, some in found.items() if some}},
        )


def replace(
    table: DeltaTable | None,
    uri: str,
    name: str,
    data: pa.Table,
    *,
    execution_id: str,
    rebuild: bool = False,
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
    with translate_errors(f"table `{name}` at `{uri}` cannot be written"):
        write_deltalake(
            uri if table is None else table,
            data.cast(_placed(schema) if rebuild else schema),
            mode="error" if table is None else "overwrite",
            schema_mode="overwrite" if rebuild and table is not None else None,
            commit_properties=CommitProperties(custom_metadata={"execution_id": execution_id}),
        )
        version: int = (table or DeltaTable(uri)).version()
        return version


def write_stream(
    table: DeltaTable | None,
    uri: str,
    name: str,
    columns: Mapping[str, str],
    parts: Iterable[pa.Table],
    *,
    execution_id: str,
    append: bool = False,
    transaction: tuple[str, int] | None = None,
) -> int:
    """Write rows through a handle, or create a table, in one commit; return the new version.

    Never more than a few thousand rows are held at once; Delta does not keep their order.

    Args:
        table: The handle; None where no table stands.
        uri: Where it stands.
        name: What it is called.
        columns: Column → type of the rows.
        parts: The rows.
        execution_id: The run that writes.
        append: Whether the rows that stand there stay; columns that are new to them are null.
        transaction: An application's name and number, by which the write can be told again.

    Raises:
        WarehouseError: Nothing was written.
    """
    known = [Transaction(*transaction)] if transaction else None
    with (
        translate_errors(f"table `{name}` at `{uri}` cannot be written"),
        reader_of(parts, arrow_schema(columns)) as rows,
    ):
        write_deltalake(
            uri if table is None else table,
            rows,
            mode="error" if table is None else "append" if append else "overwrite",
            schema_mode="merge" if append and table is not None else None,
            commit_properties=CommitProperties(
                custom_metadata={"execution_id": execution_id}, app_transactions=known
            ),
        )
        version: int = (table or DeltaTable(uri)).version()
        return version


def delete_rows(table: DeltaTable, name: str, column: str, value: str) -> None:
    """Remove the rows whose column holds a text; nothing happens when there are none.

    Raises:
        WarehouseError: Nothing was removed.
    """
    met = f"{quoted(column)} = {literal(value)}"
    if query(table, f"SELECT 1 FROM t WHERE {met} LIMIT 1").num_rows:
        with translate_errors(f"rows of table `{name}` cannot be removed"):
            table.delete(met)


def update_text(table: DeltaTable, name: str, column: str, value: str, new: str) -> None:
    """Write another text into a column wherever it holds one.

    Raises:
        WarehouseError: Nothing was changed.
    """
    with translate_errors(f"rows of table `{name}` cannot be changed"):
        table.update(
            updates={quoted(column): literal(new)},
            predicate=f"{quoted(column)} = {literal(value)}",
        )


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def written_by(table: DeltaTable, execution_id: str) -> bool:
    """Return whether one of the table's recent commits is a run's.

    Raises:
        WarehouseError: Its history cannot be read.
    """
    with translate_errors(f"the history of the table at `{table.table_uri}` cannot be read"):
        commits = table.history(_RECENT)
    return any(commit.get("execution_id") == execution_id for commit in commits)


def _placed(schema: pa.Schema) -> pa.Schema:
    """Return the schema with each column's place in its metadata.

    An overwrite that only moves columns keeps the old order, unless a field itself differs.
    """
    return pa.schema(
        [
            field.with_metadata({"spectra_gx.place": str(place)})
            for place, field in enumerate(schema)
        ]
    )


def _known_reason(error: Exception) -> str | None:
    """Return what is wrong in our own words, which quote nothing that is stored."""
    for known, words in _REASONS:
        if found := known.search(str(error)):
            return words.format(*found.groups())
    return None


def _first_line(error: Exception) -> str:
    """Return what deltalake says, without its layers' names and the backtrace it may append."""
    line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return _LAYERS.sub("", line).rstrip(". ")
