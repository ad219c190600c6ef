"""Copy rows between tables in batches of a few thousand.

Delta pulls what it writes from inside its own runtime, where DataFusion refuses to work; so a
thread of ours reads ahead.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_AHEAD = 4
_LOOK_EVERY_SECONDS = 0.05


@contextmanager
def reader_of(parts: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.RecordBatchReader]:
    """Give a reader of the parts for the length of a `with` block; what they raise, it raises."""
    pump = _Pump(parts, schema)
    try:
        yield pa.RecordBatchReader.from_batches(schema, pump.batches())
    except Exception:
        # The writer quotes what stopped the rows, as text; this is the error itself.
        if pump.error is not None:
            raise pump.error from None
        raise
    finally:
        pump.stop()


class _Pump:
    """A thread that reads ahead, and the batches that it has read."""

    def __init__(self, parts: Iterable[pa.Table], schema: pa.Schema) -> None:
        self.error: BaseException | None = None
        self._parts = parts
        self._schema = schema
        self._ahead: Queue[pa.Table | None] = Queue(_AHEAD)
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rows-ahead", daemon=True)
        self._thread.start()

    def batches(self) -> Iterator[pa.RecordBatch]:
        while (part := self._ahead.get()) is not None:
            yield from part.to_batches()
        if self.error is not None:
            raise self.error

    def stop(self) -> None:
        """End the thread, however much it has still to read."""
        self._enough.set()
        while self._thread.is_alive():
            with suppress(Empty):
                self._ahead.get(timeout=_LOOK_EVERY_SECONDS)

    def _run(self) -> None:
        try:
            for part in self._parts:
                if self._enough.is_set():
                    break
                self._ahead.put(part.cast(self._schema))
        except BaseException as error:  # noqa: BLE001 - handed to the reader, whatever it is
            self.error = error
        finally:
            self._ahead.put(None)
