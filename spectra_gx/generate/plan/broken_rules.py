"""Which rules can be broken on purpose, and which break with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.errors import UsageError
from spectra_gx.generate.plan.stored_values import has_null
from spectra_gx.generate.plan.table_rules import UNBUILT
from spectra_gx.generate.values.domains import UnmetError
from spectra_gx.generate.values.value_rules import VALUE_KINDS

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from spectra_gx.contract.model import Column, Rule
    from spectra_gx.generate.plan.stage_plan import StagePlan
    from spectra_gx.generate.plan.table_parts import TableParts

WHOLE = frozenset(
    {
        *("columns", "column_order", "partitioned_by", "undeclared_tables", "rows"),
        *("null_share", "mean", "median", "sum", "stdev", "distinct", "quantile"),
        *("freshness", "same_set_as"),
    }
)
"""Kinds about all rows together, or none: they are broken or not."""

BY_ROW = VALUE_KINDS | {
    *("required", "required_if", "unique", "primary_key", "references", "compare"),
    *("sequence", "sorted"),
}
"""Kinds that a share of rows breaks."""

UNBREAKABLE = {
    "type": "every other rule of its column could then not be evaluated",
    **dict.fromkeys(UNBUILT, "no row is known that breaks it"),
}
"""Kinds that are not broken on purpose → why."""

_ALWAYS_TOGETHER = ("unique", "primary_key")


@dataclass(frozen=True)
class Broken:
    """A rule that is to be broken."""

    rule: Rule
    share: float | None = None
    """Of the rows that it is about."""

    rows: int | None = None
    """How many rows; without either it is broken as a whole."""


def is_about_keys(rule: Rule) -> bool:
    """Return whether rows break a rule by being alike."""
    return rule.kind in _ALWAYS_TOGETHER and not rule.path


def check_breakable(broken: Sequence[Broken], plan: StagePlan) -> None:
    """Refuse what cannot be broken, or not without another rule that is not named, too.

    Raises:
        UsageError: Names the first such rule.
    """
    named = {one.rule.id for one in broken}
    unbuilt = plan.unbuilt()
    for one in broken:
        kind, rule_id = one.rule.kind, one.rule.id
        if kind in UNBREAKABLE:
            raise UsageError(f"rule `{rule_id}` is not broken on purpose: {UNBREAKABLE[kind]}")
        if rule_id in unbuilt:
            raise UsageError(f"rule `{rule_id}` is not broken on purpose: {unbuilt[rule_id]}")
        _check_amount(one)
        _check_way(one.rule, plan)
        others = sorted(breaks_with(one.rule, plan) - named)
        for other in others:
            _check_other(other, one.rule, plan)
        if others:
            listed = " and ".join(f"`{other}`" for other in others)
            more = " ".join(f"--break {other}=…" for other in others)
            raise UsageError(f"whatever breaks `{rule_id}` breaks {listed}; add {more}")


def _check_other(other: str, rule: Rule, plan: StagePlan) -> None:
    """Refuse to break a rule that another table has as well, of the values it takes from this."""
    if other not in {one.id for one in plan.tables[rule.table].rules}:
        raise UsageError(
            f"rule `{rule.id}` is not broken on purpose: rows of another table have the same "
            f"values, of which `{other}` says what they are"
        )


_NULLS = {"required": ("required", "required_if"), "required_if": ("required",)}
"""Kinds → those that a null which breaks them breaks as well, or may."""

_BOUNDED = ("mean", "median", "sum", "stdev", "distinct", "quantile")


def _check_bounds(rule: Rule) -> None:
    if not rule.argument.keys() & {"min", "max", "equals", "same_as", "max_age"}:
        raise UsageError(
            f"rule `{rule.id}` is not broken on purpose: it compares with earlier runs, and a new "
            "table has none"
        )


def _check_amount(broken: Broken) -> None:
    kind, rule_id = broken.rule.kind, broken.rule.id
    amount = broken.share is not None or broken.rows is not None
    if kind in WHOLE and amount:
        raise UsageError(f"rule `{rule_id}` is about all rows together; write `--break {rule_id}`")
    if kind in BY_ROW and not amount:
        raise UsageError(f"say how many rows break `{rule_id}`: `--break {rule_id}=1%`, or `=10`")
    if is_about_keys(broken.rule) and broken.rows == 1:
        raise UsageError(
            f"rule `{rule_id}` is broken by no single row: the same key is in 2 or more; write "
            f"`--break {rule_id}=2`"
        )


def _check_way(rule: Rule, plan: StagePlan) -> None:
    """Refuse a rule that its kind alone would let be broken."""
    if rule.kind in ("rows", "null_share", "freshness", *_BOUNDED):
        _check_bounds(rule)
    if rule.kind == "sorted":
        _check_order(rule, plan)
    if rule.kind in ("references", "same_set_as"):
        _check_reference(rule, plan)
    if _is_about_values(rule) and not rule.path:
        _check_own_values(rule, plan)
    if is_about_keys(rule):
        _check_key(rule, plan)
    if rule.kind in _NULLS and not has_null(plan.tables[rule.table]):
        raise UsageError(
            f"rule `{rule.id}` is not broken on purpose: its files have no nulls, by `null_values`"
        )


def _check_own_values(rule: Rule, plan: StagePlan) -> None:
    """Refuse a rule about single values of a column whose values are decided all together."""
    parts = plan.parts(rule.table)
    others = [
        *((one, one.columns) for one in parts.references.values()),
        *((one, (name,)) for name, one in parts.rules.sequences.items()),
        *((one, one.columns) for one in parts.rules.orders),
    ]
    for other, columns in others:
        if rule.columns[0] in columns:
            raise UsageError(
                f"rule `{rule.id}` is not broken on purpose: the values of its column are decided "
                f"by `{other.id}`"
            )


def _check_key(rule: Rule, plan: StagePlan) -> None:
    for name in plan.parts(rule.table).sequences & set(rule.columns):
        raise UsageError(
            f"rule `{rule.id}` is not broken on purpose: the values of `{name}` follow each other, "
            "so none is repeated"
        )


def _check_reference(rule: Rule, plan: StagePlan) -> None:
    if rule.id not in {one.id for one in plan.parts(rule.table).references.values()}:
        raise UsageError(
            f"rule `{rule.id}` is not broken on purpose: its columns are always among themselves"
        )


def _check_order(rule: Rule, plan: StagePlan) -> None:
    rules = plan.rules[rule.table]
    keys = {column for _, key in rules.keys for column in key}
    by = rule.argument["by"]
    moved = [column for column in rule.columns if column not in by] or by
    if set(moved) & (keys | rules.sequences.keys()):
        raise UsageError(
            f"rule `{rule.id}` is not broken on purpose: its columns are in a key, whose values "
            "are in order by themselves"
        )


def breaks_with(rule: Rule, plan: StagePlan) -> set[str]:
    """Return the other rules that whatever breaks a rule breaks as well."""
    if rule.table not in plan.tables:
        return set()
    table = plan.tables[rule.table]
    found: set[str] = set()
    if is_about_keys(rule):
        found = {
            other.id
            for other in table.rules
            if is_about_keys(other) and set(other.columns) <= set(rule.columns)
        }
    nulls = _NULLS.get(rule.kind, ())
    if nulls:
        found = {
            other.id
            for other in table.rules
            if (other.kind in nulls and (other.columns, other.path) == (rule.columns, rule.path))
            or (other.kind == "primary_key" and not rule.path and rule.columns[0] in other.columns)
        }
    column = table.column(rule.columns[0]) if rule.columns else None
    if column is not None and not rule.path and _is_about_values(rule):
        found = _conflicts(rule, column, plan.parts(rule.table))
    return found - {rule.id}


def _is_about_values(rule: Rule) -> bool:
    """Return whether a rule is about one value of one column."""
    return rule.kind in VALUE_KINDS or (rule.kind == "compare" and len(rule.columns) == 1)


def _conflicts(rule: Rule, column: Column, parts: TableParts) -> set[str]:
    """Return the rules of a column that no value satisfies which breaks a rule."""
    if _has_values({rule.id}, column, parts):
        return set()
    others = [one for one in parts.domains.usual(column) if one.id != rule.id]
    for other in others:
        if _has_values({rule.id, other.id}, column, parts):
            return {other.id}
    if len(others) > 1 and _has_values({rule.id, *(one.id for one in others)}, column, parts):
        return {one.id for one in others}
    raise UsageError(
        f"rule `{rule.id}` is not broken on purpose: no value of `{column.name}` was found "
        "that breaks it"
    )


def _has_values(
    broken: set[str], column: Column, parts: TableParts, active: Container[str] = ()
) -> bool:
    """Return whether there are values that break rules, where these and the active ones apply."""
    cases = parts.conditional(column.name)
    true = [place for place, one in enumerate(cases) if one.id in broken or one.id in active]
    try:
        parts.domains.domain_in(column, cases)(frozenset(true), frozenset(broken))
    except UnmetError:
        return False
    return True


def rules_in_the_way(rule: Rule, broken: Sequence[Broken], plan: StagePlan) -> list[Rule]:
    """Return the rules that apply to some rows, in none of which a rule can be broken."""
    column = plan.tables[rule.table].column(rule.columns[0]) if rule.columns else None
    if column is None or rule.path or not _is_about_values(rule):
        return []
    parts = plan.parts(rule.table)
    together = breaks_with(rule, plan) & {one.rule.id for one in broken} | {rule.id}
    return [
        one
        for one in parts.conditional(column.name)
        if one.id not in together and not _has_values(together, column, parts, {one.id})
    ]


def broken_together(broken: Sequence[Broken], plan: StagePlan) -> list[list[Broken]]:
    """Return rules about rows in groups that the same rows break, those that break others first."""
    with_it = {one.rule.id: breaks_with(one.rule, plan) for one in broken}
    groups: list[list[Broken]] = []
    for one in broken:
        if one.rule.kind in WHOLE:
            continue
        linked = [group for group in groups if any(_linked(one, other, with_it) for other in group)]
        groups = [group for group in groups if group not in linked]
        groups.append([*(other for group in linked for other in group), one])
    return [sorted(group, key=lambda one: -len(with_it[one.rule.id])) for group in groups]


def _linked(one: Broken, other: Broken, with_it: Mapping[str, set[str]]) -> bool:
    return one.rule.id in with_it[other.rule.id] or other.rule.id in with_it[one.rule.id]
