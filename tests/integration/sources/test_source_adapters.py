"""What any source must do: asked of the fake and of the real client over HTTP."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from spectra_gx.errors import AuthenticationError, AuthorizationError
from spectra_gx.sources.faults import parse_fault
from spectra_gx.sources.zephyr.catalogue import load_catalogue
from spectra_gx.sources.zephyr.client import ZephyrSource
from spectra_gx.sources.zephyr.sandbox import Sandbox
from tests.fakes.sources import LEVELS, LOGIN, FakeSource


@pytest.fixture(params=["fake", "zephyr"])
def source_with(request):
    """Return a function that makes a source whose named call is refused."""
    with ExitStack() as stack:

        def fake(refused=None):
            kind = AuthenticationError if refused == LOGIN else AuthorizationError
            return FakeSource(failures={refused: kind("refused")} if refused else {})

        def zephyr(refused=None):
            faults = []
            if refused:
                kind = "bad-token" if refused == LOGIN else "forbidden"
                path = refused.removeprefix("GET ").partition("?")[0]
                faults = [parse_fault(f"{kind}@{path}")]
            sandbox = stack.enter_context(Sandbox(faults=faults))
            return ZephyrSource(sandbox.base_url, sandbox.base_path, sandbox.token)

        yield {"fake": fake, "zephyr": zephyr}[request.param]


def asked(source):
    """Return the calls by name, paging left out."""
    return [call.name.partition("&")[0] for call in source.calls]


def test_it_names_its_system_and_starts_without_calls(source_with):
    source = source_with()
    assert source.system == "zephyr"
    assert list(source.calls) == []


def test_a_good_token_is_proved_by_one_call(source_with):
    source = source_with()
    source.authenticate()
    [call] = source.calls
    assert call.name == LOGIN
    assert (call.attempts, call.error) == (1, None)
    assert call.duration_seconds > 0


def test_a_refused_token_is_raised_and_recorded(source_with):
    source = source_with(refused=LOGIN)
    with pytest.raises(AuthenticationError) as caught:
        source.authenticate()
    [call] = source.calls
    assert call.error is caught.value


def test_one_path_is_walked(source_with):
    source = source_with()
    source.authenticate()
    assert source.check_access() is True
    assert asked(source) == [LOGIN, *LEVELS]
    assert all(call.error is None for call in source.calls)


def test_access_can_be_checked_without_authenticating_first(source_with):
    source = source_with()
    assert source.check_access() is True
    assert asked(source) == [LOGIN, *LEVELS]


def test_access_with_a_refused_token_is_no_access(source_with):
    source = source_with(refused=LOGIN)
    assert source.check_access() is False
    assert asked(source) == [LOGIN]


@pytest.mark.parametrize("level", range(len(LEVELS)))
def test_a_level_that_cannot_be_read_ends_the_walk_without_an_error(source_with, level):
    source = source_with(refused=LEVELS[level])
    source.authenticate()
    assert source.check_access() is False
    *good, bad = source.calls
    assert asked(source) == [LOGIN, *LEVELS[: level + 1]]
    assert isinstance(bad.error, AuthorizationError)
    assert all(call.error is None for call in good)


def test_calls_once_read_do_not_change(source_with):
    source = source_with()
    before = source.calls
    source.authenticate()
    assert list(before) == []


def test_the_catalogue_needs_no_call(source_with):
    source = source_with()
    assert tuple(source.endpoints()) == load_catalogue().endpoints
    assert list(source.calls) == []
