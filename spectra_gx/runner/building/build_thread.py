"""Run builders in a thread of their own, within a time limit, and write what they yield in another.

All of somebody's code runs in one thread, one builder after another: what a module opened when it
was imported may be used there only. The main thread waits, so that Ctrl-C and the time limit end a
run whatever the builder does; what was not written whole is never committed.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, wait
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, TypeVar

from spectra_gx.errors import BuilderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import timedelta

    import pyarrow as pa

T = TypeVar("T")

_AHEAD = 4
_LOOK_EVERY_SECONDS = 0.05
_GRACE_SECONDS = 10.0


class _Abandoned(Exception):  # noqa: N818 - no error: the way out of a thread nobody waits for
    """The run has ended without waiting for this."""


class BuildThread:
    """The thread in which all builders of a run are called, one after another."""

    def __init__(self, limit: timedelta, interrupt: Callable[[], None]) -> None:
        """Take how long one builder may take, and what ends whatever it waits for."""
        self._limit = limit
        self._interrupt = interrupt
        self._abandoned = threading.Event()
        self._work: Queue[Callable[[], None] | None] = Queue()
        self._writers: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._run, name="builders", daemon=True)
        self._thread.start()

    def call(self, work: Callable[[], T], what: str) -> T:
        """Return what `work` returns, called in the thread.

        Args:
            work: What a builder does.
            what: What it builds, for an error.

        Raises:
            BuilderError: It took too long.
        """
        future: Future[T] = Future()
        self._work.put(lambda: _settle(future, work))
        deadline = time.monotonic() + self._limit.total_seconds()
        try:
            while not future.done():
                if time.monotonic() > deadline:
                    raise BuilderError(
                        f"building {what} took over {self._limit}, which BUILDER_TIMEOUT allows; "
                        "make it quicker, or set BUILDER_TIMEOUT higher",
                        code="builder_timeout",
                    )
                wait([future], timeout=_LOOK_EVERY_SECONDS)
        except BaseException:
            self._abandon()
            raise
        return future.result()

    def write(self, parts: Iterable[pa.Table], write: Callable[[Iterator[pa.Table]], None]) -> None:
        """Pull parts in this thread, while another one writes them.

        Args:
            parts: What a builder yields; called from within `call`.
            write: Writes an iterator of parts; commits once that ends.
        """
        channel = _Channel(self._abandoned)
        future: Future[None] = Future()
        writer = threading.Thread(
            target=lambda: _settle(future, lambda: write(channel.parts())),
            name="staging",
            daemon=True,
        )
        self._writers.append(writer)
        writer.start()
        try:
            for part in parts:
                if not channel.put(part, future):
                    break
        except BaseException as error:
            channel.fail(error)
            writer.join()
            raise
        channel.end(future)
        writer.join()
        future.result()

    def call_last(self, work: Callable[[], None]) -> None:
        """Call what is to be closed, and end the thread, once it has nothing left to do."""
        self._work.put(work)
        self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _abandon(self) -> None:
        """Let nothing be written any more; wait a moment for what is being written."""
        self._abandoned.set()
        self._interrupt()
        deadline = time.monotonic() + _GRACE_SECONDS
        for writer in self._writers:
            writer.join(max(0.0, deadline - time.monotonic()))


class _Channel:
    """Parts on their way from the builders' thread to the one that writes."""

    def __init__(self, abandoned: threading.Event) -> None:
        self._abandoned = abandoned
        self._ahead: Queue[pa.Table | BaseException | None] = Queue(_AHEAD)

    def put(self, part: pa.Table | BaseException | None, writing: Future[None]) -> bool:
        """Hand a part on; return whether the writer still takes any."""
        while not writing.done():
            if self._abandoned.is_set():
                raise _Abandoned
            try:
                self._ahead.put(part, timeout=_LOOK_EVERY_SECONDS)
            except Full:
                continue
            return True
        return False

    def end(self, writing: Future[None]) -> None:
        self.put(None, writing)

    def fail(self, error: BaseException) -> None:
        """Make the writer stop with an error, whatever it has still to read."""
        while True:
            try:
                self._ahead.put(error, timeout=_LOOK_EVERY_SECONDS)
            except Full:
                self._drop()
            else:
                return

    def parts(self) -> Iterator[pa.Table]:
        while True:
            if self._abandoned.is_set():
                raise _Abandoned
            try:
                part = self._ahead.get(timeout=_LOOK_EVERY_SECONDS)
            except Empty:
                continue
            if isinstance(part, BaseException):
                raise part
            if part is None:
                return
            yield part

    def _drop(self) -> None:
        with suppress(Empty):
            self._ahead.get_nowait()


def _settle(future: Future[T], work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, of any kind
        future.set_exception(error)
