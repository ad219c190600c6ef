"""Open a project's committed artefacts in GX, its tables attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import great_expectations as gx

from spectra_gx.validation import expectations as _registered  # noqa: F401 - GX learns them here
from spectra_gx.validation.datasource import delta_datasource
from spectra_gx.validation.pinning import take_snapshot
from spectra_gx.validation.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from great_expectations.data_context.data_context.file_data_context import FileDataContext

    from spectra_gx.contract.model import StageContract
    from spectra_gx.warehouse.tables import Warehouse


def open_context(
    root: Path, contracts: Mapping[str, StageContract], warehouse: Warehouse
) -> FileDataContext:
    """Return GX's own context of the project; every committed checkpoint in it can be run.

    The datasource is attached in memory, so that opening a project changes no committed file.
    """
    context = gx.get_context(mode="file", project_root_dir=root)
    snapshots = [take_snapshot(warehouse, contract, contracts) for contract in contracts.values()]
    merged = Snapshot(
        tables={name: table for one in snapshots for name, table in one.tables.items()},
        unreadable={name: why for one in snapshots for name, why in one.unreadable.items()},
        readable={name: columns for one in snapshots for name, columns in one.readable.items()},
        memory=warehouse.memory,
    )
    keys = {
        table.name: table.primary_key
        for contract in contracts.values()
        for table in contract.tables
    }
    datasource = delta_datasource(merged, keys)
    # Public `add` would write a configuration; this is how GX itself attaches one it loaded.
    context._add_fluent_datasource(datasource, save_changes=False)  # noqa: SLF001
    return context
