"""Send something to an address: once, bounded in time, and never to another one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from spectra_gx.errors import ConfigurationError, ExternalServiceError

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
    *,
    method: str = "POST",
) -> None:
    """Send a body once.

    Args:
        what: What it is, for the error: `the metrics`.
        setting: What the address is called where it is set.
        url: Where it goes.
        body: What is sent.
        headers: Its type, and what opens the address.
        method: PUT or POST.

    Raises:
        ConfigurationError: It is not an address.
        ExternalServiceError: It did not arrive; the message contains nothing of the answer.
    """
    import requests

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            f"{what} were not sent: {setting} is not an address; write `https://` or `http://` and "
            f"a host; {NOT_AFFECTED}"
        )
    try:
        answer = requests.request(
            method,
            url,
            data=body,
            headers=dict(headers),
            timeout=_SECONDS,
            allow_redirects=False,
            auth=lambda request: request,  # else a netrc entry for the host would be sent
        )
    except (requests.RequestException, ValueError) as error:
        reason = _reason(error)
    else:
        if answer.status_code in range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES):
            return
        reason = f"it answered {answer.status_code}"
    raise ExternalServiceError(f"{what} were not sent to {setting}: {reason}; {NOT_AFFECTED}")


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return "it cannot be reached"
    return "the address cannot be used"
