"""Custom properties of ODCS: ours hold keys of the contract language, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from spectra_gx.contract.report import quote
from spectra_gx.interop.odcs.words import VENDOR

if TYPE_CHECKING:
    from collections.abc import Container

    from spectra_gx.interop.draft import Draft, Path
    from spectra_gx.interop.taking import Taking


class OwnWord(NamedTuple):
    """A custom property that is a key of ours."""

    path: str
    key: str
    value: Any


def own_words(item: Taking) -> list[OwnWord]:
    """Return the custom properties that are ours; every other one is named as a loss."""
    found = []
    for said in item.mappings("customProperties"):
        key, value = said.text("property") or "", said.take("value", object)
        if said.take("vendor", str) == VENDOR and value is not None:
            found.append(OwnWord(said.path, key, value))
            said.end()
        else:
            said.lose(f"the custom property {quote(key)} means nothing to the contract language")
    return found


def say_own_words(item: Taking, at: Path, keys: Container[str], draft: Draft) -> None:
    """Write the custom properties that are keys of ours, where they stand alone, into the draft."""
    for own in own_words(item):
        if own.key in keys:
            draft.say((*at, own.key), own.value, own.path)
        else:
            draft.lose(own.path, f"{quote(own.key)} is no key that can stand here")
