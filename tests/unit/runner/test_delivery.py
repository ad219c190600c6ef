"""Listeners that raise, block or return anything neither delay nor change what happens."""

from __future__ import annotations

import threading
import time

import pytest

from spectra_gx.errors import ExternalServiceError
from spectra_gx.runner.delivery import Delivery
from spectra_gx.runner.events import Events, RunEnded, RunStarted, StepStarted
from tests.fakes.listeners import FakeListener
from tests.fakes.runs import CONTRACT, IDENTITY, run

STARTED = RunStarted(IDENTITY, CONTRACT)
STEP = StepStarted("Validate")
ENDED = RunEnded(run())
SOON = 0.5


class Hanging(FakeListener):
    """Blocks on the first event until the test is over."""

    title = "the hanging listener"

    def __init__(self, over):
        super().__init__()
        self._over = over
        self.entered = threading.Event()

    def handle(self, event):
        super().handle(event)
        self.entered.set()
        self._over.wait(30)


class Returning(FakeListener):
    def handle(self, event):
        super().handle(event)
        return run(None)


class Exiting(FakeListener):
    def handle(self, event):
        super().handle(event)
        raise SystemExit(3)


class Refused(FakeListener):
    def handle(self, event):
        super().handle(event)
        raise ExternalServiceError("the metrics did not arrive")


@pytest.fixture
def over():
    """An event that ends what hangs."""
    event = threading.Event()
    yield event
    event.set()


def emit(delivery, hanging=()):
    """Emit the events of a run, the last ones when the hanging listeners hang."""
    events = Events([delivery])
    events.emit(STARTED)
    assert all(one.entered.wait(10) for one in hanging)
    events.emit(STEP)
    return events.end(ENDED.run)


def test_each_hears_every_event_once_and_in_order_before_the_run_returns():
    listeners = FakeListener(), FakeListener()
    assert emit(Delivery(listeners, set(), longest_wait=30.0)) is ENDED.run
    assert [one.heard for one in listeners] == [[STARTED, STEP, ENDED]] * 2


@pytest.mark.parametrize("kind", [Returning, Exiting, Refused])
def test_what_one_returns_or_raises_reaches_nobody(kind):
    wrong, after = kind(), FakeListener()
    assert emit(Delivery([wrong, after], set(), longest_wait=30.0)) is ENDED.run
    assert wrong.heard == after.heard == [STARTED, STEP, ENDED]


def test_a_loss_is_reported_once_and_with_our_words_alone(caplog):
    emit(Delivery([Refused(), FakeListener(broken=True)], set(), longest_wait=30.0))
    said = sorted(record.getMessage() for record in caplog.records if record.levelname == "WARNING")
    assert said == [
        "FakeListener failed on RunStarted: RuntimeError",
        "the metrics did not arrive",
    ]


def test_all_that_hang_delay_the_end_by_one_bound_together(over, caplog):
    hanging = [Hanging(over) for _ in range(8)]
    after = FakeListener()
    begun = time.monotonic()
    emit(Delivery([*hanging, after], set(), longest_wait=SOON), hanging)
    assert SOON <= time.monotonic() - begun < 8 * SOON
    assert after.heard == [STARTED, STEP, ENDED]
    assert [one.heard for one in hanging] == [[STARTED]] * 8
    late = (
        "the hanging listener was not done within 0.5 s of the end of the run; it is left out from "
        "now on, and the run is not affected"
    )
    assert [record.getMessage() for record in caplog.records] == [late] * 8


def test_who_was_late_hears_of_no_later_run(over):
    lost: set[str] = set()
    emit(Delivery([Hanging(over)], lost, longest_wait=0.0))
    assert lost == {"the hanging listener"}
    later, other = Hanging(over), FakeListener()
    begun = time.monotonic()
    emit(Delivery([later, other], lost, longest_wait=30.0))
    assert time.monotonic() - begun < 5
    assert (later.heard, len(other.heard)) == ([], 3)


def test_a_late_one_drops_what_it_had_not_heard(over):
    hanging = Hanging(over)
    emit(Delivery([hanging], set(), longest_wait=0.0), [hanging])
    over.set()
    for thread in threading.enumerate():
        if thread.name == hanging.title:
            thread.join(5)
    assert hanging.heard == [STARTED]
