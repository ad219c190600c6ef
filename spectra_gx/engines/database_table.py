"""A table in a database, and the one connection that reads it and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from spectra_gx.contract.column_types import canonical_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future

    import pyarrow as pa

    from spectra_gx.contract.database_addresses import DatabaseAddress, DatabaseKind


class DatabaseConnection(Protocol):
    """Reads one snapshot of a database, which it pinned when it was opened; it writes nothing."""

    @property
    def kind(self) -> DatabaseKind:
        """The system that answers."""

    @property
    def version(self) -> str:
        """The snapshot that is read, for the log."""

    def describe(self, address: DatabaseAddress) -> DatabaseTable:
        """Return a table of the database.

        Raises:
            TableNotFoundError: There is none of that name.
            WarehouseError: It cannot be read.
        """

    def query(self, sql: str, types: Mapping[str, str | None], seconds: float) -> pa.Table:
        """Return the whole answer to one SELECT in the database's own SQL.

        `types` is column → Delta type where it is known, in the order of the columns.

        Raises:
            EngineError: It failed or took too long; quotes no value.
        """

    def stream(
        self, sql: str, types: Mapping[str, str | None], seconds: float
    ) -> Iterator[pa.Table]:
        """Yield the answer part by part; arguments as for `query`.

        Raises:
            EngineError: As for `query`.
        """

    def begin(
        self, sql: str, types: Mapping[str, str | None], seconds: float
    ) -> Future[pa.Table | None] | None:
        """Begin a query beside others, or return None where one is answered after another.

        Arguments are as for `query`. Until it runs it can be cancelled; what it then returns is
        None where it could not be begun after all.
        """

    def close(self) -> None:
        """End the snapshot; closing twice is allowed."""


class OpenDatabases(Protocol):
    """The connections of one snapshot."""

    def close(self) -> None:
        """Close all of them; closing twice is allowed."""


@dataclass(frozen=True)
class DatabaseTable:
    """A table as it is in its database."""

    connection: DatabaseConnection
    relation: str
    """Its name in the database's SQL."""

    types: Mapping[str, str]
    """Column → Delta type text, or the database's own name of a type that Delta does not have."""

    reads: Mapping[str, str]
    """Column → SQL of the database that reads it as that type; its quoted name for most."""

    stored_order: str | None = None
    """SQL of the database that orders rows as they were written; None where nothing does."""


def foreign_type(native: str, system: str) -> str:
    """Return the name of a type that Delta does not have; never one that Delta has, too."""
    try:
        known = canonical_type(native) == native
    except ValueError:
        known = False
    return f"{native} of {system}" if known else native
