"""Identities of Azure: a service principal of the settings, or the machine's managed identity."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import AzureError
from azure.identity import (
    AzureAuthorityHosts,
    ClientSecretCredential,
    ManagedIdentityCredential,
)

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.credentials.sources import Issued

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.store.credentials.references import Reference
    from spectra_gx.store.credentials.sources import SecretSources

_STORAGE = "https://storage.azure.com/.default"
_SECONDS: dict[str, Any] = {
    "connection_timeout": 5,
    "read_timeout": 10,
    "retry_total": 3,
    "retry_backoff_factor": 0.3,
}


def identity_of(sources: SecretSources) -> ClientSecretCredential | ManagedIdentityCredential:
    """Return the service principal that the settings have; without one the managed identity."""
    login = sources.azure
    if login is None:
        return ManagedIdentityCredential(**_SECONDS)
    return ClientSecretCredential(
        login.tenant_id,
        login.client_id,
        login.client_secret.get_secret_value(),
        # Without one, the library looks for one in the environment.
        authority=login.authority or AzureAuthorityHosts.AZURE_PUBLIC_CLOUD,
        **_SECONDS,
    )


class ManagedIdentity:
    """`managed-identity`: the identity that Azure gives the machine, or one by its client id."""

    def __init__(self, reference: Reference, sources: SecretSources) -> None:
        del sources
        self._client_id = reference.rest or None

    def issue(self, options: Mapping[str, str]) -> Issued:
        """Return a token for Azure's storage."""
        del options
        try:
            token = ManagedIdentityCredential(client_id=self._client_id, **_SECONDS).get_token(
                _STORAGE
            )
        except (AzureError, ValueError) as error:
            raise ConfigurationError(
                f"this machine has no managed identity that gives tokens ({type(error).__name__}); "
                "assign one to it, and check its client id",
                retryable=True,
            ) from None
        return Issued(
            {"azure_storage_token": token.token}, datetime.fromtimestamp(token.expires_on, UTC)
        )
