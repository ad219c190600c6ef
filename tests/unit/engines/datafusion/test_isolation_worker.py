"""What a process that runs queries answers, without the process."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from spectra_gx.causes import Cause
from spectra_gx.engines.datafusion.isolation_worker import _answer
from spectra_gx.engines.snapshot import PinnedTable, Snapshot
from spectra_gx.errors import EngineError, TableNotFoundError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

AMPLE = 1 << 30
"""Megabytes: a petabyte, as the limit holds for the process that runs this test."""


class Pipe:
    """The worker's end of a pipe: what it is sent, and what it sent."""

    def __init__(self, *messages: object) -> None:
        self._messages = iter(messages)
        self.sent: list[Any] = []

    def recv(self) -> object:
        for message in self._messages:
            return message
        raise EOFError

    def send(self, message: object) -> None:
        self.sent.append(message)


class Gone:
    """Files that have changed since they were pinned."""

    def statements(self, name: str) -> list[str]:
        raise TableNotFoundError(f"{name} is gone")


def test_a_worker_answers_query_after_query_whatever_happens_to_one(tmp_path: Path) -> None:
    write_deltalake(tmp_path / "a", pa.table({"id": [1, 2]}))
    here = PinnedTable("shop.a", DeltaTable(tmp_path / "a"), 0, {"id": "long"})
    gone = PinnedTable("shop.b", None, None, {"id": "long"}, cast("Any", Gone()))
    names = {"t": ["shop.a"]}
    pipe = Pipe(
        (Snapshot({"shop.a": here, "shop.b": gone}), str(tmp_path), AMPLE),
        ("SELECT id FROM t", names, True),
        ("SELECT missing FROM t", names, False),
        ("SELECT id FROM b", {"b": ["shop.b"]}, False),
        ("SELECT count(*) AS n FROM t", names, False),
    )

    with pytest.raises(EOFError):
        _answer(cast("Connection[Any, Any]", pipe))

    ready, none, rows, end, refused, unreadable, *others = pipe.sent
    assert (ready, none.to_pylist(), rows.to_pydict(), end) == ("ready", [], {"id": [1, 2]}, None)
    assert "missing" in refused
    assert isinstance(unreadable, EngineError)
    assert (unreadable.message, unreadable.cause) == ("b_stored is gone", Cause.TABLE_MISSING)
    assert [part.to_pydict() for part in others[1:-1]] == [{"n": [2]}]
    if Path("/proc/self/status").exists():
        least_used = 10 << 20
        assert resource.getrlimit(resource.RLIMIT_DATA)[0] > (AMPLE << 20) + least_used
