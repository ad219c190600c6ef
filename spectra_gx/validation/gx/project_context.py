"""Open a project's committed artefacts in GX, its tables attached."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import great_expectations as gx

from spectra_gx.compiler.registry import AS_OF, PREVIOUS_ROWS
from spectra_gx.engines.snapshot import Snapshot
from spectra_gx.validation.gx import expectations as _registered  # noqa: F401 - GX learns them here
from spectra_gx.validation.gx.datasource import delta_datasource
from spectra_gx.validation.gx.expectations.numbers import NO_ROWS_BEFORE
from spectra_gx.validation.snapshot.earlier_values import past_parameters
from spectra_gx.validation.snapshot.pinning import take_snapshot
from spectra_gx.warehouse.log.run_history import rows_of_last_passed_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from great_expectations.data_context.data_context.file_data_context import FileDataContext

    from spectra_gx.contract.model import StageContract
    from spectra_gx.warehouse.warehouse import Warehouse


def open_context(
    root: Path, contracts: Mapping[str, StageContract], warehouse: Warehouse
) -> FileDataContext:
    """Return GX's own context of the project; every committed checkpoint in it can be run.

    The datasource is attached in memory, so that opening a project changes no committed file.
    """
    context = gx.get_context(mode="file", project_root_dir=root)
    snapshots = [take_snapshot(warehouse, contract, contracts) for contract in contracts.values()]
    merged = Snapshot(
        tables={name: table for one in snapshots for name, table in one.tables.items()},
        unreadable={name: why for one in snapshots for name, why in one.unreadable.items()},
        readable={name: columns for one in snapshots for name, columns in one.readable.items()},
        memory=warehouse.memory,
    )
    keys = {
        table.name: table.primary_key
        for contract in contracts.values()
        for table in contract.tables
    }

    def parameters(table: str) -> dict[str, Any]:
        return _parameters(table, contracts.values(), warehouse)

    datasource = delta_datasource(merged, keys, parameters=parameters)
    # Public `add` would write a configuration; this is how GX itself attaches one it loaded.
    context._add_fluent_datasource(datasource, save_changes=False)  # noqa: SLF001
    # GX's own hook for what a context knows of a run.
    context.prepare_checkpoint_run = _fill_in(parameters)  # type: ignore[method-assign]
    return context


def _fill_in(parameters: Callable[[str], dict[str, Any]]) -> Callable[..., None]:
    """Return what gives a checkpoint's suites their parameters, but for those given already."""

    def fill_in(
        checkpoint: gx.Checkpoint,
        batch_parameters: dict[str, Any],
        expectation_parameters: dict[str, Any],
    ) -> None:
        del batch_parameters
        for definition in checkpoint.validation_definitions:
            for name, value in parameters(definition.asset.name).items():
                expectation_parameters.setdefault(name, value)

    return fill_in


def _parameters(
    table: str, contracts: Iterable[StageContract], warehouse: Warehouse
) -> dict[str, Any]:
    """Return the parameters of a table's suite: the instant, and the row count before."""
    now = datetime.now(UTC)
    parameters: dict[str, Any] = {AS_OF: now.isoformat()}
    for contract in contracts:
        declared = contract.table(table)
        rules = () if declared is None else declared.rules
        if any(rule.kind == "rows" and "change" in rule.argument for rule in rules):
            earlier = rows_of_last_passed_run(warehouse, contract.name)
            parameters[PREVIOUS_ROWS] = earlier.get(table, NO_ROWS_BEFORE)
        parameters |= past_parameters(rules, warehouse, contract.name, now)
    return parameters
