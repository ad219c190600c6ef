"""Plan a run: what builds the tables of a stage, in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from spectra_gx.contract.stage_files import FOLDER, module_path
from spectra_gx.errors import UsageError
from spectra_gx.runner.building.build_order import Node, dependants, in_order
from spectra_gx.runner.building.daily_tables import SelectedTables, daily_tables
from spectra_gx.runner.building.declared.builder_checks import BuilderChecks, sound_builders
from spectra_gx.runner.building.kinds.command_builder import CommandBuilder
from spectra_gx.runner.building.kinds.command_process import CommandProcess
from spectra_gx.runner.building.kinds.python_builder import FunctionBuilder, StageModule
from spectra_gx.runner.building.kinds.sql_builder import SqlBuilder
from spectra_gx.runner.building.stage_plan import StagePlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.runner.building.builder_access import BuilderAccess
    from spectra_gx.runner.building.declared.declarations import DeclaredBuilder
    from spectra_gx.runner.ports import Builder
    from spectra_gx.warehouse.warehouse import Warehouse


def plan_stage(
    root: Path,
    contract: StageContract,
    contracts: Mapping[str, StageContract],
    warehouse: Warehouse,
    access: BuilderAccess,
    delivered: Sequence[Builder] = (),
    only: str | None = None,
    *,
    by_day: bool = False,
) -> StagePlan:
    """Return what builds the tables of a stage; nothing of it is imported or run yet.

    Args:
        root: The project.
        contract: The stage.
        contracts: The project's contracts.
        warehouse: How tables of files are read.
        access: What builders may use of the project's settings.
        delivered: What builds tables in the place of the project's own builders: a source, or
            tables that the caller has.
        only: The one table to build, with all that need it.
        by_day: Whether only `replace_where` tables are built.

    Raises:
        ContractError: Something is wrong with the builders; carries every problem.
        UsageError: `only` is no table that a builder makes alone, or no table is built by day.
    """
    checked = sound_builders(root, contract, contracts)
    module = StageModule(
        module_path(root, contract.name), f"{FOLDER}/{contract.name}.py", access.redact
    )
    process = CommandProcess()
    nodes = [*map(_delivered, delivered)]
    taken = {table for node in nodes for table in node.tables}
    if checked.settings.command is not None and not delivered:
        tables = _left_to_command(contract, checked)
        command = CommandBuilder(
            checked.settings.command, tables, root, contract, warehouse, access, process
        )
        nodes.append(_delivered(command))
    for table in contract.tables:
        if table.name in checked.builders and table.name not in taken:
            read = frozenset(checked.needs_of(checked.builders[table.name]))
            builder = _builder(checked.builders[table.name], table, read, module)
            nodes.append(Node(builder, (table.name,), read, _parents(table)))
    needs = _needs(nodes)
    if by_day:
        nodes = _narrowed(nodes, daily_tables(contract.name, checked.options))
    if only is not None:
        nodes = _selected(nodes, only, needs)
    return StagePlan(tuple(in_order(nodes)), checked.options, needs, module.close, process.end)


def _needs(nodes: Sequence[Node[Builder]]) -> dict[str, frozenset[str]]:
    """Return table → those that it needs; what one builder makes may need each other."""
    return {
        table: (node.needs | node.follows | {*node.tables}) - {table}
        for node in nodes
        for table in node.tables
    }


def _delivered(builder: Builder) -> Node[Builder]:
    return Node(builder, builder.tables, builder.needs)


def _left_to_command(contract: StageContract, checked: BuilderChecks) -> tuple[str, ...]:
    """Return the tables that a command may write: those that nothing else builds or stores."""
    return tuple(
        table.name
        for table in contract.tables
        if table.name not in checked.builders and table.location is None
    )


def _narrowed(nodes: Sequence[Node[Builder]], tables: frozenset[str]) -> list[Node[Builder]]:
    """Return what builds some tables, without the others that it makes in the same go."""
    narrowed = []
    for node in nodes:
        wanted = tuple(table for table in node.tables if table in tables)
        if wanted == node.tables:
            narrowed.append(node)
        elif wanted:
            narrowed.append(
                replace(node, builder=SelectedTables(node.builder, wanted), tables=wanted)
            )
    return narrowed


def _selected(
    nodes: Sequence[Node[Builder]], only: str, needs: Mapping[str, frozenset[str]]
) -> list[Node[Builder]]:
    """Return the builders of a table and of all that need it."""
    owner = next((node for node in nodes if only in node.tables), None)
    if owner is None or len(owner.tables) > 1:
        alone = [f"`{node.tables[0]}`" for node in nodes if len(node.tables) == 1]
        raise UsageError(
            f"`--table {only}` names no table that is built alone; "
            + (f"these are: {', '.join(alone)}" if alone else "leave it out")
        )
    wanted = dependants([only], needs)
    return [node for node in nodes if wanted & {*node.tables}]


def _builder(
    declared: DeclaredBuilder,
    table: Table,
    needs: frozenset[str],
    module: StageModule,
) -> Builder:
    place = str(declared.place)
    if declared.select is None:
        columns = {column.name: column.type for column in table.columns}
        return FunctionBuilder(table.name, declared.function or "", module, columns, place, needs)
    return SqlBuilder(table.name, declared.select, place, needs)


def _parents(table: Table) -> frozenset[str]:
    """Return the tables that a table refers to."""
    return frozenset(
        str(rule.argument["table"])
        for rule in table.rules
        if rule.kind == "references" and rule.argument is not None
    )
