"""The settings of the warehouse, and of the object stores that it and other tables may be in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.access import StoreAccess
from spectra_gx.store.addresses import StoreKind, is_store_address, parse_store_address

if TYPE_CHECKING:
    from collections.abc import Mapping


def _warehouse(value: object) -> object:
    """Refuse an address of nothing that is known: as a path it would name a folder."""
    if isinstance(value, str) and is_store_address(value):
        try:
            parse_store_address(value)
        except ConfigurationError as error:
            raise ValueError(error.message) from None
    return str(value) if isinstance(value, Path) else value


def _region(value: str) -> str:
    """Refuse what is not a single label: it is a part of the host that credentials go to."""
    if re.fullmatch(r"[A-Za-z0-9-]+", value):
        return value
    raise ValueError("a region is one word of letters, digits and `-`, such as `eu-central-1`")


class StoreSettings(BaseSettings):
    """Where tables are, and what opens the object stores that they are in."""

    # Only the last class that is derived from this one reads settings; no other need be built.
    model_config = SettingsConfigDict(defer_build=True)

    warehouse: Annotated[str, BeforeValidator(_warehouse)] = "warehouse"
    """A folder, relative to the project, or an address."""

    aws_access_key_id: SecretStr | None = None
    aws_secret_access_key: SecretStr | None = None
    aws_session_token: SecretStr | None = None
    aws_region: Annotated[str, AfterValidator(_region)] | None = None
    aws_endpoint_url: str | None = None
    aws_allow_http: bool = False

    azure_storage_account_name: str | None = None
    azure_storage_account_key: SecretStr | None = None
    azure_storage_sas_token: SecretStr | None = None
    azure_storage_token: SecretStr | None = None
    azure_tenant_id: str | None = None
    azure_client_id: str | None = None
    azure_client_secret: SecretStr | None = None
    azure_authority_host: str | None = None
    azure_storage_endpoint: str | None = None
    azure_allow_http: bool = False

    google_application_credentials: Path | None = None
    """File with a service account's key."""

    google_service_account_key: SecretStr | None = None
    google_bearer_token: SecretStr | None = None
    google_base_url: str | None = None
    google_allow_http: bool = False

    def warehouse_of(self, project: Path) -> str:
        """Return where the warehouse of a project is, as it is given to `Warehouse`."""
        given = self.warehouse
        return given if is_store_address(given) else str(project / given)

    def store_access(self) -> StoreAccess:
        """Return how object stores are reached."""
        s3 = {
            "aws_access_key_id": self.aws_access_key_id,
            "aws_secret_access_key": self.aws_secret_access_key,
            "aws_session_token": self.aws_session_token,
            "aws_region": self.aws_region,
            "aws_endpoint_url": self.aws_endpoint_url,
            "allow_http": _text(self.aws_allow_http),
        }
        azure = {
            "azure_storage_account_name": self.azure_storage_account_name,
            "azure_storage_account_key": self.azure_storage_account_key,
            "azure_storage_sas_key": self.azure_storage_sas_token,
            "azure_storage_token": self.azure_storage_token,
            "azure_storage_tenant_id": self.azure_tenant_id,
            "azure_storage_client_id": self.azure_client_id,
            "azure_storage_client_secret": self.azure_client_secret,
            "azure_storage_authority_host": self.azure_authority_host,
            "azure_storage_endpoint": self.azure_storage_endpoint,
            "allow_http": _text(self.azure_allow_http),
        }
        gcs = {
            "google_application_credentials": _path(self.google_application_credentials),
            "google_service_account_key": self.google_service_account_key,
            "google_bearer_token": self.google_bearer_token,
            "google_base_url": self.google_base_url,
            "allow_http": _text(self.google_allow_http),
        }
        return StoreAccess(
            {StoreKind.S3: _given(s3), StoreKind.AZURE: _given(azure), StoreKind.GCS: _given(gcs)}
        )


def _given(options: Mapping[str, Any]) -> dict[str, SecretStr | str]:
    return {name: value for name, value in options.items() if value is not None}


def _path(value: Path | None) -> str | None:
    return None if value is None else str(value)


def _text(value: bool) -> str:
    return str(value).lower()


_S3 = ("aws_endpoint_url", "aws_allow_http")
_AZURE = (
    "azure_storage_account_name",
    "azure_storage_endpoint",
    "azure_authority_host",
    "azure_allow_http",
)
_GCS = ("google_base_url", "google_allow_http")

STORE_ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "aws_access_key_id": _S3,
    "aws_secret_access_key": _S3,
    "aws_session_token": _S3,
    "azure_storage_account_key": _AZURE,
    "azure_storage_sas_token": _AZURE,
    "azure_storage_token": _AZURE,
    "azure_client_secret": _AZURE,
    "google_application_credentials": _GCS,
    "google_service_account_key": _GCS,
    "google_bearer_token": _GCS,
}
"""As `ADDRESSES`, for object stores; the key that a file contains counts as its name does."""
