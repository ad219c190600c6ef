"""Who asks, and what they may do."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Role(StrEnum):
    """What somebody may do; who may run may read."""

    READ = "read"
    RUN = "run"


@dataclass(frozen=True)
class Token:
    """A token that opens the service; only its digest is kept."""

    name: str
    """Of its credential."""

    role: Role
    digest: bytes


@dataclass(frozen=True)
class Caller:
    """Who asks."""

    name: str
    role: Role

    @property
    def credential(self) -> str | None:
        """The name of their credential, for the log; None for anybody on this machine."""
        return None if self is ANYONE else self.name

    def may(self, role: Role) -> bool:
        """Return whether they have a role."""
        return self.role is Role.RUN or role is Role.READ


ANYONE = Caller("anyone on this machine", Role.RUN)
"""Who asks a service without tokens, which listens on the loopback interface alone."""

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
        digest = token_digest(given)
        found = None
        for token in self._tokens():  # all of them, so that the time says nothing
            if hmac.compare_digest(digest, token.digest):
                found = Caller(token.name, token.role)
        return found

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


def token_digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


def bearer_of(headers: Mapping[str, str]) -> str | None:
    """Return the token of an `Authorization` header; None without one."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
