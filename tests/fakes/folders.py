"""Where on this machine a warehouse is, for tests that look at its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.warehouse.warehouse import Warehouse


def folder_of(warehouse: Warehouse, path: str = "") -> Path:
    return Path(warehouse.store.uri(path))
