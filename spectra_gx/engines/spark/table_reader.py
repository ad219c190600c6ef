"""Read a table on Spark as it was pinned: by its Delta version, or file by file."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from spectra_gx.contract.sql.quoting import quote_name, quote_text
from spectra_gx.engines.spark.translation import POSITION, spark_sql
from spectra_gx.engines.sql_text import literal
from spectra_gx.errors import EngineError
from spectra_gx.warehouse.arrow_types import delta_type_text
from spectra_gx.warehouse.file_formats.parquet_files import reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deltalake import DeltaTable

    from spectra_gx.engines.snapshot import PinnedTable
    from spectra_gx.warehouse.file_formats.parquet_files import Part

_PLAIN_FEATURES = frozenset({"timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"})
"""What a table may use and still be no more than its files."""

_WILDCARD = re.compile(r"([{}\[\]*?\\])")
_IGNORED_FILES = re.compile(r"(?:^|/)(?:_(?!.*=)|\.)[^/]*$")
"""Names of files that Spark ignores in every table."""

_MOUNTED = re.compile(r"^/lakehouse/default/")
"""Where Fabric mounts a lakehouse for Python; to Spark it is the folder that paths start from."""


@dataclass(frozen=True)
class _Piece:
    """Files of a table that are read alike."""

    paths: Sequence[str]
    columns: Mapping[str, str]
    """Column → SQL that gives it, DataFusion's."""

    stored: str | None = None
    """What Spark is to take the files' columns for, as DDL; None leaves it to the files."""

    rows: Mapping[str, int] = field(default_factory=dict)
    """Path → rows, of files that a log knows."""

    rows_before: int | None = None
    """Rows of the table before those of this one file, where rows are numbered."""


def read_tables(
    session: Any, tables: Sequence[PinnedTable], *, knows_delta: bool, in_stored_order: bool
) -> Any:
    """Return pinned tables as one Spark DataFrame, the rows of one after those of another.

    Args:
        session: Of Spark.
        tables: What to read; their columns are the same.
        knows_delta: Whether the session reads Delta tables itself.
        in_stored_order: Whether rows are numbered as they are stored, in the column `POSITION`.

    Raises:
        EngineError: Spark cannot read one as it is stored, for the reason given.
    """
    for table in tables:
        if not knows_delta and table.remote:
            raise EngineError(
                f"table `{table.name}` is in an object store, which Spark reads by credentials of "
                "its own, in a session that knows Delta; check it without `--engine spark`"
            )
        if table.delta is not None:
            _refuse_empty_partitions(table, table.delta)
    if in_stored_order:
        frames = [_frame(session, piece) for piece in _file_by_file(tables)]
    else:
        frames = [frame for table in tables for frame in _frames(session, table, knows_delta)]
    if not frames:
        return session.createDataFrame([], _ddl(tables[0].types))
    return _checked(reduce(lambda one, other: one.unionAll(other), frames), tables[0])


def _frames(session: Any, table: PinnedTable, knows_delta: bool) -> Iterator[Any]:
    if table.delta is not None and knows_delta:
        reader = session.read.format("delta").option("versionAsOf", table.version)
        yield _checked(reader.load(_folder(table.delta)), table)
    else:
        yield from (_frame(session, piece) for piece in _pieces(table))


def _refuse_empty_partitions(table: PinnedTable, delta: DeltaTable) -> None:
    """Refuse partitions of an empty text: null by Delta's protocol, the text to DataFusion."""
    actions = pa.table(delta.get_add_actions(flatten=True))
    for column in delta.metadata().partition_columns:
        if table.types.get(column) != "string":
            continue
        values = zip(actions["path"].to_pylist(), actions[f"partition.{column}"], strict=True)
        null = f"{column}=__HIVE_DEFAULT_PARTITION__"
        if any(value.as_py() is None and null not in path for path, value in values):
            raise EngineError(
                f"table `{table.name}` has a partition where `{column}` is an empty text, which "
                "some engines read as null; check it without `--engine spark`"
            )


def _pieces(table: PinnedTable) -> Iterator[_Piece]:
    if table.delta is not None:
        yield from _pieces_of_delta(table, table.delta)
    elif table.files is not None:
        for part in table.files.parts:
            columns = {
                column: _read(column, word, sql) for column, (word, sql) in part.columns.items()
            }
            for paths, values in _partitions(part):
                types = {column: part.columns[column][0].partition(" ")[0] for column in values}
                constants = {c: _constant(value, types[c]) for c, value in values.items()}
                yield _Piece(paths, {**columns, **constants})


def _partitions(part: Part) -> Iterator[tuple[list[str], Mapping[str, object]]]:
    """Yield the files of a part that are in one partition, and the values of its columns."""
    if not part.partitions:
        yield list(part.paths), {}
    # Neighbours only: rows stay in the order that they are stored in.
    pairs = zip(part.paths, part.partitions, strict=True) if part.partitions else ()
    for _, group in groupby(pairs, key=lambda pair: repr(pair[1])):
        found = list(group)
        yield [path for path, _ in found], found[0][1]


