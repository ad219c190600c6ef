"""How object stores are reached where no credential is named: by the settings' own."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from spectra_gx.errors import FileError
from spectra_gx.store.addresses import StoreAddress, StoreKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr

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
        if address.kind is StoreKind.S3:
            _refuse_incomplete(given)
        return store_options(address.kind, given, os.environ)


def _refuse_incomplete(given: Mapping[str, str]) -> None:
    if not {"aws_access_key_id", "aws_secret_access_key"} <= given.keys():
        raise FileError(
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set; "
            "set them in the environment or in `.env`"
        )
    endpoint = given.get("aws_endpoint_url")
    if endpoint is None:
        return
    address = urlsplit(endpoint)
    if address.scheme not in ("http", "https") or not address.netloc or "@" in address.netloc:
        raise FileError(
            "AWS_ENDPOINT_URL is no address; write it as `https://host` or `https://host:port`"
        )
    if address.scheme == "http" and given.get("allow_http") != "true":
        raise FileError(
            "AWS_ENDPOINT_URL is an `http://` address, which everyone on the way can read; "
            "use `https://`, or set AWS_ALLOW_HTTP to `true`"
        )
