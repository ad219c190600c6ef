"""Messages about a project's stages, one short method each.

What a method needs is imported when it is called.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.project.care_operations import CareOperations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, timedelta

    from spectra_gx.notify.digest_message import SentDigest
    from spectra_gx.notify.webhook_test import WebhookResult
    from spectra_gx.runner.alerts.silences import Acknowledgement, Mute


@dataclass(frozen=True)
class AlertOperations(CareOperations):
    """What sends messages about stages, and what silences them."""

    def send_digest(self, stages: Sequence[str] = (), *, since: timedelta) -> SentDigest:
        """Send one message about what happened to stages.

        Args:
            stages: All that have run without any.
            since: How far to look back.

        Raises:
            UsageError: There is no such stage, or none has run yet.
            WarehouseError: A log cannot be read.
        """
        from spectra_gx.project.records import send_digest

        return send_digest(self, stages, since)

    tell_digest = send_digest
    """The name in 0.1.0."""

    def test_webhooks(self) -> Sequence[WebhookResult]:
        """Send a test message to every webhook that is set; return how each took it.

        Raises:
            ConfigurationError: None is set.
        """
        from spectra_gx.notify.webhook_test import send_test_messages

        return send_test_messages(self.settings.named_webhooks())

    try_webhooks = test_webhooks
    """The name in 0.1.0."""

    def acknowledge(
        self, stage: str, names: Sequence[str] = (), *, by: str | None = None
    ) -> Acknowledgement:
        """Acknowledge what failed in the newest run: no further message until it gets worse.

        It gets worse when another rule fails, when the run fails that passed with warnings, or by
        another error. That the stage passes again is reported, and ends it.

        Args:
            stage: The stage.
            names: Tables and rules; all that failed without any.
            by: Who is on it, for the log and its readers.

        Raises:
            ActivityLogError: It could not be recorded.
            UsageError: There is no such stage, table or rule, or nothing of it failed.
        """
        from spectra_gx.project.alerts.silencing import acknowledge

        return acknowledge(self, stage, names, by)

    def mute(
        self,
        stage: str,
        names: Sequence[str] = (),
        *,
        until: date,
        reason: str,
        by: str | None = None,
    ) -> Sequence[Mute]:
        """Send no messages about a stage, tables or rules until a day is over.

        Verdicts, exit codes, the log and what is published stay as they are. A later mute of the
        same takes the place of an earlier one.

        Args:
            stage: The stage.
            names: Tables and rules; the whole stage without any.
            until: The last day, UTC.
            reason: Why, for those who miss messages.
            by: Who says so, for the log and its readers.

        Raises:
            ActivityLogError: It could not be recorded.
            UsageError: There is no such stage, table or rule, or the day is over.
        """
        from spectra_gx.project.alerts.silencing import mute

        return mute(self, stage, names, until, reason, by)

    def unmute(
        self, stage: str, names: Sequence[str] = (), *, by: str | None = None
    ) -> Sequence[Mute]:
        """End mutes of a stage before their day; return them.

        Args:
            stage: The stage.
            names: The tables and rules that were muted; all mutes of the stage without any.
            by: Who says so, for the log.

        Raises:
            ActivityLogError: It could not be recorded.
            UsageError: There is no such stage, or no such mute.
        """
        from spectra_gx.project.alerts.silencing import unmute

        return unmute(self, stage, names, by)

    def muted(self, stage: str | None = None) -> Sequence[Mute]:
        """Return the mutes that count now, of one stage or of all.

        Raises:
            UsageError: There is no such stage.
            WarehouseError: A log cannot be read.
        """
        from spectra_gx.project.alerts.silencing import muted

        return muted(self, stage)

    def acknowledged(self, stage: str | None = None) -> Sequence[Acknowledgement]:
        """Return the acknowledgements that count now, of one stage or of all.

        Raises:
            UsageError: There is no such stage.
            WarehouseError: A log cannot be read.
        """
        from spectra_gx.project.alerts.silencing import acknowledged

        return acknowledged(self, stage)
