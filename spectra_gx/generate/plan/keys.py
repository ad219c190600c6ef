"""Give every row a key of its own, for each set of columns that is never repeated."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from spectra_gx.generate.rows.choosers import Digit, System, limited
from spectra_gx.generate.values.domains import MOST
from spectra_gx.generate.values.streams import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from spectra_gx.contract.model import Rule

Unit: TypeAlias = str
"""Columns that are made together, by the first of them."""


@dataclass(frozen=True)
class Units:
    """What the columns of a table are made of."""

    of: Mapping[str, Unit]
    """Column → its unit."""

    columns: Mapping[Unit, tuple[str, ...]]
    sizes: Callable[[Unit], int]
    """How many different values a unit can have."""

    fixed: frozenset[Unit] = frozenset()
    """Those whose values differ in all rows anyway."""

    last: frozenset[Unit] = frozenset()
    """Those that take many values only if no other can."""

    def within(self, columns: Iterable[str]) -> tuple[tuple[Unit, ...], bool]:
        """Return the units of columns, and whether all columns of these are among them."""
        named = set(columns)
        units = tuple(dict.fromkeys(self.of[column] for column in columns))
        return units, all(set(self.columns[unit]) <= named for unit in units)


@dataclass
class KeyPlan:
    """Which units differ, and how."""

    digits: dict[Unit, Digit] = field(default_factory=dict)
    unbuilt: dict[str, str] = field(default_factory=dict)
    """Id of a rule → why it may not be satisfied."""


def most_rows(
    keys: Sequence[tuple[Rule, tuple[str, ...]]], units: Units
) -> tuple[int, Rule | None]:
    """Return how many rows can have keys of their own, and the rule that limits them."""
    least, limiting = MOST, None
    for rule, columns in keys:
        named, whole = units.within(columns)
        if not whole or set(named) & units.fixed:
            continue
        most = prod(limited([units.sizes(unit) for unit in named]))
        if most < least:
            least, limiting = most, rule
    return least, limiting


def plan_keys(
    keys: Sequence[tuple[Rule, tuple[str, ...]]], units: Units, count: int, seed: int
) -> KeyPlan:
    """Return how units are chosen so that no key of `count` rows is repeated."""
    plan = KeyPlan()
    alone = set(units.fixed)
    done: list[set[Unit]] = []
    for number, (rule, columns) in enumerate(keys):
        named, whole = units.within(columns)
        if set(named) & alone or any(one <= set(named) for one in done):
            continue
        free = [unit for unit in named if unit not in plan.digits]
        if not whole or not free:
            plan.unbuilt[rule.id] = "its columns are filled for other rules already"
            continue
        key = key_of(seed, rule.id)
        single = _largest(free, units, count)
        if single is not None:
            system = System(count, (units.sizes(single),), key, by_row=number == 0)
            plan.digits[single] = Digit(system)
            alone.add(single)
            continue
        sizes = limited([units.sizes(unit) for unit in free])
        if prod(sizes) < count:
            plan.unbuilt[rule.id] = f"its columns have no more than {prod(sizes):,} different keys"
            continue
        system = System(count, sizes, key, by_row=number == 0)
        plan.digits |= {unit: Digit(system, place) for place, unit in enumerate(free)}
        done.append(set(free))
    return plan


def _largest(free: Sequence[Unit], units: Units, count: int) -> Unit | None:
    """Return the unit that alone has enough values, the one with the most; None where none has."""
    enough = [unit for unit in free if units.sizes(unit) >= count]
    return max(enough, key=lambda unit: (unit not in units.last, units.sizes(unit)), default=None)
