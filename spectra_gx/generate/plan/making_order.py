"""In which order the columns of a table are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from spectra_gx.generate.plan.table_parts import TableParts


@dataclass(frozen=True)
class MakingOrder:
    """The columns in their order; of those that are made together the first."""

    names: Sequence[str]
    reads: dict[str, frozenset[str]]
    """Column → the ones made before it that its conditions read, and the one that it equals."""


def making_order(parts: TableParts, chosen: Container[str]) -> MakingOrder:
    """Return in which order columns are made, what others depend on first.

    `chosen` are those whose values are decided by what they are in the whole table.
    """
    covered = {name for rule in parts.references.values() for name in rule.columns[1:]}
    fixed = {*parts.references, *parts.sequences}
    # What breaks a bound comes first, so that what is compared with it can follow.
    broken = {
        name
        for name, rules in parts.rules.values.items()
        if any(rule.id in parts.around.breaks.rows for rule in rules)
    }

    def rank(name: str) -> tuple[int, int]:
        if name in parts.equal:
            return 2, 0
        first = name in fixed or name in chosen or name in broken
        return 0 if first else 1, parts.domains.comparisons.rank(name)

    left = sorted((name for name in parts.columns if name not in covered), key=rank)
    reads = {name: _read_by(name, parts) for name in left}
    made: list[str] = []
    known: set[str] = set()
    while left:
        # Where conditions go round in a circle, some of them cannot be answered.
        ready = next((name for name in left if reads[name] <= known), left[0])
        reads[ready] &= known
        left.remove(ready)
        made.append(ready)
        known |= set(parts.references[ready].columns if ready in parts.references else (ready,))
    return MakingOrder(made, reads)


def _read_by(name: str, parts: TableParts) -> frozenset[str]:
    conditions = [rule.where for rule in parts.conditional(name)]
    conditions += [rule.where for rule in parts.rules.required_if[name]]
    read = parts.columns_read(conditions) or frozenset()
    source = parts.equal.get(name)
    return (read | (frozenset({source[0]}) if source else frozenset())) - {name}
