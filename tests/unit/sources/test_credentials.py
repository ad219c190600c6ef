from __future__ import annotations

from base64 import b64decode

import pytest
import requests
from pydantic import SecretStr

from spectra_gx.errors import ConfigurationError
from spectra_gx.sources.credentials import basic, bearer

TOKEN = SecretStr("not-a-real-token-0123456789")
USER = SecretStr("ada@example.com")


def header(credential):
    request = requests.Request("GET", "https://jira.example.com", auth=credential).prepare()
    assert TOKEN.get_secret_value() not in f"{credential!r} {credential} {vars(credential)}"
    return request.headers["Authorization"]


def test_a_token_is_sent_as_bearer():
    assert header(bearer(TOKEN)) == "Bearer not-a-real-token-0123456789"


def test_a_user_and_a_token_are_sent_as_basic():
    scheme, _, encoded = header(basic(USER, TOKEN)).partition(" ")
    assert scheme == "Basic"
    assert b64decode(encoded) == b"ada@example.com:not-a-real-token-0123456789"


def test_no_part_of_a_credential_is_shown():
    credential = basic(USER, TOKEN)
    said = f"{header(credential)} {USER.get_secret_value()}:{TOKEN.get_secret_value()} of ada"
    assert credential.redact(said) == "Basic ‹redacted› ‹redacted› of ada"
    assert credential.redact("not-a-real-token-0123456789!") == "‹redacted›!"
    assert bearer(TOKEN).redact("Bearer not-a-real-token-0123456789") == "Bearer ‹redacted›"


def test_a_name_that_may_be_part_of_a_word_is_none_of_its_secrets():
    assert basic(SecretStr("a"), TOKEN).redact("a failed call") == "a failed call"


@pytest.mark.parametrize("user", ["", "ada lovelace", "ada\n"])
def test_a_user_that_no_header_can_carry_is_refused(user):
    with pytest.raises(ConfigurationError, match="API_USER"):
        basic(SecretStr(user), TOKEN)
