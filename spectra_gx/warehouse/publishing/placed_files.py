"""Give files of a candidate their names in the folder of a published table."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.warehouse import TABLES, table_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.warehouse.delta.live_files import DataFile
    from spectra_gx.warehouse.publishing.batches import Batch
    from spectra_gx.warehouse.publishing.candidate import Candidate
    from spectra_gx.warehouse.warehouse import Warehouse


def place_files(
    warehouse: Warehouse, candidate: Candidate, files: Sequence[DataFile], batch: Batch
) -> list[DataFile]:
    """Give files a name in the table's folder; return them under it."""
    folder = table_path(TABLES, candidate.name)
    depth = len(candidate.delta.metadata().partition_columns)
    placed_files = []
    for file in files:
        path = published_path(file, depth, batch.execution_id)
        warehouse.store.copy(_below(warehouse, file), f"{folder}/{path}")
        placed_files.append(file.at(path))
    return placed_files


def published_path(file: DataFile, depth: int, execution_id: str) -> str:
    """Return the path of a file below its table: always the same for one file of one run.

    Its last `depth` folders are those of partitions.
    """
    folders = Path(file.path).parts[-1 - depth : -1] if depth else ()
    name = hashlib.sha256(file.path.encode()).hexdigest()[:24]
    hive = folders if all("=" in folder for folder in folders) else ()
    return "/".join((*hive, f"part-{execution_id}-{name}.parquet"))


def _below(warehouse: Warehouse, file: DataFile) -> str:
    path = warehouse.store.path_of(file.path)
    if path is None:
        raise WarehouseError(
            f"the file `{file.path}` lies outside of the warehouse; copy it into it"
        )
    return path


def placed_paths(candidate: Candidate, batch: Batch) -> list[str]:
    """Return the paths below its table that publishing a candidate gives its files."""
    depth = len(candidate.delta.metadata().partition_columns)
    files = (*candidate.added, *(candidate.kept if candidate.new_schema else ()))
    return [published_path(file, depth, batch.execution_id) for file in files]
