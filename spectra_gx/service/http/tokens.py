"""The tokens that open the service: credentials of the project that have a `service_token`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.errors import ConfigurationError
from spectra_gx.service.http.access import Role, Token, token_digest
from spectra_gx.store.options import SERVICE_ROLE, SERVICE_TOKEN, LoginKind

if TYPE_CHECKING:
    from spectra_gx.store.credentials.named_credentials import NamedCredentials

SHORTEST = 24
"""Characters; a shorter token could be guessed."""


class Tokens:
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
