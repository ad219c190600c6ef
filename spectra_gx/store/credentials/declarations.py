"""Read `[tool.spectra-gx.credentials]` of pyproject.toml: what is known of each, by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.settings_file import CREDENTIALS_PATH
from spectra_gx.store.addresses import StoreKind
from spectra_gx.store.credentials.references import (
    ISSUERS,
    SECRETS,
    Reference,
    forms,
    parse_reference,
)
from spectra_gx.store.options import (
    ADDRESS_OPTIONS,
    SERVICE_ROLE,
    SERVICE_ROLES,
    SERVICE_TOKEN,
    CredentialKind,
    LoginKind,
    option_names,
    secret_options,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.contract.model import Place
    from spectra_gx.contract.settings_file import SettingsFile, Steps

PROVIDER = "provider"

_KINDS: tuple[CredentialKind, ...] = (*StoreKind, *LoginKind)
_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

ISSUED: Mapping[str, frozenset[str]] = {
    "aws-profile": frozenset({"aws_access_key_id", "aws_secret_access_key", "aws_session_token"}),
    "aws-role": frozenset(),  # the keys beside it are those that may assume the role
    "managed-identity": frozenset({"azure_storage_token"}),
    "fabric-notebook": frozenset({"azure_storage_token"}),
}
"""Provider → the options that it gives, which are therefore not given beside it."""

_ENOUGH: Mapping[CredentialKind, tuple[frozenset[str], ...]] = {
    StoreKind.S3: (frozenset({"aws_access_key_id", "aws_secret_access_key"}),),
    StoreKind.AZURE: (
        frozenset({"azure_storage_account_key"}),
        frozenset({"azure_storage_sas_key"}),
        frozenset({"azure_storage_token"}),
        frozenset(
            {
                "azure_storage_client_id",
                "azure_storage_client_secret",
                "azure_storage_tenant_id",
            }
        ),
    ),
    StoreKind.GCS: (
        frozenset({"google_service_account_key"}),
        frozenset({"google_bearer_token"}),
    ),
    LoginKind.DATABASE: tuple(frozenset({one}) for one in ("user", "token", "service_account_key")),
    LoginKind.SERVICE: (frozenset({SERVICE_TOKEN}),),
}
"""The options of which one group is needed, and no two may be given."""


@dataclass(frozen=True)
class Credential:
    """One named credential: options of what it opens, and where the secret ones are."""

    name: str
    kind: CredentialKind
    options: Mapping[str, str | Reference]
    provider: Reference | None
    place: Place


def read_credentials(file: SettingsFile, path: Steps = CREDENTIALS_PATH) -> dict[str, Credential]:
    """Return the credentials under a path, by name; what is wrong is reported and left out."""
    tables = file.table(path)
    if not isinstance(tables, dict):
        file.add(path, "`credentials` has a table for each: `[tool.spectra-gx.credentials.NAME]`")
        return {}
    found = (_Reader(file, (*path, name), table).read() for name, table in tables.items())
    return {credential.name: credential for credential in found if credential is not None}


def is_loopback(address: str) -> bool:
    """Return whether an address, or a host, is of this machine alone."""
    return urlsplit(address if "//" in address else f"//{address}").hostname in _LOOPBACK


def secret_in_clear(name: str) -> str:
    """Return what is wrong with a secret that is written in pyproject.toml itself."""
    return (
        f"`{name}` is a secret, which everybody may read here; revoke it, and write where the new "
        f"one is: {forms(SECRETS)}"
    )


def address_in_clear(name: str) -> str:
    """Return what is wrong with an address that is written in pyproject.toml itself."""
    return (
        f"`{name}` decides where a secret is sent, and a branch may change this file; set it where "
        f'secrets are, and write a reference to it: `{name} = "env:…"`'
    )


class _Reader:
    """Reads one credential."""

    def __init__(self, file: SettingsFile, path: Steps, table: Any) -> None:
        self._file = file
        self._path = path
        self._name = path[-1]
        self._table = table
        self._sound = True

    def read(self) -> Credential | None:
        if not _NAME.fullmatch(self._name):
            self._add((), "the name of a credential is letters, digits, `_` and `-`")
        if not isinstance(self._table, dict):
            self._add((), f"credential {quote(self._name)} is a table of options")
            return None
        provider = self._provider()
        kind = self._kind(provider)
        if kind is None:
            return None
        options = dict(self._options(kind))
        if self._sound:
            self._check_complete(kind, provider, options)
        place = self._file.place(self._path)
        return Credential(self._name, kind, options, provider, place) if self._sound else None

    def _provider(self) -> Reference | None:
        if PROVIDER not in self._table:
            return None
        try:
            if found := parse_reference(str(self._table[PROVIDER]), ISSUERS):
                return found
        except ValueError as error:
            self._add((PROVIDER,), f"`{PROVIDER}`: {error}")
            return None
        self._add((PROVIDER,), f"`{PROVIDER}` is one of {forms(ISSUERS)}")
        return None

    def _kind(self, provider: Reference | None) -> CredentialKind | None:
        """Return what it is for, by its options."""
        kinds = [kind for kind in _KINDS if (option_names(kind) - {"allow_http"}) & {*self._table}]
        if provider is not None:
            kinds.append(StoreKind.S3 if provider.scheme.startswith("aws-") else StoreKind.AZURE)
        every = {PROVIDER, *(name for kind in _KINDS for name in option_names(kind))}
        for name in self._table.keys() - every:
            hint = did_you_mean(name, every) or "; see the options of credentials in the reference"
            self._add((name,), f"{quote(name)} is not an option of a credential{hint}")
        if len({*kinds}) > 1:
            both = " and ".join(sorted({*kinds}))
            self._add((), f"credential {quote(self._name)} has options of {both}; split it")
        elif not kinds and self._sound:
            self._add(
                (), f"credential {quote(self._name)} has no options; give `{PROVIDER}` or keys"
            )
        return kinds[0] if self._sound and kinds else None

    def _options(self, kind: CredentialKind) -> Iterator[tuple[str, str | Reference]]:
        for name, written in self._table.items():
            if name == PROVIDER:
                continue
            if isinstance(written, bool):
                yield name, str(written).lower()
            elif isinstance(written, str) and written:
                found = self._option(kind, name, written)
                if found is not None:
                    yield name, found
            else:
                self._add((name,), f"`{name}` is text, or `true` or `false`")

    def _option(self, kind: CredentialKind, name: str, written: str) -> str | Reference | None:
        if name == SERVICE_ROLE and written not in SERVICE_ROLES:
            self._add((name,), f"`{name}` is one of {' and '.join(map(quote, SERVICE_ROLES))}")
            return None
        try:
            if found := parse_reference(written, SECRETS):
                return found
        except ValueError as error:
            self._add((name,), f"`{name}`: {error}")
            return None
        if name in secret_options(kind):
            self._add((name,), secret_in_clear(name), "secret")
        elif name in ADDRESS_OPTIONS and not is_loopback(written):
            self._add((name,), address_in_clear(name))
        else:
            return written
        return None

    def _check_complete(
        self, kind: CredentialKind, provider: Reference | None, options: Mapping[str, object]
    ) -> None:
        given = [group for group in _ENOUGH[kind] if group <= options.keys()]
        if provider is not None:
            issued = ISSUED[provider.scheme]
            beside = [name for group in given if issued for name in sorted(group)]
            for name in beside or sorted(issued & options.keys()):
                self._add((name,), f"`{name}` is given beside `{PROVIDER}`, which gives it, too")
        elif len(given) > 1 and kind is not LoginKind.DATABASE:  # a user may have a token
            several = " and ".join(f"`{min(group)}`" for group in given)
            self._add((), f"credential {quote(self._name)} has {several}; keep one")
        elif not given:
            needed = ", or ".join(
                " and ".join(f"`{name}`" for name in sorted(group)) for group in _ENOUGH[kind]
            )
            self._add(
                (), f"credential {quote(self._name)} lacks {needed}, or a `{PROVIDER}` of them"
            )

    def _add(self, path: Steps, message: str, family: str | None = None) -> None:
        self._sound = False
        self._file.add((*self._path, *path), message, family)
