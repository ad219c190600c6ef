"""What is risky about an address in OneLake, the storage of Microsoft Fabric."""

from __future__ import annotations

import re

from spectra_gx.store.addresses import is_store_address, parse_store_address

_HOST = ".fabric.microsoft.com"
_MOUNT = "/lakehouse/"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def onelake_risk(address: str) -> tuple[str, str] | None:
    """Return what is risky about the address of a warehouse, and what to do; None for any other.

    Raises:
        ConfigurationError: It is an address of nothing that is known.
    """
    if address.startswith(_MOUNT):
        return (
            f"`{address}` is a mount of OneLake, which has neither locks nor links",
            f"write to `abfss://WORKSPACE-GUID@onelake.dfs{_HOST}/LAKEHOUSE-GUID`",
        )
    if not is_store_address(address):
        return None
    store = parse_store_address(address)
    if store.account is None or not store.account.endswith(_HOST):
        return None
    parts = (store.container, store.path.partition("/")[0])
    named = " and ".join(f"`{name}`" for name in parts if not _ID.fullmatch(name))
    if not named:
        return None
    return (
        f"OneLake is addressed by name ({named}), and its lists may then leave commits out",
        "write the GUIDs of workspace and lakehouse, as the lakehouse's page has them in its URL",
    )
