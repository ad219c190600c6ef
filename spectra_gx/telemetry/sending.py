"""Send something to an address: once, bounded in time, and never to another one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from spectra_gx.errors import ConfigurationError, ExternalServiceError
from spectra_gx.store.credentials.declarations import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = (2.0, 2.5)
"""To connect, and until the answer: together less than what the end of a run waits."""

NOT_AFFECTED = "the run is not affected"


def send(
    what: str,
    setting: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    secrets: Mapping[str, str] | None = None,
    *,
    method: str = "POST",
) -> None:
    """Send a body once; of the answer only the status is read.

    Args:
        what: What it is, for the error: `the metrics`.
        setting: What the address is called where it is set.
        url: Where it goes.
        body: What is sent.
        headers: Its type.
        secrets: Headers that open the address.
        method: PUT or POST.

    Raises:
        ConfigurationError: It is not an address, or secrets would travel unencrypted.
        ExternalServiceError: It did not arrive; the message contains nothing of the answer.
    """
    import requests

    refused = _refusal(url, secret=bool(secrets))
    if refused is not None:
        raise ConfigurationError(f"{what} were not sent: {setting} {refused}; {NOT_AFFECTED}")
    try:
        with requests.request(
            method,
            url,
            data=body,
            headers={**headers, **(secrets or {})},
            timeout=_SECONDS,
            allow_redirects=False,
            auth=lambda request: request,  # else a netrc entry for the host would be sent
            stream=True,
        ) as answer:
            status = answer.status_code
    except (requests.RequestException, ValueError) as error:
        reason = _reason(error)
    else:
        if status in range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES):
            return
        reason = f"it answered {status}"
    raise ExternalServiceError(f"{what} were not sent to {setting}: {reason}; {NOT_AFFECTED}")


def _refusal(url: str, *, secret: bool) -> str | None:
    """Return why nothing is sent to an address, to follow its name; None where something is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "is not an address; write `https://` or `http://` and a host"
    if secret and parts.scheme == "http" and not is_loopback(url):
        return "is an `http://` address, over which what opens it would travel unencrypted"
    return None


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return "it cannot be reached"
    return "the address cannot be used"
