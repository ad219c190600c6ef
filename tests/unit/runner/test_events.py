"""Events reach every listener once, and no listener changes what happens."""

from __future__ import annotations

import pytest

from spectra_gx.errors import ActivityLogError
from spectra_gx.runner.events import Events, StepStarted, TableChecked, TableCheckStarted
from tests.fakes.listeners import FakeListener
from tests.fakes.runs import rule, table

STEP = StepStarted("Validate")


class Refusing(FakeListener):
    def handle(self, event):
        super().handle(event)
        raise ActivityLogError("the log is gone")


def test_every_listener_hears_every_event_once_and_in_order():
    listeners = FakeListener(), FakeListener()
    required = FakeListener()
    events = Events(listeners, required=required)
    result = table("shop.orders", [rule("shop.orders.rows")])
    events.emit(STEP)
    events.began("shop.orders", 6)
    events.ended(result)
    expected = [STEP, TableCheckStarted("shop.orders", 6), TableChecked(result)]
    assert [listener.heard for listener in (*listeners, required)] == [expected] * 3


def test_a_listener_that_raises_is_named_and_changes_nothing(caplog):
    after = FakeListener()
    Events([FakeListener(broken=True), after]).emit(STEP)
    assert after.heard == [STEP]
    [record] = caplog.records
    assert record.getMessage() == "FakeListener failed on StepStarted: RuntimeError"


def test_what_the_required_listener_raises_is_raised_once_all_have_heard():
    others = FakeListener(broken=True), FakeListener()
    with pytest.raises(ActivityLogError, match="the log is gone"):
        Events(others, required=Refusing()).emit(STEP)
    assert [listener.heard for listener in others] == [[STEP]] * 2


def test_the_required_listener_hears_first():
    order = []

    class Noting(FakeListener):
        def handle(self, event):
            super().handle(event)
            order.append(self)

    first, second = Noting(), Noting()
    Events([second], required=first).emit(STEP)
    assert order == [first, second]


def test_an_interruption_is_not_swallowed():
    class Interrupted(FakeListener):
        def handle(self, event):
            super().handle(event)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Events([Interrupted()]).emit(STEP)
