"""Who asks: by a token, or by the session of a browser that gave one."""

from __future__ import annotations

import hmac
import secrets
import time
from hashlib import sha256
from typing import TYPE_CHECKING

from spectra_gx.store.credentials.service_tokens import Caller, find_caller, token_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spectra_gx.store.credentials.service_tokens import Token


SESSION_SECONDS = 12 * 3600
"""How long a browser stays signed in."""


class Access:
    """Knows callers by their token, or browsers by a session that one of them began.

    A session is signed by a key of this process, and by the token: it ends with either.
    """

    def __init__(self, tokens: Callable[[], Sequence[Token]], *, is_open: bool) -> None:
        """Take what returns the tokens that are valid now.

        Args:
            tokens: Is called for each request; may wait for a vault.
            is_open: Whether there are none, and everybody on this machine may do all.
        """
        self._tokens = tokens
        self._key = secrets.token_bytes(32)
        self.is_open = is_open

    def by_token(self, given: str) -> Caller | None:
        """Return who has a token; None for one that opens nothing."""
        return find_caller(self._tokens(), given)

    def begin_session(self, given: str) -> str | None:
        """Return the cookie of a browser that gave a token; None for one that opens nothing."""
        caller = self.by_token(given)
        if caller is None:
            return None
        until = f"{time.time() + SESSION_SECONDS:.0f}"
        return f"{caller.name}.{until}.{self._signed(caller.name, until, token_digest(given))}"

    def by_session(self, cookie: str) -> Caller | None:
        """Return whose session it is; None for one that has ended or never began."""
        name, _, rest = cookie.partition(".")
        until, _, signature = rest.partition(".")
        if not until.isdecimal() or int(until) < time.time():
            return None
        for token in self._tokens():
            signed = self._signed(name, until, token.digest)
            if token.name == name and hmac.compare_digest(signed.encode(), signature.encode()):
                return Caller(name, token.role)
        return None

    def _signed(self, name: str, until: str, digest: bytes) -> str:
        text = f"{name}.{until}.".encode() + digest
        return hmac.new(self._key, text, sha256).hexdigest()
