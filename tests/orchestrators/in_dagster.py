"""Materialize or check the shop by Dagster's own Python; print what Dagster recorded."""

from __future__ import annotations

import json
import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

from dagster import (
    AssetCheckKey,
    AssetKey,
    AssetSelection,
    AssetSpec,
    DagsterInstance,
    DailyPartitionsDefinition,
    RetryPolicy,
    asset,
    materialize,
)

from spectra_gx.integrations.dagster import SpectraGX, build_asset_checks, build_stage_assets

if TYPE_CHECKING:
    from types import ModuleType

    from dagster import ExecuteInProcessResult

SHOP = os.environ["SHOP"]
RESOURCES = {"spectra_gx": SpectraGX(project=SHOP, command=os.environ["SPECTRA_GX"])}
AGAIN = RetryPolicy(max_retries=2)


def example(path: str) -> ExecuteInProcessResult:
    """Materialize every asset of the example."""
    specification = spec_from_file_location("example", path)
    assert specification is not None
    assert specification.loader is not None
    module: ModuleType = module_from_spec(specification)
    specification.loader.exec_module(module)
    return run(module.definitions.assets, module.definitions.resources)


def checks() -> ExecuteInProcessResult:
    """Build something else's reports, check them, and build what a critical failure blocks."""
    reports = [asset(key=AssetKey(["sales", name]))(lambda: None) for name in TABLES]

    @asset(deps=[AssetKey(["sales", "by_day"])])
    def newsletter() -> None:
        return None

    built = build_asset_checks("sales", project=SHOP, retry_policy=AGAIN)
    return run([*reports, newsletter, built], RESOURCES)


TABLES = ("by_day", "by_product")


def one_check() -> ExecuteInProcessResult:
    """Evaluate one of the checks alone."""
    built = build_asset_checks("sales", project=SHOP)
    key = AssetCheckKey(AssetKey(["sales", "by_day"]), "total_min")
    specs = [AssetSpec(AssetKey(["sales", name])) for name in TABLES]
    return run([built, *specs], RESOURCES, selection=AssetSelection.checks(key))


def day(key: str) -> ExecuteInProcessResult:
    """Materialize the orders of a day, and their items."""
    built = build_stage_assets(
        "shop",
        project=SHOP,
        tables=["shop.order", "shop.order_item"],
        partitions_def=DailyPartitionsDefinition("2026-11-20"),
    )
    return run([built], RESOURCES, partition_key=key)


def run(assets: Any, resources: Any, **options: Any) -> ExecuteInProcessResult:
    """Materialize assets in this process; a failure is a result."""
    instance = DagsterInstance.ephemeral()
    return materialize(
        assets, resources=resources, instance=instance, raise_on_error=False, **options
    )


def recorded(result: ExecuteInProcessResult) -> dict[str, Any]:
    """Return what the events of a run say."""
    return {
        "success": result.success,
        "steps": {
            event.step_key: event.event_type_value
            for event in result.all_events
            if event.is_step_event and event.event_type_value in ENDS
        },
        "retries": sum(event.event_type_value == "STEP_RESTARTED" for event in result.all_events),
        "failures": [
            [failure.user_failure_data.description, values(failure.user_failure_data.metadata)]
            for failure in (
                event.step_failure_data for event in result.all_events if event.is_step_failure
            )
            if failure.user_failure_data is not None
        ],
        "materialized": {
            event.asset_key.to_user_string(): values(event.materialization.metadata)
            for event in result.get_asset_materialization_events()
            if event.asset_key is not None
        },
        "checks": {
            f"{one.asset_key.to_user_string()}:{one.check_name}": {
                "passed": one.passed,
                "severity": one.severity.value,
                "description": one.description,
                "found": values(one.metadata),
            }
            for one in result.get_asset_check_evaluations()
        },
    }


ENDS = ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED")


def values(metadata: Any) -> dict[str, Any]:
    """Return metadata as plain values."""
    return {name: value.value for name, value in metadata.items()}


if __name__ == "__main__":
    tries = {"example": example, "checks": checks, "one check": one_check, "day": day}
    found = recorded(tries[sys.argv[1]](*sys.argv[2:]))
    print(json.dumps(found))  # noqa: T201 - the test reads it
