"""Compare two versions of a contract, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.review.compare.agreement_changes import compare_agreements
from spectra_gx.review.compare.renames import apply_renames
from spectra_gx.review.compare.table_changes import compare_tables
from spectra_gx.review.compare.version_pair import ContractVersion, VersionPair
from spectra_gx.review.value_formatting import format_value, quote_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import StageContract
    from spectra_gx.contract.yaml.nodes import Node
    from spectra_gx.review.change import Change

_KINDS = {
    "owner": "owner-changed",
    "contact": "contact-changed",
    "purpose": "purpose-changed",
    "status": "status-changed",
    "runbook": "runbook-changed",
    "waivers": "waivers-changed",
    "changelog": "changelog-changed",
}


def find_changes(
    old: StageContract,
    new: StageContract,
    *,
    old_root: Node | None = None,
    new_root: Node | None = None,
) -> Iterator[Change]:
    """Yield each difference between two versions of a contract.

    Order follows `new`, then whatever was removed; equal contracts yield nothing. The version is
    checked by the gate and is not a change.

    The YAML nodes give places to what has none in the model.
    """
    respelled, renames = apply_renames(old, new)
    sides = VersionPair(ContractVersion(respelled, old_root), ContractVersion(new, new_root))
    yield from _head(sides, old.name)
    yield from compare_tables(sides, renames)
    yield from compare_agreements(sides)
    for key in ("waivers", "changelog"):
        yield from _key(sides, key)


def _head(sides: VersionPair, old_name: str) -> Iterator[Change]:
    old, new = sides.old.contract, sides.new.contract
    if old_name != new.name:
        message = f"stage {quote_name(old_name)} was renamed to {quote_name(new.name)}"
        at = sides.new.first_place(sides.new.key("contract"))
        yield sides.change("contract-renamed", "contract", message, at)
    if old.system != new.system:
        message = f"`system` is {format_value(new.system)}, was {format_value(old.system)}"
        at = sides.new.first_place(sides.new.key("system"))
        yield sides.change("system-changed", "system", message, at)
    for key in ("status", "owner", "contact", "purpose", "runbook"):
        yield from _key(sides, key)
    before, after = old.inputs, new.inputs
    if (before.auth_method, set(before.variables)) != (after.auth_method, set(after.variables)):
        at = sides.new.first_place(sides.new.key("inputs"))
        yield sides.change("inputs-changed", "inputs", "`inputs` changed", at)


def _key(sides: VersionPair, key: str) -> Iterator[Change]:
    if getattr(sides.old.contract, key) != getattr(sides.new.contract, key):
        at = sides.new.first_place(sides.new.key(key))
        yield sides.change(_KINDS[key], key, f"`{key}` changed", at)
