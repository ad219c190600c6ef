"""What sessions on a snapshot share, whatever engine answers their queries."""

from __future__ import annotations

import weakref
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from spectra_gx.engines.budget import Budget
    from spectra_gx.engines.snapshot import Snapshot


class SnapshotSession(ABC):
    """Registers tables of a snapshot, and closes its forks with itself."""

    def __init__(self, snapshot: Snapshot, budget: Budget) -> None:
        self.snapshot = snapshot
        self.budget = budget
        self._tables: dict[str, tuple[str, ...]] = {}
        self._forks: weakref.WeakSet[SnapshotSession] = weakref.WeakSet()

    @property
    def snapshot_id(self) -> str:
        """The snapshot's own id: versions of Delta tables need no other."""
        return self.snapshot.id

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release what the session and its forks use."""
        for fork in self._forks:
            fork.close()
        self._release()
        self._tables.clear()

    def fork(self) -> Self:
        """Open a session whose names are its own."""
        fork = self._new()
        self._forks.add(fork)
        return fork

    def register(self, name: str, *tables: str) -> None:
        """Make tables known; what of them cannot be read is found now."""
        for table in tables:
            self.snapshot.pinned(table)
        self._tables[name] = tables
        with self._translate_errors(tables):
            self._open_tables()

    def types(self, name: str) -> Mapping[str, str]:
        """Return column → Delta type."""
        return self.snapshot.tables[self._tables[name][0]].types

    @abstractmethod
    def query(self, sql: str) -> pa.Table:
        """Return the answer to a query."""

    def begin(self, sql: str, *, reads: Collection[str] = ()) -> None:
        """Begin nothing: one query is answered after another."""
        del sql, reads

    def _compiles_regex(self, pattern: str) -> bool:
        """Return whether the engine takes a pattern, by trying it."""
        try:
            self.query(f"SELECT regexp_like('', {quote_text(pattern)})")
        except EngineError:
            return False
        return True

    @abstractmethod
    def _new(self) -> Self:
        """Open a session of the same kind on the same snapshot."""

    @abstractmethod
    def _open_tables(self) -> None:
        """Open every registered table."""

    @abstractmethod
    def _release(self) -> None:
        """Release what only this engine's sessions use."""

    @abstractmethod
    def _translate_errors(self, tables: Collection[str]) -> AbstractContextManager[None]:
        """Convert what the engine raises, as it may be shown of these tables."""
