"""Open webhooks with Apprise and post to them; the only file that imports Apprise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import requests  # noqa: F401  # its loggers must exist before `suppress_logs` looks for them
from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType
from apprise.plugins.discord import NotifyDiscord

from spectra_gx.notify.message_text import MessageText, discord_payload

if TYPE_CHECKING:
    from apprise.plugins.base import NotifyBase

_DISCORD_WEBHOOK = re.compile(
    r"(?:https://(?:(?:ptb|canary)\.)?discord(?:app)?\.com"
    r"|(?P<loopback>http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?))"
    r"/api(?:/v\d+)?/webhooks/(?P<id>\d+)/(?P<token>[\w-]+)/?(?:\?(?P<options>.*))?",
    re.IGNORECASE | re.ASCII,
)
"""Every form Discord hands out; Apprise itself knows neither `ptb.`, `canary.` nor `/api/v10`."""

_TYPES = {
    "critical": NotifyType.FAILURE,
    "warning": NotifyType.WARNING,
    "info": NotifyType.INFO,
    "recovery": NotifyType.SUCCESS,
}


def open_service(url: str) -> NotifyBase | None:
    """Open a Discord webhook or any other Apprise URL; None when Apprise does not know it.

    A webhook address on loopback is taken for Discord's, so that the same path can be watched.
    """
    asset = AppriseAsset(
        app_id="spectra-gx",
        app_desc="Data contracts",
        # Its own limit would leave a worker thread that blocks the exit of the process.
        service_timeout=0,
        # A redirect turns the POST into a GET that sends nothing and answers 200.
        http_redirects=False,
    )
    webhook = _DISCORD_WEBHOOK.fullmatch(url.strip())
    if webhook is None:
        return Apprise.instantiate(url.strip(), asset=asset)
    options = f"?{webhook['options']}" if webhook["options"] else ""
    address = f"discord://{webhook['id']}/{webhook['token']}/{options}"
    service = Apprise.instantiate(address, asset=asset)
    if service is not None and webhook["loopback"]:
        service.notify_url = f"{webhook['loopback']}/api/webhooks"
    return service


def post(service: NotifyBase, message: MessageText, seconds: float) -> bool:
    """Post a message, to Discord as its own JSON; return whether the service accepted it.

    Each socket operation gives up after `seconds`; the caller bounds the whole.
    """
    service.socket_connect_timeout = service.socket_read_timeout = seconds
    if isinstance(service, NotifyDiscord):
        # `send` lifts `@everyone` out of texts into live mentions, and its template mode needs a
        # file of at most 35 kB: only this method takes a finished payload.
        return bool(service._send(discord_payload(message), params=_thread(service)))  # noqa: SLF001
    sender = Apprise(asset=service.asset)
    sender.add(service)
    return bool(
        sender.notify(
            title=message.title,
            body=message.body,
            body_format=NotifyFormat.TEXT,
            notify_type=_TYPES[message.tone],
        )
    )


def _thread(service: NotifyDiscord) -> dict[str, str] | None:
    return {"thread_id": service.thread_id} if service.thread_id else None
