"""Open the store of an address: a folder of this machine, or an object store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from spectra_gx.store.folder import FolderStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.store.store import Store


def store_at(uri: str, options: Mapping[str, str] | None) -> Store:
    """Return the store whose root is an address that deltalake names.

    `options` are those that deltalake reaches it by; None for a folder of this machine.
    """
    if options is None:
        address = urlsplit(uri)
        return FolderStore(Path(unquote(address.path) if address.scheme == "file" else uri))
    # obstore takes time to import, and most warehouses are folders.
    from spectra_gx.store.addresses import parse_store_address  # noqa: PLC0415
    from spectra_gx.store.bucket import BucketStore  # noqa: PLC0415
    from spectra_gx.store.options import StoreOptions  # noqa: PLC0415

    known = StoreOptions.from_deltalake(options)
    return BucketStore(parse_store_address(uri), lambda: known)
