"""The notifier through the real Apprise, against a Discord-shaped server on loopback."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from apprise.manager_plugins import NotificationManager
from apprise.plugins.base import NotifyBase
from hypothesis import given
from pydantic import SecretStr

from spectra_gx.notify import AppriseNotifier
from spectra_gx.notify.message_text import discord_payload
from spectra_gx.notify.run_message import compose_run_message
from tests.drawing import drawn
from tests.fakes.discord import WEBHOOK_TOKEN, DiscordServer
from tests.unit.notify.hostile_messages import LIVE_MENTION, messages
from tests.unit.notify.test_run_message import BROKEN, RECOVERED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.runner.alerts.messages import Message

# Apprise loads every plugin it has; its mail plugin still looks for a module that 3.13 drops.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

SLACK = 3.0
"""Seconds that a busy machine may add to a budget."""


@pytest.fixture(scope="module")
def open_server() -> Iterator[DiscordServer]:
    with DiscordServer() as server:
        yield server


def notifier(*urls: str, budget_seconds: float = 5.0) -> AppriseNotifier:
    return AppriseNotifier([SecretStr(url) for url in urls], budget_seconds=budget_seconds)


def test_discord_takes_our_own_payload_and_nothing_beside_it():
    with DiscordServer() as server:
        assert notifier(server.webhook_url).notify(BROKEN) == "sent"

    assert server.messages == [discord_payload(compose_run_message(BROKEN))]


def test_a_recovery_is_sent_the_same_way():
    with DiscordServer() as server:
        assert notifier(server.webhook_url).notify(RECOVERED) == "sent"

    assert "embeds" not in server.messages[0]


def test_any_other_service_gets_the_same_words_as_plain_text():
    with DiscordServer(200) as server:
        assert notifier(server.apprise_url).notify(BROKEN) == "sent"

    (message,) = server.messages
    said = compose_run_message(BROKEN)
    assert (message["title"], message["message"]) == (said.title, said.body)
    assert message["type"] == "failure"


@drawn(15)
@given(message=messages)
def test_hostile_data_is_delivered_and_mentions_nobody(
    open_server: DiscordServer, message: Message
):
    for url in (open_server.webhook_url, open_server.apprise_url):
        assert notifier(url).notify(message) == "sent"
        assert not LIVE_MENTION.search("\n".join(texts(open_server.messages[-1])))


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def test_the_first_webhook_that_takes_it_is_the_only_one():
    with DiscordServer() as specific, DiscordServer() as generic:
        assert notifier(specific.webhook_url, generic.webhook_url).notify(BROKEN) == "sent"

    assert len(specific.messages) == 1
    assert generic.requests == []


def test_the_generic_webhook_speaks_when_the_specific_one_fails(
    caplog: pytest.LogCaptureFixture,
):
    with DiscordServer(404) as specific, DiscordServer() as generic:
        assert notifier(specific.webhook_url, generic.webhook_url).notify(BROKEN) == "sent"

    assert len(generic.messages) == 1
    assert "webhook 1 of 2: answered 404" in caplog.text


def test_a_specific_webhook_that_hangs_leaves_time_for_the_generic_one():
    with DiscordServer(hang=True) as specific, DiscordServer() as generic:
        notified = notifier(specific.webhook_url, generic.webhook_url, budget_seconds=2.0)
        assert notified.notify(BROKEN) == "sent"

    assert len(generic.messages) == 1


@pytest.mark.parametrize("status", [302, 400, 401, 404, 429, 500])
def test_an_error_answer_is_failed_and_said(status: int, caplog: pytest.LogCaptureFixture):
    with DiscordServer(status, headers={"Location": "/elsewhere"}) as server:
        assert notifier(server.webhook_url).notify(BROKEN) == "failed"

    assert f"webhook 1 of 1: answered {status}; fix that" in caplog.text


def test_a_refused_connection_is_failed_and_said(caplog: pytest.LogCaptureFixture):
    with DiscordServer(refuse=True) as server:
        assert notifier(server.webhook_url).notify(BROKEN) == "failed"

    assert "could not be reached" in caplog.text


def test_a_webhook_that_nothing_can_open_is_failed(caplog: pytest.LogCaptureFixture):
    assert notifier(f"nosuch://{WEBHOOK_TOKEN}").notify(BROKEN) == "failed"

    assert "neither a Discord webhook nor an Apprise URL" in caplog.text
    assert WEBHOOK_TOKEN not in caplog.text


@pytest.mark.parametrize(
    "server",
    [
        DiscordServer(hang=True),
        DiscordServer(
            429,
            headers={
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": str(int(time.time()) + 24 * 3600),
            },
        ),
    ],
    ids=["hang", "rate limit"],
)
def test_waiting_ends_with_the_budget(server: DiscordServer):
    with server:
        started = time.monotonic()
        assert notifier(server.webhook_url, budget_seconds=0.5).notify(BROKEN) == "timed out"

        assert time.monotonic() - started < 0.5 + SLACK


@pytest.mark.parametrize("service", ["webhook_url", "apprise_url"])
def test_a_webhook_that_hangs_never_holds_the_process_at_exit(service: str):
    program = """
