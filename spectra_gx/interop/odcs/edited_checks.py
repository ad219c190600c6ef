"""Exported checks that somebody edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.interop.losses import Loss
from spectra_gx.interop.odcs.odcs_export import odcs_document
from spectra_gx.interop.odcs.vocabulary import VENDOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import StageContract


def find_edited_checks(document: dict[str, Any], contract: StageContract) -> list[Loss]:
    """Return a loss for each exported check that was edited, but not its custom property.

    The custom property is imported; the edit is lost.
    """
    written = {check["name"]: check for _, check in _checks(odcs_document(contract), "")}
    return [
        Loss(path, "it differs from its custom property of spectra-gx, which was imported")
        for path, check in _checks(document, "")
        if isinstance(name := check.get("name"), str)
        and name in written
        and _core(check) != _core(written[name])
    ]


def _checks(content: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and content of every check with a custom property of ours."""
    if isinstance(content, list):
        for number, item in enumerate(content):
            yield from _checks(item, f"{path}[{number}]")
    elif isinstance(content, dict):
        own = content.get("customProperties")
        if "type" in content and isinstance(own, list) and any(_is_ours(item) for item in own):
            yield path, content
        else:
            for key, item in content.items():
                yield from _checks(item, f"{path}.{key}" if path else key)


def _is_ours(item: Any) -> bool:
    return isinstance(item, dict) and item.get("vendor") == VENDOR


def _core(check: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in check.items() if key != "customProperties"}
