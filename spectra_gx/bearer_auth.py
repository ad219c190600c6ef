"""Authenticate HTTP requests with a bearer token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from requests.auth import AuthBase

if TYPE_CHECKING:
    import requests
    from pydantic import SecretStr


class BearerAuth(AuthBase):
    """Puts a token into the header of each request; neither its repr nor the session's shows it."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header to a request."""
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        return request
