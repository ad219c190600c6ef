"""What any source must do: asked of the fake and of the real clients over HTTP."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from spectra_gx.errors import AuthenticationError, AuthorizationError
from spectra_gx.sources.faults import Fault, FaultKind
from spectra_gx.sources.registry import find_system
from spectra_gx.sources.source_system import Connection
from tests.fakes.sources import LEVELS, LOGIN, FakeSource

if TYPE_CHECKING:
    from spectra_gx.sources.source import Source


@dataclass(frozen=True)
class Adapter:
    """A source, and the calls that it makes, queries left out."""

    name: str
    system: str
    logins: tuple[str, ...]
    walk: tuple[str, ...]
    refusable: tuple[str, ...]
    """Of the walk: calls that can be refused alone."""

    def connect(self, stack: ExitStack, refused: str | None = None) -> Source:
        """Return a source whose named call is refused."""
        if self.name == "fake":
            kind = AuthenticationError if refused in self.logins else AuthorizationError
            return FakeSource(failures={refused: kind("refused")} if refused else {})
        kinds = FaultKind.BAD_TOKEN if refused in self.logins else FaultKind.FORBIDDEN
        path = (refused or "").removeprefix("GET ").partition("?")[0]
        system = find_system(self.system)
        assert system is not None
        server = stack.enter_context(system.sandbox(faults=[Fault(kinds, None, path)] * bool(path)))
        return system.connect(Connection(server.base_url, server.base_path, server.token))


JIRA = ("GET /serverInfo", "GET /project", "GET /project/HAR", "GET /mypermissions", "GET /search")
ADAPTERS = (
    Adapter("fake", "zephyr", (LOGIN,), LEVELS, LEVELS),
    Adapter("zephyr", "zephyr", (LOGIN,), LEVELS, LEVELS),
    Adapter(
        "jira",
        "jira",
        ("GET /myself", "GET /mypermissions"),
        (*JIRA, "GET /issue/HAR-1"),
        ("GET /serverInfo", "GET /project", "GET /search", "GET /issue/HAR-1"),
    ),
)
REFUSABLE = [(adapter, call) for adapter in ADAPTERS for call in adapter.refusable]


@pytest.fixture
def stack():
    with ExitStack() as opened:
        yield opened


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.name)
def adapter(request):
    return request.param


def asked(source, adapter):
    """Return the calls by name, without a query unless it is what tells two apart."""
    named = {name.partition("&")[0] for name in (*adapter.logins, *adapter.walk)}
    calls = [call.name.partition("&")[0] for call in source.calls]
    return [name if name in named else name.partition("?")[0] for name in calls]


def test_it_names_its_system_and_starts_without_calls(adapter, stack):
    source = adapter.connect(stack)
    assert source.system == adapter.system
    assert list(source.calls) == []


def test_a_good_token_is_proved(adapter, stack):
    source = adapter.connect(stack)
    source.authenticate()
    assert asked(source, adapter) == [*adapter.logins]
    for call in source.calls:
        assert (call.attempts, call.error) == (1, None)
        assert call.duration_seconds > 0


def test_a_refused_token_is_raised_and_recorded(adapter, stack):
    source = adapter.connect(stack, refused=adapter.logins[0])
    with pytest.raises(AuthenticationError) as caught:
        source.authenticate()
    [call] = source.calls
    assert call.error is caught.value


def test_one_path_is_walked(adapter, stack):
    source = adapter.connect(stack)
    source.authenticate()
    assert source.check_access() is True
    assert asked(source, adapter) == [*adapter.logins, *adapter.walk]
    assert all(call.error is None for call in source.calls)


def test_access_can_be_checked_without_authenticating_first(adapter, stack):
    source = adapter.connect(stack)
    assert source.check_access() is True
    assert asked(source, adapter) == [*adapter.logins, *adapter.walk]


def test_access_with_a_refused_token_is_no_access(adapter, stack):
    source = adapter.connect(stack, refused=adapter.logins[0])
    assert source.check_access() is False
    assert asked(source, adapter) == [adapter.logins[0]]


@pytest.mark.parametrize(("adapter", "refused"), REFUSABLE)
def test_a_level_that_cannot_be_read_ends_the_walk_without_an_error(adapter, refused, stack):
    source = adapter.connect(stack, refused=refused)
    source.authenticate()
    assert source.check_access() is False
    *good, bad = source.calls
    walked = adapter.walk[: adapter.walk.index(refused) + 1]
    assert asked(source, adapter) == [*adapter.logins, *walked]
    assert isinstance(bad.error, AuthorizationError)
    assert all(call.error is None for call in good)


def test_calls_once_read_do_not_change(adapter, stack):
    source = adapter.connect(stack)
    before = source.calls
    source.authenticate()
    assert list(before) == []


def test_the_catalogue_needs_no_call(adapter, stack):
    source = adapter.connect(stack)
    endpoints = source.endpoints()
    assert len({endpoint.key for endpoint in endpoints}) == len(endpoints) > 200
    assert any(endpoint.is_probed for endpoint in endpoints)
    assert list(source.calls) == []
