"""How object stores are reached where no credential is named: by the settings' own."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spectra_gx.store.usual_settings import complete_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr

    from spectra_gx.store.addresses import StoreAddress, StoreKind
    from spectra_gx.store.options import StoreOptions
    from spectra_gx.store.store import Store


@dataclass(frozen=True)
class StoreAccess:
    """Options of each kind of store; names as `store.options` has them."""

    options: Mapping[StoreKind, Mapping[str, SecretStr | str]] = field(
        default_factory=dict, repr=False
    )

    def open(self, address: StoreAddress) -> Store:
        """Return the store whose root is an address; nothing is requested yet.

        Raises:
            ConfigurationError: An option is missing, unknown, or may not be used.
        """
        # obstore takes time to import, and most warehouses are folders.
        from spectra_gx.store.bucket import BucketStore  # noqa: PLC0415

        options = self._options(address)
        return BucketStore(address, lambda: options)

    def _options(self, address: StoreAddress) -> StoreOptions:
        from spectra_gx.store.options import store_options  # noqa: PLC0415 - as above

        given = {
            name: value if isinstance(value, str) else value.get_secret_value()
            for name, value in self.options.get(address.kind, {}).items()
        }
        return store_options(address.kind, complete_options(given, address), os.environ)
