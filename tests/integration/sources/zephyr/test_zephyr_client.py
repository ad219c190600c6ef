"""The walk, paging, and every fault, against the sandbox over HTTP."""

from __future__ import annotations

import logging

import pytest
from pydantic import SecretStr

from spectra_gx.errors import (
    AuthenticationError,
    AuthorizationError,
    ConfigurationError,
    ExternalServiceError,
    NotFoundError,
)
from spectra_gx.sources.faults import FaultKind, parse_fault
from spectra_gx.sources.rate_limit import RateLimiter
from spectra_gx.sources.zephyr.client import ZephyrSource
from spectra_gx.sources.zephyr.sandbox import Sandbox
from tests.integration.sources.leaks import everything_shown
from tests.integration.sources.scripted import answer, serve

FAULTS = {
    # kind: (error, code, attempts at authentication)
    FaultKind.BAD_TOKEN: (AuthenticationError, "401", 1),
    FaultKind.FORBIDDEN: (AuthorizationError, "403", 1),
    FaultKind.RATE_LIMIT: (ExternalServiceError, "http_429", 4),
    FaultKind.SERVER_ERROR: (ExternalServiceError, "500", 4),
    FaultKind.BAD_GATEWAY: (ExternalServiceError, "http_502", 4),
    FaultKind.HANG: (ExternalServiceError, "timeout", 4),
    FaultKind.DISCONNECT: (ExternalServiceError, "connection", 4),
    FaultKind.TRUNCATED: (ExternalServiceError, "truncated", 4),
    FaultKind.HTML: (ExternalServiceError, "html", 1),
    FaultKind.EMPTY: (ExternalServiceError, "empty", 1),
    FaultKind.NO_ROWS: (ExternalServiceError, "no_projects", 1),
}
PASSING = [kind for kind, (_, _, attempts) in FAULTS.items() if attempts > 1]
FINAL = [kind for kind in FAULTS if kind not in PASSING]


def source_of(sandbox, **options):
    knobs = {"timeout_seconds": 0.2, "sleep": lambda _: None, **options}
    return ZephyrSource(sandbox.base_url, sandbox.base_path, sandbox.token, **knobs)


def faulty(text):
    return Sandbox(faults=[parse_fault(text)])


def test_every_fault_of_the_sandbox_is_tested():
    assert set(FAULTS) == set(FaultKind)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_lasting_fault_is_the_right_error_and_shows_no_token(kind, caplog):
    expected, code, attempts = FAULTS[kind]
    with faulty(kind) as sandbox, caplog.at_level(logging.DEBUG):
        source = source_of(sandbox)
        with pytest.raises(expected) as caught:
            source.authenticate()
        served, token = sandbox.served, sandbox.token.get_secret_value()
        shown = everything_shown(caught.value, source, source.calls, sandbox, vars(source))
    error = caught.value
    assert type(error) is expected
    assert (error.code, error.context["attempts"], served) == (code, attempts, attempts)
    assert error.source_system == "zephyr"
    assert error.__cause__ is None
    assert error.__context__ is None
    assert [(call.attempts, call.error) for call in source.calls] == [(attempts, error)]
    assert caplog.records
    logged = "\n".join(f"{record.__dict__}" for record in caplog.records)
    assert token not in shown + caplog.text + logged


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("count", [1, 3])
def test_a_fault_that_passes_within_the_retries_is_a_success(kind, count):
    with faulty(f"{kind}:{count}") as sandbox:
        source = source_of(sandbox)
        source.authenticate()
        assert [call.attempts for call in source.calls] == [count + 1]
        assert source.check_access() is True


@pytest.mark.parametrize("kind", FINAL)
def test_a_refusal_is_not_tried_again_but_the_next_call_is_a_new_one(kind):
    with faulty(f"{kind}:1") as sandbox:
        source = source_of(sandbox)
        with pytest.raises(FAULTS[kind][0]):
            source.authenticate()
        assert sandbox.served == 1
        source.authenticate()
        assert [call.error is None for call in source.calls] == [False, True]


@pytest.mark.parametrize("kind", PASSING)
def test_access_is_tried_three_times(kind):
    with faulty(f"{kind}@/cycle") as sandbox:
        source = source_of(sandbox)
        source.authenticate()
        assert source.check_access() is False
        assert [call.attempts for call in source.calls] == [1, 1, 3]
        assert isinstance(source.calls[-1].error, ExternalServiceError)


@pytest.mark.parametrize("kind", PASSING)
def test_access_recovers(kind):
    with faulty(f"{kind}:2@/execution") as sandbox:
        source = source_of(sandbox)
        assert source.check_access() is True
        assert [call.attempts for call in source.calls] == [1, 1, 1, 3]


def test_the_walk_makes_no_more_than_ten_calls():
    with Sandbox() as sandbox:
        source = source_of(sandbox)
        source.authenticate()
        source.check_access()
        assert sandbox.served == len(source.calls) == 4


