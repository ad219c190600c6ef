"""Render sent notifications as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from spectra_gx.notify.webhook_test import WebhookResult
    from spectra_gx.runner.stage_digest import Digest


def digest_json(digest: Digest, notification: str) -> dict[str, Any]:
    """Return a digest and whether it was sent; its keys are a promise."""
    return {
        "since": digest.since.isoformat(),
        "stages": [
            {
                **asdict(stage),
                "last": _iso(stage.last),
                "failing_since": _iso(stage.failing_since),
                "failing": list(stage.failing),
            }
            for stage in digest.stages
        ],
        "docs": digest.docs,
        "notification": notification,
    }


def webhook_results_json(results: Sequence[WebhookResult]) -> list[dict[str, Any]]:
    """Return the outcome of each webhook."""
    return [asdict(one) for one in results]


def webhook_results_text(results: Sequence[WebhookResult]) -> str:
    """Return the outcome of each webhook, one line per webhook."""
    return "\n".join(map(_line, results))


def _line(one: WebhookResult) -> str:
    mark = "✓" if one.outcome == "sent" else "✗"
    service = f" ({one.service})" if one.service else ""
    why = f", {one.why}" if one.why else ""
    return f"{mark} {one.setting}{service}: {one.outcome}{why}"


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
