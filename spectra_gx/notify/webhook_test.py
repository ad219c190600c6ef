"""Trying every webhook there is with a message that says so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.errors import ConfigurationError
from spectra_gx.notify.apprise_notifier import send_within, service_name
from spectra_gx.notify.message_text import MessageText, safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import SecretStr


@dataclass(frozen=True)
class WebhookResult:
    """How a webhook took the message."""

    setting: str
    service: str | None
    """What it speaks to, such as `Discord`; None for a webhook that cannot be used."""

    outcome: str
    """sent, failed or timed out."""

    why: str
    """Why it was not sent, without any part of the webhook; empty when it was."""


def try_webhooks(
    webhooks: Mapping[str, SecretStr], *, budget_seconds: float = 5.0
) -> Sequence[WebhookResult]:
    """Send a message to each webhook, by its setting; each has the whole budget.

    Raises:
        ConfigurationError: There is none.
    """
    if not webhooks:
        raise ConfigurationError(
            "nobody is notified: NOTIFY_URL is not set; set it in the environment or in "
            "`.env`, to a webhook of Discord or any Apprise URL"
        )
    tried = []
    for setting, webhook in webhooks.items():
        outcome, why = send_within(webhook, partial(_words, setting), budget_seconds)
        tried.append(WebhookResult(setting, service_name(webhook), outcome, why))
    return tried


def _words(setting: str) -> MessageText:
    return MessageText(
        title="A test message of spectra-gx",
        summary=safe(f"whoever reads this is told through {setting}; nothing has happened"),
        tone="info",
    )
