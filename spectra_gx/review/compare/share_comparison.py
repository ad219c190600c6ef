"""Compare severities that a share of failing rows reaches, with each other and with `mostly`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spectra_gx.contract.model import Severity
from spectra_gx.review.compare.comparer_registry import RuleDifference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Rule


def compare_shares(old: Rule, new: Rule) -> Iterator[RuleDifference]:
    """Yield that severities are reached by fewer failing rows, by more, or both."""
    before, after = _limits(old), _limits(new)
    if before == after:
        return
    pairs = list(zip(before, after, strict=True))
    narrowed = all(now <= then for then, now in pairs)
    widened = all(now >= then for then, now in pairs)
    word = "narrowed" if narrowed else "widened" if widened else "changed"
    text = f"is {_text(new)}, was {_text(old)}"
    yield RuleDifference(f"severity-shares-{word}", text, key="severity")


def _limits(rule: Rule) -> list[float]:
    """Return the share of failing rows above which each severity, or a higher one, is reached."""
    ranks = list(Severity)
    shares = rule.shares or ((rule.severity, 1 - rule.mostly),)
    return [
        min((share for one, share in shares if ranks.index(one) <= rank), default=math.inf)
        for rank in range(len(ranks))
    ]


def _text(rule: Rule) -> str:
    shares = rule.shares or ((rule.severity, 1 - rule.mostly),)
    return " and ".join(f"{level} above a share of {share:.10g}" for level, share in shares)
