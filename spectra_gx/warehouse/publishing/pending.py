"""`publish.json`: what a run has decided to publish or to take back, before its first commit.

From then on the batch is certain. What next has the stage's lock finishes what is missing.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta.handles import open_table
from spectra_gx.warehouse.delta.table_place import TablePlace
from spectra_gx.warehouse.publishing.batch_rows import StagedTable
from spectra_gx.warehouse.publishing.batches import Batch
from spectra_gx.warehouse.publishing.commits import Base, TablePublication
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.placed_files import placed_paths
from spectra_gx.warehouse.publishing.watermarks import Watermark
from spectra_gx.warehouse.staging import PENDING
from spectra_gx.warehouse.warehouse import STAGING, table_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from spectra_gx.warehouse.warehouse import Warehouse

_FORMAT, _ROLLBACK_FORMAT = 1, 2
"""Versions that do not know rollbacks refuse their format."""

_INSTANT = "$instant"
_STAGE = re.compile(r'"batch": \{[^{}]*"stage": "(\w+)"')


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
class PendingRollback:
    """A batch that is to be taken back, table by table."""

    batch_id: str
    tables: tuple[str, ...]
    through: bool = False
    """Whether later batches are taken back, too."""


@dataclass(frozen=True)
class Pending:
    """A batch that is to be published, or one that is to be taken back, table by table."""

    batch: Batch
    tables: tuple[PendingTable, ...]
    log_rows: tuple[Mapping[str, Any], ...] = ()
    """What the run was going to record, but for what publishing comes to."""

    rollback: PendingRollback | None = None
    """What is taken back, in place of publishing anything."""

    folder: str = field(default="", compare=False)
    """Its staging, below the warehouse's root."""

    def to_json(self) -> bytes:
        """Return it as `publish.json` has it."""
        content: dict[str, Any] = {
            "format": _FORMAT,
            "batch": asdict(self.batch),
            "tables": [_table_to_dict(table) for table in self.tables],
            "log_rows": list(self.log_rows),
        }
        if self.rollback is not None:
            content |= {"format": _ROLLBACK_FORMAT, "rollback": asdict(self.rollback)}
        return json.dumps(content, default=_to_json, indent=1).encode()

    def publication(self, warehouse: Warehouse, table: PendingTable) -> TablePublication:
        """Return how one of its tables is published, from what is still in staging.

        Raises:
            WarehouseError: It is no longer there.
        """
        place = TablePlace(warehouse.store, table_path(self.folder, table.name))
        delta = open_table(place, table.name, table.version)
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


def has_pending(warehouse: Warehouse, stage: str, tables: Collection[str]) -> bool:
    """Return whether a run of a stage, dead or alive, has decided what to publish.

    Arguments as for `find_pending`.
    """
    return any(
        _is_of(warehouse, execution_id, stage, tables)
        for execution_id in warehouse.store.folders(STAGING)
    )


def find_pending(warehouse: Warehouse, stage: str, tables: Collection[str]) -> list[Pending]:
    """Return the batches of a stage that others have left to publish, by execution id.

    Call it under the stage's lock: another run that was publishing is dead, or has lost it.

    Args:
        warehouse: Where staging is.
        stage: The stage.
        tables: Its tables: a damaged file that does not name its stage is of those that were
            staged beside it, and of every stage where none were.

    Raises:
        WarehouseError: One cannot be read; nothing may be published before it is.
    """
    return [
        _read(warehouse, execution_id)
        for execution_id in warehouse.store.folders(STAGING)
        if _is_of(warehouse, execution_id, stage, tables)
    ]


def _is_of(warehouse: Warehouse, execution_id: str, stage: str, tables: Collection[str]) -> bool:
    """Return whether a run has decided what to publish of a stage."""
    folder = f"{STAGING}/{execution_id}"
    if not warehouse.store.exists(f"{folder}/{PENDING}"):
        return False
    try:
        named = _load(warehouse, folder)["batch"]["stage"]
    except (WarehouseError, ValueError, KeyError, TypeError):
        named = _damaged_stage(warehouse, folder)
    if isinstance(named, str):
        return named == stage
    # A rollback stages no table.
    staged = [name for name in warehouse.store.folders(folder) if not name.startswith("_")]
    return not staged or any(_has_folder(warehouse, table_path(folder, one)) for one in tables)


def _damaged_stage(warehouse: Warehouse, folder: str) -> str | None:
    """Return the stage that what is left of a damaged file names."""
    try:
        content = warehouse.store.read(f"{folder}/{PENDING}") or b""
    except WarehouseError:
        return None
    found = _STAGE.search(content.decode(errors="replace"))
    return found[1] if found else None


def _has_folder(warehouse: Warehouse, path: str) -> bool:
    parent, _, name = path.rpartition("/")
    return name in warehouse.store.folders(parent)


def _read(warehouse: Warehouse, execution_id: str) -> Pending:
    """Return what a run has left to publish.

    Raises:
        WarehouseError: It cannot be read.
    """
    folder = f"{STAGING}/{execution_id}"
    uri = warehouse.store.uri(folder)
    file = f"`{uri}/{PENDING}`, what a dead run was about to publish or take back,"
    try:
        stored = _load(warehouse, folder)
        if stored["format"] not in (_FORMAT, _ROLLBACK_FORMAT):
            raise WarehouseError(
                f"{file} was written by another version of spectra-gx; run the stage once with "
                "that version, which publishes the rest",
                code="publish_json",
            )
        return Pending(
            batch=Batch(**stored["batch"]),
            tables=tuple(map(_table_from_dict, stored["tables"])),
            log_rows=tuple(stored["log_rows"]),
            rollback=_rollback_from_dict(stored.get("rollback")),
            folder=folder,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WarehouseError(
            f"{file} is damaged; restore it, or delete its folder, then repeat the rollback if it "
            "was one, else build the stage's tables from the beginning with `--full`",
            code="publish_json",
        ) from None


def _load(warehouse: Warehouse, folder: str) -> Any:
    content = warehouse.store.read(f"{folder}/{PENDING}")
    return json.loads(content or b"", object_hook=_from_json)


def _rollback_from_dict(stored: Mapping[str, Any] | None) -> PendingRollback | None:
    if stored is None:
        return None
    return PendingRollback(stored["batch_id"], tuple(stored["tables"]), stored["through"])


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
