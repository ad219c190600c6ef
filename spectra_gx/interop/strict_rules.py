"""Which rules say of every row what formats without severities, shares and conditions can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.model import Severity

if TYPE_CHECKING:
    from spectra_gx.contract.model import Column, Rule


def is_strict(rule: Rule) -> bool:
    """Return whether each row that breaks a rule is critical."""
    return rule.severity is Severity.CRITICAL and not rule.is_lenient and rule.where is None


def refuses_null(column: Column) -> bool:
    """Return whether each null is critical; a `required` that only warns lets them pass."""
    return column.in_primary_key or any(
        rule.kind == "required" and is_strict(rule) for rule in column.rules
    )
