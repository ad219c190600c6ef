"""The settings of what opens places of secrets, and the credential of the warehouse by its name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, PrivateAttr, SecretStr

from spectra_gx.settings.store_settings import StoreSettings
from spectra_gx.store.credentials.declarations import is_loopback
from spectra_gx.store.credentials.named_credentials import NamedCredentials

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spectra_gx.store.access import StoreAccess


def _encrypted(value: str) -> str:
    """Refuse an address where everyone on the way could read a token."""
    parts = urlsplit(value)
    bare = parts.username is None and not parts.query and not parts.fragment
    private = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(value))
    if private and parts.hostname and bare:
        return value.rstrip("/")
    raise ValueError("write `https://` and a host, with no user, no `?` and no `#`")


class VaultSettings(StoreSettings):
    """What opens the places that references of credentials name."""

    warehouse_credentials: str | None = None
    """The name of what opens the warehouse, as pyproject.toml declares it."""

    vault_addr: Annotated[str, AfterValidator(_encrypted)] | None = None
    vault_token: SecretStr | None = None
    vault_role_id: str | None = None
    vault_secret_id: SecretStr | None = None
    vault_namespace: str | None = None
    vault_cacert: str | None = None

    _credentials: NamedCredentials | None = PrivateAttr(None)
    _secret_variables: frozenset[str] = PrivateAttr(frozenset())

    def take_credentials(self, named: NamedCredentials, variables: Iterable[str]) -> None:
        """Add the credentials that the project declares, and the variables that it refers to."""
        self._credentials = named
        self._secret_variables = frozenset(variables)

    @property
    def credentials(self) -> NamedCredentials | None:
        """The credentials that the project declares by name; None where there is no project."""
        return self._credentials

    @property
    def secret_variables(self) -> frozenset[str]:
        """Variables of the environment in which pyproject.toml says that secrets are."""
        return self._secret_variables

    def store_access(self) -> StoreAccess:
        """Return how object stores are reached, by the name of a credential or without one."""
        return replace(super().store_access(), named=self._credentials)

    def read_secrets(self) -> tuple[SecretStr, ...]:
        """Return every secret that was read of a named credential."""
        return () if self._credentials is None else self._credentials.secrets()


_VAULT = ("vault_addr", "vault_cacert")

VAULT_ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "vault_token": _VAULT,
    "vault_secret_id": _VAULT,
}
"""As `ADDRESSES`, for places of secrets."""
