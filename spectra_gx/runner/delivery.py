"""Deliver events in threads of their own, so that no listener delays a run."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from spectra_gx.runner.events import Event, Listener, RunEnded, describe_failure

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger(__name__)


class Delivery:
    """Hands each event to every listener in a thread of that listener; satisfies `Listener`.

    The end of a run waits for them, once and together. Who is late then hears nothing more.
    """

    def __init__(
        self,
        listeners: Iterable[Listener],
        lost: set[str],
        *,
        longest_wait: float,
    ) -> None:
        """Take the listeners.

        Args:
            listeners: What they raise is logged, once each, and changes nothing.
            lost: Names of those that were late in earlier runs, and hear nothing; late ones of this
                run are added.
            longest_wait: Seconds that the end of a run waits for all of them together.
        """
        self._lost = lost
        self._inboxes = [_Inbox(one) for one in listeners if _name(one) not in self._lost]
        self._longest_wait = longest_wait

    def handle(self, event: Event) -> None:
        """Hand an event over; with the last one of a run, wait until all have taken note of it."""
        for inbox in self._inboxes:
            inbox.add(event)
        if isinstance(event, RunEnded):
            self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + self._longest_wait
        try:
            late = [one for one in self._inboxes if not one.is_done(deadline)]
        except KeyboardInterrupt:
            late = [one for one in self._inboxes if not one.is_done(0.0)]
        for inbox in late:
            self._inboxes.remove(inbox)
            self._lost.add(inbox.name)
            logger.warning(
                "%s was not done within %g s of the end of the run; it is left out from now on, "
                "and the run is not affected",
                inbox.name,
                self._longest_wait,
            )


class _Inbox:
    """What one listener has not heard yet, and the thread that hands it over while there is any."""

    def __init__(self, listener: Listener) -> None:
        self.name = _name(listener)
        self._listener = listener
        self._events: deque[Event] = deque()
        self._changed = threading.Condition()
        self._busy = False
        self._failed = False

    def add(self, event: Event) -> None:
        with self._changed:
            self._events.append(event)
            if not self._busy:
                self._busy = True
                # A daemon: a listener that hangs must not keep the process from its end.
                threading.Thread(target=self._work, name=self.name, daemon=True).start()

    def is_done(self, deadline: float) -> bool:
        """Wait until all is heard; from the deadline on, drop what is not."""
        with self._changed:
            left = max(0.0, deadline - time.monotonic())
            done = self._changed.wait_for(lambda: not self._busy, left)
            if not done:
                self._events.clear()
            return done

    def _work(self) -> None:
        while (event := self._next()) is not None:
            try:
                self._listener.handle(event)
            except BaseException as error:  # noqa: BLE001 - a listener never changes a run
                self._report(event, error)

    def _next(self) -> Event | None:
        with self._changed:
            if self._events:
                return self._events.popleft()
            self._busy = False
            self._changed.notify_all()
            return None

    def _report(self, event: Event, error: BaseException) -> None:
        level = logging.DEBUG if self._failed else logging.WARNING
        self._failed = True
        logger.log(level, "%s", describe_failure(self._listener, event, error))
        logger.debug("handling an event", exc_info=error)


def _name(listener: Listener) -> str:
    """Return what people know a listener by: its `title`, or its type."""
    return str(getattr(listener, "title", type(listener).__name__))