import sys, time
from pydantic import SecretStr
from spectra_gx.notify import AppriseNotifier
from tests.unit.notify.test_run_message import BROKEN
notifier = AppriseNotifier([SecretStr(sys.argv[1])], budget_seconds=2.0)
print(notifier.notify(BROKEN), time.time())
"""
    with DiscordServer(hang=True) as server:
        ran = subprocess.run(
            [sys.executable, "-c", program, getattr(server, service)],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        exited = time.time()

    outcome, notified = ran.stdout.rsplit(maxsplit=1)
    assert outcome == "timed out"
    assert ran.returncode == 0
    assert exited - float(notified) < SLACK
    assert WEBHOOK_TOKEN not in ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [204, 404, 500, None])
@pytest.mark.parametrize("service", ["webhook_url", "apprise_url"])
def test_the_token_reaches_no_log_at_any_level(
    service: str,
    status: int | None,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    caplog.set_level(1)
    with DiscordServer(status or 204, refuse=status is None) as server:
        told = notifier(getattr(server, service))
        told.notify(BROKEN)

    assert caplog.records
    for record in caplog.records:
        assert record.name == "spectra_gx.notify.apprise_notifier"
        assert record.exc_info is None
        assert WEBHOOK_TOKEN not in repr(record.__dict__)
    assert WEBHOOK_TOKEN not in repr(told) + repr(vars(told))
    assert WEBHOOK_TOKEN not in "".join(capfd.readouterr())


def test_only_the_sending_thread_is_quiet(caplog: pytest.LogCaptureFixture):
    caplog.set_level(1)
    with DiscordServer() as server:
        notifier(server.webhook_url).notify(BROKEN)

    logging.getLogger("urllib3.connectionpool").debug("somebody else's request")

    assert "somebody else's request" in caplog.text


@pytest.fixture(params=[RuntimeError, SystemExit, KeyboardInterrupt])
def raising_url(request: pytest.FixtureRequest) -> Iterator[str]:
    class Raising(NotifyBase):  # type: ignore[misc]  # Apprise ships no types
        secure_protocol = "raising"

        def send(self, *_: object, **__: object) -> bool:
            raise request.param(WEBHOOK_TOKEN)

        def url(self, *_: object, **__: object) -> str:
            return f"raising://{WEBHOOK_TOKEN}"

    NotificationManager().add(Raising, schemas="raising")
    yield f"raising://{WEBHOOK_TOKEN}"
    NotificationManager().remove("raising")


def test_a_plugin_that_raises_is_failed_without_a_traceback(
    raising_url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(1)

    assert notifier(raising_url).notify(BROKEN) == "failed"

    assert WEBHOOK_TOKEN not in caplog.text + "".join(capfd.readouterr())
    assert "Traceback" not in caplog.text


def test_a_message_that_cannot_be_worded_is_failed():
    broken = replace(BROKEN, duration_seconds=None)  # type: ignore[arg-type]

    with DiscordServer() as server:
        assert notifier(server.webhook_url).notify(broken) == "failed"


def test_nobody_to_tell_is_said_once_at_info(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    told = notifier()

    assert [told.notify(BROKEN), told.notify(BROKEN)] == ["not configured"] * 2

    (record,) = caplog.records
    assert record.levelno == logging.INFO
    assert "set `NOTIFY_URL`" in record.message
