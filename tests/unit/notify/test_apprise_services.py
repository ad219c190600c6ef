"""Opening webhooks: every form Discord hands out, and what cannot be opened."""

from __future__ import annotations

import pytest
from apprise.plugins.discord import NotifyDiscord
from pydantic import SecretStr

from spectra_gx.notify import unusable
from spectra_gx.notify.apprise_services import open_service

# Apprise loads every plugin it has; its mail plugin still looks for a module that 3.13 drops.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TOKEN = "fake-webhook-token_AAAA"


@pytest.mark.parametrize(
    "url",
    [
        f"https://discord.com/api/webhooks/123/{TOKEN}",
        f"https://discordapp.com/api/webhooks/123/{TOKEN}/",
        f"https://ptb.discord.com/api/webhooks/123/{TOKEN}",
        f"https://canary.discord.com/api/v10/webhooks/123/{TOKEN}",
        f"https://discord.com/api/v10/webhooks/123/{TOKEN}?thread=7",
        f"  https://discord.com/api/webhooks/123/{TOKEN}\n",
        f"discord://123/{TOKEN}",
    ],
)
def test_every_form_of_a_discord_webhook_goes_to_discord_payload(url: str):
    service = open_service(url)

    assert isinstance(service, NotifyDiscord)
    assert service.notify_url == "https://discord.com/api/webhooks"
    assert (service.webhook_id, service.webhook_token) == ("123", TOKEN)
    assert unusable(SecretStr(url)) is None


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "127.0.0.1"])
def test_a_webhook_on_loopback_goes_to_loopback(host: str):
    service = open_service(f"http://{host}/api/webhooks/123/{TOKEN}")

    assert isinstance(service, NotifyDiscord)
    assert service.notify_url == f"http://{host}/api/webhooks"


def test_any_other_apprise_url_is_its_own_service():
    service = open_service("json://127.0.0.1:8080/path")

    assert not isinstance(service, NotifyDiscord)
    assert service.service_name == "JSON"
    assert unusable(SecretStr("json://127.0.0.1:8080/path")) is None


@pytest.mark.parametrize(
    "url",
    [
        TOKEN,
        "",
        f"https://example.com/api/webhooks/123/{TOKEN}",
        f"http://192.0.2.1/api/webhooks/123/{TOKEN}",
        f"http://127.0.0.1.example.com/api/webhooks/123/{TOKEN}",
        f"https://discord.com.example.com/api/webhooks/123/{TOKEN}",
        f"nosuch://{TOKEN}",
        f"discord://{TOKEN}",
        f"http://[{TOKEN}",
    ],
)
def test_an_unusable_webhook_is_told_without_its_secret(
    url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    caplog.set_level(1)

    why = unusable(SecretStr(url))

    assert why is not None
    assert why.startswith("the webhook is neither a Discord webhook")
    assert TOKEN not in why
    assert TOKEN not in caplog.text
    assert TOKEN not in "".join(capfd.readouterr())
