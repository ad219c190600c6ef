"""Tables that something else left in a folder, as `<folder>/<schema>/<table>`, Delta or Parquet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spectra_gx.contract.files.table_format import TableFormat
from spectra_gx.contract.model import Table
from spectra_gx.engines.lazy_table import scan_table
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.errors import BuilderError, UsageError
from spectra_gx.warehouse.delta.data_files import verify_files
from spectra_gx.warehouse.delta.handles import open_table
from spectra_gx.warehouse.delta.table_place import local_place
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.calls import Call

_LOG = "_delta_log"


@dataclass(frozen=True)
class FolderBuilder:
    """Takes the tables that a job left in a folder."""

    folder: Path
    shown: str
    """What messages call the folder."""

    tables: tuple[str, ...]
    contract: StageContract
    warehouse: Warehouse
    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = ()

    def place_of(self, table: str) -> str:
        """Return the folder of a table."""
        return f"{self.shown}/{table.replace('.', '/')}"

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader | None]]:
        """Yield every table, read when its rows are pulled; nothing of the folder is kept."""
        del run
        for name in self.tables:
            yield name, self._read(name)

    def _read(self, name: str) -> pa.RecordBatchReader:
        """Return the rows of a table of the folder.

        Raises:
            BuilderError: It is neither a Delta table nor a folder of Parquet files.
            WarehouseError: It cannot be read.
        """
        path = self.folder.joinpath(*name.split("."))
        if (path / _LOG).is_dir():
            delta = verify_files(open_table(local_place(path), name), name)
            pinned = PinnedTable(name, delta, delta.version(), Warehouse.schema(delta))
        elif any(path.rglob("*.parquet")):
            declared = self.contract.table(name) or Table(name, (), ())
            located = replace(declared, location=str(path), format=TableFormat.PARQUET)
            files = self.warehouse.pin_files(located)
            pinned = PinnedTable(name, None, None, files.types, files)
        else:
            raise BuilderError(
                f"`{self.place_of(name)}` is neither a Delta table nor a folder of "
                f"Parquet files; write `{name}` there as one of them, or not at all",
                code="builder_folder",
            )
        readable = {name: dict.fromkeys(pinned.types, True)}
        limits = (self.warehouse.memory, self.warehouse.processors)
        return scan_table(
            Snapshot({name: pinned}, {}, readable, *limits), name, None, None
        ).to_reader()


def tables_in(folder: Path, contract: StageContract) -> tuple[str, ...]:
    """Return the tables that are in a folder that a person names, in the order of their contract.

    Raises:
        UsageError: There is none, or one that the contract does not declare.
    """
    if not folder.is_dir():
        raise UsageError(f"`{folder}` is not a folder; name the one that contains the tables")
    found, strays = sorted_tables(folder, contract)
    for name in strays:
        raise UsageError(
            f"`{folder}` contains `{name}`, which contract `{contract.name}` does not declare; "
            "declare it, or move it away"
        )
    if not found:
        raise UsageError(
            f"`{folder}` contains no table of stage `{contract.name}`; write each to "
            "`<schema>/<table>` in it"
        )
    return found


def sorted_tables(folder: Path, contract: StageContract) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the declared tables that are in a folder, and the others."""
    found = {
        f"{schema.name}.{table.name}" for schema in _folders(folder) for table in _folders(schema)
    }
    known = [table.name for table in contract.tables]
    return tuple(name for name in known if name in found), tuple(sorted(found.difference(known)))


def _folders(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_dir() and not path.name.startswith((".", "_"))
    ]
