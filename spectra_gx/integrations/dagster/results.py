"""What a run or check found, as Dagster's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    Failure,
    MaterializeResult,
    MetadataValue,
)

from spectra_gx.integrations.outcome import explain, runs_in, summarize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from dagster import AssetCheckKey

    from spectra_gx.integrations.command import CommandResult
    from spectra_gx.integrations.dagster.specs import StageSpecs
    from spectra_gx.integrations.outcome import Run


def materializations(specs: StageSpecs, run: Run) -> Iterator[MaterializeResult[Any]]:
    """Yield each asset whose table was published."""
    rows = {table["table"]: table["rows"] for table in run["tables"]}
    for table in specs.tables:
        if table.name in run["published"]:
            yield MaterializeResult(
                asset_key=specs.key(table.name),
                metadata=_known(
                    {
                        "dagster/row_count": rows.get(table.name),
                        "table_version": run["published"][table.name],
                        "quarantined_rows": run["quarantined"].get(table.name, 0),
                        "execution_id": run["execution_id"],
                        "address": MetadataValue.path(run["addresses"][table.name]),
                        "data_docs": _link(run),
                    }
                ),
            )


def check_results(
    specs: StageSpecs, run: Run, chosen: Collection[AssetCheckKey]
) -> Iterator[AssetCheckResult]:
    """Yield each rule that passed or failed; one that could not be evaluated has no result.

    Dagster shows a check without a result, in a step that failed, as one that did not run.

    Args:
        specs: The declared rules.
        run: What was found.
        chosen: The checks whose results are wanted.
    """
    for table in run["tables"]:
        for rule in table["rules"]:
            key = specs.check_keys.get(rule["id"])
            if key is not None and key in chosen and rule["status"] != "errored":
                yield AssetCheckResult(
                    check_name=key.name,
                    asset_key=key.asset_key,
                    passed=rule["status"] == "passed",
                    severity=_severity(rule),
                    description=rule["message"] or None,
                    metadata=_known(_found(table, rule) | {"data_docs": _link(run)}),
                )


def failure(specs: StageSpecs, result: CommandResult) -> Failure:
    """Return what a step raises that did not end well; its retry policy applies where it helps."""
    run = next(reversed(runs_in(result)), None)
    return Failure(
        explain(specs.contract.name, result),
        metadata={"exit_code": result.exit_code, **(summarize(run) if run else {})},
        allow_retries=result.retryable,
    )


def _severity(rule: Run) -> AssetCheckSeverity:
    critical = rule["severity"] == "critical"
    return AssetCheckSeverity.ERROR if critical else AssetCheckSeverity.WARN


def _found(table: Run, rule: Run) -> dict[str, Any]:
    """Return what a rule found; values of sensitive columns are redacted already."""
    return {
        "rule": rule["id"],
        "severity": rule["severity"],
        "evaluated_rows": rule["evaluated"],
        "unexpected_rows": rule["unexpected"],
        "observed": rule["observed"],
        "sample": rule["sample"] or None,
        "keys": rule["keys"] or None,
        "table_version": table["delta_version"],
    }


def _link(run: Run) -> MetadataValue[Any] | None:
    url = run.get("docs_url")
    if url is None:
        return None
    return MetadataValue.url(url) if "://" in url else MetadataValue.path(url)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
