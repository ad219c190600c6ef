"""The places beside Delta: each gets the tables of a warehouse."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from tests.agreement.files import as_csv, as_parquet, written
from tests.databases.places import PLACES as DATABASES
from tests.databases.places import moved_to
from tests.lakes.iceberg import iceberg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from tests.agreement.files import Write

    Move = Callable[[StageContract, Path], StageContract]
    """From a contract and its warehouse to the contract of the same tables elsewhere."""


def _files(contract: StageContract, root: Path, write: Write) -> StageContract:
    return written(contract, root, root / write.__name__, write)


def _database_file(contract: StageContract, root: Path, name: str) -> StageContract:
    with DATABASES[name](root) as place:
        return moved_to(place, contract, root)


@contextmanager
def _server(name: str, folder: Path) -> Iterator[Move]:
    with DATABASES[name](folder) as place:
        yield partial(moved_to, place)


LOCAL: Mapping[str, Move] = {
    "Parquet": partial(_files, write=as_parquet),
    "CSV": partial(_files, write=as_csv),
    "Iceberg": iceberg,
    "DuckDB": partial(_database_file, name="duckdb"),
    "SQLite": partial(_database_file, name="sqlite"),
}
"""Places without a server."""

PLACES: Mapping[str, Callable[[Path], AbstractContextManager[Move]]] = {
    **{name: lambda _, move=move: nullcontext(move) for name, move in LOCAL.items()},
    "PostgreSQL": partial(_server, "postgresql"),
    "MariaDB": partial(_server, "mariadb"),
}
"""Each is opened with a folder of its own."""
