"""What a run needs from elsewhere: a builder, a log, data docs, somebody to notify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from spectra_gx.runner.alerts.messages import Message
    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.calls import Call
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.validation.run.stage import StageOutcome


class Builder(Protocol):
    """Builds one or several tables of a stage in one go."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it may build."""

    @property
    def needs(self) -> frozenset[str]:
        """Tables of its stage that must have been built before."""

    @property
    def calls(self) -> Sequence[Call]:
        """Every call made to a source so far."""

    def place_of(self, table: str) -> str:
        """Return where what builds a table is written or stored, as messages show it."""

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader | None]]:
        """Yield each table with its rows, in the order in which they are to be published.

        None in the place of rows means that the table is not built, and kept as it is.

        Raises:
            SpectraError: Something critical failed; what was built is thrown away, and checked
                first in a preview.
        """


class ActivityLog(Protocol):
    """The append-only memory of a stage's runs."""

    def append(self, execution_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Record a run's rows in one commit; a run already recorded is left alone.

        Raises:
            ActivityLogError: Nothing was stored.
        """

    def runs(
        self, record_type: str | None = None, limit: int | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """Return the stored rows, oldest first: all, or the newest `limit` of one record type."""


class Notifier(Protocol):
    """Somebody to notify."""

    def notify(self, message: Message, *, share: int = 1) -> str:
        """Send it, bounded in time, without raising; return the outcome for the log.

        `share` is how many messages the time that is left is for, this one included. The outcome
        is one of `sent`, `failed`, `timed out`, `not configured`.
        """


class Reporter(Protocol):
    """Writes data docs."""

    @property
    def index(self) -> str:
        """Where the data docs begin."""

    def page(self, execution_id: str) -> str:
        """Return where the page of a run will be."""

    def report(self, outcome: StageOutcome) -> Mapping[str, str]:
        """Store GX's results; return the address of its page of each table."""

    def show(self, run: RunResult) -> None:
        """Write the pages of a run that has ended, whether or not it could be recorded."""
