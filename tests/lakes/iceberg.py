"""Tables of Iceberg, written by pyiceberg through a catalogue in a folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.manifest import (
    DataFile,
    DataFileContent,
    FileFormat,
    ManifestContent,
    ManifestEntry,
    ManifestEntryStatus,
    ManifestWriterV2,
    write_manifest_list,
)
from pyiceberg.serializers import ToOutputFile
from pyiceberg.table.snapshots import Operation, Snapshot, Summary
from pyiceberg.table.update import AddSnapshotUpdate, SetSnapshotRefUpdate, update_table_metadata
from pyiceberg.typedef import Record

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.warehouse.iceberg.null_lists import null_lists
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pyiceberg.table import Table as IcebergTable

    from spectra_gx.contract.model import StageContract, Table


def catalogue(root: Path) -> SqlCatalog:
    """Return a catalogue whose tables are in `root/lake/shop/<table>`."""
    root.mkdir(exist_ok=True)
    made = SqlCatalog(
        "tests", uri=f"sqlite:///{root}/catalogue.db", warehouse=f"file://{root}/lake"
    )
    made.create_namespace_if_not_exists("shop")
    return made


def create(root: Path, name: str, rows: pa.Table, **options: Any) -> IcebergTable:
    """Create a table with rows, in one snapshot; without rows it has none."""
    return _create(catalogue(root), root, name, rows, **options)


def _create(
    within: SqlCatalog, root: Path, name: str, rows: pa.Table, **options: Any
) -> IcebergTable:
    table = within.create_table(
        f"shop.{name}", rows.schema, location=f"file://{root}/lake/{name}", **options
    )
    if rows.num_rows:
        with null_lists():
            table.append(rows)
    return table


def iceberg(contract: StageContract, root: Path) -> StageContract:
    """Write the tables of a warehouse as Iceberg; return the contract with their places.

    A table of types that Iceberg does not have stays where it is.
    """
    warehouse, made = Warehouse(root), catalogue(root)

    def moved(table: Table) -> Table:
        if not warehouse.exists(table.name):
            return table
        delta = warehouse.open(table.name)
        types = " ".join(warehouse.schema(delta).values())
        if "byte" in types or "short" in types:
            return table
        name = table.name.partition(".")[2]
        _create(made, root, name, delta.to_pyarrow_table())
        return replace(table, location=f"{root}/lake/{name}", format=TableFormat.ICEBERG)

    return replace(contract, tables=tuple(map(moved, contract.tables)))


class _DeleteManifest(ManifestWriterV2):
    def content(self) -> ManifestContent:
        return ManifestContent.DELETES


def add_deletes(
    table: IcebergTable,
    rows: pa.Table,
    content: DataFileContent = DataFileContent.POSITION_DELETES,
    equality_ids: Sequence[int] | None = None,
) -> int:
    """Add a file of deletes in a new snapshot, as Spark and Flink do; return the snapshot's id.

    pyiceberg itself rewrites data files.
    """
    before = table.current_snapshot()
    assert before is not None
    folder, mark = table.location(), uuid4()
    path = f"{folder}/data/deletes-{mark}.parquet"
    local = path.removeprefix("file://")
    pq.write_table(rows, local)
    size = len(table.io.new_input(path))
    file = DataFile.from_args(
        content=content,
        file_path=path,
        file_format=FileFormat.PARQUET,
        partition=Record(),
        record_count=rows.num_rows,
        file_size_in_bytes=size,
        column_sizes={},
        value_counts={},
        null_value_counts={},
        nan_value_counts={},
        lower_bounds={},
        upper_bounds={},
        equality_ids=list(equality_ids) if equality_ids else None,
    )
    number = before.snapshot_id + 1
    manifest = table.io.new_output(f"{folder}/metadata/deletes-{mark}.avro")
    with _DeleteManifest(table.spec(), table.schema(), manifest, number, "null") as writer:
        writer.add_entry(
            ManifestEntry.from_args(
                status=ManifestEntryStatus.ADDED, snapshot_id=number, data_file=file
            )
        )
    sequence = table.metadata.last_sequence_number + 1
    listed = table.io.new_output(f"{folder}/metadata/list-{mark}.avro")
    with write_manifest_list(2, listed, number, before.snapshot_id, sequence, "null") as lists:
        lists.add_manifests([*before.manifests(table.io), writer.to_manifest_file()])
    snapshot = Snapshot(
        snapshot_id=number,
        parent_snapshot_id=before.snapshot_id,
        sequence_number=sequence,
        manifest_list=listed.location,
        summary=Summary(Operation.DELETE),
        schema_id=table.schema().schema_id,
    )
    metadata = update_table_metadata(
        table.metadata,
        (
            AddSnapshotUpdate(snapshot=snapshot),
            SetSnapshotRefUpdate(ref_name="main", type="branch", snapshot_id=number),
        ),
    )
    newest = table.io.new_output(f"{folder}/metadata/00099-{mark}.metadata.json")
    ToOutputFile.table_metadata(metadata, newest)
    return number
