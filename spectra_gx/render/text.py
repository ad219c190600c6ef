"""Results as a person reads them in a terminal: worst first, then what to do next."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.telling import runbook_page
from spectra_gx.validation.results import RuleResult, StageResult, Status, TableResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.runner.handoff import Readiness
    from spectra_gx.runner.results import RunResult

_MARKS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.ERRORED: "!"}
_WORST_FIRST = (Status.ERRORED, Status.FAILED, Status.PASSED)
_SAMPLES = 3


def stage_text(stage: StageResult) -> str:
    """Return a stage's verdict, table by table, with every rule that did not pass."""
    return "\n".join(_stage(stage))


def run_text(run: RunResult) -> str:
    """Return how a run ended: verdicts, what stands published now, and where to look."""
    return "\n".join(_run(run))


def _stage(stage: StageResult) -> Iterator[str]:
    width = max((len(table.table) for table in stage.tables), default=0)
    for table in sorted(stage.tables, key=lambda table: _WORST_FIRST.index(table.verdict)):
        yield _table(table, width)
        if table.quarantined:
            yield f"    {_rows(table.quarantined)} that broke critical rules set aside"
        yield from _broken_rules(table.rules)
    yield from _broken_rules(stage.rules)
    counts = ", ".join(f"{stage.count(status)} {status}" for status in Status)
    yield (
        f"{_MARKS[stage.verdict]} {stage.contract} {stage.version} {stage.verdict}: "
        f"{stage.declared} rules, {counts}"
    )


def _table(table: TableResult, width: int) -> str:
    rows = "no rows read" if table.rows is None else _rows(table.rows)
    if table.format != "delta":
        version = f"{table.format} files"
    else:
        version = (
            "not published" if table.delta_version is None else f"version {table.delta_version}"
        )
    passed = sum(rule.status is Status.PASSED for rule in table.rules)
    return (
        f"{_MARKS[table.verdict]} {table.table:<{width}}  {table.verdict:<7}  "
        f"{passed}/{len(table.rules)} rules  {rows}  {version}  {table.duration_seconds:.2f} s"
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _broken_rules(rules: Sequence[RuleResult]) -> Iterator[str]:
    broken = [rule for rule in rules if rule.status is not Status.PASSED]
    broken.sort(key=lambda rule: _WORST_FIRST.index(rule.status))
    for _, alike in groupby(broken, key=lambda rule: (rule.status, rule.message)):
        yield from _alike([*alike])


def _alike(rules: Sequence[RuleResult]) -> Iterator[str]:
    """Yield rules that end alike; a table that cannot be read says why once."""
    first = rules[0]
    if len(rules) <= _SAMPLES:
        for rule in rules:
            yield f"    {_MARKS[rule.status]} {rule.id} ({rule.severity}): {rule.message}"
            yield from _samples(rule)
        return
    yield f"    {_MARKS[first.status]} {len(rules)} rules: {first.message}"
    named = ", ".join(rule.id for rule in rules[:_SAMPLES])
    yield f"        {named} and {len(rules) - _SAMPLES} more"


def _samples(rule: RuleResult) -> Iterator[str]:
    for index, value in enumerate(rule.sample[:_SAMPLES]):
        key = rule.keys[index] if index < len(rule.keys) else None
        at = "" if key in (None, value) else f"  at {_compact(key)}"
        yield f"        {_compact(value)}{at}"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _run(run: RunResult) -> Iterator[str]:
    if run.stage is not None:
        yield from _stage(run.stage)
    if run.error is not None:
        yield f"! {run.contract.name} could not be run: {run.error.message}"
    yield from _outcome(run)
    if run.docs is not None:
        yield f"data docs: {run.docs}"
    if not run.success:
        yield f"what to do: {runbook_page(run)}{_whom_to_ask(run)}"
    yield f"{run.status} in {run.duration_seconds:.1f} s, run {run.identity.execution_id}"


def _outcome(run: RunResult) -> Iterator[str]:
    """Yield what the run left behind."""
    if run.published:
        listed = ", ".join(f"{name} v{version}" for name, version in run.published.items())
        yield f"published: {listed}"
    elif run.built:
        yield f"published: nothing{_why_not(run)}"
    if run.initialised:
        yield f"initialised for the next stage: {', '.join(run.initialised)}"
    for dead in run.dead_runs:
        yield f"run `{dead}` died before its end; what it left in staging was removed"
    if run.notification is not None:
        yield f"notification: {run.notification}"
    if not run.recorded:
        yield "the run is not in the activity log"


def _whom_to_ask(run: RunResult) -> str:
    return f", or ask {run.contract.contact}" if run.contract.contact else ""


def _why_not(run: RunResult) -> str:
    if run.parameters.preview:
        return ", this was a preview"
    return "; the tables published before stay as they are"


def portfolio_summary(row: Mapping[str, Any]) -> str:
    """Return the portfolio's one row as a summary for people."""
    categories = json.loads(row["endpoint_categories"])
    largest = sorted(categories.items(), key=lambda item: (-item[1], item[0]))[:5]
    lines = {
        "Source system": row["source_system"],
        "Contract": row["contract_version"],
        "Discovered": row["discovery_date"],
        "Endpoints": f"{row['total_endpoints']} ({row['hierarchical_endpoints']} hierarchical)",
        "Categories": f"{len(categories)}; largest: "
        + ", ".join(f"{name} {count}" for name, count in largest),
        "Authentication": f"{row['auth_status']} ({row['auth_method']})",
        "Hierarchy readable": "yes" if row["hierarchical_access_validated"] else "no",
        "Calls that succeeded": f"{row['endpoint_success_rate']:.0%}",
        "Last updated": row["last_updated"].isoformat(timespec="seconds"),
    }
    width = max(map(len, lines))
    return "\n".join(
        ["Portfolio summary", *(f"  {name:<{width}}  {value}" for name, value in lines.items())]
    )


def readiness_text(readiness: Readiness) -> str:
    """Return each readiness check and its reason, then the answer."""
    checks = [
        f"{'✓' if check.passed else '✗'} {check.name}: {check.reason}" for check in readiness.checks
    ]
    if readiness.ready:
        answer = f"ready: consume run {readiness.execution_id}"
    else:
        answer = "not ready: do not proceed"
    return "\n".join([*checks, answer])


def log_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return log rows as a table, oldest first."""
    if not rows:
        return "the log is empty"
    heading = ("recorded", "type", "what", "result", "rules", "seconds", "run")
    cells = [heading, *map(_log_cells, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _log_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    kind = row["record_type"]
    if kind == "checkpoint":
        what, result = row["table_name"], row["table_verdict"]
        statuses = [
            sum(row[f"{severity}_{status}"] or 0 for severity in ("critical", "warning", "info"))
            for status in Status
        ]
        rules = f"{statuses[0]}/{sum(statuses)}"
    elif kind == "run":
        what, result = row["stage"], row["status"]
        declared = row["rules_declared"]
        rules = "" if declared is None else f"{row['rules_passed']}/{declared}"
    else:
        what, result, rules = row["entity_name"], "", ""
    seconds = row["duration_seconds"]
    return (
        row["recorded_at"].strftime("%Y-%m-%d %H:%M:%S"),
        kind,
        what or "",
        result or "",
        rules,
        "" if seconds is None else f"{seconds:.1f}",
        row["execution_id"],
    )
