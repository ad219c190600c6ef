"""Plan which rows of a column are null."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spectra_gx.generate.plan.lost_values import null_rows
from spectra_gx.generate.rows.steps import Nulls
from spectra_gx.generate.values.streams import Shuffle, key_of

if TYPE_CHECKING:
    from spectra_gx.contract.model import Column, Rule
    from spectra_gx.generate.plan.surroundings import Surroundings
    from spectra_gx.generate.plan.table_rules import TableRules

_USUAL_SHARE = 0.05
"""Of rows that are null where no rule says more."""


def plan_nulls(
    column: Column, rules: TableRules, count: int, around: Surroundings, *, may_be_null: bool
) -> tuple[Nulls, dict[str, str]]:
    """Return where a column is null, and the rules that this does not satisfy, each with why."""
    name = column.name
    rows = null_rows(rules, name, around.breaks)
    shuffle = Shuffle(count, key_of(around.seed, rules_key(column), "nulls"))
    shares = [rule for rule in rules.null_share[name] if rule.where is None]
    low = max((_bound(rule, "min", 0.0, around) for rule in shares), default=0.0)
    high = min((_bound(rule, "max", 1.0, around) for rule in shares), default=1.0)
    unbuilt = {
        rule.id: "it has `where`"
        for rule in rules.null_share[name]
        if rule.where is not None and rule.argument.get("min", 0) > 0
    }
    conditions = [rule for rule in rules.required_if[name] if rule.where]
    unless = tuple(rule.where for rule in conditions if rule.where)
    broken_rows = 0 if rows is None else len(rows)
    if broken_rows > math.floor(high * count):
        unbuilt |= {rule.id: "more rows have null on purpose" for rule in shares}
    if rules.required[name] or not may_be_null:
        if low > 0:
            unbuilt |= {rule.id: "its column is never null" for rule in shares}
        return Nulls(0, shuffle, (), rows), unbuilt
    if low > 0 and unless:
        unbuilt |= {rule.id: "its column is not null in some rows" for rule in shares}
    if len(rules.null_share[name]) > len(shares):
        low, high = 0.0, 0.0
    fewest, most = math.ceil(low * count) - broken_rows, math.floor(high * count) - broken_rows
    missing = max(min(max(round(_USUAL_SHARE * count), fewest), most), 0)
    if missing < fewest:
        unbuilt |= {rule.id: "so few rows have no such share" for rule in shares}
    return Nulls(missing, shuffle, unless, rows), unbuilt


def rules_key(column: Column) -> str:
    """Return what tells the columns of all tables apart."""
    return column.rules[0].id if column.rules else column.name


def _bound(rule: Rule, key: str, otherwise: float, around: Surroundings) -> float:
    """Return a bound of a share; of a rule that is broken, one beyond it."""
    bounds = rule.argument
    if rule.id not in around.breaks.whole:
        return float(bounds.get(key, otherwise))
    if "max" in bounds and bounds["max"] < 1:
        beyond = (bounds["max"] + 1) / 2
        return beyond if key == "min" else 1.0
    return 0.0 if key == "min" else bounds.get("min", 0.0) / 2
