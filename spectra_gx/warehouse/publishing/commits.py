"""Publish a candidate: its files into the table's folder, then one commit.

No data is written a second time: files get a second name in the table's folder, and the commit
lists them with the statistics of the staged log. A commit is made on exactly the version from
which the candidate was made; after an error the table itself says whether it was made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from deltalake import write_deltalake

from spectra_gx.errors import HeadMovedError, TableNotFoundError, WarehouseError
from spectra_gx.store.answers import STORE_FAILED
from spectra_gx.warehouse.arrow_types import arrow_schema
from spectra_gx.warehouse.delta.commits import same_rows_since
from spectra_gx.warehouse.delta.error_translation import translate_errors
from spectra_gx.warehouse.delta.live_files import create_naming, live_files
from spectra_gx.warehouse.delta.schemas import columns_of
from spectra_gx.warehouse.delta.writes import commit_files, placed
from spectra_gx.warehouse.publishing.batches import commit_of
from spectra_gx.warehouse.publishing.candidate import build_candidate, has_plain_files
from spectra_gx.warehouse.publishing.options import PublishMode
from spectra_gx.warehouse.publishing.placed_files import place_files, placed_paths
from spectra_gx.warehouse.publishing.queries import stream
from spectra_gx.warehouse.streaming import reader_of
from spectra_gx.warehouse.warehouse import TABLES, table_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deltalake import CommitProperties, DeltaTable

    from spectra_gx.warehouse.delta.table_place import TablePlace
    from spectra_gx.warehouse.publishing.batch_rows import StagedTable
    from spectra_gx.warehouse.publishing.batches import Batch
    from spectra_gx.warehouse.publishing.candidate import Candidate
    from spectra_gx.warehouse.publishing.watermarks import Watermark
    from spectra_gx.warehouse.warehouse import Warehouse

_ATTEMPTS = 5
_CONFIGURATION = {"delta.setTransactionRetentionDuration": "interval 365 days"}
"""Of a table that we create: how long it knows which batches it has."""


@dataclass(frozen=True)
class Base:
    """The published table that was checked together with a batch."""

    version: int | None = None
    """None where there was no table."""

    id: str | None = None
    """Delta's id of the table: another one made in its place has another."""

    @property
    def next_version(self) -> int:
        """The version that publishing makes of it."""
        return 0 if self.version is None else self.version + 1

    @classmethod
    def of(cls, published: DeltaTable | None) -> Base:
        """Return what a handle is pinned at."""
        if published is None:
            return cls()
        return cls(published.version(), str(published.metadata().id))


@dataclass(frozen=True)
class TablePublication:
    """How one table's part of a batch is published."""

    staged: StagedTable
    base: Base
    watermark: Watermark | None = None
    """The table's from then on."""

    candidate: Candidate | None = None
    """The table that was checked, made from `base`; it is made again where there is none."""

    rebuild: bool = False
    """Whether replace may change the schema."""

    @property
    def name(self) -> str:
        """The table."""
        return self.staged.name


def publish_table(
    warehouse: Warehouse, publication: TablePublication, batch: Batch, folder: TablePlace
) -> int | None:
    """Publish a table's part of a batch unless the table has it; return the version that has it.

    Args:
        warehouse: Where the table is.
        publication: What is published.
        batch: The batch.
        folder: A folder in staging, for candidates that are made again.

    Returns:
        The version; None where the batch was published so long ago that its commit has expired.

    Raises:
        HeadMovedError: The table was changed after it was checked.
        WarehouseError: Nothing was published.
    """
    name, candidate, base = publication.name, publication.candidate, publication.base
    for attempt in range(_ATTEMPTS):
        warehouse.fence.check()
        head = open_published(warehouse, name)
        if head is not None and batch.is_published(head):
            return published_version(head, batch)
        if Base.of(head) != base:
            _refuse_moved(publication, head)
        if candidate is None or Base.of(head) != base:
            base, place = Base.of(head), folder.below(uuid4().hex)
            candidate = build_candidate(
                publication.staged, head, place, rebuild=publication.rebuild
            )
        try:
            return _commit(warehouse, candidate, head, batch, publication)
        except WarehouseError as error:
            warehouse.fence.check()
            version = _version_after(warehouse, name, batch)
            if version is not None:
                return version
            if error.retryable and attempt < _ATTEMPTS - 1:
                continue
            if error.code == STORE_FAILED:
                raise _undecided(error) from None
            discard_files(warehouse, name, placed_paths(candidate, batch))
            raise
    raise AssertionError  # the last attempt returns or raises


def open_published(warehouse: Warehouse, name: str) -> DeltaTable | None:
    """Return a handle on a table's newest version; None where there is no table."""
    try:
        return warehouse.open(name)
    except TableNotFoundError:
        return None


def published_version(head: DeltaTable, batch: Batch) -> int | None:
    """Return the version that published a batch; None where its commit has expired."""
    commit = commit_of(head, batch.id)
    return commit.version if commit else None


def _version_after(warehouse: Warehouse, name: str, batch: Batch) -> int | None:
    """Return the version that a commit made although it reported an error."""
    head = open_published(warehouse, name)
    return published_version(head, batch) if head is not None and batch.is_published(head) else None


def _undecided(error: WarehouseError) -> WarehouseError:
    return WarehouseError(
        f"{error.message}, which finishes what this run may have published",
        code=error.code,
        retryable=True,
    )