def _read(column: str, word: str, sql: str) -> str:
    """Return what reads a column of files; a cast to its Delta type, which Spark knows.

    `word` is its type and maybe a remark, `sql` what DataFusion reads it by.
    """
    type_, _, _ = word.partition(" ")
    if sql == quote_name(column) or sql != reading(column, type_):
        return sql
    return f"arrow_cast({quote_name(column)}, {quote_text(type_)})"


def _pieces_of_delta(table: PinnedTable, delta: DeltaTable) -> Iterator[_Piece]:
    """Yield the files of a Delta table, those of a partition together."""
    protocol = delta.protocol()
    features = set(protocol.reader_features or ())
    mapped = delta.metadata().configuration.get("delta.columnMapping.mode", "none") != "none"
    odd = sorted(features - _PLAIN_FEATURES) or (["columnMapping"] if mapped else [])
    if odd:
        raise EngineError(
            f"table `{table.name}` uses {', '.join(odd)} of Delta, which Spark alone cannot read; "
            "give a session that knows Delta"
        )
    partitions = list(delta.metadata().partition_columns)
    actions = pa.table(delta.get_add_actions(flatten=True))
    values = zip(
        *(actions[f"partition.{column}"].to_pylist() for column in partitions), strict=True
    )
    paths: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    of_files = list(values) if partitions else [()] * actions.num_rows
    files_of_log = [_file(delta, path) for path in actions["path"].to_pylist()]
    rows = dict(zip(files_of_log, actions["num_records"].to_pylist(), strict=True))
    for path, partition in zip(files_of_log, of_files, strict=True):
        paths[partition].append(path)
    stored = {c: type_ for c, type_ in table.types.items() if c not in partitions}
    for partition, files in paths.items():
        constants = {
            column: _constant(value, table.types[column])
            for column, value in zip(partitions, partition, strict=True)
        }
        columns = {column: constants.get(column, quote_name(column)) for column in table.types}
        yield _Piece(files, columns, _ddl(stored), rows)


def _constant(value: Any, type_text: str) -> str:
    if type_text == "binary":
        raise EngineError("a table with partitions by binary values cannot be read on Spark")
    written = "NULL" if value is None else literal(value, type_text)
    return f"arrow_cast({written}, '{type_text}')"


def _file_by_file(tables: Sequence[PinnedTable]) -> Iterator[_Piece]:
    """Yield each file alone, with how many rows come before it."""
    before = 0
    for table in tables:
        for piece, path in ((each, path) for each in _pieces(table) for path in each.paths):
            yield replace(piece, paths=[path], rows_before=before)
            rows = piece.rows[path] if path in piece.rows else pq.read_metadata(path).num_rows
            if rows is None:
                raise EngineError(
                    f"the log of table `{table.name}` does not say how many rows each file has; "
                    "name the `column` that follows the order of another"
                )
            before += rows


def _frame(session: Any, piece: _Piece) -> Any:
    hidden = [path for path in piece.paths if _IGNORED_FILES.search(path)]
    if hidden:
        raise EngineError(
            f"Spark ignores files such as `{hidden[0].rsplit('/', 1)[-1]}`, whose names start "
            "with `_` or `.`; rename it, or check the table without `--engine spark`"
        )
    reader = session.read if piece.stored is None else session.read.schema(piece.stored)
    files = reader.parquet(*(_WILDCARD.sub(r"\\\1", path) for path in piece.paths))
    view = "piece"
    selected = [f"{sql} AS {quote_name(column)}" for column, sql in piece.columns.items()]
    if piece.rows_before is not None:
        files = files.select(
            "*", (files["_metadata.row_index"] + piece.rows_before + 1).alias(POSITION)
        )
        selected.append(quote_name(POSITION))
    files.createOrReplaceTempView(view)
    return session.sql(spark_sql(f"SELECT {', '.join(selected)} FROM {view}"))


def _checked(frame: Any, table: PinnedTable) -> Any:
    """Return a frame whose columns are those that were pinned."""
    found = {
        field.name: delta_type_text(field.dataType.jsonValue())
        for field in frame.schema
        if field.name != POSITION
    }
    for column, type_text in table.types.items():
        if found.get(column) != type_text:
            raise EngineError(
                f"column `{column}` is stored as {type_text}, which Spark reads as "
                f"{found.get(column, 'nothing')}"
            )
    return frame


def _ddl(types: Mapping[str, str]) -> str:
    return ", ".join(
        f"{quote_name(column, '`')} {type_text}" for column, type_text in types.items()
    )


def _folder(delta: DeltaTable) -> str:
    """Return the path of a Delta table, as Spark reads it."""
    address = urlsplit(delta.table_uri)
    if address.scheme not in ("", "file"):
        return str(delta.table_uri)
    return _MOUNTED.sub("", unquote(address.path))


def _file(delta: DeltaTable, path: str) -> str:
    return unquote(path) if "://" in path else f"{_folder(delta).rstrip('/')}/{unquote(path)}"
