"""Report the progress of a stage's check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from spectra_gx.validation.results import TableResult


class Progress(Protocol):
    """Observes a check; it cannot change the result, and must not raise."""

    def began(self, table: str, rows: int | None) -> None:
        """A table is being checked; `rows` is None where only a scan can count them."""

    def ended(self, table: TableResult) -> None:
        """A table has its verdict."""


class NoProgress:
    """Shows no progress, as in a pipe, a test or a notebook."""

    def began(self, table: str, rows: int | None) -> None:
        """Do nothing."""

    def ended(self, table: TableResult) -> None:
        """Do nothing."""