def _refuse_moved(publication: TablePublication, head: DeltaTable | None) -> None:
    """Refuse a table with other rows than those that were checked together with the batch.

    Raises:
        HeadMovedError: It has; replace alone does not depend on them.
    """
    if not (publication.staged.replaces_all or has_rows_of(head, publication.base)):
        raise moved(publication.name)


def has_rows_of(head: DeltaTable | None, base: Base) -> bool:
    """Return whether a published table has the rows that it had when it was checked."""
    now = Base.of(head)
    if head is None or base.version is None or now == base:
        return now == base
    return (
        now.id == base.id and head.version() > base.version and same_rows_since(head, base.version)
    )


def moved(
    name: str, what: str = "was changed by something else after it was checked"
) -> HeadMovedError:
    """Return the error of a table that is no longer as it was checked."""
    return HeadMovedError(
        f"table `{name}` {what}; it has to be checked again: run again",
        context={"table": name},
    )


def _commit(
    warehouse: Warehouse,
    candidate: Candidate,
    head: DeltaTable | None,
    batch: Batch,
    publication: TablePublication,
) -> int:
    """Make one commit on exactly the handle's version; return the new version."""
    name = candidate.name
    properties = batch.commit(
        head,
        publication.watermark,
        mode=candidate.mode,
        replace_where=publication.staged.options.replace_where,
        token=warehouse.fence.token,
    )
    version = 0 if head is None else 1 + int(head.version())
    if head is not None and candidate.mode is PublishMode.REPLACE and not has_plain_files(head):
        warehouse.fence.check()
        _overwrite_rows(head, candidate, properties)
        return version
    _refuse_dead(candidate, head)
    added = place_files(warehouse, candidate, candidate.added, batch)
    actions = [file.add_action() for file in added]
    if head is None:
        place, schema = warehouse.place(name), candidate.delta.schema()
        partition_by = candidate.delta.metadata().partition_columns
        warehouse.fence.check()
        made = create_naming(
            place, schema, partition_by, actions, configuration=_CONFIGURATION, commit=properties
        )
        # After a lost answer deltalake commits once more, on what it had created.
        return version if made.version() == version else published_version(made, batch) or version
    columns = None
    if candidate.new_schema:
        # An append commits no new schema: the files that stay are listed again, as new ones.
        kept = place_files(warehouse, candidate, candidate.kept, batch)
        actions += [file.add_action() for file in kept]
        columns = columns_of(candidate.delta)
    replaces = candidate.mode is PublishMode.REPLACE
    if not (replaces or candidate.new_schema):
        actions += [file.remove_action() for file in candidate.removed]
    what = f"table `{name}` cannot be published"
    warehouse.fence.check()
    commit_files(head, actions, properties, what, overwrite=replaces, columns=columns)
    return version


def _overwrite_rows(head: DeltaTable, candidate: Candidate, properties: CommitProperties) -> None:
    """Write the rows a second time, where the table's files mean something else than their rows."""
    parts = stream({"s": candidate.delta}, "SELECT * FROM s", f"`{candidate.name}` is unreadable")
    schema = arrow_schema(columns_of(candidate.delta))
    with (
        translate_errors(f"table `{candidate.name}` cannot be published"),
        reader_of(parts, placed(schema) if candidate.new_schema else schema) as rows,
    ):
        write_deltalake(
            head,
            rows,
            mode="overwrite",
            schema_mode="overwrite" if candidate.new_schema else None,
            commit_properties=properties,
        )


def _refuse_dead(candidate: Candidate, head: DeltaTable | None) -> None:
    """Refuse to remove a file that is not there: Delta accepts that in silence.

    Raises:
        WarehouseError: One is not.
    """
    live = {file.path for file in live_files(head)} if head is not None else set()
    if any(file.path not in live for file in candidate.removed):
        raise moved(candidate.name, "has lost a file that the batch replaces")


# -- files ----------------------------------------------------------------------------------------


def discard_files(warehouse: Warehouse, name: str, paths: Sequence[str]) -> None:
    """Delete files that were to be published, but for those that the table has."""
    head = open_published(warehouse, name)
    live = {file.path for file in live_files(head)} if head is not None else set()
    folder = table_path(TABLES, name)
    for path in paths:
        if path not in live:
            warehouse.store.delete(f"{folder}/{path}")
    if head is None and not _has_files(warehouse, folder):
        warehouse.store.delete_folder(folder)


def discard_leftovers(warehouse: Warehouse, name: str, batch: Batch, version: int | None) -> None:
    """Delete the files of a dead run that no commit has: what is made again has other names.

    Args:
        warehouse: Where the table is.
        name: The table.
        batch: The dead run's.
        version: The version that has the batch; None where none has.
    """
    folder = table_path(TABLES, name)
    own = re.compile(rf"part-{re.escape(batch.execution_id)}-[0-9a-f]+\.parquet")
    used = [] if version is None else live_files(warehouse.open(name, version))
    committed = {f"{folder}/{file.path}" for file in used}
    for path in _files_below(warehouse, folder):
        if own.fullmatch(Path(path).name) and path not in committed:
            warehouse.store.delete(path)


def _has_files(warehouse: Warehouse, folder: str) -> bool:
    return any(True for _ in _files_below(warehouse, folder))


def _files_below(warehouse: Warehouse, folder: str) -> Iterator[str]:
    yield from (f"{folder}/{name}" for name in warehouse.store.files(folder))
    for inner in warehouse.store.folders(folder):
        yield from _files_below(warehouse, f"{folder}/{inner}")
