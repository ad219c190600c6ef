"""Comparing two versions of a contract, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.review.compare_tables import compare_tables
from spectra_gx.review.compare_terms import compare_terms
from spectra_gx.review.renames import with_new_names
from spectra_gx.review.saying import said
from spectra_gx.review.sides import Side, Sides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import StageContract
    from spectra_gx.contract.yaml_nodes import Node
    from spectra_gx.review.change import Change

_WORDS = {
    "owner": "owner-changed",
    "contact": "contact-changed",
    "purpose": "purpose-changed",
    "status": "status-changed",
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
    the gate's business and no change.

    Args:
        old: The version before.
        new: The version now.
        old_root: What `old` was read from, for the places of what has none in the model.
        new_root: What `new` was read from.
    """
    respelled, renames = with_new_names(old, new)
    sides = Sides(Side(respelled, old_root), Side(new, new_root))
    yield from _head(sides, old.name)
    yield from compare_tables(sides, renames)
    yield from compare_terms(sides)
    for key in ("waivers", "changelog"):
        yield from _words(sides, key)


def _head(sides: Sides, old_name: str) -> Iterator[Change]:
    old, new = sides.old.contract, sides.new.contract
    if old_name != new.name:
        words = f"stage '{old_name}' is called '{new.name}'"
        at = sides.new.somewhere(sides.new.key("contract"))
        yield sides.change("contract-renamed", "contract", words, at)
    if old.system != new.system:
        words = f"the source system is {said(new.system)}, was {said(old.system)}"
        at = sides.new.somewhere(sides.new.key("system"))
        yield sides.change("system-changed", "system", words, at)
    for key in ("status", "owner", "contact", "purpose"):
        yield from _words(sides, key)
    before, after = old.inputs, new.inputs
    if (before.auth_method, set(before.variables)) != (after.auth_method, set(after.variables)):
        at = sides.new.somewhere(sides.new.key("inputs"))
        yield sides.change("inputs-changed", "inputs", "the stage's inputs are others", at)


def _words(sides: Sides, key: str) -> Iterator[Change]:
    if getattr(sides.old.contract, key) != getattr(sides.new.contract, key):
        at = sides.new.somewhere(sides.new.key(key))
        yield sides.change(_WORDS[key], key, f"'{key}' is another", at)
