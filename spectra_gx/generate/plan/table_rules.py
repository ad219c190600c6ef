"""The rules of a table, by what they mean for how its rows are made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spectra_gx.generate.values.value_rules import VALUE_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spectra_gx.contract.model import Rule, Table

STATISTICS = frozenset({"mean", "median", "sum", "stdev", "distinct", "quantile"})
UNBUILT = {
    "sql": "a query says which rows fail, not how they are made",
    "sql_value": "a query says what it should return, not how rows are made for it",
    "expect": "an expectation of GX's is checked, not read",
}
"""Kinds that rows are not made for → why. They are checked once the rows are written."""

FROM_SCHEMA = frozenset({"undeclared_tables", "columns", "type", "column_order", "partitioned_by"})
"""Kinds that the schema and the layout of a table that is made satisfy by themselves."""

FROM_ROWS = frozenset(
    {
        *("required", "required_if", "null_share", "unique", "primary_key", "rows"),
        *("references", "same_set_as", "compare", "sequence", "sorted", "freshness"),
    }
)
"""Kinds beside those of one value and statistics that rows are made for."""

INSIDE = VALUE_KINDS | {"type", "required", "required_if", "unique"}
"""Kinds that values inside of nested ones are made for."""

BUILT = FROM_SCHEMA | FROM_ROWS | VALUE_KINDS | STATISTICS


@dataclass
class TableRules:
    """Rules by role; those inside of nested columns stay with their column."""

    values: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    """Column → rules about each of its values."""

    required: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    """Column → rules against null in every row."""

    required_if: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    null_share: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    keys: list[tuple[Rule, tuple[str, ...]]] = field(default_factory=list)
    """Columns whose values together are never repeated, the primary key first."""

    sequences: dict[str, Rule] = field(default_factory=dict)
    references: list[Rule] = field(default_factory=list)
    same_sets: list[Rule] = field(default_factory=list)
    comparisons: list[Rule] = field(default_factory=list)
    """Of a column with another."""

    orders: list[Rule] = field(default_factory=list)
    statistics: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    freshness: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    rows: list[Rule] = field(default_factory=list)
    unbuilt: dict[str, str] = field(default_factory=dict)
    """Id of a rule → why rows are not made for it."""


def rules_by_role(table: Table, further: Mapping[str, Iterable[Rule]]) -> TableRules:
    """Return a table's rules by role.

    `further` are rules of other tables, by the column of this one whose values satisfy them.
    """
    found = TableRules()
    for rule in table.rules:
        if not rule.path:
            _place(rule, found)
        elif rule.kind not in INSIDE or (rule.kind == "unique" and rule.path[-1] is not None):
            found.unbuilt[rule.id] = "it is about values inside of others, all rows together"
    for column, rules in further.items():
        found.values[column] += rules
    for name in table.primary_key:
        found.required[name] += [rule for rule in table.rules if rule.kind == "primary_key"]
    found.keys.sort(key=lambda key: (key[0].kind != "primary_key", len(key[1])))
    return found


def _place(rule: Rule, found: TableRules) -> None:
    kind, column = rule.kind, rule.columns[0] if rule.columns else ""
    by_column = {
        "required": found.required if rule.where is None else found.required_if,
        "required_if": found.required_if,
        "null_share": found.null_share,
        "freshness": found.freshness,
        **dict.fromkeys(STATISTICS, found.statistics),
        **dict.fromkeys(VALUE_KINDS, found.values),
        **({"compare": found.values} if len(rule.columns) == 1 else {}),
    }
    listed = {
        "compare": found.comparisons,
        "references": found.references,
        "same_set_as": found.same_sets,
        "sorted": found.orders,
        "rows": found.rows,
    }
    if kind == "freshness" and "max_age" not in rule.argument:
        return  # it compares with earlier runs, of which there are none
    if kind in by_column:
        by_column[kind][column].append(rule)
    elif kind in listed:
        listed[kind].append(rule)
    elif kind in ("unique", "primary_key"):
        found.keys.append((rule, rule.columns))
    elif kind == "sequence":
        found.sequences[column] = rule
    elif kind not in FROM_SCHEMA:
        found.unbuilt[rule.id] = UNBUILT[kind]
