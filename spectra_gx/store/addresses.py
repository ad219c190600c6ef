"""Addresses of object stores: `s3://bucket/lake`, `abfss://container@account…/lake`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from spectra_gx.errors import ConfigurationError


class StoreKind(StrEnum):
    """What speaks at an address."""

    S3 = "S3"
    AZURE = "Azure"
    GCS = "GCS"


_SCHEMES = {
    "s3": StoreKind.S3,
    "s3a": StoreKind.S3,
    "az": StoreKind.AZURE,
    "abfs": StoreKind.AZURE,
    "abfss": StoreKind.AZURE,
    "gs": StoreKind.GCS,
}

_CONTAINER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(@[A-Za-z0-9._-]+)?")
"""It may become a part of the host that is called, and must be nothing else."""

_UNREADABLE = re.compile(r"[%?#\\\s\x00-\x1f\x7f]|//|(^|/)\.{1,2}(/|$)")
"""deltalake and obstore read these in a path differently."""


@dataclass(frozen=True)
class StoreAddress:
    """Where in an object store something is."""

    kind: StoreKind
    container: str
    """Bucket, container, or in OneLake the workspace."""

    path: str
    """`/` between names, none at the ends; may be empty."""

    account: str | None = None
    """The host of an Azure address that names one."""

    scheme: str = "s3"

    def __str__(self) -> str:
        host = f"{self.container}@{self.account}" if self.account else self.container
        return f"{self.scheme}://{host}/{self.path}".rstrip("/")


def is_store_address(text: str) -> bool:
    """Return whether a text begins like an address of any sort, not like a local path."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text) is not None


def common_form(text: str) -> str:
    """Return an address as every other one of the same place is, too.

    Accounts are left out: of some addresses only the options that go with them say which it is.
    """
    scheme, _, rest = text.partition("://")
    host, _, path = rest.partition("/")
    kind = _SCHEMES.get(scheme.lower(), scheme)
    return f"{kind}://{host.partition('@')[0]}/{path}"


def parse_store_address(text: str) -> StoreAddress:
    """Parse an address.

    Raises:
        ConfigurationError: It is none, of no store that is known, or contains a secret.
    """
    parts = urlsplit(text)
    kind = _SCHEMES.get(parts.scheme.lower())
    if kind is None:
        raise ConfigurationError(
            f"`{parts.scheme}://` is no object store; write `s3://bucket/path`, "
            "`abfss://container@account.dfs.core.windows.net/path`, `az://container/path`, "
            "`gs://bucket/path`, or the path of a folder"
        )
    if parts.query or parts.fragment or parts.password:
        # The rest of it may be a signature.
        raise ConfigurationError(
            f"the `{parts.scheme}://` address contains `?`, `#` or a password; an address names a "
            "place only, credentials are named beside it"
        )
    scheme = "s3" if parts.scheme.lower() == "s3a" else parts.scheme.lower()
    container, _, account = parts.netloc.partition("@")
    if " " in parts.netloc:
        raise ConfigurationError(
            f"what follows `{scheme}://` contains a space; in OneLake, write the GUIDs of the "
            "workspace and the lakehouse in place of their names"
        )
    if not _CONTAINER.fullmatch(parts.netloc) or (account and kind is not StoreKind.AZURE):
        raise ConfigurationError(f"`{scheme}://` is followed by a bucket or container, then a path")
    path = parts.path.strip("/")
    if odd := _UNREADABLE.search(path):
        raise ConfigurationError(
            f"the path of `{scheme}://{parts.netloc}` contains {odd[0]!r}, which "
            "Delta cannot read; choose one without it"
        )
    return StoreAddress(kind, container, path, account or None, scheme)
