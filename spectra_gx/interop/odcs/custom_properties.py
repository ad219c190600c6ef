"""Custom properties of ODCS: ours hold keys of the contract language, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from spectra_gx.contract.quoting import quote
from spectra_gx.interop.odcs.vocabulary import VENDOR

if TYPE_CHECKING:
    from collections.abc import Container

    from spectra_gx.interop.contract_draft import Draft, Path
    from spectra_gx.interop.tracked_mapping import TrackedMapping


class OwnProperty(NamedTuple):
    """A custom property that is a key of ours."""

    path: str
    key: str
    value: Any


def read_own_properties(item: TrackedMapping) -> list[OwnProperty]:
    """Return the custom properties that are ours; every other one is named as a loss."""
    found = []
    for said in item.mappings("customProperties"):
        key, value = said.text("property") or "", said.take("value", object)
        if said.take("vendor", str) == VENDOR and value is not None:
            found.append(OwnProperty(said.path, key, value))
            said.end()
        else:
            said.add_loss(
                f"the custom property {quote(key)} means nothing to the contract language"
            )
    return found


def put_own_properties(item: TrackedMapping, at: Path, keys: Container[str], draft: Draft) -> None:
    """Write the custom properties that are keys of ours, where they stand alone, into the draft."""
    for own in read_own_properties(item):
        if own.key in keys:
            draft.put((*at, own.key), own.value, own.path)
        else:
            draft.add_loss(own.path, f"{quote(own.key)} is no key that can stand here")
