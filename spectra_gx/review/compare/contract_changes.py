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
    versions = VersionPair(ContractVersion(respelled, old_root), ContractVersion(new, new_root))
    yield from _head(versions, old.name)
    yield from compare_tables(versions, renames)
    yield from compare_agreements(versions)
    for key in ("waivers", "changelog"):
        yield from _key(versions, key)


def _head(versions: VersionPair, old_name: str) -> Iterator[Change]:
    old, new = versions.old.contract, versions.new.contract
    if old_name != new.name:
        message = f"stage {quote_name(old_name)} was renamed to {quote_name(new.name)}"
        at = versions.new.first_place(versions.new.key("contract"))
        yield versions.change("contract-renamed", "contract", message, at)
    if old.system != new.system:
        message = f"`system` is {format_value(new.system)}, was {format_value(old.system)}"
        at = versions.new.first_place(versions.new.key("system"))
        yield versions.change("system-changed", "system", message, at)
    for key in ("status", "owner", "contact", "purpose", "runbook"):
        yield from _key(versions, key)
    before, after = old.inputs, new.inputs
    if (before.auth_method, set(before.variables)) != (after.auth_method, set(after.variables)):
        at = versions.new.first_place(versions.new.key("inputs"))
        yield versions.change("inputs-changed", "inputs", "`inputs` changed", at)


def _key(versions: VersionPair, key: str) -> Iterator[Change]:
    if getattr(versions.old.contract, key) != getattr(versions.new.contract, key):
        at = versions.new.first_place(versions.new.key(key))
        yield versions.change(_KINDS[key], key, f"`{key}` changed", at)
