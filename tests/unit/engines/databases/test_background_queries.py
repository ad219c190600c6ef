"""Queries on a second connection: begun in turn, taken over while they wait, ended by closing."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from spectra_gx.engines.databases.background_queries import BackgroundQueries
from spectra_gx.errors import QueryFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = pa.table({"n": [1]})


@dataclass
class Second:
    """A connection whose queries wait until they are let go, or cancelled."""

    queries: list[str] = field(default_factory=list)
    started: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    cancelled: bool = False
    closed: bool = False

    def query(self, sql: str, types: Any, seconds: float) -> pa.Table:
        del types, seconds
        self.queries.append(sql)
        self.started.set()
        self.go_on.wait()
        if self.cancelled or sql == "bad":
            raise QueryFailedError("it ended with an error")
        return ANSWER

    def cancel(self) -> None:
        self.cancelled = True
        self.go_on.set()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def second() -> Second:
    return Second()


@pytest.fixture
def background(second: Second) -> Iterator[BackgroundQueries]:
    background = BackgroundQueries(lambda: second)
    yield background
    background.close()


def test_queries_are_answered_in_turn_on_one_connection(background, second) -> None:
    second.go_on.set()
    answers = [background.begin(sql, {}, 60) for sql in ("first", "bad", "last")]
    assert answers[0].result() is ANSWER
    with pytest.raises(QueryFailedError):
        answers[1].result()
    assert answers[2].result() is ANSWER
    assert second.queries == ["first", "bad", "last"]


def test_what_waits_can_be_taken_over_and_what_runs_cannot(background, second) -> None:
    running, waiting = background.begin("first", {}, 60), background.begin("second", {}, 60)
    second.started.wait()
    assert waiting.cancel()
    assert not running.cancel()
    second.go_on.set()
    assert running.result() is ANSWER
    assert second.queries == ["first"]


def test_closing_cancels_what_runs_and_what_waits(background, second) -> None:
    running, waiting = background.begin("first", {}, 60), background.begin("second", {}, 60)
    second.started.wait()
    background.close()
    with pytest.raises(QueryFailedError):
        running.result()
    with pytest.raises(CancelledError):
        waiting.result()
    assert second.closed


def test_without_a_connection_there_is_no_answer_and_no_error() -> None:
    tries: list[int] = []

    def refuse() -> Second:
        tries.append(1)
        raise OSError("too many connections")

    background = BackgroundQueries(refuse)
    answers = [background.begin(sql, {}, 60) for sql in ("first", "second")]
    assert [answer.result() for answer in answers] == [None, None]
    assert len(tries) == 1
    background.close()


def test_nothing_is_opened_that_nobody_needs() -> None:
    opened: list[Second] = []

    def connect() -> Second:
        opened.append(Second())
        return opened[-1]

    BackgroundQueries(connect).close()
    assert opened == []
