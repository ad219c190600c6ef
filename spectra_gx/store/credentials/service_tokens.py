"""The tokens that open a server of ours: credentials of the project that have a `service_token`."""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from spectra_gx.errors import ConfigurationError, UsageError
from spectra_gx.store.credentials.declarations import is_loopback
from spectra_gx.store.options import SERVICE_ROLE, SERVICE_TOKEN, LoginKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spectra_gx.store.credentials.named_credentials import NamedCredentials

logger = logging.getLogger(__name__)

SHORTEST = 24
"""Characters; a shorter token could be guessed."""


class Role(StrEnum):
    """What somebody may do; who may run may read."""

    READ = "read"
    RUN = "run"


@dataclass(frozen=True)
class Token:
    """A token that opens a server; only its digest is kept."""

    name: str
    """Of its credential."""

    role: Role
    digest: bytes


@dataclass(frozen=True)
class Caller:
    """Who asks."""

    name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Return whether they have a role."""
        return self.role is Role.RUN or role is Role.READ

    @property
    def reason_not_to_run(self) -> str:
        """The sentence for a caller who may read only."""
        return f"`{self.name}` may read only; use a credential whose `service_role` is `run`"


ANYONE = Caller("anyone on this machine", Role.RUN)
"""Who asks a server without tokens, which listens on the loopback interface alone."""


class ServiceTokens:
    """Reads tokens as other secrets are read: again after a minute, so that a new one counts."""

    def __init__(self, named: NamedCredentials | None) -> None:
        """Take the credentials of a project; None where it declares none."""
        self._named = named
        declared = () if named is None else named.declared
        self._names = [one.name for one in declared if one.kind is LoginKind.SERVICE]

    @property
    def is_empty(self) -> bool:
        """Whether the project declares none."""
        return not self._names

    def check(self, host: str) -> None:
        """Refuse to serve others without tokens, or anybody with one that is wrong.

        Raises:
            ConfigurationError: One cannot be read, or is too short.
            UsageError: The interface is open to others, and there are no tokens.
        """
        self.read()
        if is_loopback(host):
            return
        if self.is_empty:
            raise UsageError(
                f"`{host}` can be reached from other machines, and the project has no tokens; "
                "declare a credential with `service_token` in pyproject.toml, or leave `--host` "
                "out"
            )
        logger.warning("requests and tokens travel unencrypted; put a proxy with TLS before it")

    def read(self) -> list[Token]:
        """Return the tokens that are valid now.

        Raises:
            ConfigurationError: One cannot be read, or is too short.
        """
        return [self._read(name) for name in self._names]

    def _read(self, name: str) -> Token:
        assert self._named is not None  # noqa: S101 - the name is from there
        options = self._named.options(name)
        token = options[SERVICE_TOKEN]
        if len(token) < SHORTEST:
            raise ConfigurationError(
                f"the token of credential `{name}` has fewer than {SHORTEST} characters and could "
                'be guessed; take one of `python -c "import secrets; '
                'print(secrets.token_urlsafe(32))"`'
            )
        return Token(name, Role(options.get(SERVICE_ROLE, Role.READ)), token_digest(token))


def token_digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


def bearer_of(headers: Mapping[str, str]) -> str | None:
    """Return the token of an `Authorization` header; None without one."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def find_caller(tokens: Iterable[Token], given: str) -> Caller | None:
    """Return who has a token; None for one that opens nothing."""
    digest = token_digest(given)
    found = None
    for token in tokens:  # all of them, so that the time says nothing
        if hmac.compare_digest(digest, token.digest):
            found = Caller(token.name, token.role)
    return found
