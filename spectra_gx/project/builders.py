"""What builds the stages of a project, for lint."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.contract.linting import BuilderFindings, LintResult, lint_project
from spectra_gx.contract.loading import stages_with_contract
from spectra_gx.contract.stage_files import FOLDER, has_builders, stage_tables
from spectra_gx.project.credential_checks import check_credential_names, check_declarations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.contract.problems import Report
    from spectra_gx.warehouse.publishing.options import PublishOptions


def find_stage_builders(
    root: Path, contract: StageContract, contracts: Mapping[str, StageContract]
) -> BuilderFindings:
    """Return whether a run builds a stage, and what is wrong with its builders.

    Args:
        root: The project.
        contract: The stage.
        contracts: The project's contracts.
    """
    named = [*check_credential_names(root, contract)]
    if not has_builders(root, contract.name) and contract.name not in stage_tables(root):
        return BuilderFindings(built=contract.describes_source, reports=named)
    from spectra_gx.runner.building.declared.builder_checks import check_builders

    built = contract.describes_source or has_builders(root, contract.name)
    return BuilderFindings(built, [*check_builders(root, contract, contracts).reports, *named])


def publish_options(
    root: Path, contract: StageContract, contracts: Mapping[str, StageContract], table: str
) -> PublishOptions:
    """Return how a table is published, as its builder or the project's settings say.

    Arguments as for `find_stage_builders`.

    Raises:
        ContractError: Something is wrong with the builders; carries every problem.
    """
    from spectra_gx.warehouse.publishing.options import PublishOptions

    if not has_builders(root, contract.name) and contract.name not in stage_tables(root):
        return PublishOptions()
    from spectra_gx.runner.building.declared.builder_checks import sound_builders

    return sound_builders(root, contract, contracts).options.get(table, PublishOptions())


def lint_all(root: Path) -> LintResult:
    """Return what lint finds in all contracts and builders of a project, and its credentials.

    Raises:
        UsageError: The project has no contract.
    """
    found = lint_project(root, partial(find_stage_builders, root))
    return _add_reports(_add_strays(found, root), root, check_declarations(root))


def _add_strays(result: LintResult, root: Path) -> LintResult:
    """Return what lint found of a whole project, with builders of stages that have no contract."""
    if not (root / FOLDER).is_dir() and not stage_tables(root):
        return result
    from spectra_gx.runner.building.declared.strays import find_strays

    return _add_reports(result, root, [*find_strays(root, stages_with_contract(root))])


def _add_reports(result: LintResult, root: Path, reports: Sequence[Report]) -> LintResult:
    found = [problem for report in reports for problem in report.problems]
    paths = {report.file: (root / report.file).absolute() for report in reports}
    return replace(result, problems=(*result.problems, *found), paths={**result.paths, **paths})
