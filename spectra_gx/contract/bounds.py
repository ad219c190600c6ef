"""Bounds of one column that no value can satisfy together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.model import Column, Rule

_PAIRS = (
    ("min", "max"),
    ("min", "below"),
    ("above", "max"),
    ("above", "below"),
    ("min_length", "max_length"),
    ("min_length", "length"),
    ("length", "max_length"),
)
_STRICT = frozenset({"above", "below"})


def contradictions(column: Column) -> Iterator[tuple[Rule, str]]:
    """Yield each rule that leaves no value together with another one, and a sentence about it.

    Rules with `where` or `mostly` speak of other rows each and are left alone.
    """
    rules = {
        rule.kind: rule
        for rule in column.rules
        if rule.argument is not None and rule.where is None and rule.mostly == 1
    }
    for low, high in _PAIRS:
        if low not in rules or high not in rules:
            continue
        least, most = rules[low].argument, rules[high].argument
        order = _compare(least, most)
        if order > 0 or (order == 0 and {low, high} & _STRICT):
            said = f"`{low}` {least} and `{high}` {most} of column '{column.name}' leave no value"
            yield rules[low], f"{said}; mend one of them"


def _compare(left: Any, right: Any) -> int:
    """Return 1, 0 or -1 as left is greater, equal or less; texts are instants."""
    if isinstance(left, str):
        left, right = _instant(left), _instant(right)
    return int(left > right) - int(left < right)


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
