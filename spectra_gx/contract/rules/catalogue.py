"""The rule catalogue: every kind of rule, in the language's order.

Whatever needs to know the kinds goes through these tables. A new kind is one more entry of its
family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.rules.bound_kinds import BOUND_KINDS
from spectra_gx.contract.rules.kinds import Position, RuleKind
from spectra_gx.contract.rules.relation_kinds import (
    EXPECT_KIND,
    RELATION_KINDS,
    SAME_SET_KIND,
    SEQUENCE_KIND,
    SORTED_KIND,
)
from spectra_gx.contract.rules.statistic_kinds import SQL_VALUE_KIND, STATISTIC_KINDS
from spectra_gx.contract.rules.table_kinds import LAYOUT_KINDS, SCHEMA_KINDS
from spectra_gx.contract.rules.value_kinds import VALUE_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spectra_gx.contract.model import Rule

CATALOGUE: tuple[RuleKind, ...] = (
    *SCHEMA_KINDS,
    *VALUE_KINDS,
    *BOUND_KINDS,
    *LAYOUT_KINDS,
    *RELATION_KINDS,
    *STATISTIC_KINDS,
    SORTED_KIND,
    SEQUENCE_KIND,
    SAME_SET_KIND,
    SQL_VALUE_KIND,
    EXPECT_KIND,
)
KINDS: Mapping[str, RuleKind] = {kind.key: kind for kind in reversed(CATALOGUE)}
"""Key → kind; of the two kinds `unique`, the one of a single column."""

COLUMN_KINDS: Mapping[str, RuleKind] = {
    kind.key: kind for kind in CATALOGUE if Position.COLUMN in kind.positions
}
TABLE_KINDS: Mapping[str, RuleKind] = {
    kind.key: kind for kind in CATALOGUE if Position.TABLE in kind.positions
}
_PREDICATES = [kind for kind in CATALOGUE if Position.PREDICATE in kind.positions]
ONE_COLUMN_PREDICATES: Mapping[str, RuleKind] = {
    kind.key: kind for kind in _PREDICATES if kind.split is None
}
PREDICATES: Mapping[str, RuleKind] = {
    kind.key: kind for kind in _PREDICATES if kind.split is not None
}
"""Predicates that name their columns themselves; `unique` is in both tables."""


def kind_of(rule: Rule) -> RuleKind:
    """Return the kind of a rule."""
    several = len(rule.columns) > 1 and rule.kind in ONE_COLUMN_PREDICATES
    return PREDICATES[rule.kind] if several else KINDS[rule.kind]
