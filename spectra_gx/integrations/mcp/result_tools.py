"""Tools that read what runs left: results, failures, the activity log, the handoff."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote as quote_word
from spectra_gx.contract.rules.catalogue import kind_of
from spectra_gx.display import counted
from spectra_gx.errors import EngineError, UsageError, ValidationError
from spectra_gx.integrations.mcp.answers import (
    Failure,
    Finding,
    Handoff,
    Requirement,
    Results,
    RunbookSection,
    RunEntry,
    Runs,
    TableState,
    WrittenRule,
    page_of,
    quote,
    quoted,
)
from spectra_gx.integrations.mcp.contract_tools import find_table, written_line
from spectra_gx.integrations.mcp.findings import Visibility, finding_of, not_passed
from spectra_gx.integrations.mcp.project_access import classified_contract
from spectra_gx.integrations.mcp.runbook_text import runbook_section
from spectra_gx.integrations.mcp.stored_results import StageResults, read_results
from spectra_gx.integrations.mcp.tool import Offset, RuleId, StageName, TableName, tool
from spectra_gx.report.page_text import since_text
from spectra_gx.wiring import runbook_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.integrations.mcp.project_access import ProjectAccess
    from spectra_gx.project import Project
    from spectra_gx.report.page_data import RunData

_FINDINGS = 20
_CAUSES = 10
_RUNS = 20
_LONGEST_SECTION = 3000


class ResultTools:
    """Reads what runs left."""

    def __init__(self, access: ProjectAccess) -> None:
        """Take the project."""
        self._access = access

    @tool("Latest results")
    def latest_results(self, stage: StageName, offset: Offset = 0) -> Results:
        """Read how the newest run or recorded check of a stage ended: tables, rules not passed."""
        project, contract = self._access.open_stage(stage)
        results, run = _run_of(project, stage)
        shown = Visibility(contract, classified_contract(project, contract), self._access.samples)
        return results_of(shown, run, results, offset)

    @tool("Explain a failure")
    def explain_failure(
        self, stage: StageName, table: TableName | None = None, rule: RuleId | None = None
    ) -> Failure:
        """Explain why a stage, a table or a rule is not green.

        Has the contract's lines, counts, since when, whom to ask, and what the runbook says.
        """
        project, contract = self._access.open_stage(stage)
        if table is not None:
            find_table(contract, table)
        results, run = _run_of(project, stage)
        shown = Visibility(contract, classified_contract(project, contract), self._access.samples)
        lines = self._access.contract_lines(contract)
        broken = not_passed(results.rules())
        found = [one for one in broken if _is_about(one["id"], table, rule)]
        if rule is not None and not found and all(one.id != rule for one in contract.rules()):
            raise UsageError(f"stage `{stage}` has no rule {quote_word(rule)}; `read_contract` it")
        error = run["error"]
        about = f"{counted(len(found), 'rule')} of `{stage}` did not pass"
        return Failure(
            summary=f"the newest run is {run['verdict']}; {about}",
            stage=stage,
            verdict=run["verdict"],
            execution_id=run["execution_id"],
            at=run["started"],
            since=results.since or None,
            error=quote("run", error["message"]) if error else None,
            causes=[_written(one, shown, results, lines) for one in found[:_CAUSES]],
            more=len(found) - _CAUSES if len(found) > _CAUSES else None,
            owner=quote("contract", contract.owner),
            contact=quote("contract", contract.contact),
            own_runbook=quote("contract", contract.runbook),
            runbook=_runbook(project, run) if found or error else None,
        )

    @tool("Handoff state")
    def handoff_state(self, stage: StageName) -> Handoff:
        """Check whether the next stage may start on what a stage published."""
        project, _ = self._access.open_stage(stage)
        readiness = project.handoff(stage)
        ready = "may" if readiness.ready else "may not"
        return Handoff(
            summary=f"the next stage after `{stage}` {ready} start",
            stage=stage,
            ready=readiness.ready,
            execution_id=readiness.execution_id,
            checks=[
                Requirement(name=one.name, passed=one.passed, reason=quoted("run", one.reason))
                for one in readiness.checks
            ],
        )

    @tool("Run history")
    def run_history(self, stage: StageName, offset: Offset = 0) -> Runs:
        """Read the runs and recorded checks of a stage in its activity log, newest first."""
        project, _ = self._access.open_stage(stage)
        rows = [
            row
            for row in project.log(stage, limit=offset + _RUNS + 1)
            if row["record_type"] == "run"
        ][::-1]
        runs, following = page_of(rows, offset, _RUNS)
        return Runs(
            summary=f"{counted(len(runs), 'run')} of `{stage}`, newest first",
            total=len(rows),
            next_offset=following,
            stage=stage,
            runs=[_entry(row) for row in runs],
        )


def _run_of(project: Project, stage: str) -> tuple[StageResults, RunData]:
    results = read_results(project.warehouse, stage)
    if results.run is None:
        raise UsageError(
            f"stage `{stage}` has no result yet; `check_stage` checks the tables that exist, "
            f"`spectra-gx run {stage}` builds them"
        )
    return results, results.run


def _written(
    found: Mapping[str, Any], shown: Visibility, results: StageResults, lines: Sequence[str]
) -> WrittenRule:
    rule = shown.rule(found["id"])
    state = results.rule_state(found["id"])
    return WrittenRule(
        **finding_of(found, shown),
        since=since_text(state["since"], found["status"]) if state else None,
        runs=state["since"]["runs"] if state else None,
        means=kind_of(rule).purpose if rule else None,
        written=quote("contract", written_line(lines, rule.place if rule else None)),
    )


def _runbook(project: Project, run: RunData) -> RunbookSection | None:
    section = _section_for(run)
    file = runbook_file(project.settings, project.root)
    text = runbook_section(file, project.root, section)
    if not text:
        return None
    return RunbookSection(section=section, text=quoted("runbook", text, _LONGEST_SECTION))


def results_of(
    shown: Visibility, run: RunData, results: StageResults | None = None, offset: int = 0
) -> Results:
    """Return how a run ended, as the answer of a tool.

    Args:
        shown: What may leave of its findings.
        run: The run.
        results: The stage's history, for since when; None where there is none.
        offset: Where the page of rules begins.
    """
    stage = shown.contract.name
    rules = [*run["rules"], *(rule for table in run["tables"] for rule in table["rules"])]
    broken = not_passed(rules)
    page, following = page_of(broken, offset, _FINDINGS)
    counts = dict.fromkeys(("passed", "failed", "errored"), 0)
    for rule in rules:
        counts[rule["status"]] += 1
    figures = ", ".join(f"{count:,} {word}" for word, count in counts.items())
    error = run["error"]
    return Results(
        summary=f"`{stage}` {run['verdict']}: {figures}",
        total=len(broken),
        next_offset=following,
        stage=stage,
        execution_id=run["execution_id"],
        at=run["started"],
        operation=run["operation"],
        contract_version=run["contract_version"],
        verdict=run["verdict"],
        success=run["success"],
        rules=counts,
        tables=[_state(table, results) for table in run["tables"]],
        error=quote("run", error["message"]) if error else None,
        not_passed=[Finding(**finding_of(rule, shown)) for rule in page],
    )


def _state(table: Mapping[str, Any], results: StageResults | None) -> TableState:
    return TableState(
        table=table["table"],
        verdict=table["verdict"],
        rows=table["rows"],
        version=table["version"],
        rules=len(table["rules"]),
        not_passed=sum(rule["status"] != "passed" for rule in table["rules"]),
        quarantined=table["quarantined"] or None,
        since=(results.table_since(table["table"]) or None) if results else None,
    )


def _is_about(rule_id: str, table: str | None, rule: str | None) -> bool:
    return (rule is None or rule_id == rule) and (table is None or rule_id.startswith(f"{table}."))


def _section_for(run: RunData) -> str:
    """Return the section of the runbook on how a run ended."""
    if run["error"]:
        return str(run["error"]["category"])
    return EngineError.category if run["verdict"] == "errored" else ValidationError.category


def _entry(row: Mapping[str, Any]) -> RunEntry:
    parameters = json.loads(row["parameters"] or "{}")
    return RunEntry(
        execution_id=row["execution_id"],
        at=row["start_time"].isoformat(),
        status=row["status"],
        operation=str(parameters.get("operation", "refresh")),
        contract_version=row["contract_version"],
        seconds=round(row["duration_seconds"], 3),
        failed=row["rules_failed"] or None,
        errored=row["rules_errored"] or None,
        error=quote("run", row["error_message"]),
    )
