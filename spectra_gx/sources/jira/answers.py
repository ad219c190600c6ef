"""Read Jira's answers: a login that failed shows in headers, at any status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from spectra_gx.errors import (
    AuthenticationError,
    AuthorizationError,
    ExternalServiceError,
    NotFoundError,
    SpectraError,
)
from spectra_gx.sources.jira.error_text import find_error_text
from spectra_gx.sources.jira.rate_headers import minimum_wait, wait_before_next_call
from spectra_gx.sources.responses import Attempt, name_status, parse_response
from spectra_gx.sources.retries import MAX_RETRY_AFTER_SECONDS, RETRYABLE_STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LOGIN_FAILED = ("AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED")
_DENIED = "AUTHENTICATION_DENIED"
_CONNECT_REFUSAL = "Connect Session Auth Token"
"""In Cloud's refusal of a Bearer token."""

_LOGIN_PATHS = ("login", "saml", "sso", "oauth")
_WITH_RETRY_AFTER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

_TAKE_BEARER = "Data Center takes a personal access token alone: unset API_USER and set API_TOKEN"
_TAKE_BASIC = "Jira Cloud takes an e-mail with its token: set API_USER to the e-mail"
_RENEW = "set API_TOKEN to a token that is valid, then run again"
_RENEW_OR_MOVE = (
    "check that the token has not expired; one with scopes is only accepted where BASE_URL is "
    "`https://api.atlassian.com/ex/jira/CLOUD_ID`, and `SITE/_edge/tenant_info` names the CLOUD_ID"
)
_LOG_IN = "log in once with a browser as the token's user, then run again"
_LOGIN_PAGE = "check BASE_URL, and that a token may pass the single sign-on before Jira"
_CONTEXT_PATH = "check BASE_URL and BASE_PATH: a context path such as `/jira` may be missing"

_ADVICE: Mapping[int, tuple[type[SpectraError], str]] = {
    HTTPStatus.FORBIDDEN: (
        AuthorizationError,
        "request the permission, or use the token of a user who has it",
    ),
    HTTPStatus.NOT_FOUND: (
        NotFoundError,
        "check that it exists and that the token's user may see it",
    ),
    HTTPStatus.GONE: (ExternalServiceError, "Jira has removed it; update spectra-gx"),
    HTTPStatus.TOO_MANY_REQUESTS: (ExternalServiceError, "wait a while, then run again"),
}
_OTHER_ADVICE = (ExternalServiceError, "look at Jira's own log, then run again")


@dataclass(frozen=True)
class AnswerReader:
    """Implements `ParseResponse` for Jira."""

    pause: Callable[[float], None]
    """Gets the seconds that all calls have to wait, where an answer names such a limit."""

    with_user: bool
    """Whether the credential is a user with a token, sent as Basic."""

    def __call__(
        self, attempt: Attempt, status: int, headers: Mapping[str, str], body: bytes
    ) -> Any:
        """Return the JSON of a complete answer.

        Raises:
            SpectraError: Jira refused, answered as to nobody, or with something else than JSON.
        """
        if status < HTTPStatus.BAD_REQUEST and (  # a retry waits by itself
            wait := wait_before_next_call(headers, datetime.now(UTC))
        ):
            self.pause(wait)
        if failure := self._failed_login(attempt, status, headers, body):
            raise failure
        if status < HTTPStatus.BAD_REQUEST:
            # what calls itself a page is one, even where its text could be JSON
            return parse_response(attempt, status, headers, b"<" if _is_page(headers) else body)
        raise _refusal(attempt, status, headers, body)

    def _failed_login(
        self, attempt: Attempt, status: int, headers: Mapping[str, str], body: bytes
    ) -> SpectraError | None:
        """Return the error of an answer that was given to nobody, whatever its status."""
        reason = headers.get("X-Seraph-LoginReason", "").upper()
        text = find_error_text(body) if status >= HTTPStatus.BAD_REQUEST else ""
        renew = _RENEW_OR_MOVE if self.with_user else _RENEW
        if "CAPTCHA" in headers.get("X-Authentication-Denied-Reason", "").upper():
            code, what, advice = "captcha", "wants a CAPTCHA solved after failed logins", _LOG_IN
        elif _DENIED in reason and self.with_user:
            code, what, advice = "basic_refused", "refuses a user with a token", _TAKE_BEARER
        elif _CONNECT_REFUSAL in text:
            code, what, advice = "bearer_refused", "refuses a token without its user", _TAKE_BASIC
        elif _is_anonymous(reason, headers):
            code, what, advice = "not_logged_in", "says that nobody is logged in", renew
        elif status == HTTPStatus.UNAUTHORIZED:
            code, what, advice = "http_401", "refuses the token", renew
        elif _leads_to_login(status, headers):
            code, what, advice = "login_page", "leads to a login page", _LOGIN_PAGE
        else:
            return None
        said = attempt.quote(text)
        return attempt.error(
            f"answered {name_status(status)} and {what}" + (f': "{said}"' if said else ""),
            advice,
            code=code,
            kind=AuthenticationError,
            status=status,
        )


def _refusal(
    attempt: Attempt, status: int, headers: Mapping[str, str], body: bytes
) -> SpectraError:
    kind, advice = _ADVICE.get(status, _OTHER_ADVICE)
    code, retryable = f"http_{status}", status in RETRYABLE_STATUSES
    what = f"answered {name_status(status)}"
    if said := attempt.quote(find_error_text(body)):
        what += f', with the message "{said}"'
    if status == HTTPStatus.NOT_FOUND and _is_page(headers):
        code, advice = "dead_link", _CONTEXT_PATH
    if limit := attempt.quote(headers.get("RateLimit-Reason", "")):
        what += f" because of the limit `{limit}`"
    wait = minimum_wait(headers, datetime.now(UTC)) if status in _WITH_RETRY_AFTER else None
    if wait is not None and wait > MAX_RETRY_AFTER_SECONDS:
        what += f" and asks to wait {wait:.0f} s, longer than a run waits"
        advice = "run again after that time"
    return attempt.error(
        what, advice, code=code, kind=kind, retryable=retryable, status=status, retry_after=wait
    )


def _is_anonymous(reason: str, headers: Mapping[str, str]) -> bool:
    user = headers.get("X-AUSERNAME", "").strip().lower()
    return user == "anonymous" or any(failed in reason for failed in _LOGIN_FAILED)


def _is_page(headers: Mapping[str, str]) -> bool:
    return "html" in headers.get("Content-Type", "").lower()


def _leads_to_login(status: int, headers: Mapping[str, str]) -> bool:
    if status not in range(300, 400):
        return False
    try:
        path = urlsplit(headers.get("Location", "")).path.lower()
    except ValueError:
        return False
    return any(name in path for name in _LOGIN_PATHS)
