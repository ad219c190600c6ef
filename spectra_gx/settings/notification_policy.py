"""Which notifications are sent, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.runner.alerts.notifications import NotificationPolicy

if TYPE_CHECKING:
    from collections.abc import Collection

    from spectra_gx.settings.model import Settings


def build_notification_policy(
    settings: Settings, owners: Collection[str] = ()
) -> NotificationPolicy:
    """Return which notifications are sent, when, and which owners get their own."""
    return NotificationPolicy(
        runs=settings.notify_runs,
        success=settings.notify_success,
        reminder=settings.notify_reminder,
        extra_severities=settings.severity_webhooks().keys() - {"critical"},
        owners=frozenset(owners),
        docs_url=settings.docs_url,
        runbook_url=settings.runbook_url
        or (settings.runbook.as_posix() if settings.runbook else None),
    )
