"""Find the rules of a contract that are new or mean something else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.clocks import clock_of
from spectra_gx.review.compare.rule_changes import compare_rules

if TYPE_CHECKING:
    from spectra_gx.contract.model import Rule, StageContract, Table

_COMPARED_AS_COLUMNS = frozenset({"columns", "type", "column_order"})
"""Kinds whose changes a diff reports as changes of columns and tables."""


def changed_rules(old: StageContract | None, new: StageContract) -> dict[str, tuple[str, ...]]:
    """Return table → ids of its rules that are new or mean something else, in the order of `new`.

    A rule under another name counts as new, for data is under the name that it had.
    """
    found = {}
    for table in new.tables:
        before = None if old is None else old.table(table.name)
        rules = tuple(rule.id for rule in table.rules if _is_changed(rule, before, table))
        if rules:
            found[table.name] = rules
    return found


def _is_changed(rule: Rule, before: Table | None, table: Table) -> bool:
    if before is None or _storage(before) != _storage(table):
        return True
    earlier = next((one for one in before.rules if one.id == rule.id), None)
    if earlier is None or earlier.kind != rule.kind:
        return True
    if rule.kind in _COMPARED_AS_COLUMNS:
        return _normalized(earlier) != _normalized(rule)
    differences = compare_rules(earlier, rule, table)
    changed = any(difference.kind != "description-changed" for difference in differences)
    return changed or _zone(earlier) != _zone(rule)


def _storage(table: Table) -> tuple[Any, ...]:
    return table.location, table.format


def _normalized(rule: Rule) -> Rule:
    """Return a rule about columns without what does not matter to it."""
    ordered = rule.columns if rule.kind == "column_order" else tuple(sorted(rule.columns))
    return replace(rule, columns=ordered, description=None)


def _zone(rule: Rule) -> str | None:
    clock = clock_of(rule)
    if clock is not None:
        return clock.timezone
    return rule.argument.get("timezone") if isinstance(rule.argument, dict) else None
