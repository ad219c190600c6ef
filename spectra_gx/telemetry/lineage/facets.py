"""The facets of OpenLineage that events have, each of the version of its schema that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.validation.results import Scope, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spectra_gx.contract.model import Column, StageContract, Table
    from spectra_gx.telemetry.lineage.dataset_names import DatasetName
    from spectra_gx.validation.results import TableResult

Facet = dict[str, Any]

PRODUCER = "https://github.com/YOUR-ORGANISATION/spectra-gx"
SPECIFICATION = "https://openlineage.io/spec"
EVENT_SCHEMA = f"{SPECIFICATION}/2-0-2/OpenLineage.json#/$defs/RunEvent"

_VERSIONS = {
    "ColumnLineageDatasetFacet": "1-2-0",
    "DataQualityAssertionsDatasetFacet": "1-0-1",
    "DataQualityMetricsInputDatasetFacet": "1-0-2",
    "DatasetVersionDatasetFacet": "1-0-1",
    "DocumentationDatasetFacet": "1-0-1",
    "DocumentationJobFacet": "1-0-1",
    "ErrorMessageRunFacet": "1-0-1",
    "JobTypeJobFacet": "2-0-3",
    "OutputStatisticsOutputDatasetFacet": "1-0-2",
    "OwnershipJobFacet": "1-0-1",
    "ParentRunFacet": "1-0-1",
    "ProcessingEngineRunFacet": "1-1-1",
    "SchemaDatasetFacet": "1-1-1",
    "SymlinksDatasetFacet": "1-0-1",
}


def facet(kind: str, **content: Any) -> Facet:
    """Return a facet of a kind that the specification has."""
    url = f"{SPECIFICATION}/facets/{_VERSIONS[kind]}/{kind}.json#/$defs/{kind}"
    return {"_producer": PRODUCER, "_schemaURL": url, **content}


def own_run_facet(**content: Any) -> Facet:
    """Return the facet of a run that has what the specification has no place for."""
    url = f"{SPECIFICATION}/2-0-2/OpenLineage.json#/$defs/RunFacet"
    return {"_producer": PRODUCER, "_schemaURL": url, **content}


def job_facets(contract: StageContract, operation: str) -> dict[str, Facet]:
    """Return what is known of the job that a stage is."""
    facets = {
        "jobType": facet(
            "JobTypeJobFacet",
            processingType="BATCH",
            integration="SPECTRA_GX",
            jobType=operation.upper(),
        ),
        "ownership": facet("OwnershipJobFacet", owners=[{"name": contract.owner}]),
    }
    if contract.purpose:
        facets["documentation"] = facet("DocumentationJobFacet", description=contract.purpose)
    return facets


def dataset_facets(table: Table, version: int | None, namespace: str) -> dict[str, Facet]:
    """Return what is known of a table: its columns, its version, and its name in contracts."""
    identifiers = [{"namespace": namespace, "name": table.name, "type": "TABLE"}]
    facets = {
        "schema": facet("SchemaDatasetFacet", fields=[*map(_field, table.columns)]),
        "symlinks": facet("SymlinksDatasetFacet", identifiers=identifiers),
    }
    if version is not None:
        facets["version"] = facet("DatasetVersionDatasetFacet", datasetVersion=str(version))
    if table.description:
        described = table.description
        facets["documentation"] = facet("DocumentationDatasetFacet", description=described)
    return facets


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.type}
    if column.description:
        field["description"] = column.description
    if column.fields:
        field["fields"] = [*map(_field, column.fields)]
    return field


def quality_facets(table: Table, result: TableResult) -> dict[str, Facet]:
    """Return how the rules of a table ended, and what was counted; no value of the table.

    A rule that could not be evaluated is no success.
    """
    rules = {rule.id: rule for rule in table.rules}
    assertions = []
    nulls: dict[str, dict[str, int]] = {}
    for found in result.rules:
        assertion = {"assertion": found.id, "success": found.status is Status.PASSED}
        rule = rules.get(found.id)
        if rule is not None and len(rule.columns) == 1:
            [column] = rule.columns
            assertion["column"] = column
            whole = rule.kind == "required" and not rule.path and rule.where is None
            if whole and found.unexpected is not None and found.scope is Scope.WHOLE:
                nulls[column] = {"nullCount": found.unexpected}
        assertions.append(assertion)
    counted = {} if result.rows is None else {"rowCount": result.rows}
    return {
        "dataQualityAssertions": facet("DataQualityAssertionsDatasetFacet", assertions=assertions),
        "dataQualityMetrics": facet(
            "DataQualityMetricsInputDatasetFacet", **counted, columnMetrics=nulls
        ),
    }


def column_lineage_facet(
    columns: Mapping[str, Sequence[tuple[str, str]]], names: Mapping[str, DatasetName]
) -> Facet:
    """Return which columns of which tables each column is computed from."""
    return facet(
        "ColumnLineageDatasetFacet",
        fields={
            column: {"inputFields": [*_input_fields(origins, names)]}
            for column, origins in columns.items()
        },
    )


def _input_fields(
    origins: Iterable[tuple[str, str]], names: Mapping[str, DatasetName]
) -> Iterable[dict[str, str]]:
    for table, column in origins:
        yield {"namespace": names[table].namespace, "name": names[table].name, "field": column}
