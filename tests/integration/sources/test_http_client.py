"""The client against a server that says anything at all."""

from __future__ import annotations

import gzip
import json
import threading
from itertools import chain, repeat

import pytest
import requests
from pydantic import SecretStr
from requests.adapters import HTTPAdapter

from spectra_gx.errors import AuthenticationError, ExternalServiceError
from spectra_gx.sources.http import HttpClient
from spectra_gx.sources.retries import RetryPolicy
from tests.integration.sources.leaks import everything_shown
from tests.integration.sources.scripted import answer, self_signed, serve

TOKEN = "not-a-real-token-0123456789"
ONCE = RetryPolicy(retries=0, base_seconds=0.0, cap_seconds=0.0)
TWICE = RetryPolicy(retries=1, base_seconds=0.0, cap_seconds=0.0)


def ask(base_url, policy=ONCE, params=None, **options):
    knobs = {"timeout_seconds": 2.0, "sleep": lambda _: None, **options}
    client = HttpClient(base_url, "/api/", SecretStr(TOKEN), system="zephyr", **knobs)
    return client.get_json("/things", params, policy=policy)


def failure(base_url, policy=ONCE, **options):
    with pytest.raises(ExternalServiceError) as caught:
        ask(base_url, policy, **options)
    assert TOKEN not in everything_shown(caught.value)
    assert caught.value.__context__ is None
    return caught.value


def test_the_token_travels_in_one_header_only():
    with serve(answer(b"[]")) as server:
        assert ask(server.base_url, params={"offset": 0, "q": "a b"}).body == []
    [request] = server.requests
    assert request.startswith(b"GET /api/things?offset=0&q=a+b HTTP/1.1\r\n")
    assert request.count(TOKEN.encode()) == 1
    assert f"Authorization: Bearer {TOKEN}\r\n".encode() in request


def test_a_redirect_is_never_followed():
    with serve(answer(b"[]")) as other:
        location = f"{other.base_url}/api/things"
        with serve(answer(status="302 Found", Location=location)) as server:
            error = failure(server.base_url)
    assert error.code == "redirect"
    assert other.requests == []


def test_an_answer_that_is_too_large_is_cut_off():
    piece = b"x" * 65_536
    endless = chain(answer(declared=2**40), repeat(piece))
    with serve(endless) as server:
        error = failure(server.base_url, max_bytes=1_000_000)
    assert error.code == "too_large"
    assert not error.retryable


def test_a_small_answer_that_unpacks_to_a_large_one_is_cut_off():
    packed = gzip.compress(b" " * 50_000_000)
    with serve(answer(packed, Content_Encoding="gzip")) as server:
        assert failure(server.base_url, max_bytes=1_000_000).code == "too_large"


def test_packed_json_is_unpacked():
    packed = gzip.compress(json.dumps(list(range(100_000))).encode())
    with serve(answer(packed, Content_Encoding="gzip")) as server:
        assert len(ask(server.base_url).body) == 100_000


def test_a_body_that_cannot_be_unpacked_is_said():
    with serve(answer(b"not gzip", Content_Encoding="gzip")) as server:
        assert failure(server.base_url).code == "not_json"


def test_chunks_are_joined():
    head, _ = answer()
    chunked = head.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    with serve([chunked, b"3\r\n[1,\r\n", b"2\r\n2]\r\n", b"0\r\n\r\n"]) as server:
        assert ask(server.base_url).body == [1, 2]


@pytest.mark.parametrize("pieces", [[], [b"3\r\n[1,\r\n"], [b"9\r\n[1"]])
def test_chunks_that_break_off_are_tried_again(pieces):
    head, _ = answer()
    chunked = head.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    with serve([chunked, *pieces], answer(b"[]")) as server:
        assert ask(server.base_url, TWICE).attempts == 2


def test_an_answer_that_dribbles_is_bounded_in_time():
    client_done = threading.Event()

    def dribble():
        yield from answer(declared=1_000_000)
        while not client_done.wait(0.02):
            yield b" "

    with serve(dribble()) as server:
        try:
            error = failure(server.base_url, total_seconds=0.2)
        finally:
            client_done.set()
    assert error.code == "timeout"
    assert error.retryable


@pytest.mark.parametrize(
    "script",
    [
        [b"not http at all\r\n\r\n"],
        [b"HTTP/1.1 abc\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\n" + b"X-Long: y\r\n" * 500 + b"\r\n"],
        [b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n[]"],
        [b""],
    ],
)
def test_what_is_not_http_is_an_error_like_any_other(script):
    with serve(script) as server:
        assert failure(server.base_url).code in {"connection", "truncated"}


def test_a_refusal_whose_body_breaks_off_is_still_a_refusal():
    with (
        serve(answer(b'{"err', status="401 Unauthorized", declared=500)) as server,
        pytest.raises(AuthenticationError),
    ):
        ask(server.base_url)


@pytest.mark.parametrize("status", ["401 Unauthorized", "500 Oops", "418 Teapot"])
def test_a_token_that_the_source_repeats_is_redacted(status, caplog):
    body = json.dumps({"errorMsg": f"bad token {TOKEN}", "errorCode": TOKEN}).encode()
    with (
        caplog.at_level("DEBUG"),
        serve(answer(body, status=status)) as server,
        pytest.raises(Exception, match="‹redacted›") as caught,
    ):
        ask(server.base_url, TWICE)
    assert TOKEN not in everything_shown(caught.value) + caplog.text


def test_an_untrusted_certificate_is_not_tried_again(tmp_path):
    with serve(answer(b"[]"), tls=self_signed(tmp_path)) as server:
        error = failure(server.base_url, TWICE)
    assert (error.code, error.context["attempts"]) == ("tls", 1)
    assert "certificate" in error.message


def test_a_server_that_does_not_speak_tls_is_tried_again():
    with serve([b"this is no TLS"], listens=False) as server:
        error = failure(server.base_url.replace("http", "https"), TWICE)
    assert (error.code, error.context["attempts"]) == ("connection", 2)


class Wire(HTTPAdapter):
    """Keeps what would be sent, and is then as unreachable as the host."""

    def __init__(self):
        super().__init__()
        self.sent = []

    def send(self, request, **options):
        self.sent.append((request, options["proxies"]))
        raise requests.ConnectionError


def test_a_netrc_entry_does_not_replace_the_token_behind_a_proxy(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine zephyr.invalid login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    client = HttpClient("https://zephyr.invalid", "/api/", SecretStr(TOKEN), system="zephyr")
    wire = Wire()
    client._session.mount("https://", wire)
    with pytest.raises(ExternalServiceError):
        client.get_json("/things", policy=ONCE)
    [(request, proxies)] = wire.sent
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert proxies["https"] == "http://127.0.0.1:9"


def test_loopback_is_never_reached_through_a_proxy(monkeypatch):
    with serve(answer(b"[]")) as proxy, serve(answer(b"[1]")) as server:
        monkeypatch.setenv("http_proxy", proxy.base_url)
        monkeypatch.delenv("no_proxy", raising=False)
        assert ask(server.base_url).body == [1]
    assert proxy.requests == []


def test_a_proxys_password_is_not_shown(monkeypatch):
    with serve([b""]) as proxy:
        with_password = proxy.base_url.replace("//", "//somebody:hunter2@")
        monkeypatch.setenv("https_proxy", with_password)
        monkeypatch.delenv("no_proxy", raising=False)
        assert "hunter2" not in everything_shown(failure("https://zephyr.invalid"))
