"""Iceberg tables at a snapshot, kept as one Parquet file of this machine.

pyiceberg applies what its metadata says: deleted rows, renamed and added columns, defaults. It
reads batch by batch, by methods of its own that keep no whole file in memory; they are used here
only, and its version is bounded for them.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import weakref
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from spectra_gx.errors import ConfigurationError, FileError, WarehouseError
from spectra_gx.warehouse.file_formats.parquet_files import read_parts, types_of
from spectra_gx.warehouse.file_formats.table_files import TableFiles
from spectra_gx.warehouse.iceberg.metadata_files import find_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyiceberg.io import FileIO
    from pyiceberg.table import DataScan
    from pyiceberg.table.metadata import TableMetadata

    from spectra_gx.warehouse.file_formats.locations import Location
    from spectra_gx.warehouse.iceberg.metadata_files import MetadataFile

_GZIP = b"\x1f\x8b"
_EMPTY = "no snapshot"
_NAMED = 3


@dataclass(frozen=True)
class IcebergSnapshot:
    """A state that a table had."""

    id: int
    committed: datetime
    """UTC."""


def pin_iceberg(location: Location, snapshot: int | None = None) -> TableFiles:
    """Pin an Iceberg table.

    Args:
        location: Where it is.
        snapshot: The id of one of its snapshots, which is read under the schema that it was
            written with; else the current one, under the current schema.

    Raises:
        ConfigurationError: pyiceberg is missing.
        TableNotFoundError: There is no such table.
        FileError: It cannot be read, has what pyiceberg does not read, or has no such snapshot.
    """
    file, metadata = _read_metadata(location)
    from pyiceberg.catalog.noop import NoopCatalog  # noqa: PLC0415 - an extra, and there
    from pyiceberg.table import StaticTable  # noqa: PLC0415 - as above

    from spectra_gx.warehouse.iceberg.store_io import StoreIO  # noqa: PLC0415 - needs the extra

    if snapshot is not None and metadata.snapshot_by_id(snapshot) is None:
        raise FileError(_unknown_snapshot(location, snapshot, metadata))
    scratch = Path(tempfile.mkdtemp(prefix="spectra-gx-"))
    try:
        with _translate_errors(location), location.translate_errors(file.path):
            io = StoreIO(location, file.folder, metadata.location, scratch)
            table = StaticTable(("table",), metadata, file.path, io, NoopCatalog("of one table"))
            to = scratch / "rows.parquet"
            _write(table.scan(snapshot_id=snapshot), metadata, io, to)
        parts = read_parts({location.uri: str(to)}, scratch)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    current = metadata.current_snapshot_id if snapshot is None else snapshot
    version = _EMPTY if current is None else str(current)
    files = TableFiles(types_of(parts), parts, location, version=version)
    weakref.finalize(files, shutil.rmtree, scratch, ignore_errors=True)
    return files


def snapshots_of(location: Location) -> list[IcebergSnapshot]:
    """Return the snapshots that led to the current one, which is the first.

    Those of other branches, and those that were rolled back, are left out.

    Raises:
        ConfigurationError: pyiceberg is missing.
        TableNotFoundError: There is no such table.
        FileError: Its metadata cannot be read.
    """
    _, metadata = _read_metadata(location)
    found, at = [], metadata.current_snapshot()
    while at is not None:
        committed = datetime.fromtimestamp(at.timestamp_ms / 1000, UTC)
        found.append(IcebergSnapshot(at.snapshot_id, committed))
        parent = at.parent_snapshot_id
        at = None if parent is None else metadata.snapshot_by_id(parent)
    return found


def commit_time_of(location: Location, snapshot: int) -> datetime:
    """Return when a snapshot was committed, UTC; see `pin_iceberg` for what it raises."""
    _, metadata = _read_metadata(location)
    found = metadata.snapshot_by_id(snapshot)
    if found is None:
        raise FileError(_unknown_snapshot(location, snapshot, metadata))
    return datetime.fromtimestamp(found.timestamp_ms / 1000, UTC)


def _unknown_snapshot(location: Location, snapshot: int, metadata: TableMetadata) -> str:
    newest = sorted(metadata.snapshots, key=lambda one: one.timestamp_ms)[-_NAMED:]
    known = ", ".join(str(one.snapshot_id) for one in newest) or "none yet"
    return (
        f"the Iceberg table `{location.uri}` has no snapshot {snapshot}; the newest that it has: "
        f"{known}"
    )


def _read_metadata(location: Location) -> tuple[MetadataFile, TableMetadata]:
    try:
        from pyiceberg.table import metadata  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigurationError(
            "Iceberg tables need pyiceberg; install it with `pip install 'spectra-gx[iceberg]'`"
        ) from None
    file = find_metadata(location)
    with _translate_errors(location), location.translate_errors(file.path):
        content = location.store.read(file.path) or b""
        text = gzip.decompress(content) if content.startswith(_GZIP) else content
        return file, metadata.TableMetadataUtil.parse_raw(text.decode())


def _write(scan: DataScan, metadata: TableMetadata, io: FileIO, to: Path) -> None:
    """Write the rows of a scan into one Parquet file."""
    from pyiceberg.expressions import AlwaysTrue  # noqa: PLC0415 - as above
    from pyiceberg.io.pyarrow import (  # noqa: PLC0415 - as above
        ArrowScan,
        _read_all_delete_files,
        schema_to_pyarrow,
    )

    from spectra_gx.warehouse.iceberg.null_lists import null_lists  # noqa: PLC0415 - as above

    schema = scan.projection()
    found = schema_to_pyarrow(schema, include_field_ids=False)
    stored = pa.schema([pa.field(field.name, _stored(field.type)) for field in found])
    tasks = list(scan.plan_files())
    deletes = _read_all_delete_files(io, tasks)
    reader = ArrowScan(metadata, io, schema, AlwaysTrue())
    with pq.ParquetWriter(to, stored) as writer, null_lists():
        # Its public method reads whole files into memory, several at once.
        for batch in reader._record_batches_from_scan_tasks_and_deletes(tasks, deletes):  # noqa: SLF001 - as said
            columns = [
                _cast(column, type_)
                for column, type_ in zip(batch.columns, stored.types, strict=True)
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=stored))


def _stored(arrow: pa.DataType) -> pa.DataType:
    """Return the type that values are stored as: files of one table come in several layouts."""
    if isinstance(arrow, pa.UuidType):
        return pa.string()
    if pa.types.is_large_string(arrow):
        return pa.string()
    if pa.types.is_large_binary(arrow) or pa.types.is_fixed_size_binary(arrow):
        return pa.binary()
    if pa.types.is_struct(arrow):
        return pa.struct([pa.field(field.name, _stored(field.type)) for field in arrow])
    if pa.types.is_map(arrow):
        return pa.map_(_stored(arrow.key_type), _stored(arrow.item_type))
    if pa.types.is_list(arrow) or pa.types.is_large_list(arrow):
        return pa.list_(_stored(arrow.value_type))
    return arrow


def _cast(values: pa.Array, stored: pa.DataType) -> pa.Array:
    if isinstance(values.type, pa.UuidType):
        values = values.storage
        if pa.types.is_string(stored):
            texts = [
                None if value is None else str(UUID(bytes=value)) for value in values.to_pylist()
            ]
            return pa.array(texts, stored)
    return values.cast(stored)


@contextmanager
def _translate_errors(location: Location) -> Iterator[None]:
    """Convert whatever pyiceberg raises, which has no common class, into a FileError."""
    try:
        yield
    except (WarehouseError, ConfigurationError):
        raise
    except Exception as error:  # noqa: BLE001 - as the docstring says
        if "equality delete" in str(error):
            raise FileError(
                f"the Iceberg table `{location.uri}` has equality deletes, which pyiceberg does "
                "not read; rewrite its data files, so that deletes are applied, and check it again"
            ) from None
        raise FileError(
            f"the Iceberg table `{location.uri}` cannot be read by pyiceberg "
            f"({type(error).__name__}); check that its files are whole"
        ) from None
