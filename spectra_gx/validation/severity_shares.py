"""Severities that a share of failing rows reaches."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule, Severity


def reached_severity(rule: Rule, evaluated: int, unexpected: int) -> Severity | None:
    """Return the highest severity whose share is exceeded; None if none is.

    Where nothing was evaluated, any failing row is more than every share.
    """
    reached = [
        level
        for level, share in rule.shares
        if unexpected and unexpected > Decimal(str(share)) * evaluated
    ]
    return reached[-1] if reached else None


def share_text(share: float) -> str:
    """Return a share as a percentage."""
    return f"{format(Decimal(str(share)) * 100, ',f').rstrip('0').rstrip('.') if share else 0} %"
