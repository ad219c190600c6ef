"""Make the two events of a run: that it has started, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from spectra_gx.errors import RunInterruptedError
from spectra_gx.telemetry.lineage.dataset_names import dataset_name
from spectra_gx.telemetry.lineage.facets import (
    EVENT_SCHEMA,
    PRODUCER,
    Facet,
    column_lineage_facet,
    dataset_facets,
    facet,
    job_facets,
    own_run_facet,
    quality_facets,
)
from spectra_gx.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.runner.events import RunEnded, RunStarted
    from spectra_gx.runner.run_result import RunResult

Event = dict[str, Any]


@dataclass(frozen=True)
class LineageProject:
    """What events are made from beside a run."""

    contracts: Mapping[str, StageContract]
    uri: Callable[[str], str]
    """Returns the address of a path of the warehouse."""

    namespace: str
    parent: str | None = None
    """The run that starts this one: `namespace/job/run id`."""

    @property
    def tables(self) -> dict[str, Table]:
        """Return every table that a contract declares, by its name."""
        return {table.name: table for one in self.contracts.values() for table in one.tables}


def started_event(project: LineageProject, started: RunStarted) -> Event:
    """Return the event of a run that has started."""
    return _event(project, started, "START", started.at, _run_facets(project, None))


def ended_event(project: LineageProject, started: RunStarted, ended: RunEnded) -> Event:
    """Return the event of a run that is over, with its datasets.

    Tables that were read or checked are inputs, and those that were published outputs: the
    specification has results of checks for inputs alone.
    """
    event = _event(project, started, _state(ended), ended.at, _run_facets(project, ended.run))
    if ended.run.already_published is None:
        event["inputs"] = _inputs(project, ended.run)
        event["outputs"] = _outputs(project, ended.run)
    return event


def run_id(execution_id: str) -> str:
    """Return the id that a run has in OpenLineage, which wants a UUID."""
    return str(uuid5(NAMESPACE_URL, f"{PRODUCER}/runs/{execution_id}"))


def _state(ended: RunEnded) -> str:
    """Return how a run ended; a check is complete whatever it found."""
    run = ended.run
    if isinstance(run.error, RunInterruptedError):
        return "ABORT"
    good = run.error is None if ended.operation == "check" else run.success
    return "COMPLETE" if good else "FAIL"


def _event(
    project: LineageProject,
    started: RunStarted,
    state: str,
    at: datetime,
    facets: Mapping[str, Facet],
) -> Event:
    contract = started.contract
    suffix = "" if started.operation == "run" else f".{started.operation}"
    return {
        "eventType": state,
        "eventTime": at.isoformat(),
        "producer": PRODUCER,
        "schemaURL": EVENT_SCHEMA,
        "run": {"runId": run_id(started.identity.execution_id), "facets": dict(facets)},
        "job": {
            "namespace": project.namespace,
            "name": f"{contract.name}{suffix}",
            "facets": job_facets(contract, started.operation),
        },
        "inputs": [],
        "outputs": [],
    }


def _run_facets(project: LineageProject, run: RunResult | None) -> dict[str, Facet]:
    facets = {
        "processing_engine": facet(
            "ProcessingEngineRunFacet", name="spectra-gx", version=__version__
        )
    }
    parent = _parent(project, run)
    if parent is not None:
        facets["parent"] = parent
    if run is None:
        return facets
    if run.error is not None:
        facets["errorMessage"] = facet(
            "ErrorMessageRunFacet", message=run.error.message, programmingLanguage="PYTHON"
        )
    facets["spectra_gx"] = own_run_facet(
        executionId=run.identity.execution_id,
        correlationId=run.identity.correlation_id,
        environment=run.identity.environment,
        status=run.status,
        verdict=str(run.verdict),
        contractVersion=run.contract.version,
    )
    return facets


def _parent(project: LineageProject, run: RunResult | None) -> Facet | None:
    """Return the run that started this one or, without one, whose output it consumes."""
    if project.parent:
        namespace, _, rest = project.parent.partition("/")
        job, _, identifier = rest.rpartition("/")
        if namespace and job and _is_uuid(identifier):
            return _parent_facet(namespace, job, identifier)
    for consumed in run.consumed if run is not None else ():
        if run is not None and consumed.execution_id == run.identity.correlation_id:
            identifier = run_id(consumed.execution_id)
            return _parent_facet(project.namespace, consumed.stage, identifier)
    return None


def _parent_facet(namespace: str, job: str, identifier: str) -> Facet:
    named = {"namespace": namespace, "name": job}
    return facet("ParentRunFacet", run={"runId": identifier}, job=named)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _inputs(project: LineageProject, run: RunResult) -> list[dict[str, Any]]:
    """Return the tables that were read for the run, and those that were checked."""
    if run.stage is None:
        return []
    checked = {table.table: table for table in run.stage.tables}
    own = {table.name for table in run.contract.tables}
    tables = project.tables
    inputs = []
    for name, version in run.stage.inputs.items():
        if name not in tables or (name in own and name not in checked):
            continue
        found = checked.get(name)
        shown = version if found is None else found.delta_version
        dataset = _dataset(project, tables[name], shown)
        if found is not None:
            dataset["inputFacets"] = quality_facets(tables[name], found)
        inputs.append(dataset)
    return inputs


def _outputs(project: LineageProject, run: RunResult) -> list[dict[str, Any]]:
    """Return the tables that were published."""
    tables = project.tables
    outputs = []
    for name, version in run.published.items():
        if name not in tables:
            continue
        dataset = _dataset(project, tables[name], version)
        if (lineage := _column_lineage(project, run, tables[name])) is not None:
            dataset["facets"]["columnLineage"] = lineage
        if name in run.counts:
            rows = run.counts[name].staged
            written = facet("OutputStatisticsOutputDatasetFacet", rowCount=rows)
            dataset["outputFacets"] = {"outputStatistics": written}
        outputs.append(dataset)
    return outputs


def _dataset(project: LineageProject, table: Table, version: int | None) -> dict[str, Any]:
    name = dataset_name(table, project.uri)
    return {
        "namespace": name.namespace,
        "name": name.name,
        "facets": dataset_facets(table, version, project.namespace),
    }


def _column_lineage(project: LineageProject, run: RunResult, table: Table) -> Facet | None:
    select = run.selects.get(table.name)
    if select is None:
        return None
    from spectra_gx.telemetry.lineage.column_lineage import column_lineage

    tables = project.tables
    found = column_lineage(select, table, tables)
    read = {name for origins in found.values() for name, _ in origins}
    names = {name: dataset_name(tables[name], project.uri) for name in read}
    return column_lineage_facet(found, names) if found else None
