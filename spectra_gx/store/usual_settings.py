"""What the usual settings of an object store must say, where no credential is named.

What is missing is refused: the libraries would look for it in places of their own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from spectra_gx.errors import FileError
from spectra_gx.store.addresses import StoreAddress, StoreKind

if TYPE_CHECKING:
    from collections.abc import Mapping


def complete_options(given: Mapping[str, str], address: StoreAddress) -> Mapping[str, str]:
    """Return the options that settings give for an address.

    Raises:
        FileError: Something is missing, or would go where everyone on the way can read it, or to
            another account than it is for.
    """
    match address.kind:
        case StoreKind.S3:
            _refuse_incomplete_s3(given)
        case StoreKind.AZURE:
            _refuse_incomplete_azure(given, address)
        case StoreKind.GCS:
            return _with_google_key(given)
    return given


def _refuse_incomplete_s3(given: Mapping[str, str]) -> None:
    if not {"aws_access_key_id", "aws_secret_access_key"} <= given.keys():
        raise FileError(
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set; "
            "set them in the environment or in `.env`"
        )
    _refuse_plain_http("AWS_ENDPOINT_URL", given.get("aws_endpoint_url"), "AWS_ALLOW_HTTP", given)


_AZURE_SECRETS = {"azure_storage_account_key", "azure_storage_sas_key", "azure_storage_token"}
_PRINCIPAL = {f"azure_storage_{name}" for name in ("tenant_id", "client_id", "client_secret")}


def _refuse_incomplete_azure(given: Mapping[str, str], address: StoreAddress) -> None:
    account = given.get("azure_storage_account_name")
    if account is None:
        raise FileError(
            "AZURE_STORAGE_ACCOUNT_NAME is not set, the account that the secret beside it opens; "
            "set it in the environment or in `.env`"
        )
    if address.account is not None and address.account.partition(".")[0] != account:
        raise FileError(
            f"`{address}` is in another account than `{account}`, which AZURE_STORAGE_ACCOUNT_NAME "
            "names; its secret would be sent there; correct one of them"
        )
    if not (given.keys() & _AZURE_SECRETS or given.keys() >= _PRINCIPAL):
        raise FileError(
            "none of AZURE_STORAGE_ACCOUNT_KEY, AZURE_STORAGE_SAS_TOKEN and AZURE_STORAGE_TOKEN is "
            "set, and not all of AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; set "
            "what opens the account in the environment or in `.env`"
        )
    _refuse_plain_http(
        "AZURE_STORAGE_ENDPOINT", given.get("azure_storage_endpoint"), "AZURE_ALLOW_HTTP", given
    )


def _with_google_key(given: Mapping[str, str]) -> Mapping[str, str]:
    options = dict(given)
    file = options.pop("google_application_credentials", None)
    if not options.keys() & {"google_service_account_key", "google_bearer_token"}:
        if file is None:
            raise FileError(
                "none of GOOGLE_APPLICATION_CREDENTIALS, GOOGLE_SERVICE_ACCOUNT_KEY and "
                "GOOGLE_BEARER_TOKEN is set; set one in the environment or in `.env`"
            )
        options["google_service_account_key"] = _google_key(Path(file))
    _refuse_plain_http(
        "GOOGLE_BASE_URL", options.get("google_base_url"), "GOOGLE_ALLOW_HTTP", options
    )
    return options


def _google_key(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError):
        text, found = "", None
    if not isinstance(found, dict) or found.get("type") != "service_account":
        raise FileError(
            f"GOOGLE_APPLICATION_CREDENTIALS names `{path}`, which is no key of a service "
            "account; create one for an account that may use the bucket"
        )
    return text


def _refuse_plain_http(
    setting: str, address: str | None, permission: str, given: Mapping[str, str]
) -> None:
    """Refuse an address that is none, or that everybody on the way can read."""
    if address is None:
        return
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or "@" in parts.netloc:
        raise FileError(
            f"{setting} is no address; write it as `https://host` or `https://host:port`"
        )
    if parts.scheme == "http" and given.get("allow_http") != "true":
        raise FileError(
            f"{setting} is an `http://` address, which everyone on the way can read; "
            f"use `https://`, or set {permission} to `true`"
        )
