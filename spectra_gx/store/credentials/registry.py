"""Which module reads which sort of references; each is imported when one is read.

What a module needs beyond a plain install is an extra of this package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.store.credentials.references import Reference
    from spectra_gx.store.credentials.sources import Issuer, SecretSources

_PROVIDERS = "spectra_gx.store.credentials.providers"

_READERS: Mapping[str, tuple[str, str | None]] = {
    "env": ("environment_variables", None),
    "file": ("files", None),
    "keyring": ("keyring_entries", "keyring"),
    "vault": ("hashicorp_vault", "vault"),
    "azure-keyvault": ("azure_key_vault", "azure"),
    "variable-library": ("fabric", None),
}
"""Scheme → the module whose `read` returns the secret, and the extra that it needs."""

_ISSUERS: Mapping[str, tuple[str, str, str | None]] = {
    "aws-profile": ("aws", "AwsProfile", "aws"),
    "aws-role": ("aws", "AwsRole", "aws"),
    "managed-identity": ("azure_identities", "ManagedIdentity", "azure"),
    "fabric-notebook": ("fabric", "NotebookToken", None),
}
"""Scheme → the module, its class, and the extra that it needs."""


def read_secret(reference: Reference, sources: SecretSources) -> str:
    """Return the secret that a reference names.

    Raises:
        ConfigurationError: It is not there, or its place cannot be reached.
    """
    module, extra = _READERS[reference.scheme]
    value: str = _imported(module, extra, reference).read(reference, sources)
    return value


def open_issuer(reference: Reference, sources: SecretSources) -> Issuer:
    """Return what issues the credentials that a reference names.

    Raises:
        ConfigurationError: Its package is not installed.
    """
    module, kind, extra = _ISSUERS[reference.scheme]
    issuer: Issuer = getattr(_imported(module, extra, reference), kind)(reference, sources)
    return issuer


def _imported(module: str, extra: str | None, reference: Reference) -> Any:
    try:
        return import_module(f"{_PROVIDERS}.{module}")
    except ModuleNotFoundError:
        raise ConfigurationError(
            f"`{reference.scheme}:` needs a package that is not installed; install "
            f"`spectra-gx[{extra}]`"
        ) from None
