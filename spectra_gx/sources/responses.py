"""Read a source's response: its JSON, or the error that explains why there is none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from spectra_gx.errors import (
    AuthenticationError,
    AuthorizationError,
    ExternalServiceError,
    NotFoundError,
    SpectraError,
)
from spectra_gx.sources.retries import (
    MAX_RETRY_AFTER_SECONDS,
    RETRY_AFTER,
    RETRYABLE_STATUSES,
    parse_retry_after,
)
from spectra_gx.sources.setting_names import BARE, SettingNames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.sources.credentials import Credential

EMPTY, NOT_JSON = "empty", "not_json"
"""Codes of an answer that says yes, but is no JSON."""

_LONGEST_QUOTE = 200
_LONGEST_CODE = 40

_REFUSALS: dict[int, tuple[type[SpectraError], str]] = {
    401: (AuthenticationError, "set API_TOKEN to a token that is valid, then run again"),
    403: (AuthorizationError, "request the permission, or use the token of a user who has it"),
    404: (NotFoundError, "check BASE_PATH, and that the resource still exists"),
    429: (ExternalServiceError, "wait a while, then run again"),
}
_OTHER_REFUSAL = (ExternalServiceError, "look at the source's own log, then run again")


@dataclass(frozen=True)
class Attempt:
    """One attempt at one call: what every error about it has to name."""

    request: str
    """For people: `GET /project/details`."""

    endpoint: str
    """The path alone."""

    number: int
    """1 is the first try."""

    system: str
    credential: Credential
    settings: SettingNames = BARE

    def error(
        self,
        what: str,
        advice: str,
        *,
        code: str,
        kind: type[SpectraError] = ExternalServiceError,
        retryable: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> SpectraError:
        """Return an error that names the request, what came back and what to do next.

        `advice` calls settings by their bare names.
        """
        known = {"status": status, RETRY_AFTER: retry_after}
        tries = "" if self.number == 1 else f" (attempt {self.number})"
        return kind(
            f"`{self.request}` {what}{tries}; {self.settings.spell(advice)}",
            code=code,
            context={
                "endpoint": self.endpoint,
                "attempts": self.number,
                **{name: value for name, value in known.items() if value is not None},
            },
            retryable=retryable,
            source_system=self.system,
        )

    def quote(self, text: object, longest: int = _LONGEST_QUOTE) -> str:
        """Return somebody else's text as one bounded, printable line without a secret."""
        clean = self.credential.redact(str(text))
        line = " ".join("".join(c if c.isprintable() else " " for c in clean).split())
        return line if len(line) <= longest else line[: longest - 1] + "…"


class ParseResponse(Protocol):
    """Reads a complete response in the way of one API."""

    def __call__(
        self, attempt: Attempt, status: int, headers: Mapping[str, str], body: bytes
    ) -> Any:
        """Return its JSON.

        Raises:
            SpectraError: The source refused, or what came is not JSON.
        """


def parse_response(attempt: Attempt, status: int, headers: Mapping[str, str], body: bytes) -> Any:
    """Return the JSON of a complete response.

    Raises:
        SpectraError: The source refused, or what came is not JSON.
    """
    if status in range(200, 300):
        return _parse_json(attempt, status, body)
    if status in range(300, 400):
        raise _redirect(attempt, status, headers)
    raise _refusal(attempt, status, headers, body)


def accept_without_json(parse: ParseResponse) -> ParseResponse:
    """Return what reads a response as an API does, returns its status, and needs no JSON in it."""

    def read(attempt: Attempt, status: int, headers: Mapping[str, str], body: bytes) -> int:
        try:
            parse(attempt, status, headers, body)
        except SpectraError as error:
            if error.code not in (EMPTY, NOT_JSON) or status not in range(200, 300):
                raise
        return status

    return read


def _parse_json(attempt: Attempt, status: int, body: bytes) -> Any:
    text = body.strip()
    if not text:
        raise attempt.error(
            f"answered {status} with nothing where JSON was expected",
            "check BASE_PATH, and the source's own log",
            code=EMPTY,
            status=status,
        )
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass  # raised below: the decoder's error carries the whole text, which may contain secrets
    raise _unreadable(attempt, status, text)


def _unreadable(attempt: Attempt, status: int, text: bytes) -> SpectraError:
    if text.startswith(b"<"):
        return attempt.error(
            f"answered {status} with a web page where JSON was expected",
            "check BASE_URL and BASE_PATH, or whether a login or maintenance page is there",
            code="html",
            status=status,
        )
    if text[:1] in (b"{", b"[") and text[-1:] not in (b"}", b"]"):
        return truncated(attempt, status)
    return attempt.error(
        f"answered {status} with something that is not JSON",
        "check BASE_URL and BASE_PATH",
        code=NOT_JSON,
        status=status,
    )


def truncated(attempt: Attempt, status: int | None = None) -> SpectraError:
    """Return the error for an answer that broke off."""
    return attempt.error(
        "answered with a text that breaks off before its end",
        "run again, and if it stays so look at the proxies between here and the source",
        code="truncated",
        retryable=True,
        status=status,
    )


def _redirect(attempt: Attempt, status: int, headers: Mapping[str, str]) -> SpectraError:
    try:
        target = urlsplit(headers.get("Location", ""))
        where = f"{target.scheme}://{target.hostname}" if target.hostname else "another path"
    except ValueError:
        where = "an address that cannot be read"
    return attempt.error(
        f"answered {status}, a redirect to {attempt.quote(where)}, which is never followed "
        "because the token would go along",
        "set BASE_URL to the address where the source really answers",
        code="redirect",
        status=status,
    )


def _refusal(
    attempt: Attempt, status: int, headers: Mapping[str, str], body: bytes
) -> SpectraError:
    vendor = _vendor_error(body)
    kind, advice = _REFUSALS.get(status, _OTHER_REFUSAL)
    retryable = status in RETRYABLE_STATUSES
    what = f"answered {name_status(status)}"
    if message := attempt.quote(vendor.get("errorMsg") or ""):
        what += f', with the message "{message}"'
    retry_after = parse_retry_after(headers.get("Retry-After"), datetime.now(UTC))
    if retryable and retry_after is not None and retry_after > MAX_RETRY_AFTER_SECONDS:
        what += f" and asks to wait {retry_after:.0f} s, longer than a run waits"
        advice = "run again after that time"
    return attempt.error(
        what,
        advice,
        code=attempt.quote(vendor.get("errorCode") or "", _LONGEST_CODE) or f"http_{status}",
        kind=kind,
        retryable=retryable,
        status=status,
        retry_after=retry_after,
    )


def name_status(status: int) -> str:
    """Return a status for people: `404 Not Found`."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _vendor_error(body: bytes) -> Mapping[str, Any]:
    """Return the vendor's `{"errorMsg", "errorCode"}`, or nothing where there is none."""
    try:
        error = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return error if isinstance(error, dict) else {}
