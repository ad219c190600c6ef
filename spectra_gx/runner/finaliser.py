"""Finish a run: store GX's results, send notifications, record the run, write its pages."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.errors import ActivityLogError, SpectraError
from spectra_gx.runner.alerts.notifications import docs_address, notify
from spectra_gx.runner.events import Events, RunFinished
from spectra_gx.store.full_disks import DISK_FULL, is_disk_full

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.runner.services import RunServices
    from spectra_gx.validation.run.stage import StageOutcome

logger = logging.getLogger(__name__)


class Finaliser:
    """Ends a run.

    The row in the activity log is the completion marker: it is written last, but for the pages, so
    that these never claim a run that the log does not have.
    """

    def __init__(self, services: RunServices, events: Events, *, silent: bool) -> None:
        """Take what a run works on.

        Args:
            services: What it speaks to.
            events: What emits the end; required to record it.
            silent: Whether nobody is notified, as of a backfill.
        """
        self._services = services
        self._events = events
        self._silent = silent

    def finalise(self, run: RunResult, outcome: StageOutcome | None) -> RunResult:
        """End a run; return it with the addresses of its pages and what became of its message."""
        try:
            run = self._report(self._locate(run), outcome)
            run = self._notify(run)
        except KeyboardInterrupt:
            # What was published must not lose its row because somebody cannot wait.
            logger.warning("interrupted at the end of the run; it is recorded first")
        run = self._record(run)
        with _survive_reporter():
            self._services.reporter.show(run)
        return run

    def _report(self, run: RunResult, outcome: StageOutcome | None) -> RunResult:
        """Have GX's pages written, and add where a run's pages are."""
        reporter = self._services.reporter
        with _survive_reporter():
            if outcome is not None and run.stage is not None:
                pages = reporter.report(outcome)
                tables = [replace(one, docs=pages.get(one.table)) for one in run.stage.tables]
                run = replace(run, stage=replace(run.stage, tables=tuple(tables)))
            page = reporter.page(run.identity.execution_id)
            run = replace(run, docs=reporter.index, page=page, docs_url=self._address(page))
        return run  # noqa: RET504 - the block may have ended early

    def _locate(self, run: RunResult) -> RunResult:
        """Add where published tables are."""
        warehouse = self._services.warehouse
        return replace(run, addresses={name: warehouse.table_uri(name) for name in run.published})

    def _address(self, page: str) -> str | None:
        """Return where a page is served, or where it is in the warehouse."""
        if self._services.policy.docs_url is None:
            return self._services.warehouse.store.uri(page)
        return docs_address(page, self._services.policy)

    def _notify(self, run: RunResult, *, unrecorded: bool = False) -> RunResult:
        if self._silent:
            return run
        services = self._services
        return notify(
            run,
            services.log,
            services.notifier,
            services.policy,
            log_address=services.log_address,
            unrecorded=unrecorded,
        )

    def _record(self, run: RunResult) -> RunResult:
        try:
            self._events.emit(RunFinished(run))
        except Exception as stopped:  # noqa: BLE001 - people must hear that the row is missing
            # Without its row nobody may take the run for a Success, whatever it found.
            if run.error is not None:
                logger.error("%s", run.error.message)
            ended = replace(run, error=self._unrecorded(run, stopped))
            return self._notify(ended, unrecorded=True)
        return replace(run, recorded=True)

    def _unrecorded(self, run: RunResult, stopped: Exception) -> ActivityLogError:
        if isinstance(stopped, ActivityLogError):
            return stopped
        logger.debug("recording the run", exc_info=stopped)
        return ActivityLogError(
            f"run `{run.identity.execution_id}` could not be recorded ({type(stopped).__name__}); "
            f"check that `{self._services.log_address}` is a log, and nothing else"
        )


@contextmanager
def _survive_reporter() -> Iterator[None]:
    """Log whatever keeps data docs from being written; a run never fails for it."""
    try:
        yield
    except Exception as error:  # GX renders, and may raise anything
        reason = error.message if isinstance(error, SpectraError) else type(error).__name__
        if is_disk_full(error):
            reason = DISK_FULL
        logger.warning("the data docs could not be written: %s", reason)
        logger.debug("writing the data docs", exc_info=True)
