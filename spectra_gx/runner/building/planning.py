"""Plan a run: the builders of a stage that are files of the project, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.stage_files import FOLDER, module_path
from spectra_gx.errors import ContractError
from spectra_gx.runner.building.build_order import Node, in_order
from spectra_gx.runner.building.builder_checks import BuilderChecks
from spectra_gx.runner.building.python_builder import FunctionBuilder, StageModule
from spectra_gx.runner.building.sql_builder import SqlBuilder
from spectra_gx.runner.building.stage_builders import find_builders
from spectra_gx.runner.building.stage_plan import StagePlan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.runner.building.builder_access import BuilderAccess
    from spectra_gx.runner.building.declarations import DeclaredBuilder
    from spectra_gx.runner.ports import Builder


def plan_stage(
    root: Path,
    contract: StageContract,
    contracts: Mapping[str, StageContract],
    access: BuilderAccess,
) -> StagePlan:
    """Return the builders that a project has for a stage; none of them is imported yet.

    Raises:
        ContractError: Something is wrong with them; carries every problem.
    """
    checked = BuilderChecks(find_builders(root, contract.name), contract, contracts)
    problems = [problem for report in checked.reports for problem in report.problems]
    if problems:
        raise ContractError(problems)
    file = f"{FOLDER}/{contract.name}.py"
    module = StageModule(module_path(root, contract.name), file, access.redact)
    nodes = []
    for table in contract.tables:
        if table.name in checked.builders:
            declared = checked.builders[table.name]
            needs = frozenset(checked.needs_of(declared))
            builder = _builder(declared, table, needs, checked, module)
            nodes.append(Node(builder, (table.name,), needs, _parents(table)))
    return StagePlan(tuple(in_order(nodes)), checked.options)


def _builder(
    declared: DeclaredBuilder,
    table: Table,
    needs: frozenset[str],
    checked: BuilderChecks,
    module: StageModule,
) -> Builder:
    if declared.select is None:
        columns = {column.name: column.type for column in table.columns}
        return FunctionBuilder(table.name, declared.function or "", module, columns, needs)
    column = table.column(checked.options[table.name].watermark or "")
    watermark = None if column is None else column.type
    return SqlBuilder(table.name, declared.select, declared.place.file, watermark, needs)


def _parents(table: Table) -> frozenset[str]:
    """Return the tables that a table refers to."""
    return frozenset(
        str(rule.argument["table"])
        for rule in table.rules
        if rule.kind == "references" and rule.argument is not None
    )
