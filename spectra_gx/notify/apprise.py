"""The notifier: Discord, or whatever else Apprise reaches, bounded in time and never raising."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from spectra_gx.notify.message import words
from spectra_gx.notify.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr

    from spectra_gx.runner.ports import Message

_log = logging.getLogger(__name__)

SENT, FAILED, TIMED_OUT, NOT_CONFIGURED = "sent", "failed", "timed out", "not configured"
"""The outcomes, as the activity log stores them."""


class AppriseNotifier:
    """Tells the first webhook that takes the message; one notifier serves one run."""

    def __init__(self, webhooks: Sequence[SecretStr], *, budget_seconds: float = 5.0) -> None:
        """Keep the webhooks in the order to try them, the specific one first.

        `budget_seconds` bounds all the waiting of a run, also when it has to tell twice; every
        webhook still untried has an equal share of what is left, so that one that hangs does not
        silence the next.
        """
        self._webhooks = tuple(webhooks)
        self._left_seconds = budget_seconds
        self._said_not_configured = False

    def notify(self, message: Message) -> str:
        """Tell it within the budget, without raising; return the outcome for the log."""
        if not self._webhooks:
            self._say_not_configured()
            return NOT_CONFIGURED
        began = time.monotonic()
        outcome = self._tell_first(message, deadline=began + self._left_seconds)
        self._left_seconds -= time.monotonic() - began
        return outcome

    def _tell_first(self, message: Message, deadline: float) -> str:
        outcome = FAILED
        for tried, webhook in enumerate(self._webhooks):
            share = (deadline - time.monotonic()) / (len(self._webhooks) - tried)
            outcome, why = _attempt(webhook, message, share)
            place = f"webhook {tried + 1} of {len(self._webhooks)}"
            if outcome == SENT:
                _log.info("notification sent through %s", place)
                break
            _log.warning(
                "the notification could not be sent through %s: %s; see the runbook, "
                "`docs/source/OPERATIONAL-RUNBOOK.md#notification`",
                place,
                why,
            )
        return outcome

    def _say_not_configured(self) -> None:
        if not self._said_not_configured:
            _log.info("nobody is notified: set `DISCORD_WEBHOOK_URL` to be told of failures")
        self._said_not_configured = True


def _attempt(webhook: SecretStr, message: Message, seconds: float) -> tuple[str, str]:
    """Try one webhook, in a thread that never holds the process at exit.

    Returns the outcome and, when it is not `sent`, why: words without any part of the webhook.
    """
    if seconds <= 0:
        return TIMED_OUT, "an earlier message took all the time there is"
    ended: list[tuple[str, str]] = []

    def run() -> None:
        try:
            ended.append(_tell(webhook, message, seconds))
        except BaseException:  # noqa: BLE001  # a traceback would print the webhook's token
            ended.append((FAILED, "its plugin failed"))

    try:
        thread = threading.Thread(target=run, name="spectra-gx-notify", daemon=True)
        thread.start()
    except RuntimeError:  # no more threads, or the interpreter is going down
        return FAILED, "no thread could be started"
    thread.join(seconds)
    return ended[0] if ended else (TIMED_OUT, f"it took longer than {seconds:.1f} s")


def _tell(webhook: SecretStr, message: Message, seconds: float) -> tuple[str, str]:
    from spectra_gx.notify import services  # noqa: PLC0415  # Apprise takes 0.3 s to import

    with quiet() as statuses:
        service = services.open_service(webhook.get_secret_value())
        if service is None:
            return FAILED, "it is neither a Discord webhook nor an Apprise URL"
        if services.post(service, words(message), seconds):
            return SENT, ""
        return FAILED, f"it answered {statuses[-1]}" if statuses else "it could not be reached"


def unusable(webhook: SecretStr) -> str | None:
    """Return why a webhook cannot be used, in a sentence without any part of it; None if it can."""
    from spectra_gx.notify import services  # noqa: PLC0415  # Apprise takes 0.3 s to import

    with quiet():
        try:
            service = services.open_service(webhook.get_secret_value())
        except Exception:  # noqa: BLE001  # whatever a plugin raises would quote the webhook
            service = None
    if service is not None:
        return None
    return (
        "the webhook is neither a Discord webhook (`https://discord.com/api/webhooks/ID/TOKEN`) "
        "nor an Apprise URL (`json://host/path`); copy it again from the channel's settings"
    )
