"""How a client authenticates, and what of it may be shown nowhere."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr
from requests.auth import AuthBase

from spectra_gx.errors import ConfigurationError
from spectra_gx.sources.setting_names import BARE, SettingNames

if TYPE_CHECKING:
    import requests

REDACTED = "‹redacted›"


@dataclass(frozen=True)
class Credential(AuthBase):
    """Puts a secret into the `Authorization` header of each request, and nowhere else."""

    authorization: SecretStr
    """The header's value."""

    secrets: tuple[SecretStr, ...]
    """All that is secret in it, the longest first."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Authenticate a request."""
        request.headers["Authorization"] = self.authorization.get_secret_value()
        return request

    def redact(self, text: str) -> str:
        """Return a text without any of the secrets."""
        for secret in self.secrets:
            text = text.replace(secret.get_secret_value(), REDACTED)
        return text


def bearer(token: SecretStr, settings: SettingNames = BARE) -> Credential:
    """Return what sends `Authorization: Bearer`.

    Raises:
        ConfigurationError: No header can carry the token.
    """
    _refuse_unusable(token, settings.spell("API_TOKEN"))
    return Credential(SecretStr(f"Bearer {token.get_secret_value()}"), (token,))


def basic(user: SecretStr, password: SecretStr, settings: SettingNames = BARE) -> Credential:
    """Return what sends `Authorization: Basic`.

    Raises:
        ConfigurationError: No header can carry the user or the password.
    """
    _refuse_unusable(user, settings.spell("API_USER"))
    _refuse_unusable(password, settings.spell("API_TOKEN"))
    pair = f"{user.get_secret_value()}:{password.get_secret_value()}"
    encoded = b64encode(pair.encode()).decode()
    # a short name could be part of any word; an e-mail is somebody
    people = (user,) if "@" in user.get_secret_value() else ()
    secrets = (SecretStr(encoded), SecretStr(pair), password, *people)
    return Credential(SecretStr(f"Basic {encoded}"), secrets)


def _refuse_unusable(secret: SecretStr, setting: str) -> None:
    # http.client refuses other characters with an error that repeats the whole header
    if not re.fullmatch(r"[\x21-\x7e]+", secret.get_secret_value()):
        raise ConfigurationError(
            f"{setting} is empty or contains a character that no header can carry, such as a "
            "space or a line break; set it again without it",
            code="api_token",
        )
