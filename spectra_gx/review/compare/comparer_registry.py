"""Register, by rule kind, the function that compares two versions of a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule
    from spectra_gx.review.change import Direction


@dataclass(frozen=True)
class RuleDifference:
    """One difference between two versions of a rule."""

    kind: str
    """Key of `change_kinds.CHANGES`."""

    predicate: str
    """The predicate of a sentence whose subject is the rule."""

    direction: Direction | None = None
    """None for that of the kind."""

    key: str | None = None
    """The option that differs; None for the argument of the rule."""


@dataclass(frozen=True)
class RulePair:
    """A rule before and after, of one kind."""

    old: Rule
    new: Rule
    types: tuple[str | None, ...] = ()
    """Canonical types of the columns that the new one names."""

    @property
    def type(self) -> str | None:
        """The type of the first column."""
        return self.types[0] if self.types else None


Compare = Callable[[RulePair], Iterator[RuleDifference]]

COMPARERS: dict[str, Compare] = {}


def register_comparer(*kinds: str) -> Callable[[Compare], Compare]:
    """Register a function that compares rules of these kinds."""

    def register(function: Compare) -> Compare:
        COMPARERS.update(dict.fromkeys(kinds, function))
        return function

    return register
