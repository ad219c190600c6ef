"""What is given to an object store: every option by name, none left to the environment.

obstore and deltalake read variables such as `AWS_SKIP_SIGNATURE` for whatever is not given, and
deltalake ignores names that it does not know. So the names are a closed list, each is given or
switched off, and what cannot be switched off is refused where it is set.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.addresses import StoreKind

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_SECONDS = 5
REQUEST_SECONDS = 30
RETRIES = 5
RETRY_SECONDS = 60
"""Bounds of each request; obstore and deltalake wait in between with jitter."""

_ALLOW_HTTP = "allow_http"


class LoginKind(StrEnum):
    """What is no store and takes a user with a password, or a token."""

    DATABASE = "databases"
    SERVICE = "the service"
    """Ours: a token that opens it from outside."""


CredentialKind: TypeAlias = StoreKind | LoginKind
"""What a credential opens."""

_LOGIN_SECRETS = frozenset(
    {"password", "private_key", "private_key_passphrase", "token", "service_account_key"}
)
_LOGIN = _LOGIN_SECRETS | {"user", "host", "ca_file", "warehouse", "role", "http_path"}

SERVICE_TOKEN = "service_token"  # noqa: S105 - the name of an option
SERVICE_ROLE = "service_role"
SERVICE_ROLES = ("read", "run")

_LOGIN_OPTIONS: Mapping[LoginKind, frozenset[str]] = {
    LoginKind.DATABASE: _LOGIN,
    LoginKind.SERVICE: frozenset({SERVICE_TOKEN, SERVICE_ROLE}),
}
_LOGIN_SECRET_OPTIONS: Mapping[LoginKind, frozenset[str]] = {
    LoginKind.DATABASE: _LOGIN_SECRETS,
    LoginKind.SERVICE: frozenset({SERVICE_TOKEN}),
}

ADDRESS_OPTIONS = (
    "host",
    "aws_endpoint_url",
    "azure_storage_endpoint",
    "azure_storage_authority_host",
    "google_base_url",
)
"""Options that say which host gets the secrets."""

_REQUESTS: Mapping[str, str] = {
    "allow_invalid_certificates": "false",
    "connect_timeout": f"{CONNECT_SECONDS}s",
    "timeout": f"{REQUEST_SECONDS}s",
    "max_retries": str(RETRIES),
    "retry_timeout": f"{RETRY_SECONDS}s",
}
"""The bounds as deltalake has them."""


@dataclass(frozen=True)
class _Known:
    """What is known of one kind of store."""

    defaults: Mapping[str, str]
    """Given where nothing else is; names as both libraries have them."""

    optional: frozenset[str]
    """Given only where somebody gives them."""

    secret: frozenset[str]

    refused_variables: Mapping[str, str | None]
    """Variable that a library prefers to every option → the option that it must equal."""


_KNOWN: Mapping[StoreKind, _Known] = {
    StoreKind.S3: _Known(
        defaults={
            "aws_region": "us-east-1",
            "aws_skip_signature": "false",
            "aws_conditional_put": "etag",
            "aws_virtual_hosted_style_request": "false",
            "aws_s3_express": "false",
            "aws_unsigned_payload": "false",
            "aws_request_payer": "false",
            "aws_disable_tagging": "false",
            "aws_imdsv1_fallback": "false",
        },
        optional=frozenset(
            {
                "aws_access_key_id",
                "aws_secret_access_key",
                "aws_session_token",
                "aws_endpoint_url",
                "aws_server_side_encryption",
                "aws_sse_kms_key_id",
                "aws_sse_bucket_key_enabled",
            }
        ),
        secret=frozenset({"aws_access_key_id", "aws_secret_access_key", "aws_session_token"}),
        refused_variables={
            "AWS_ENDPOINT_URL_S3": "aws_endpoint_url",
            "AWS_SERVER_SIDE_ENCRYPTION": "aws_server_side_encryption",
            "AWS_SSE_KMS_KEY_ID": "aws_sse_kms_key_id",
            "AWS_SSE_CUSTOMER_KEY_BASE64": None,
            "AWS_CHECKSUM_ALGORITHM": None,
            "AWS_PROXY_URL": None,
        },
    ),
    StoreKind.AZURE: _Known(
        defaults={
            "azure_skip_signature": "false",
            "azure_storage_use_emulator": "false",
            "azure_use_azure_cli": "false",
            "azure_disable_tagging": "false",
        },
        optional=frozenset(
            {
                "azure_storage_account_name",
                "azure_storage_account_key",
                "azure_storage_sas_key",
                "azure_storage_token",
                "azure_storage_client_id",
                "azure_storage_client_secret",
                "azure_storage_tenant_id",
                "azure_storage_endpoint",
                "azure_storage_authority_host",
                "azure_use_fabric_endpoint",
            }
        ),
        secret=frozenset(
            {
                "azure_storage_account_key",
                "azure_storage_sas_key",
                "azure_storage_token",
                "azure_storage_client_secret",
            }
        ),
        refused_variables={
            "AZURE_STORAGE_TOKEN": "azure_storage_token",
            "AZURE_CREDENTIAL_TYPE": None,
            "AZURE_ENCRYPTION_KEY": None,
            "AZURE_PROXY_URL": None,
        },
    ),
    StoreKind.GCS: _Known(
        defaults={"google_skip_signature": "false"},
        optional=frozenset(
            {"google_service_account_key", "google_bearer_token", "google_base_url"}
        ),
        secret=frozenset({"google_service_account_key", "google_bearer_token"}),
        refused_variables={
            "GOOGLE_BASE_URL": "google_base_url",
            "GOOGLE_BEARER_TOKEN": "google_bearer_token",
            "GOOGLE_SERVICE_ACCOUNT": None,
            "GOOGLE_SERVICE_ACCOUNT_PATH": None,
            "GOOGLE_PROXY_URL": None,
        },
    ),
}


@dataclass(frozen=True)
class StoreOptions:
    """All options of one store, for both libraries."""

    values: Mapping[str, str] = field(repr=False)
    allow_http: bool = False

    def for_obstore(self) -> dict[str, Any]:
        """Return the arguments of `obstore.store.from_url`."""
        return {
            "config": dict(self.values),
            "client_options": {
                "allow_http": self.allow_http,
                "allow_invalid_certificates": False,
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                "timeout": timedelta(seconds=REQUEST_SECONDS),
            },
            "retry_config": {
                "max_retries": RETRIES,
                "retry_timeout": timedelta(seconds=RETRY_SECONDS),
            },
        }

    def for_deltalake(self) -> dict[str, str]:
        """Return `storage_options`."""
        allowed = {"allow_http": str(self.allow_http).lower()}
        return {**self.values, **allowed, **_REQUESTS}

    @staticmethod
    def from_deltalake(options: Mapping[str, str]) -> StoreOptions:
        """Return the options of which `for_deltalake` made `storage_options`."""
        values = {name: value for name, value in options.items() if name not in _REQUESTS}
        allow_http = values.pop(_ALLOW_HTTP, "false") == "true"
        return StoreOptions(values, allow_http)


def store_options(
    kind: StoreKind, given: Mapping[str, str], environment: Mapping[str, str]
) -> StoreOptions:
    """Return every option of a store: those given, and the others switched off.

    Args:
        kind: What sort of store.
        given: Option → value; also `allow_http`.
        environment: The process's, in which libraries would find more.

    Raises:
        ConfigurationError: An option is unknown, its address may not be used, or a variable would
            be preferred to it.
    """
    known = _KNOWN[kind]
    values = {**known.defaults, **{name.lower(): value for name, value in given.items()}}
    allow_http = values.pop(_ALLOW_HTTP, "false").lower() == "true"
    _refuse_unknown(kind, values)
    if kind is StoreKind.S3:
        # An empty token is sent as none; a missing one is taken from the environment. Without an
        # address, a metadata service is called for what is given here.
        values.setdefault("aws_session_token", "")
        values.setdefault("aws_endpoint_url", f"https://s3.{values['aws_region']}.amazonaws.com")
    for name in ADDRESS_OPTIONS:
        if values.get(name, "").startswith("http://") and not allow_http:
            raise ConfigurationError(
                f"`{name}` is an `http://` address, which everyone on the way can read; use "
                "`https://`, or set `allow_http` to `true`"
            )
    _refuse_variables(known, values, environment)
    return StoreOptions(values, allow_http)


def secret_options(kind: CredentialKind) -> frozenset[str]:
    """Return the options whose values nobody may see."""
    if isinstance(kind, LoginKind):
        return _LOGIN_SECRET_OPTIONS[kind]
    return _KNOWN[kind].secret


def option_names(kind: CredentialKind) -> frozenset[str]:
    """Return every option that may be given."""
    if isinstance(kind, LoginKind):
        return _LOGIN_OPTIONS[kind]
    known = _KNOWN[kind]
    return frozenset({*known.defaults, *known.optional, _ALLOW_HTTP})


def _refuse_unknown(kind: StoreKind, values: Mapping[str, str]) -> None:
    names = option_names(kind)
    for name in values:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(sorted(names))}"
            raise ConfigurationError(f"`{name}` is no option of {kind} stores; {hint}")


def _refuse_variables(
    known: _Known, values: Mapping[str, str], environment: Mapping[str, str]
) -> None:
    for variable, option in known.refused_variables.items():
        value = environment.get(variable)
        if value and (option is None or values.get(option) != value):
            instead = f"; give `{option}` in its place" if option else ""
            raise ConfigurationError(
                f"`{variable}` is set in the environment, where storage libraries prefer it to "
                f"what this project says; unset it{instead}"
            )
