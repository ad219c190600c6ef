"""Rules on pages: requirement, latest result, failing rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.report.addresses import contract_page, rule_anchor, table_page
from spectra_gx.report.charts import trend
from spectra_gx.report.history import outcomes, worst_first
from spectra_gx.report.html_filters import tone
from spectra_gx.report.page_text import rule_conditions, rule_purpose, rule_value, since_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.contract.model import Column, Rule, Table

RULES_A_PAGE = 200
DETAILED = 50
"""Number of rules shown with failing rows, worst first; the others get a line each."""

_COLUMNS = 12
_NOTHING: Mapping[str, Any] = {"sample": [], "keys": [], "column": None, "message": ""}


def rule_results(
    stage: str, table: Table, checked: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return the latest `status` of each rule of a table, and the `page` with its details."""
    statuses = {rule["id"]: rule["status"] for rule in checked}
    detailed = {rule["id"] for rule in _broken(checked)[:DETAILED]}
    places = {}
    for index, rule in enumerate(table.rules):
        number = 1 if rule.id in detailed else index // RULES_A_PAGE + 1
        places[rule.id] = {
            "status": statuses.get(rule.id),
            "page": f"{table_page(stage, table.name, number)}#{rule_anchor(rule.id)}",
        }
    return places


def rule_views(
    stage: str,
    table: Table,
    checked: Sequence[Mapping[str, Any]],
    known: Mapping[str, Any],
    as_of: str,
) -> list[dict[str, Any]]:
    """Return the variables of a table's rules, in the contract's order.

    `known` are their entries in the history, by id; `as_of` is the run's instant.
    """
    facts = {rule["id"]: rule for rule in checked}
    detailed = {rule["id"] for rule in _broken(checked)[:DETAILED]}
    groups = rule_groups(table)
    views = []
    for rule in table.rules:
        found = facts.get(rule.id, {"status": None})
        history = known.get(rule.id)
        severity = found.get("severity") or str(rule.severity)
        views.append(
            {
                **broken_view(stage, {**_NOTHING, **found, "severity": severity}, rule.id),
                "name": short_name(rule.id, table.name, groups[rule.id]),
                "kind": rule.kind,
                "group": groups[rule.id],
                "detailed": rule.id in detailed,
                "meaning": rule_purpose(rule),
                "written": rule_value(rule),
                "sql": rule.kind == "sql",
                "conditions": rule_conditions(rule, as_of),
                "evaluated": found.get("evaluated"),
                "unexpected": found.get("unexpected"),
                "observed": found.get("observed"),
                "line": rule.place.line if rule.place else None,
                "trend": trend(outcomes(history), "check"),
                "since": since_text(history["since"], str(found["status"])) if history else "",
            }
        )
    return views


def short_name(rule: str, table: str, group: Mapping[str, Any] | None) -> str:
    """Return a rule's id without the table and column in its heading."""
    name = rule.removeprefix(f"{table}.")
    return name if group is None else name.removeprefix(f"{group['name']}.")


def detailed_views(views: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules that are shown with failing rows, worst first."""
    return sorted((view for view in views if view["detailed"]), key=worst_first)


def broken_view(stage: str, rule: Mapping[str, Any], rule_id: str | None = None) -> dict[str, Any]:
    """Return the variables of a rule that did not pass, on any page."""
    name = rule_id or rule["id"]
    return {
        **rule,
        "id": name,
        "tone": tone(rule["status"], rule.get("severity")),
        "anchor": rule_anchor(name),
        "contract": f"{contract_page(stage)}#{rule_anchor(name)}",
        "rows": rows_view(rule),
    }


def rows_view(rule: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the sampled rows as a table, the primary key first; None if there are none."""
    sample, keys = rule["sample"], rule["keys"]
    rows = []
    for index, value in enumerate(sample):
        key = keys[index] if index < len(keys) else {}
        one = value if isinstance(value, dict) else {rule["column"] or "value": value}
        rows.append((key, one))
    if not rows:
        return None
    key_names = list(dict.fromkeys(name for key, _ in rows for name in key))
    names = list(dict.fromkeys(name for _, row in rows for name in row if name not in key_names))
    shown = [*key_names, *names][:_COLUMNS]
    return {
        "keys": len(key_names),
        "columns": shown,
        "rows": [[_cell(name, key, row) for name in shown] for key, row in rows],
        "left_out": len(key_names) + len(names) - len(shown),
    }


def _cell(name: str, key: Mapping[str, Any], row: Mapping[str, Any]) -> Any:
    return key[name] if name in key else row.get(name, "")


def _broken(checked: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted((rule for rule in checked if rule["status"] != "passed"), key=worst_first)


def rule_groups(table: Table) -> dict[str, dict[str, Any] | None]:
    """Return the column of each rule of a table; None for a rule of the table."""
    return dict(_groups(table))


def _groups(table: Table) -> Iterator[tuple[str, dict[str, Any] | None]]:
    for rule in table.table_rules:
        yield rule.id, None
    for column in table.columns:
        yield from _of_column(table, column, sensitive=column.sensitive)


def _of_column(
    table: Table, column: Column, *, sensitive: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    group = {
        "name": column.id.removeprefix(f"{table.name}."),
        "type": column.type,
        "description": column.description,
        "sensitive": sensitive,
        "nullable": not column.required,
    }
    rules: tuple[Rule, ...] = column.rules
    for rule in rules:
        yield rule.id, group
    for part in column.parts:
        yield from _of_column(table, part, sensitive=sensitive)
