"""What providers of secrets get of the settings, so that they read no environment themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from pydantic import SecretStr


@dataclass(frozen=True)
class VaultLogin:
    """How HashiCorp Vault is reached: a token, or an AppRole."""

    address: str
    token: SecretStr | None = None
    role_id: str | None = None
    secret_id: SecretStr | None = None
    namespace: str | None = None
    ca_file: str | None = None
    """Certificates to trust in place of the usual ones."""


@dataclass(frozen=True)
class AzureLogin:
    """A service principal."""

    tenant_id: str
    client_id: str
    client_secret: SecretStr
    authority: str | None = None
    """Host that issues tokens; the public cloud's without it."""


@dataclass(frozen=True)
class SecretSources:
    """What a project's settings know of the places of secrets."""

    root: Path
    """The project; a relative `file:` starts here."""

    variable: Callable[[str], str | None] = field(repr=False)
    """Returns a variable of the environment or of `.env`, as it is now."""

    vault: VaultLogin | None = None
    azure: AzureLogin | None = None
    """None for the managed identity of the machine."""


@dataclass(frozen=True)
class Issued:
    """Credentials that a provider gave."""

    options: Mapping[str, str] = field(repr=False)
    """Of a store, as `store.options` has them."""

    expires: datetime | None = None
    """UTC; None where the provider itself knows when to renew."""


class Issuer(Protocol):
    """Issues credentials, as often as it is called."""

    def issue(self, options: Mapping[str, str]) -> Issued:
        """Return credentials that are valid now, given the options that are declared beside it.

        Raises:
            ConfigurationError: It cannot; says why, without a secret.
        """
