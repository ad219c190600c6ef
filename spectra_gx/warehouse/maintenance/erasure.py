"""Erase rows from a table and from all of its history.

Not with deltalake's `delete`, which writes the condition, and the values in it, into the commit.
Old commits go, too: they have the least and the largest value of each column of each file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta.commits import commit_infos
from spectra_gx.warehouse.delta.live_files import create_naming, live_files
from spectra_gx.warehouse.delta.schemas import columns_of
from spectra_gx.warehouse.maintenance.history import stray_files
from spectra_gx.warehouse.maintenance.kept_versions import readable_versions
from spectra_gx.warehouse.publishing.batch_rows import StagedTable
from spectra_gx.warehouse.publishing.batches import Batch
from spectra_gx.warehouse.publishing.candidate import has_plain_files
from spectra_gx.warehouse.publishing.commits import Base, TablePublication, publish_table
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.queries import stream
from spectra_gx.warehouse.publishing.replaced_rows import free_name, name_files
from spectra_gx.warehouse.publishing.row_sql import column_list, condition_holds, where
from spectra_gx.warehouse.publishing.watermarks import Watermark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deltalake import CommitProperties, DeltaTable

    from spectra_gx.warehouse.delta.live_files import DataFile
    from spectra_gx.warehouse.maintenance.erased_values import ErasedValues
    from spectra_gx.warehouse.staging import Staging
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class TableTraces:
    """Where rows that meet a condition are in a table and its history."""

    name: str
    rows: int
    """In the newest version."""

    versions: tuple[int, ...]
    """Older versions with such rows, and those of which that cannot be known."""

    files: tuple[tuple[str, int], ...]
    """The files with such rows, and those of which that cannot be known, and their bytes."""

    strays: tuple[tuple[str, int], ...]
    """Files that no version has, which may contain such rows, and their bytes."""

    oldest: int
    newest: int

    @property
    def found(self) -> bool:
        """Return whether a version has such rows."""
        return bool(self.rows or self.versions)

    @property
    def first_clean(self) -> int:
        """The first version from which on there are no such rows, once they are erased."""
        if self.rows:
            return self.newest + 1
        return max(self.versions) + 1 if self.versions else self.oldest


@dataclass(frozen=True)
class ErasureBatch(Batch):
    """The commit that erases rows, as a batch of its own."""

    before: int = 0
    """The first version that stays."""

    def about(self, watermark: Watermark | None) -> dict[str, Any]:
        """Return what the commit says about itself; nothing of what was erased."""
        return {**super().about(watermark), "erased": {"before": self.before}}

    def commit(
        self,
        table: DeltaTable | None,
        watermark: Watermark | None,
        *,
        mode: PublishMode | None = None,
        replace_where: str | None = None,
        rolled_back: Sequence[str] = (),
        token: int | None = None,
    ) -> CommitProperties:
        """Return the properties of the commit, without the condition; it replaces no other row."""
        del mode, replace_where
        return super().commit(
            table, watermark, mode=PublishMode.APPEND, rolled_back=rolled_back, token=token
        )


def find_traces(
    warehouse: Warehouse, name: str, condition: str, staging: Staging, values: ErasedValues
) -> TableTraces:
    """Find the rows of a table that meet a condition, in every version that can be opened.

    Each file is read once. Their values are added to `values`.

    Raises:
        WarehouseError: The newest version cannot be read, or its files mean more than their rows.
    """
    head = warehouse.open(name)
    if not has_plain_files(head):
        raise WarehouseError(
            f"table `{name}` uses features of Delta, such as deletion vectors or column mapping, "
            "with which rows cannot be erased; erase them with the engine that wrote it"
        )
    rows = _count_by_file(head, live_files(head), condition, staging, values)
    sizes = {file.path: file.size for file in live_files(head)}
    in_head, seen = sum(rows.values()), set(sizes)
    suspect = set(rows)
    versions = []
    readable = readable_versions(warehouse.place(name))
    for version in sorted(readable - {head.version()})[::-1]:
        try:
            older = warehouse.open(name, version)
            files = live_files(older)
        except WarehouseError:
            versions.append(version)
            continue
        fresh = [file for file in files if file.path not in seen]
        seen |= {file.path for file in fresh}
        sizes |= {file.path: file.size for file in fresh}
        suspect |= _suspects(older, fresh, condition, staging, values)
        if any(file.path in suspect for file in files):
            versions.append(version)
    found = tuple((path, sizes[path]) for path in sorted(suspect))
    return TableTraces(
        name,
        in_head,
        tuple(versions[::-1]),
        found,
        tuple(sorted(stray_files(warehouse.place(name), seen).items())),
        min(readable),
        head.version(),
    )


def _suspects(
    table: DeltaTable,
    files: list[DataFile],
    condition: str,
    staging: Staging,
    values: ErasedValues,
) -> set[str]:
    """Return the files with such rows; all of them where that cannot be known."""
    if not has_plain_files(table):
        return {file.path for file in files}
    try:
        return set(_count_by_file(table, files, condition, staging, values))
    except WarehouseError:
        return {file.path for file in files}  # one is gone, or lacks a column of the condition


def _count_by_file(
    table: DeltaTable,
    files: list[DataFile],
    condition: str,
    staging: Staging,
    values: ErasedValues,
) -> dict[str, int]:
    """Return file → how many of its rows meet the condition; files without any are left out."""
    if not files:
        return {}
    marker = free_name(table)
    named = name_files(table, files, marker, staging.new_folder())
    columns = list(columns_of(table))
    sql = f"SELECT {column_list([marker, *columns])} FROM p {where(condition_holds(condition))}"
    counts: dict[str, int] = {}
    for part in stream({"p": named}, sql, "the rows to erase cannot be found"):
        values.add_rows(part, columns)
        for place in part.column(marker).to_pylist():
            path = files[int(place)].path
            counts[path] = counts.get(path, 0) + 1
    return counts


def erase_rows(
    warehouse: Warehouse, traces: TableTraces, condition: str, staging: Staging, stage: str
) -> int:
    """Commit a version of a table without the rows; return it. Its history is still there.

    Call it under the stage's lock, with traces found under it.

    Raises:
        WarehouseError: Nothing was changed.
    """
    head = warehouse.open(traces.name)
    partition_by = head.metadata().partition_columns
    nothing = create_naming(staging.new_folder(), head.schema(), partition_by, [])
    options = PublishOptions(PublishMode.REPLACE_WHERE, replace_where=condition)
    staged = StagedTable(traces.name, nothing, options, memory=warehouse.memory)
    batch = ErasureBatch(
        staging.execution_id, staging.execution_id, stage, before=traces.first_clean
    )
    publication = TablePublication(staged, Base.of(head), _newest_watermark(head))
    version = publish_table(warehouse, publication, batch, staging.new_folder())
    assert version is not None  # noqa: S101 - the commit was made just now
    return version


def _newest_watermark(head: DeltaTable) -> Watermark | None:
    """Return the watermark from which the table's next batch begins."""
    for _, info in commit_infos(head):
        about = info.get("spectra_gx")
        if isinstance(about, dict) and (
            (found := Watermark.from_dict(about.get("watermark"))) or about.get("rolled_back")
        ):
            return found
    return None
