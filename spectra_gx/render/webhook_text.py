"""Render sent notifications as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.notify.webhook_test import WebhookResult


def webhook_results_text(results: Sequence[WebhookResult]) -> str:
    """Return the outcome of each webhook, one line per webhook."""
    lines = []
    for one in results:
        mark = "✓" if one.outcome == "sent" else "✗"
        service = f" ({one.service})" if one.service else ""
        why = f", {one.why}" if one.why else ""
        lines.append(f"{mark} {one.setting}{service}: {one.outcome}{why}")
    return "\n".join(lines)
