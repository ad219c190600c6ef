"""Register, by rule kind, the function that compares two versions of a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.review.compare.bound_comparison import Bound, bound_change
from spectra_gx.review.value_formatting import format_value, format_values

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


def was_text(verb: str, new: Any, old: Any) -> str:
    """Return what something is now and what it was before."""
    return f"{verb} {format_value(new)}, was {format_value(old)}"


def column_difference(
    pair: RulePair, kind: str = "rule-columns-changed"
) -> Iterator[RuleDifference]:
    """Yield that a rule checks other columns, or the same in another order."""
    old, new = pair.old.columns, pair.new.columns
    if old != new:
        yield RuleDifference(kind, f"checks {format_values(new)}, was {format_values(old)}")


def bound_difference(
    family_of_change: str, bound: Bound, old: Any, new: Any
) -> Iterator[RuleDifference]:
    """Yield that a bound moved; one that is None bounds nothing."""
    moved = bound_change(bound, old, new)
    if moved is not None:
        yield RuleDifference(f"{family_of_change}-{moved}", was_text(f"has {bound.key}", new, old))
