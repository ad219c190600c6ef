"""Send a test message to every webhook that is set."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult
from spectra_gx.errors import ConfigurationError
from spectra_gx.notify.apprise_notifier import send_within, service_name
from spectra_gx.notify.message_text import MessageText, sanitize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import SecretStr

_BUDGET_SECONDS = 5.0


@dataclass(frozen=True, repr=False)
class WebhookResult(DisplayedResult):
    """The outcome of a test message to one webhook."""

    setting: str
    service: str | None
    """Its service, such as `Discord`; None for a webhook that cannot be used."""

    outcome: str
    """sent, failed or timed out."""

    why: str
    """Why it was not sent, without any part of the webhook; empty when it was."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return asdict(self)

    @property
    def line(self) -> str:
        """The outcome in one line of text."""
        service = f" ({self.service})" if self.service else ""
        return f"{self.setting}{service}: {self.outcome}" + (f", {self.why}" if self.why else "")

    def _headline(self) -> str:
        return self.line


def send_test_messages(webhooks: Mapping[str, SecretStr]) -> Sequence[WebhookResult]:
    """Send a message to each webhook, by its setting; each has the whole budget.

    Raises:
        ConfigurationError: No webhook is set.
    """
    if not webhooks:
        raise ConfigurationError(
            "notifications are off: NOTIFY_URL is not set; set it in the environment or in `.env` "
            "to a Discord webhook or any Apprise URL"
        )
    results = []
    for setting, webhook in webhooks.items():
        outcome, why = send_within(webhook, partial(_test_message, setting), _BUDGET_SECONDS)
        results.append(WebhookResult(setting, service_name(webhook), outcome, why))
    return results


def _test_message(setting: str) -> MessageText:
    title = sanitize(f"Test message: alerts for {setting} arrive here")
    return MessageText(title, summary="spectra-gx notify test", tone="info")
