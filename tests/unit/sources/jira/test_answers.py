from __future__ import annotations

import json

import pytest
from pydantic import SecretStr
from requests.structures import CaseInsensitiveDict

from spectra_gx.errors import (
    AuthenticationError,
    AuthorizationError,
    ExternalServiceError,
    NotFoundError,
    SpectraError,
)
from spectra_gx.sources.credentials import basic, bearer
from spectra_gx.sources.jira.answers import AnswerReader
from spectra_gx.sources.responses import Attempt
from spectra_gx.sources.setting_names import SettingNames

TOKEN = SecretStr("not-a-real-token-0123456789")
FAILED = {"x-seraph-loginreason": "AUTHENTICATED_FAILED"}


def read(status, body=b"{}", *, user=None, waits=None, **headers):
    credential = basic(SecretStr(user), TOKEN) if user else bearer(TOKEN)
    attempt = Attempt("GET /field", "/field", 1, "jira", credential, SettingNames("JIRA_"))
    pause = (waits if waits is not None else []).append
    reader = AnswerReader(pause, with_user=user is not None)
    return reader(attempt, status, CaseInsensitiveDict(headers), body)


def error(status, body=b"{}", *, user=None, waits=None, **headers) -> SpectraError:
    with pytest.raises(SpectraError) as caught:
        read(status, body, user=user, waits=waits, **headers)
    return caught.value


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("headers", [FAILED, {"X-AUSERNAME": "anonymous"}])
def test_an_answer_to_nobody_is_a_failed_login_at_any_status(status, headers):
    refused = error(status, **headers)
    assert (type(refused), refused.code, refused.retryable) == (
        AuthenticationError,
        "not_logged_in",
        False,
    )
    assert refused.context["status"] == status


def test_an_answer_to_somebody_is_read():
    assert read(200, b"[1]", **{"X-AUSERNAME": "ada", "X-Seraph-LoginReason": "OK"}) == [1]


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (400, ExternalServiceError, False),
        (403, AuthorizationError, False),
        (404, NotFoundError, False),
        (410, ExternalServiceError, False),
        (429, ExternalServiceError, True),
        (500, ExternalServiceError, True),
        (503, ExternalServiceError, True),
    ],
)
def test_a_refusal_is_the_right_error(status, kind, retryable):
    body = json.dumps({"errorMessages": ["So it is."], "errors": {}}).encode()
    refused = error(status, body)
    assert (type(refused), refused.retryable, refused.code) == (kind, retryable, f"http_{status}")
    assert 'with the message "So it is."' in refused.message


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("/login.jsp?os_destination=%2F", "login_page"),
        ("https://idp.example/SAML/sso?x=1", "login_page"),
        ("https://idp.example/oauth2/authorize", "login_page"),
        ("/rest/api/2/task/7", "redirect"),
        ("http://[", "redirect"),
    ],
)
def test_a_redirect_to_a_login_is_a_failed_login(location, code):
    assert error(302, Location=location).code == code


def test_advice_depends_on_how_the_token_is_sent():
    assert "set JIRA_API_TOKEN to a token that is valid" in error(401).message
    assert "with scopes" in error(401, user="ada@example.com").message
    denied = {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"}
    assert error(403, **denied).code == "not_logged_in"
    assert error(403, user="ada@example.com", **denied).code == "basic_refused"


def test_the_limit_that_was_reached_is_named():
    refused = error(429, **{"RateLimit-Reason": "jira-burst-based", "Retry-After": "0"})
    assert "because of the limit `jira-burst-based`" in refused.message
    assert refused.context["retry_after_seconds"] == 1.0
    long = error(503, **{"Retry-After": "3600"})
    assert "asks to wait 3600 s" in long.message
    assert "retry_after_seconds" not in error(500, **{"Retry-After": "0"}).context


def test_a_good_answer_that_leaves_no_room_makes_the_next_call_wait():
    bucket = {
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Interval-Seconds": "60",
        "X-RateLimit-FillRate": "10",
    }
    waits: list[float] = []
    read(200, waits=waits, **bucket)
    assert waits == [6.0]
    waits.clear()
    error(429, waits=waits, **bucket)  # its retry waits by itself
    assert waits == []


def test_neither_token_nor_user_is_repeated():
    said = json.dumps({"message": f"ada@example.com:{TOKEN.get_secret_value()} is wrong"}).encode()
    message = error(401, said, user="ada@example.com").message
    assert "ada@" not in message
    assert "not-a-real" not in message
    assert "‹redacted› is wrong" in message
