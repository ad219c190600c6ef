from __future__ import annotations

import pytest
from pydantic import SecretStr

from spectra_gx.errors import ConfigurationError
from spectra_gx.sources.http import HttpClient, format_request

TOKEN = SecretStr("not-a-real-token-0123456789")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "zephyr.example.com",
        "ftp://zephyr.example.com",
        "https://",
        "https://user:hunter2@zephyr.example.com",
        "https://zephyr.example.com?key=hunter2",
        "https://zephyr.example.com#hunter2",
        "https://zephyr.example.com:port",
        "https://[",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(address):
    with pytest.raises(ConfigurationError, match="BASE_URL") as caught:
        HttpClient(address, "/api", TOKEN, system="zephyr")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("token", ["", " ", "two words", "line\n", "tab\t", "café", "\x00"])
def test_a_token_that_no_header_can_carry_is_refused_without_repeating_it(token):
    with pytest.raises(ConfigurationError, match="API_TOKEN") as caught:
        HttpClient("https://zephyr.example.com", "/api", SecretStr(token), system="zephyr")
    assert len(token) < 2 or token not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://zephyr.example.com",
        "http://127.0.0.1:8080",
        "http://localhost:8080",
        "http://[::1]:8080",
    ],
)
def test_a_token_is_sent_encrypted_or_to_this_machine(address):
    HttpClient(address, "/api", TOKEN, system="zephyr")


@pytest.mark.parametrize(
    "address",
    ["http://zephyr.example.com", "http://127.0.0.1.example.com", "http://10.0.0.7", "HTTP://x"],
)
def test_an_address_that_is_not_encrypted_is_refused(address):
    with pytest.raises(ConfigurationError, match="API_TOKEN would travel unencrypted; use `https"):
        HttpClient(address, "/api", TOKEN, system="zephyr")


def test_calls_are_named_for_people():
    assert format_request("/project/details") == "GET /project/details"
    assert format_request("/execution", {"cycleid": 7}) == "GET /execution?cycleid=7"
