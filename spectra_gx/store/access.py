"""How object stores are reached: by a credential that is named, or else by the settings' own."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.addresses import StoreKind
from spectra_gx.store.usual_settings import complete_options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import SecretStr

    from spectra_gx.store.addresses import StoreAddress
    from spectra_gx.store.credentials.declarations import Credential
    from spectra_gx.store.credentials.named_credentials import NamedCredentials
    from spectra_gx.store.options import StoreOptions
    from spectra_gx.store.store import Store


_PREFERRED_VARIABLES = ("PGSERVICE", "PGSYSCONFDIR")
"""What libpq would prefer to an address; all others are given to it, or switched off."""


@dataclass(frozen=True)
class StoreAccess:
    """Options of each kind of store; names as `store.options` has them."""

    options: Mapping[StoreKind, Mapping[str, SecretStr | str]] = field(
        default_factory=dict, repr=False
    )

    named: NamedCredentials | None = field(default=None, repr=False)
    """Those that the project declares."""

    def open(self, address: StoreAddress, credentials: str | None = None) -> Store:
        """Return the store whose root is an address; nothing is requested yet.

        Args:
            address: Where it is.
            credentials: The name of what opens it; the usual settings without one.

        Raises:
            ConfigurationError: An option is missing, unknown, or may not be used; or there is no
                credential of that name for such a store.
        """
        # obstore takes time to import, and most warehouses are folders.
        from spectra_gx.store.bucket import BucketStore  # noqa: PLC0415

        if credentials is not None:
            return BucketStore(address, self._named(address, credentials))
        options = self._options(address)
        return BucketStore(address, lambda: options)

    def login(self, name: str) -> Mapping[str, str]:
        """Return a database's credential: its options, valid now.

        Raises:
            ConfigurationError: There is none of that name, it is for a store, a secret of it cannot
                be read, or a variable would be preferred to it.
        """
        from spectra_gx.store.options import LoginKind  # noqa: PLC0415 - as above

        if self.named is None:
            raise ConfigurationError(
                f"credential `{name}` cannot be used here: no project declares it"
            )
        for variable in filter(os.environ.get, _PREFERRED_VARIABLES):
            raise ConfigurationError(
                f"`{variable}` is set in the environment, where PostgreSQL's library prefers it to "
                "what this project says; unset it"
            )
        declared = self.named.find(name)
        if declared.kind is not LoginKind.DATABASE:
            raise ConfigurationError(
                f"credential `{name}` is for {declared.kind}, and a database needs a login; "
                "name another"
            )
        return self.named.options(name)

    def _named(self, address: StoreAddress, name: str) -> Callable[[], StoreOptions]:
        """Return what returns a credential's options, valid now."""
        from spectra_gx.store.options import store_options  # noqa: PLC0415 - as above

        if self.named is None:
            raise ConfigurationError(
                f"credential `{name}` cannot be used here: no project declares it"
            )
        named, declared = self.named, self.named.find(name)
        if declared.kind is not address.kind:
            raise ConfigurationError(
                f"credential `{name}` is for {declared.kind}, and `{address}` is in "
                f"{address.kind}; name another"
            )
        account = _account(address, name, declared)
        seen: tuple[Mapping[str, str], StoreOptions] | None = None

        def options() -> StoreOptions:
            nonlocal seen
            values = named.options(name)
            if seen is None or seen[0] is not values:
                seen = values, store_options(address.kind, {**account, **values}, os.environ)
            return seen[1]

        return options

    def _options(self, address: StoreAddress) -> StoreOptions:
        from spectra_gx.store.options import store_options  # noqa: PLC0415 - as above

        given = {
            name: value if isinstance(value, str) else value.get_secret_value()
            for name, value in self.options.get(address.kind, {}).items()
        }
        return store_options(address.kind, complete_options(given, address), os.environ)


def _account(address: StoreAddress, name: str, declared: Credential) -> dict[str, str]:
    """Return the Azure account that an address names; what opens another one is refused."""
    if address.kind is not StoreKind.AZURE:
        return {}
    known = declared.options.get("azure_storage_account_name")
    if address.account is None:
        if known is None:
            raise ConfigurationError(
                f"`{address}` names no account, and credential `{name}` has no "
                "`azure_storage_account_name`; add it"
            )
        return {}
    account = address.account.partition(".")[0]
    if isinstance(known, str) and known != account:
        raise ConfigurationError(
            f"`{address}` is in another account than `{known}`, which credential `{name}` is for; "
            "correct one of them"
        )
    return {"azure_storage_account_name": account}
