"""Build assets and asset checks from the contract of a stage.

Dagster reads the annotations of what runs, so here they are no text.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetChecksDefinition,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    PartitionsDefinition,
    RetryPolicy,
    multi_asset,
    multi_asset_check,
)

from spectra_gx.integrations.command import FAILED, PASSED
from spectra_gx.integrations.dagster.resource import SpectraGX
from spectra_gx.integrations.dagster.results import check_results, failure, materializations
from spectra_gx.integrations.dagster.specs import asset_key, identifier, read_specs
from spectra_gx.integrations.outcome import runs_in


def build_stage_assets(
    stage: str,
    *,
    project: str | Path,
    environment: str | None = None,
    tables: Sequence[str] | None = None,
    partitions_def: PartitionsDefinition[str] | None = None,
    retry_policy: RetryPolicy | None = None,
    asset_key: Callable[[str], AssetKey] = asset_key,
) -> AssetsDefinition:
    """Build the assets of a stage that spectra-gx runs, with a check for each of their rules.

    Materializing them is `spectra-gx run`: what fails its contract is not published, its checks
    fail, and so does the step. Needs the resource `spectra_gx`.

    Args:
        stage: The stage's name.
        project: Folder that contains `contracts/`, where this code is loaded.
        environment: The overrides of the contract that apply, as the resource names it.
        tables: Those that are assets; all of the stage's without it.
        partitions_def: Days; then `run --from --to` builds the stage's `replace_where` tables.
        retry_policy: Applies where a run could not be done, not where its data is bad.
        asset_key: Returns the key of a table by its name.

    Raises:
        ContractError: A contract of the project is invalid.
        UsageError: The project has no such stage, or the stage no such table.
    """
    specs = read_specs(stage, project, environment, tables, asset_key)

    @multi_asset(
        name=f"run_{identifier(stage)}",
        specs=specs.assets(),
        check_specs=specs.checks(),
        partitions_def=partitions_def,
        retry_policy=retry_policy,
    )
    def run_stage(context: AssetExecutionContext, spectra_gx: SpectraGX) -> Iterator[Any]:
        arguments = ["run", stage, *_days(context)]
        result = spectra_gx.run(arguments, context.log.info)
        for run in runs_in(result):
            yield from materializations(specs, run)
            yield from check_results(specs, run, context.selected_asset_check_keys)
        if result.exit_code != PASSED:
            raise failure(specs, result)

    return run_stage


def build_asset_checks(
    stage: str,
    *,
    project: str | Path,
    environment: str | None = None,
    tables: Sequence[str] | None = None,
    retry_policy: RetryPolicy | None = None,
    asset_key: Callable[[str], AssetKey] = asset_key,
) -> AssetChecksDefinition:
    """Build a check for each rule of tables that something else builds, as assets of its own.

    All are one `spectra-gx check`. A critical rule that fails is an error: it blocks assets that
    depend on its table, and Dagster fails the step. Others are warnings. Needs the resource
    `spectra_gx`.

    Arguments and errors are those of `build_stage_assets`.
    """
    specs = read_specs(stage, project, environment, tables, asset_key)

    @multi_asset_check(
        name=f"check_{identifier(stage)}",
        specs=specs.checks(),
        can_subset=True,
        retry_policy=retry_policy,
    )
    def check_stage(context: AssetCheckExecutionContext, spectra_gx: SpectraGX) -> Iterator[Any]:
        result = spectra_gx.run(["check", stage], context.log.info)
        for run in runs_in(result):
            yield from check_results(specs, run, context.selected_asset_check_keys)
        if result.exit_code not in {PASSED, FAILED}:
            raise failure(specs, result)

    return check_stage


def _days(context: AssetExecutionContext) -> list[str]:
    """Return the options for the days that are to be built; none without partitions."""
    if not context.has_partition_key_range:
        return []
    days = context.partition_key_range
    return ["--from", days.start, "--to", days.end]
