"""Tables that exist before a run: left in a folder by a job, or handed over by the caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.building.kinds.folder_tables import FolderBuilder, tables_in
from spectra_gx.runner.building.kinds.given_tables import GivenTables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.ports import Builder
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class DeliveredTables:
    """What a run takes in the place of what would build it; nothing by default."""

    staged: Path | None = None
    """Folder with the tables, as `<schema>/<table>`."""

    tables: Mapping[str, Any] | None = None
    """Table → its rows, as a builder returns them."""

    @property
    def options(self) -> list[str]:
        """Return the options that are given, as the command line calls them."""
        given = {"staged": self.staged, "tables": self.tables}
        return [name for name, value in given.items() if value is not None]

    def builders(self, contract: StageContract, warehouse: Warehouse) -> list[Builder]:
        """Return what takes the tables.

        Raises:
            UsageError: There is none, or one that the contract does not declare.
        """
        found: list[Builder] = []
        if self.staged is not None:
            folder = self.staged.absolute()
            names = tables_in(folder, contract)
            found.append(FolderBuilder(folder, str(folder), names, contract, warehouse))
        if self.tables is not None:
            found.append(GivenTables(self.tables, contract))
        return found


NOTHING = DeliveredTables()
