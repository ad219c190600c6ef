"""Send messages to Discord or another service of Apprise, in bounded time, without raising."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from spectra_gx.notify.log_suppression import suppress_logs
from spectra_gx.notify.run_message import compose_run_message
from spectra_gx.runner.alerts.messages import FAILED, NOT_CONFIGURED, SENT, TIMED_OUT, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import SecretStr

    from spectra_gx.notify.message_text import MessageText

_log = logging.getLogger(__name__)


class AppriseNotifier:
    """Sends a message to the first webhook that accepts it; one notifier serves one run."""

    def __init__(
        self,
        webhooks: Sequence[SecretStr],
        *,
        own: Mapping[str, SecretStr] | None = None,
        owners: Mapping[str, SecretStr] | None = None,
        budget_seconds: float = 5.0,
    ) -> None:
        """Keep the webhooks in the order to try them, the specific one first.

        Args:
            webhooks: For messages of every severity.
            own: Severity → the webhook to try before those.
            owners: Owner → the webhook to try before all of these.
            budget_seconds: Bounds all the waiting of a run, also of two messages; the webhooks
                that are left share what is left, so that one that hangs does not silence the next.
        """
        self._webhooks = tuple(webhooks)
        self._own = dict(own or {})
        self._owners = dict(owners or {})
        self._left_seconds = budget_seconds
        self._logged_not_configured = False

    def notify(self, message: Message, *, share: int = 1) -> str:
        """Send it within the budget, without raising; return the outcome for the log."""
        first = self._owners.get(message.owner)
        return self.send(
            lambda: compose_run_message(message), message.severity, first=first, share=share
        )

    def send(
        self,
        compose: Callable[[], MessageText],
        severity: str,
        *,
        first: SecretStr | None = None,
        share: int = 1,
    ) -> str:
        """Send a text within the budget and without raising.

        Args:
            compose: Returns the text.
            severity: Decides which webhooks are tried.
            first: A webhook to try before them.
            share: How many messages the time that is left is for, this one included.
        """
        tried = (first, self._own.get(severity), *self._webhooks)
        webhooks = tuple(dict.fromkeys(one for one in tried if one is not None))
        if not webhooks:
            self._log_not_configured()
            return NOT_CONFIGURED
        began = time.monotonic()
        outcome = _send_first(webhooks, compose, deadline=began + self._left_seconds / share)
        self._left_seconds -= time.monotonic() - began
        return outcome

    def _log_not_configured(self) -> None:
        if not self._logged_not_configured:
            _log.info("notifications are off: set `NOTIFY_URL` to receive alerts")
        self._logged_not_configured = True


def send_within(
    webhook: SecretStr, compose: Callable[[], MessageText], seconds: float
) -> tuple[str, str]:
    """Try one webhook, in a thread that never blocks the exit of the process.

    Returns the outcome and, when it is not `sent`, the reason, without any part of the webhook.
    """
    if seconds <= 0:
        return TIMED_OUT, "an earlier message used up the time"
    ended: list[tuple[str, str]] = []

    def run() -> None:
        try:
            ended.append(_deliver(webhook, compose, seconds))
        except BaseException:  # noqa: BLE001  # a traceback would print the webhook's token
            ended.append((FAILED, "its plugin failed"))

    try:
        thread = threading.Thread(target=run, name="spectra-gx-notify", daemon=True)
        thread.start()
    except RuntimeError:  # no more threads, or the interpreter is going down
        return FAILED, "no thread could be started"
    thread.join(seconds)
    return ended[0] if ended else (TIMED_OUT, f"it took longer than {seconds:.1f} s")


def unusable(webhook: SecretStr) -> str | None:
    """Return why a webhook cannot be used, in a sentence without any part of it; None if it can."""
    if service_name(webhook) is not None:
        return None
    return (
        "the webhook is neither a Discord webhook (`https://discord.com/api/webhooks/ID/TOKEN`) "
        "nor an Apprise URL (`json://host/path`); copy it again from the channel's settings"
    )


def service_name(webhook: SecretStr) -> str | None:
    """Return the service of a webhook, such as `Discord`; None if it cannot be used.

    Never a part of the address: of many services the host is a token.
    """
    from spectra_gx.notify import apprise_services  # noqa: PLC0415  # Apprise takes 0.3 s to import

    with suppress_logs():
        try:
            service = apprise_services.open_service(webhook.get_secret_value())
        except Exception:  # noqa: BLE001  # whatever a plugin raises would quote the webhook
            return None
    return None if service is None else str(service.service_name)


def _send_first(
    webhooks: Sequence[SecretStr], compose: Callable[[], MessageText], deadline: float
) -> str:
    outcome = FAILED
    for tried, webhook in enumerate(webhooks):
        share = (deadline - time.monotonic()) / (len(webhooks) - tried)
        outcome, reason = send_within(webhook, compose, share)
        place = f"webhook {tried + 1} of {len(webhooks)}"
        if outcome == SENT:
            _log.info("notification sent through %s", place)
            break
        _log.warning(
            "the notification could not be sent through %s: %s; fix that, then try it with "
            "`spectra-gx notify test`",
            place,
            reason,
        )
    return outcome


def _deliver(
    webhook: SecretStr, compose: Callable[[], MessageText], seconds: float
) -> tuple[str, str]:
    from spectra_gx.notify import apprise_services  # noqa: PLC0415  # Apprise takes 0.3 s to import

    with suppress_logs() as statuses:
        service = apprise_services.open_service(webhook.get_secret_value())
        if service is None:
            return FAILED, "neither a Discord webhook nor an Apprise URL"
        if apprise_services.post(service, compose(), seconds):
            return SENT, ""
        return FAILED, f"answered {statuses[-1]}" if statuses else "could not be reached"
