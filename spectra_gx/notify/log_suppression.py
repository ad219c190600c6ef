"""Keep webhook tokens out of the logs of the libraries that send to them.

Apprise and urllib3 write whole URLs at DEBUG, and tracebacks quote them at ERROR. While a message
is being sent, none of their records reaches a handler; only the HTTP status is kept.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_statuses: ContextVar[list[str] | None] = ContextVar("spectra_gx_notify_statuses", default=None)
"""None outside `suppress_logs`; a context follows the work into Apprise's own threads."""

_STATUS = re.compile(r"\berror=(\d{3})\b")


class _SendingFilter(logging.Filter):
    """Drops every record of a context that is sending, and no other."""

    def filter(self, record: logging.LogRecord) -> bool:
        statuses = _statuses.get()
        if statuses is None:
            return True
        if record.name == "apprise":
            statuses.extend(_STATUS.findall(record.getMessage()))
        return False


_FILTER = _SendingFilter()


@contextmanager
def suppress_logs() -> Iterator[list[str]]:
    """Suppress all logging of the code inside; yield the HTTP statuses that Apprise logged.

    Import the sending libraries first: a logger created inside is not suppressed.
    """
    # The filters stay: taking one away while a late sender still logs would let it through.
    for logger in (logging.getLogger(), *logging.getLogger().manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.addFilter(_FILTER)
    statuses: list[str] = []
    token = _statuses.set(statuses)
    try:
        yield statuses
    finally:
        _statuses.reset(token)
