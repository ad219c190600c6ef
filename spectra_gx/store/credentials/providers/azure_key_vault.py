"""`azure-keyvault:VAULT/NAME`: the newest version of a secret in a key vault of Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azure.core.exceptions import AzureError, ClientAuthenticationError, ResourceNotFoundError
from azure.keyvault.secrets import SecretClient

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.credentials.providers.azure_identities import identity_of

if TYPE_CHECKING:
    from spectra_gx.store.credentials.references import Reference
    from spectra_gx.store.credentials.sources import SecretSources


def read(reference: Reference, sources: SecretSources) -> str:
    """Return the value of the secret."""
    vault, name = reference.parts
    address = f"https://{vault}.vault.azure.net"
    try:
        with (
            identity_of(sources) as identity,
            SecretClient(
                address, identity, retry_total=3, connection_timeout=5, read_timeout=10
            ) as client,
        ):
            value = client.get_secret(name).value
    except ResourceNotFoundError:
        raise ConfigurationError(
            f"key vault `{vault}` has no secret `{name}`; check its name"
        ) from None
    except ClientAuthenticationError:
        raise ConfigurationError(
            f"key vault `{vault}` cannot be opened: Azure refuses the identity; check "
            "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or the managed identity"
        ) from None
    except (AzureError, ValueError) as error:
        status = getattr(error, "status_code", None)
        said = f"it answers {status}" if status else type(error).__name__
        raise ConfigurationError(
            f"key vault `{vault}` cannot be read ({said}); check its name, and that the identity "
            "may get secrets",
            retryable=True,
        ) from None
    if not value:
        raise ConfigurationError(f"secret `{name}` of key vault `{vault}` is empty; set it")
    return str(value)
