"""Generate tables that keep a contract, and check what was written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.generate.asked_breaks import read_breaks
from spectra_gx.generate.generation import Written, generate_tables
from spectra_gx.generate.result import BrokenRule, Generation
from spectra_gx.generate.target import clear, placed, refuse_used
from spectra_gx.project.workspace import classified_contracts
from spectra_gx.runner.checks.checking import CheckParameters, check
from spectra_gx.runner.events import Events
from spectra_gx.warehouse.warehouse import Warehouse
from spectra_gx.wiring import build_identity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.project.workspace import Workspace
    from spectra_gx.validation.results import StageResult

DEFAULT_PLACE = "generated"
"""Below the project's folder."""


def generate_stage(
    workspace: Workspace,
    named: str,
    *,
    rows: int,
    seed: int,
    to: str | None,
    as_of: datetime | None,
    breaks: Sequence[str],
) -> Generation:
    """Generate the tables of a stage; arguments as for `Project.generate`."""
    declared = workspace.contract(named)
    asked = read_breaks(breaks, declared)
    settings = workspace.settings
    target = Warehouse(
        to or str(workspace.root / DEFAULT_PLACE),
        settings.store_access(),
        settings.engine_memory,
        settings.engine_cpus,
        settings.warehouse_credentials if to else None,
    )
    refuse_used(target, workspace.warehouse)
    contract, moved = placed(declared)
    contracts = {
        name: placed(one)[0] for name, one in classified_contracts(workspace, contract).items()
    }
    contract = contracts[contract.name]
    instant = as_of or datetime.now(UTC)
    try:
        written = generate_tables(
            contract, contracts, target, asked, seed=seed, rows=rows, as_of=instant
        )
    except BaseException:
        clear(target)
        raise
    result = check(
        contract,
        contracts,
        target,
        build_identity(contract, settings),
        CheckParameters(as_of=instant),
        DATAFUSION,
        Events(() if workspace.progress is None else (workspace.progress,)),
    )
    return Generation(
        seed=seed,
        as_of=instant,
        reads_clock=written.reads_clock,
        warehouse=target.address,
        tables=written.tables,
        moved=moved,
        broken=tuple(_broken(one.rule.id, written, result) for one in asked),
        unbuilt=written.unbuilt,
        check=result,
    )


def _broken(rule_id: str, written: Written, result: StageResult) -> BrokenRule:
    found = next(rule for rule in result.all_rules() if rule.id == rule_id)
    rows = written.breaks.get(rule_id)
    broken = found.status == "failed" if rows is None else found.unexpected == rows
    return BrokenRule(rule_id, rows, found.unexpected, broken, found.status == "passed")
