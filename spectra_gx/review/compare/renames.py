"""Find what was only renamed, and give the old contract the new names.

What was removed and added is a rename where everything but the names is equal. Whatever else names
them (keys, guarantees, the handoff, environments) follows, so that a rename is reported once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from spectra_gx.contract.sql.quoting import spell_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from spectra_gx.contract.model import Column, Rule, StageContract, Table

T = TypeVar("T")


@dataclass(frozen=True)
class Renames:
    """What has another name: new → old."""

    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    """Paths, `<table>.<column>`."""

    rules: dict[str, str] = field(default_factory=dict)
    """Ids of listed rules."""


def apply_renames(old: StageContract, new: StageContract) -> tuple[StageContract, Renames]:
    """Return the old contract with the new one's names for what was renamed, and the renames."""
    renames = Renames()
    ids: dict[str, str] = {}
    tables = []
    pairs = _pairs(old.tables, new.tables, _shape_of_table, lambda table: table.name)
    for table in old.tables:
        name = pairs.get(table.name, table.name)
        after = new.table(name)
        if name != table.name:
            renames.tables[name] = table.name
        named = _in_table(table, name) if name != table.name else table
        if after is not None:
            named = _with_columns(named, after, table.name, renames)
            named = _with_rules(named, after, table.name, renames)
        ids |= {
            before.id: now.id
            for before, now in zip(table.rules, named.rules, strict=True)
            if before.id != now.id
        }
        tables.append(named)
    if not ids:
        return old, renames
    return _with_ids(replace(old, tables=tuple(tables)), ids), renames


def _pairs(
    before: Iterable[T], after: Iterable[T], shape: Callable[[T], Any], name: Callable[[T], str]
) -> dict[str, str]:
    """Return old name → new name of what was removed and added in one shape, likest names first."""
    old = {name(item): item for item in before}
    new = {name(item): item for item in after}
    gone = {key: shape(item) for key, item in old.items() if key not in new}
    come = {key: shape(item) for key, item in new.items() if key not in old}
    if not gone or not come:
        return {}
    from difflib import SequenceMatcher  # noqa: PLC0415  # few changes need it

    likeness = sorted(
        (
            (-SequenceMatcher(None, one, other).ratio(), one, other)
            for one in gone
            for other in come
            if gone[one] == come[other]
        ),
    )
    pairs: dict[str, str] = {}
    for _, one, other in likeness:
        if one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs


# -- shapes: everything but names ------------------------------------------------------------------


def _shape_of_rule(rule: Rule) -> Any:
    return (rule.kind, rule.argument, rule.severity, rule.mostly, rule.shares, rule.where)


def _shape_of_column(column: Column) -> Any:
    return (
        column.type,
        column.classification,
        sorted(map(_shape_of_rule, column.rules), key=lambda shape: str(shape[0])),
        [(part.name, _shape_of_column(part)) for part in column.parts],
    )


def _shape_of_table(table: Table) -> Any:
    return {column.name: _shape_of_column(column) for column in table.columns}


# -- giving names ----------------------------------------------------------------------------------


def _in_table(table: Table, name: str) -> Table:
    def renamed(rule: Rule) -> Rule:
        return replace(rule, id=name + rule.id.removeprefix(table.name), table=name)

    return replace(
        table,
        name=name,
        columns=tuple(_each_rule(column, renamed) for column in table.columns),
        table_rules=tuple(map(renamed, table.table_rules)),
    )


def _each_rule(column: Column, change: Callable[[Rule], Rule]) -> Column:
    return replace(
        column,
        rules=tuple(map(change, column.rules)),
        fields=tuple(_each_rule(part, change) for part in column.fields),
        items=None if column.items is None else _each_rule(column.items, change),
    )


def _with_columns(table: Table, after: Table, old_table: str, renames: Renames) -> Table:
    pairs = _pairs(table.columns, after.columns, _shape_of_column, lambda column: column.name)
    if not pairs:
        return table
    for old, new in pairs.items():
        renames.columns[f"{table.name}.{spell_name(new)}"] = f"{old_table}.{spell_name(old)}"

    def renamed(column: Column) -> Column:
        if column.name not in pairs:
            return column
        name = pairs[column.name]
        return replace(
            _each_rule(
                column,
                lambda rule: replace(
                    rule,
                    id=f"{table.name}.{spell_name(name)}{rule.id.removeprefix(column.id)}",
                    columns=(name,),
                ),
            ),
            name=name,
        )

    return replace(
        table,
        columns=tuple(map(renamed, table.columns)),
        table_rules=tuple(_with_named_columns(rule, pairs) for rule in table.table_rules),
        primary_key=tuple(pairs.get(name, name) for name in table.primary_key),
    )


def _with_named_columns(rule: Rule, pairs: Mapping[str, str]) -> Rule:
    """Return a table's rule with the new names of columns; SQL is left as it was written."""
    argument = rule.argument
    if rule.kind == "compare":
        argument = {**argument, "column": pairs.get(argument["column"], argument["column"])}
    if rule.kind == "sorted":
        argument = {**argument, "by": tuple(pairs.get(name, name) for name in argument["by"])}
    columns = tuple(pairs.get(name, name) for name in rule.columns)
    return replace(rule, columns=columns, argument=argument)


def _with_rules(table: Table, after: Table, old_table: str, renames: Renames) -> Table:
    """Return the table with the new ids of listed rules that say the same."""
    pairs = _pairs(
        [rule for rule in table.table_rules if _is_listed(rule)],
        [rule for rule in after.table_rules if _is_listed(rule)],
        lambda rule: (_shape_of_rule(rule), rule.columns, rule.description),
        lambda rule: rule.id,
    )
    for old, new in pairs.items():
        renames.rules[new] = old_table + old.removeprefix(table.name)
    rules = tuple(replace(rule, id=pairs.get(rule.id, rule.id)) for rule in table.table_rules)
    return replace(table, table_rules=rules)


def _is_listed(rule: Rule) -> bool:
    return rule.id != f"{rule.table}.{rule.kind}"


def _with_ids(contract: StageContract, ids: Mapping[str, str]) -> StageContract:
    """Return the contract with new ids of rules wherever it names them."""

    def named(rules: Iterable[str]) -> tuple[str, ...]:
        return tuple(ids.get(rule, rule) for rule in rules)

    handoff = contract.handoff
    return replace(
        contract,
        guarantees=tuple(
            replace(item, proven_by=named(item.proven_by)) for item in contract.guarantees
        ),
        handoff=handoff and replace(handoff, requires=named(handoff.requires)),
        environments=tuple(
            replace(
                item, rules={ids.get(rule, rule): override for rule, override in item.rules.items()}
            )
            for item in contract.environments
        ),
    )
