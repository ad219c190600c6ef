"""What the specification of OpenLineage wants of events and facets, as facts written down by hand.

Of core 2-0-2 and the facets that are used: types, formats, what is required, and the address of
each facet's schema. The package of its client ships no schemas.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
URI = {"type": "string", "pattern": r"^https?://"}
WHOLE = {"type": "integer"}
NUMBER = {"type": "number"}
UUID = {
    "type": "string",
    "format": "uuid",
    "pattern": r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
}
INSTANT = {"type": "string", "format": "date-time", "pattern": r"T.*(Z|[+-]\d\d:\d\d)$"}


def thing(required: str, **properties: Any) -> dict[str, Any]:
    """Return the schema of an object, with the names of what it cannot lack."""
    return {"type": "object", "required": required.split(), "properties": properties}


def items(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def values(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": schema}


def facet(kind: str, version: str, required: str, /, **properties: Any) -> dict[str, Any]:
    """Return the schema of a facet: that of its kind, beside what every facet has."""
    address = f"https://openlineage.io/spec/facets/{version}/{kind}.json#/$defs/{kind}"
    base = {"_producer": URI, "_schemaURL": {"const": address}}
    return thing(f"_producer _schemaURL {required}", **base, **properties)


NAMED_JOB = thing("namespace name", namespace=TEXT, name=TEXT)
FIELD = thing("name", name=TEXT, type=TEXT, description=TEXT, fields={"type": "array"})
COLUMN_METRICS = thing(
    "",
    nullCount=WHOLE,
    distinctCount=WHOLE,
    sum=NUMBER,
    count=NUMBER,
    min=NUMBER,
    max=NUMBER,
    quantiles=values(NUMBER),
)
INPUT_FIELD = thing("namespace name field", namespace=TEXT, name=TEXT, field=TEXT)

RUN_FACETS = {
    "parent": facet(
        "ParentRunFacet", "1-0-1", "run job", run=thing("runId", runId=UUID), job=NAMED_JOB
    ),
    "errorMessage": facet(
        "ErrorMessageRunFacet",
        "1-0-1",
        "message programmingLanguage",
        message=TEXT,
        programmingLanguage=TEXT,
        stackTrace=TEXT,
    ),
    "processing_engine": facet(
        "ProcessingEngineRunFacet", "1-1-1", "version", version=TEXT, name=TEXT
    ),
}
JOB_FACETS = {
    "jobType": facet(
        "JobTypeJobFacet",
        "2-0-3",
        "processingType integration",
        processingType={"enum": ["BATCH", "STREAMING", "SERVICE"]},
        integration=TEXT,
        jobType=TEXT,
    ),
    "ownership": facet(
        "OwnershipJobFacet", "1-0-1", "", owners=items(thing("name", name=TEXT, type=TEXT))
    ),
    "documentation": facet("DocumentationJobFacet", "1-0-1", "description", description=TEXT),
}
DATASET_FACETS = {
    "schema": facet("SchemaDatasetFacet", "1-1-1", "", fields=items(FIELD)),
    "version": facet("DatasetVersionDatasetFacet", "1-0-1", "datasetVersion", datasetVersion=TEXT),
    "documentation": facet("DocumentationDatasetFacet", "1-0-1", "description", description=TEXT),
    "symlinks": facet(
        "SymlinksDatasetFacet",
        "1-0-1",
        "",
        identifiers=items(thing("namespace name type", namespace=TEXT, name=TEXT, type=TEXT)),
    ),
    "columnLineage": facet(
        "ColumnLineageDatasetFacet",
        "1-2-0",
        "fields",
        fields=values(thing("inputFields", inputFields=items(INPUT_FIELD))),
    ),
}
INPUT_FACETS = {
    "dataQualityAssertions": facet(
        "DataQualityAssertionsDatasetFacet",
        "1-0-1",
        "assertions",
        assertions=items(
            thing("assertion success", assertion=TEXT, success={"type": "boolean"}, column=TEXT)
        ),
    ),
    "dataQualityMetrics": facet(
        "DataQualityMetricsInputDatasetFacet",
        "1-0-2",
        "columnMetrics",
        rowCount=WHOLE,
        bytes=WHOLE,
        fileCount=WHOLE,
        columnMetrics=values(COLUMN_METRICS),
    ),
}
OUTPUT_FACETS = {
    "outputStatistics": facet(
        "OutputStatisticsOutputDatasetFacet", "1-0-2", "", rowCount=WHOLE, size=WHOLE
    ),
}
OWN_FACET = thing("_producer _schemaURL", _producer=URI, _schemaURL=URI)
"""Of a facet that the specification does not have."""


def facets(known: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": known, "additionalProperties": OWN_FACET}


def dataset(**more: Any) -> dict[str, Any]:
    return thing("namespace name", namespace=TEXT, name=TEXT, facets=facets(DATASET_FACETS), **more)


RUN_EVENT = thing(
    "eventTime producer schemaURL run job",
    eventType={"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
    eventTime=INSTANT,
    producer=URI,
    schemaURL={"const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"},
    run=thing("runId", runId=UUID, facets=facets(RUN_FACETS)),
    job=thing("namespace name", namespace=TEXT, name=TEXT, facets=facets(JOB_FACETS)),
    inputs=items(dataset(inputFacets=facets(INPUT_FACETS))),
    outputs=items(dataset(outputFacets=facets(OUTPUT_FACETS))),
)
