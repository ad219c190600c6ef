"""Keep what libraries of secrets log out of every handler: they know the secrets."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_reading: ContextVar[bool] = ContextVar("spectra_gx_reading_secrets", default=False)


class _ReadingFilter(logging.Filter):
    """Drops the records of a context that reads secrets, and no other."""

    def filter(self, record: logging.LogRecord) -> bool:
        del record
        return not _reading.get()


_FILTER = _ReadingFilter()


@contextmanager
def suppress_logs() -> Iterator[None]:
    """Suppress all logging of the code inside."""
    # The filters stay: other threads may be reading.
    loggers = [logging.getLogger(), *logging.getLogger().manager.loggerDict.values()]
    for logger in loggers:
        for handler in logger.handlers if isinstance(logger, logging.Logger) else ():
            handler.addFilter(_FILTER)
    if logging.lastResort is not None:
        logging.lastResort.addFilter(_FILTER)
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)
