"""Custom properties of ODCS; ours contain keys of the contract language, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from spectra_gx.contract.excerpts import quote
from spectra_gx.interop.odcs.vocabulary import VENDOR

if TYPE_CHECKING:
    from collections.abc import Container

    from spectra_gx.interop.contract_draft import Draft, Path
    from spectra_gx.interop.tracked_mapping import TrackedMapping


class OwnProperty(NamedTuple):
    """A custom property that is a key of the contract language."""

    path: str
    key: str
    value: Any


def read_own_properties(item: TrackedMapping) -> list[OwnProperty]:
    """Return our own custom properties; every other one is a loss."""
    own = []
    for custom in item.mappings("customProperties"):
        key, value = custom.text("property") or "", custom.take("value", object)
        if custom.take("vendor", str) == VENDOR and value is not None:
            own.append(OwnProperty(custom.path, key, value))
            custom.end()
        else:
            custom.add_loss(
                f"the custom property {quote(key)} has no equivalent in the contract language"
            )
    return own


def put_own_properties(item: TrackedMapping, at: Path, keys: Container[str], draft: Draft) -> None:
    """Add our own custom properties of a table, column or contract to the draft."""
    for own in read_own_properties(item):
        if own.key in keys:
            draft.put((*at, own.key), own.value, own.path)
        else:
            draft.add_loss(own.path, f"{quote(own.key)} is not a key for this place")
