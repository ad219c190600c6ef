"""One sweep: what it asks, when it stops, and what each endpoint's row then says."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from spectra_gx.errors import (
    AuthenticationError,
    AuthorizationError,
    ExternalServiceError,
    SpectraError,
)
from spectra_gx.sources.probing.sweep import MAX_PAUSES, MAX_SECONDS, Sweep, SweepPlan
from spectra_gx.sources.zephyr.catalogue import load_catalogue
from tests.fakes.sources import LEVELS, STARTED, FakeSource
from tests.unit.sources.probing.test_selection import endpoint

DAY = date(2026, 11, 21)
EARLIER = datetime(2026, 11, 20, tzinfo=UTC)
ROWS = [endpoint(number, "a") for number in range(6)]
KEYS = [row.key for row in ROWS]


def refused(kind: type[SpectraError], status: int | None, **context: object) -> SpectraError:
    known = {} if status is None else {"status": status}
    return kind("refused", code="timeout", context={**known, **context})


UNAUTHORIZED = refused(AuthenticationError, 401)
FORBIDDEN = refused(AuthorizationError, 403)
BROKEN = refused(ExternalServiceError, 500)
SILENT = refused(ExternalServiceError, None)
LIMITED = refused(ExternalServiceError, 429, retry_after_seconds=0.0)


def sweep(failures=None, *, limit=None, earlier=None, waits=None, **plan):
    source = FakeSource(failures=failures, endpoints=ROWS)
    waited = [] if waits is None else waits
    made = SweepPlan(KEYS, DAY, limit, earlier or {}, **plan)
    return source, Sweep(source, made, sleep=waited.append).run()


def outcomes(checks):
    return [(check.outcome, check.reason, check.status_code) for check in checks]


FINE = ("Success", None, 200)


def test_every_row_of_the_catalogue_has_an_outcome():
    source, checks = sweep()
    assert outcomes(checks) == [FINE] * 6
    assert {(check.latency_ms, check.checked_at) for check in checks} == {(10.0, STARTED)}
    assert [call.name for call in source.calls] == [f"GET {path}" for path, _ in KEYS]


def test_what_is_not_due_is_skipped_and_keeps_what_is_known():
    known = dict.fromkeys(KEYS, ("Failed", EARLIER))
    source, checks = sweep(limit=0, earlier=known)
    assert outcomes(checks) == [("Skipped", "probing is off", None)] * 6
    assert {(one.last_outcome, one.last_probed_at) for one in checks} == {("Failed", EARLIER)}
    assert {(one.latency_ms, one.checked_at) for one in checks} == {(None, None)}
    _, checks = sweep(limit=2)
    assert [check.reason for check in checks].count("not due today") == 4
    assert source.calls == ()


def test_an_endpoint_that_fails_is_asked_once_and_the_sweep_goes_on():
    source, checks = sweep({"GET /1": BROKEN, "GET /2": FORBIDDEN, "GET /3": SILENT})
    assert outcomes(checks) == [
        FINE,
        ("Failed", "500 Internal Server Error", 500),
        ("Failed", "403 Forbidden", 403),
        ("Failed", "timeout", None),
        FINE,
        FINE,
    ]
    assert len(source.calls) == 6


def test_401_stops_the_sweep():
    source, checks = sweep({"GET /1": UNAUTHORIZED})
    stopped = ("Skipped", "probing stopped: an endpoint answered 401", None)
    assert outcomes(checks) == [FINE, ("Failed", "401 Unauthorized", 401), *[stopped] * 4]
    assert len(source.calls) == 2


def test_whatever_says_that_nobody_is_logged_in_is_a_401():
    disguised = refused(AuthenticationError, 200)
    _, checks = sweep({"GET /0": disguised})
    assert checks[0].status_code == 401


def test_a_source_that_answers_nothing_is_left_alone():
    _, checks = sweep({f"GET /{number}": SILENT for number in range(6)})
    assert [check.outcome for check in checks] == ["Failed"] * 3 + ["Skipped"] * 3
    assert checks[3].reason == "probing stopped: 3 calls in a row got no answer"


@pytest.mark.parametrize(("asked", "waited"), [(0.0, 1.0), (7.0, 7.0), (60.0, 60.0), (None, 5.0)])
def test_429_pauses_and_asks_again(asked, waited):
    waits: list[float] = []
    context = {} if asked is None else {"retry_after_seconds": asked}
    limited = refused(ExternalServiceError, 429, **context)
    source, checks = sweep({"GET /1": [limited, limited]}, waits=waits)
    assert outcomes(checks) == [FINE] * 6
    assert waits == [waited, waited]
    assert len(source.calls) == 8


@pytest.mark.parametrize(("asked", "pauses"), [(0.0, MAX_PAUSES), (61.0, 0)])
def test_a_limit_that_lasts_ends_the_sweep(asked, pauses):
    waits: list[float] = []
    limited = refused(ExternalServiceError, 429, retry_after_seconds=asked)
    _, checks = sweep({"GET /1": limited}, waits=waits)
    assert len(waits) == pauses
    assert outcomes(checks)[1] == ("Failed", "429 Too Many Requests", 429)
    assert checks[2].reason == "probing stopped: the source limits the rate of calls"


def test_a_sweep_ends_in_time():
    clock = iter([0.0, 1.0, MAX_SECONDS + 1, *[MAX_SECONDS + 2] * 9])
    source = FakeSource(endpoints=ROWS)
    checks = Sweep(source, SweepPlan(KEYS, DAY, None, {}), clock=lambda: next(clock)).run()
    assert [check.outcome for check in checks] == ["Success", *["Skipped"] * 5]


def test_authentication_that_failed_leaves_all_skipped():
    source, checks = sweep(stopped="authentication failed")
    assert {check.reason for check in checks} == {"probing stopped: authentication failed"}
    assert source.calls == ()


@pytest.mark.parametrize("limit", [0, None])
def test_a_walk_that_was_refused_is_shown_at_its_endpoint(limit):
    source = FakeSource(failures={LEVELS[1]: UNAUTHORIZED})
    source.authenticate()
    source.check_access()
    keys = [row.key for row in load_catalogue().endpoints]
    checks = Sweep(source, SweepPlan(keys, DAY, limit, {})).run()
    assert [(one.full_path, one.outcome) for one in checks if one.status_code == 401] == [
        ("/cycle/release/{releaseid}", "Skipped")
    ]
    assert {check.outcome for check in checks} == {"Skipped"}


def test_a_refusal_that_no_row_can_show_ends_the_run():
    source = FakeSource(failures={LEVELS[0]: UNAUTHORIZED}, endpoints=ROWS)
    source.authenticate()
    source.check_access()
    with pytest.raises(AuthenticationError):
        Sweep(source, SweepPlan(KEYS, DAY, 40, {})).run()


def test_ids_that_the_walk_did_not_find_are_named():
    source = FakeSource(failures={LEVELS[0]: FORBIDDEN})
    source.authenticate()
    source.check_access()
    keys = [row.key for row in load_catalogue().endpoints]
    checks = Sweep(source, SweepPlan(keys, DAY, None, {})).run()
    found = {check.full_path: check.reason for check in checks}
    assert found["/cycle/{cycleid}"] == "the walk found no `cycle.id`"


def test_an_endpoint_of_another_version_of_the_catalogue_is_skipped():
    source = FakeSource(endpoints=ROWS[:1])
    checks = Sweep(source, SweepPlan(KEYS[:2], DAY, None, {})).run()
    assert outcomes(checks) == [FINE, ("Skipped", "not in this version's catalogue", None)]
