"""Open the store of an address: a folder of this machine, or an object store."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from spectra_gx.errors import ConfigurationError
from spectra_gx.store.addresses import is_store_address, parse_store_address
from spectra_gx.store.folder import FolderStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.store.access import StoreAccess
    from spectra_gx.store.store import Store

_BROKEN_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""What `Path` makes of an address."""

_UNREADABLE = re.compile(r"[%#?\[\]^|\\\x00-\x1f\x7f]")
"""deltalake takes a path for half a URL: these in it read another folder, or abort the thread."""


def open_store(root: str, access: StoreAccess, credentials: str | None = None) -> Store:
    """Return the store of a warehouse, whose root need not exist yet.

    Args:
        root: A folder of this machine, or an address.
        access: How object stores are reached.
        credentials: The name of what opens an object store; the usual settings without one.

    Raises:
        ConfigurationError: It is an address of nothing that is known, or one that Delta cannot
            read.
    """
    if is_store_address(root):
        return access.open(parse_store_address(root), credentials)
    if broken := _BROKEN_ADDRESS.match(root):
        raise ConfigurationError(
            f"`{broken[0]}…` is neither a folder nor an address; write `{broken[0]}/…`, and in "
            "Python give it as a text, not as a `Path`"
        )
    folder = Path(root).absolute()
    if odd := _UNREADABLE.search(folder.as_posix()):
        raise ConfigurationError(
            f"the warehouse path {str(folder)!r} contains {odd[0]!r}, which Delta cannot "
            "read; choose a folder without it"
        )
    return FolderStore(folder)


def store_at(uri: str, options: Mapping[str, str] | None) -> Store:
    """Return the store whose root is an address that deltalake names.

    `options` are those that deltalake reaches it by; None for a folder of this machine.
    """
    if options is None:
        address = urlsplit(uri)
        return FolderStore(Path(unquote(address.path) if address.scheme == "file" else uri))
    # obstore takes time to import, and most warehouses are folders.
    from spectra_gx.store.bucket import BucketStore  # noqa: PLC0415
    from spectra_gx.store.options import StoreOptions  # noqa: PLC0415

    known = StoreOptions.from_deltalake(options)
    return BucketStore(parse_store_address(uri), lambda: known)
