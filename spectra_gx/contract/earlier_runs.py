"""Rules that compare what they observe with earlier runs of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule


def remembers_value(rule: Rule) -> bool:
    """Return whether a rule needs what it observed in the last passed run."""
    return rule.kind != "rows" and _has_change(rule)


def remembers_rows(rule: Rule) -> bool:
    """Return whether a rule needs the table's rows in the last passed run."""
    return rule.kind == "rows" and _has_change(rule)


def _has_change(rule: Rule) -> bool:
    return isinstance(rule.argument, dict) and "change" in rule.argument
