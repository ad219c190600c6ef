"""What the worker of a server does with a project: check, profile, run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.dumping import dump_contract
from spectra_gx.contract.loading import parse_contract
from spectra_gx.integrations.mcp.project_access import require_stored_table
from spectra_gx.report.page_data import build_run_data

if TYPE_CHECKING:
    from spectra_gx.contract.model import Column, Rule
    from spectra_gx.project import Project

_WITHOUT_VALUES = (
    "columns",
    "format",
    "length",
    "partitioned_by",
    "primary_key",
    "references",
    "required",
    "rows",
    "type",
    "unique",
)
"""Kinds of rules whose text has no value of a table."""


def check(project: Project, stage: str, table: str | None) -> dict[str, Any]:
    """Return the result of a check, as a run's is stored; nothing is written."""
    result = project.check(stage, table=table)
    facts = result.to_dict()
    tables = [
        {
            **one,
            "seconds": one["duration_seconds"],
            "version": one["delta_version"],
            "quarantined": 0,
        }
        for one in facts["tables"]
    ]
    return {
        **facts,
        "contract_version": facts["version"],
        "started": facts["as_of"],
        "operation": "check",
        "success": None,
        "error": None,
        "tables": tables,
    }


def run(project: Project, stage: str) -> dict[str, Any]:
    """Run a stage; return its result as it is stored."""
    return build_run_data(project.run(stage))


def profile(project: Project, table: str, values: bool) -> tuple[str, list[str]]:
    """Return a contract that a table passes, and the rules that are left out of it.

    Args:
        project: The project.
        table: A table of the warehouse, by its name.
        values: Whether rules may quote values of the table.

    Raises:
        UsageError: The project has no such table.
    """
    require_stored_table(project.warehouse, table)
    text = project.init([table])
    if values:
        return text, []
    contract = parse_contract(text.encode(), "profile")
    left_out: list[str] = []

    def kept(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        left_out.extend(rule.id for rule in rules if rule.kind not in _WITHOUT_VALUES)
        return tuple(rule for rule in rules if rule.kind in _WITHOUT_VALUES)

    def bare(column: Column) -> Column:
        return replace(
            column,
            rules=kept(column.rules),
            fields=tuple(map(bare, column.fields)),
            items=column.items and bare(column.items),
        )

    tables = tuple(
        replace(one, columns=tuple(map(bare, one.columns)), table_rules=kept(one.table_rules))
        for one in contract.tables
    )
    return dump_contract(replace(contract, tables=tables)), left_out
