"""`publish.json`: what a run has decided to publish, written before its first commit.

From then on the batch is certain. What next has the stage's lock publishes what is missing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta.handles import open_table
from spectra_gx.warehouse.publishing.batch_rows import StagedTable
from spectra_gx.warehouse.publishing.batches import Batch
from spectra_gx.warehouse.publishing.commits import Base, TablePublication, placed_paths
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.watermarks import Watermark
from spectra_gx.warehouse.staging import PENDING
from spectra_gx.warehouse.warehouse import STAGING, table_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.warehouse.warehouse import Warehouse

_FORMAT = 1
_INSTANT = "$instant"


@dataclass(frozen=True)
class PendingTable:
    """One table of a batch that is to be published."""

    name: str
    options: PublishOptions
    key: tuple[str, ...]
    base: Base
    version: int
    """Of the staged table."""

    full: bool = False
    quarantined: bool = False
    """Whether staging has rows to quarantine of it."""

    watermark: Watermark | None = None
    rebuild: bool = False
    files: tuple[str, ...] = ()
    """Paths below the published table that its files were to get."""


@dataclass(frozen=True)
class Pending:
    """A batch that is to be published, table by table."""

    batch: Batch
    tables: tuple[PendingTable, ...]
    log_rows: tuple[Mapping[str, Any], ...] = ()
    """What the run was going to record, but for what publishing comes to."""

    folder: str = field(default="", compare=False)
    """Its staging, below the warehouse's root."""

    def to_json(self) -> bytes:
        """Return it as `publish.json` has it."""
        content = {
            "format": _FORMAT,
            "batch": asdict(self.batch),
            "tables": [_table_to_dict(table) for table in self.tables],
            "log_rows": list(self.log_rows),
        }
        return json.dumps(content, default=_to_json, indent=1).encode()

    def publication(self, warehouse: Warehouse, table: PendingTable) -> TablePublication:
        """Return how one of its tables is published, from what is still in staging.

        Raises:
            WarehouseError: It is no longer there.
        """
        uri = warehouse.store.uri(table_path(self.folder, table.name))
        delta = open_table(uri, table.name, table.version)
        staged = StagedTable(
            table.name, delta, table.options, table.key, table.full, warehouse.memory
        )
        return TablePublication(staged, table.base, table.watermark, rebuild=table.rebuild)


def pending_table(
    publication: TablePublication, batch: Batch, *, quarantined: bool
) -> PendingTable:
    """Return what `publish.json` says of a table."""
    staged, candidate = publication.staged, publication.candidate
    return PendingTable(
        name=staged.name,
        options=staged.options,
        key=staged.key,
        base=publication.base,
        version=staged.delta.version(),
        full=staged.full,
        quarantined=quarantined,
        watermark=publication.watermark,
        rebuild=publication.rebuild,
        files=tuple(placed_paths(candidate, batch)) if candidate else (),
    )


def has_pending(warehouse: Warehouse, stage: str) -> bool:
    """Return whether a run of a stage, dead or alive, has decided what to publish."""
    return any(
        (pending := read_pending(warehouse, execution_id)) is not None
        and pending.batch.stage == stage
        for execution_id in warehouse.store.folders(STAGING)
    )


def find_pending(warehouse: Warehouse, stage: str) -> list[Pending]:
    """Return the batches of a stage that dead runs have left to publish, by execution id.

    Call it under the stage's lock.

    Raises:
        WarehouseError: One cannot be read; nothing may be published before it is.
    """
    found = [
        pending
        for execution_id in warehouse.store.abandoned(STAGING)
        if (pending := read_pending(warehouse, execution_id)) is not None
    ]
    return [pending for pending in found if pending.batch.stage == stage]


def read_pending(warehouse: Warehouse, execution_id: str) -> Pending | None:
    """Return what a run has left to publish; None if it has decided nothing.

    Raises:
        WarehouseError: It cannot be read.
    """
    folder = f"{STAGING}/{execution_id}"
    content = warehouse.store.read(f"{folder}/{PENDING}")
    if content is None:
        return None
    try:
        stored = json.loads(content, object_hook=_from_json)
        if stored["format"] != _FORMAT:
            raise ValueError
        return Pending(
            batch=Batch(**stored["batch"]),
            tables=tuple(map(_table_from_dict, stored["tables"])),
            log_rows=tuple(stored["log_rows"]),
            folder=folder,
        )
    except (ValueError, KeyError, TypeError):
        raise WarehouseError(
            f"`{warehouse.store.uri(folder)}/{PENDING}` says what a dead run was about to publish, "
            "and cannot be read; finish it with the version of spectra-gx that wrote it"
        ) from None


def _table_to_dict(table: PendingTable) -> dict[str, Any]:
    stored = asdict(table)
    stored["options"]["lateness"] = table.options.lateness.total_seconds()
    return stored


def _table_from_dict(stored: Mapping[str, Any]) -> PendingTable:
    options = dict(stored["options"])
    options["publish"] = PublishMode(options["publish"])
    options["lateness"] = timedelta(seconds=options["lateness"])
    return PendingTable(
        name=stored["name"],
        options=PublishOptions(**options),
        key=tuple(stored["key"]),
        base=Base(**stored["base"]),
        version=stored["version"],
        full=stored["full"],
        quarantined=stored["quarantined"],
        watermark=Watermark.from_dict(stored["watermark"]),
        rebuild=stored["rebuild"],
        files=tuple(stored["files"]),
    )


def _to_json(value: object) -> object:
    if isinstance(value, datetime):
        return {_INSTANT: value.isoformat()}
    raise TypeError(type(value).__name__)


def _from_json(stored: dict[str, Any]) -> Any:
    return datetime.fromisoformat(stored[_INSTANT]) if stored.keys() == {_INSTANT} else stored