def test_the_source_says_how_long_to_wait():
    waits = []
    with faulty("rate-limit:2") as sandbox:
        limiter = RateLimiter(clock=lambda: sum(waits))
        source_of(sandbox, sleep=waits.append, limiter=limiter).authenticate()
    assert len(waits) == 2
    assert min(waits) >= 1.0


@pytest.mark.parametrize("level", ["/release", "/cycle"])
def test_an_empty_level_is_valid(level):
    with faulty(f"no-rows@{level}") as sandbox:
        source = source_of(sandbox)
        assert source.check_access() is True
        assert all(call.error is None for call in source.calls)


def test_an_execution_page_of_another_shape_is_an_error_that_names_the_place():
    with faulty("no-rows@/execution") as sandbox:
        source = source_of(sandbox)
        assert source.check_access() is False
    error = source.calls[-1].error
    assert type(error) is ExternalServiceError
    assert error.code == "wrong_shape"
    assert "`$` is of type array, not object" in error.message
    assert error.context == {"endpoint": "/execution", "attempts": 1}


@pytest.mark.parametrize("project_id", [2, "2", " 2 "])
def test_a_project_can_be_chosen(project_id):
    with Sandbox() as sandbox:
        source = source_of(sandbox, project_id=project_id)
        assert source.check_access() is True
    assert source.calls[1].name == "GET /release/project/2"


@pytest.mark.parametrize("project_id", [None, "", " "])
def test_the_first_project_is_taken_when_none_is_chosen(project_id):
    with Sandbox() as sandbox:
        source = source_of(sandbox, project_id=project_id)
        assert source.check_access() is True
    assert source.calls[1].name == "GET /release/project/1"


@pytest.mark.parametrize("project_id", [99, "Harbour", "../../admin", "0"])
def test_an_unknown_project_is_told_with_those_that_are_known(project_id):
    with Sandbox() as sandbox:
        source = source_of(sandbox, project_id=project_id)
        source.authenticate()
        assert source.check_access() is False
        assert sandbox.served == 1
    call = source.calls[-1]
    assert call.attempts == 0
    assert isinstance(call.error, ConfigurationError)
    assert f"TEST_PROJECT_ID `{project_id}`" in call.error.message
    assert "one of 1, 2, 3, or leave it empty" in call.error.message


def test_pages_end_with_a_short_one():
    with Sandbox() as sandbox:
        source = source_of(sandbox, page_size=10)
        pages = list(source.pages("/execution", {"cycleid": 111}))
    assert [len(page) for page in pages] == [10, 10, 3]
    assert len({row["id"] for page in pages for row in page}) == 23


@pytest.mark.parametrize(("size", "calls"), [(23, 2), (24, 1)])
def test_pages_end_where_the_rows_do(size, calls):
    with Sandbox() as sandbox:
        source = source_of(sandbox, page_size=size)
        assert [len(page) for page in source.pages("/execution", {"cycleid": 111})] == [23]
        assert len(source.calls) == calls


def test_pages_end_when_offset_is_ignored():
    with Sandbox() as sandbox:
        source = source_of(sandbox, page_size=2)
        assert [len(page) for page in source.pages("/release/paged/project/1")] == [2]
        assert len(source.calls) == 2


def test_pages_end_at_a_stated_maximum_and_say_so(caplog):
    with Sandbox() as sandbox, caplog.at_level(logging.WARNING):
        source = source_of(sandbox, page_size=5, max_pages=2)
        assert len(list(source.pages("/execution", {"cycleid": 111}))) == 2
    assert "stopped reading `/execution` after 2 pages" in caplog.text


def test_an_empty_listing_has_no_pages():
    with Sandbox() as sandbox:
        assert list(source_of(sandbox).pages("/execution", {"cycleid": 121})) == []


def test_a_wrong_base_path_is_not_found():
    with Sandbox() as sandbox:
        source = ZephyrSource(sandbox.base_url, "/elsewhere", sandbox.token)
        with pytest.raises(NotFoundError, match="check BASE_PATH"):
            source.authenticate()


def test_another_token_is_refused():
    with Sandbox() as sandbox:
        other = SecretStr("not-the-token-of-this-sandbox")
        source = ZephyrSource(sandbox.base_url, sandbox.base_path, other)
        with pytest.raises(AuthenticationError, match="set API_TOKEN"):
            source.authenticate()


def test_nobody_listening_is_a_connection_error():
    with Sandbox() as sandbox:
        source = source_of(sandbox)
    with pytest.raises(ExternalServiceError, match="could not reach") as caught:
        source.authenticate()
    assert (caught.value.code, caught.value.context["attempts"]) == ("connection", 4)


def test_a_wrong_shape_never_repeats_what_came():
    with serve(answer(b'[{"id": "' + b"x" * 10_000 + b'"}]')) as server:
        source = ZephyrSource(server.base_url, "", SecretStr("not-a-real-token"))
        with pytest.raises(ExternalServiceError) as caught:
            source.authenticate()
    assert "xxx" not in everything_shown(caught.value)
    assert "`$[0]" in caught.value.message
