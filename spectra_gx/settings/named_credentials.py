"""Named credentials of a project, with what its settings know of the places of secrets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from spectra_gx.contract.settings_file import CREDENTIALS_PATH, SettingsFile
from spectra_gx.errors import ConfigurationError
from spectra_gx.store.credentials.declarations import read_credentials
from spectra_gx.store.credentials.named_credentials import NamedCredentials
from spectra_gx.store.credentials.sources import AzureLogin, SecretSources, VaultLogin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spectra_gx.contract.settings_file import Steps
    from spectra_gx.settings.model import Settings


def open_credentials(
    root: Path, settings: Settings, paths: Sequence[Steps] = (CREDENTIALS_PATH,)
) -> NamedCredentials:
    """Return the credentials that a project declares; none of them is read yet.

    Args:
        root: The project.
        settings: Say how vaults are opened.
        paths: Where they are declared; of two of one name the last counts.

    Raises:
        ConfigurationError: One is not declared as it should be; has the place of every problem.
    """
    file = SettingsFile(root)
    declared = {name: one for path in paths for name, one in read_credentials(file, path).items()}
    if file.report.problems:
        raise ConfigurationError("\n".join(str(problem) for problem in file.report.problems))
    return NamedCredentials(declared, secret_sources(root, settings))


def secret_sources(root: Path, settings: Settings) -> SecretSources:
    """Return what settings know of the places of secrets."""
    return SecretSources(
        root, lambda name: read_variable(root, name), _vault(settings), _azure(settings)
    )


def read_variable(root: Path, name: str) -> str | None:
    """Return a variable of the environment or of the project's `.env`, as it is now."""
    if value := os.environ.get(name):
        return value
    file = root / ".env"
    return dotenv_values(file, interpolate=False).get(name) if file.is_file() else None


def _vault(settings: Settings) -> VaultLogin | None:
    opened = settings.vault_token or (settings.vault_role_id and settings.vault_secret_id)
    if settings.vault_addr is None or not opened:
        return None
    return VaultLogin(
        address=settings.vault_addr,
        token=settings.vault_token,
        role_id=settings.vault_role_id,
        secret_id=settings.vault_secret_id,
        namespace=settings.vault_namespace,
        ca_file=settings.vault_cacert,
    )


def _azure(settings: Settings) -> AzureLogin | None:
    tenant, client = settings.azure_tenant_id, settings.azure_client_id
    if tenant is None or client is None or settings.azure_client_secret is None:
        return None
    return AzureLogin(tenant, client, settings.azure_client_secret, settings.azure_authority_host)
