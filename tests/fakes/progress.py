"""A watcher that remembers what it saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.validation.results import TableResult


class FakeProgress:
    """Satisfies `Progress`."""

    def __init__(self) -> None:
        self.seen: list[tuple[object, ...]] = []

    def began(self, table: str, rows: int | None) -> None:
        self.seen.append(("began", table, rows))

    def ended(self, table: TableResult) -> None:
        self.seen.append(("ended", table.table, str(table.verdict)))
