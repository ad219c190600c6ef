from __future__ import annotations

import json

import pytest
from pydantic import SecretStr

from spectra_gx.errors import (
    AuthenticationError,
    AuthorizationError,
    ExternalServiceError,
    NotFoundError,
    SpectraError,
)
from spectra_gx.sources.credentials import bearer
from spectra_gx.sources.responses import Attempt, parse_response

TOKEN = "not-a-real-token-0123456789"
ATTEMPT = Attempt("GET /things", "/things", 1, "zephyr", bearer(SecretStr(TOKEN)))


def refused(status, body=b"", **headers):
    with pytest.raises(SpectraError) as caught:
        parse_response(ATTEMPT, status, headers, body)
    return caught.value


def vendor(message, code="141z05"):
    return json.dumps({"errorMsg": message, "errorCode": code}).encode()


@pytest.mark.parametrize(
    ("body", "answer"), [(b"[]", []), (b' {"a": 1}\n', {"a": 1}), (b"null", None)]
)
def test_json_is_returned(body, answer):
    assert parse_response(ATTEMPT, 200, {}, body) == answer


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (400, ExternalServiceError, False),
        (401, AuthenticationError, False),
        (403, AuthorizationError, False),
        (404, NotFoundError, False),
        (408, ExternalServiceError, False),
        (410, ExternalServiceError, False),
        (417, ExternalServiceError, False),
        (428, ExternalServiceError, False),
        (429, ExternalServiceError, True),
        (500, ExternalServiceError, True),
        (501, ExternalServiceError, False),
        (502, ExternalServiceError, True),
        (503, ExternalServiceError, True),
        (504, ExternalServiceError, True),
        (599, ExternalServiceError, False),
    ],
)
def test_a_refusal_is_the_right_error(status, kind, retryable):
    error = refused(status)
    assert type(error) is kind
    assert error.retryable is retryable
    assert error.code == f"http_{status}"
    assert error.source_system == "zephyr"
    assert error.context == {"status": status, "endpoint": "/things", "attempts": 1}
    assert str(status) in error.message
    assert "GET /things" in error.message


def test_the_vendors_own_words_and_code_are_kept():
    error = refused(400, vendor("The parameter cycleid is missing"))
    assert error.code == "141z05"
    assert 'with the message "The parameter cycleid is missing"' in error.message


@pytest.mark.parametrize("body", [b"[]", b"7", b"{", b"\xff", b"<html>", b'{"errorMsg": null}'])
def test_a_refusal_without_a_vendor_error_is_no_harm(body):
    assert refused(500, body).code == "http_500"


def test_the_vendors_words_are_one_bounded_line():
    error = refused(500, vendor("a\nb\r\x1b[31m\u202e" + "x" * 5000, "c" * 500))
    assert "a b [31m" in error.message
    assert error.message.isprintable()
    assert len(error.message) < 400
    assert len(error.code) <= 40


@pytest.mark.parametrize("padding", ["", "x" * 190])
def test_a_token_in_the_vendors_words_is_redacted(padding):
    error = refused(401, vendor(f"{padding} Bearer {TOKEN} is wrong", f"{TOKEN}"))
    assert TOKEN[:8] not in error.message + error.code
    assert error.code == "‹redacted›"


def test_a_wait_that_is_too_long_is_said():
    error = refused(429, **{"Retry-After": "3600"})
    assert "asks to wait 3600 s" in error.message
    assert error.context["retry_after_seconds"] == 3600.0


@pytest.mark.parametrize(
    ("body", "code", "retryable"),
    [
        (b"", "empty", False),
        (b" \n", "empty", False),
        (b"<!DOCTYPE html><p>Sign in", "html", False),
        (b'[{"id": 1, "na', "truncated", True),
        (b'{"id": 1', "truncated", True),
        (b"OK", "not_json", False),
        (b"[1, ]", "not_json", False),
        (b"\xff\xfe\xff", "not_json", False),
        (b"[" * 100_000 + b"]", "not_json", False),
    ],
)
def test_what_is_not_json_is_said_to_be_what_it_is(body, code, retryable):
    error = refused(200, body)
    assert type(error) is ExternalServiceError
    assert (error.code, error.retryable) == (code, retryable)
    assert error.__context__ is None  # the decoder's error would carry the whole body


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("https://elsewhere.example/login?next=x", "https://elsewhere.example"),
        ("/login", "another path"),
        ("http://[", "an address that cannot be read"),
    ],
)
def test_a_redirect_names_where_it_leads(location, named):
    error = refused(302, Location=location)
    assert error.code == "redirect"
    assert not error.retryable
    assert f"redirect to {named}," in error.message


def test_later_attempts_are_counted():
    later = Attempt("GET /things", "/things", 4, "zephyr", bearer(SecretStr(TOKEN)))
    with pytest.raises(ExternalServiceError, match=r"\(attempt 4\)") as caught:
        parse_response(later, 503, {}, b"")
    assert caught.value.context["attempts"] == 4
    assert TOKEN not in repr(later)
