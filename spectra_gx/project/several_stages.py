"""Run several stages one after another."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.contract.stage_files import has_builders
from spectra_gx.errors import UsageError
from spectra_gx.project.runs import calls_source, refuse_unfit, run_stage
from spectra_gx.runner.parameters import RunParameters
from spectra_gx.runner.several_runs import run_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.project.workspace import Workspace
    from spectra_gx.runner.several_runs import RunsResult
    from spectra_gx.sources.sandboxes import Sandboxes

_DEFAULTS = RunParameters()


def run_stages(
    workspace: Workspace,
    stages: Sequence[str],
    parameters: RunParameters,
    sandboxes: Sandboxes | None,
) -> RunsResult:
    """Run stages in the order given, up to the first that fails.

    Arguments as for `Project.run_stages`.
    """
    contracts = [workspace.contract(named) for named in stages]
    names = [contract.name for contract in contracts]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"stage `{twice[0]}` is named twice; name each once")
    fitted = [_fit(workspace, contract, parameters) for contract in contracts]
    _refuse_idle(parameters, fitted, names)
    callers = [calls_source(workspace, contract) for contract in contracts]
    if sandboxes is not None and not any(callers):
        raise UsageError(
            f"`--sandbox` does nothing for {_listed(names)}, which read no source; "
            "leave `--sandbox` out"
        )
    for contract, calls in zip(contracts, callers, strict=True):
        refuse_unfit(workspace, contract, sandboxes if calls else None)
    runs = [
        (name, partial(run_stage, workspace, named, given, sandboxes if calls else None, None))
        for name, named, given, calls in zip(names, stages, fitted, callers, strict=True)
    ]
    return run_in_order(runs)


def _fit(workspace: Workspace, contract: StageContract, parameters: RunParameters) -> RunParameters:
    """Return the parameters without those that have no effect on a run of a stage."""
    return parameters.fitted(
        built=contract.describes_source or has_builders(workspace.root, contract.name),
        reads_source=contract.describes_source,
        consumes=bool(contract.consumes),
    )


def _refuse_idle(
    parameters: RunParameters, fitted: Sequence[RunParameters], names: Sequence[str]
) -> None:
    """Refuse what has no effect on any of the stages: somebody expects one.

    Raises:
        UsageError: Something has none; names it.
    """
    for name in (field.name for field in fields(RunParameters)):
        given = getattr(parameters, name)
        if given != getattr(_DEFAULTS, name) and all(getattr(one, name) != given for one in fitted):
            option = RunParameters.option(name)
            raise UsageError(f"`{option}` does nothing for {_listed(names)}; leave `{option}` out")


def _listed(names: Sequence[str]) -> str:
    *first, last = (f"`{name}`" for name in names)
    return f"stages {', '.join(first)} and {last}" if first else f"stage {last}"
