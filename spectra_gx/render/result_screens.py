"""Render the result of `run` and `check` as a screen: worst first, counts, then what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.table_storage import storage_text
from spectra_gx.display import counted
from spectra_gx.errors import EngineError, HandoffError, ValidationError
from spectra_gx.render.rule_lines import MARKS, TONES, WORST_FIRST, rule_lines
from spectra_gx.render.screen_lines import Line, Tone, plain_text
from spectra_gx.runner.alerts.notifications import RUNBOOK_PAGE, runbook_page
from spectra_gx.runner.calls import CallPurpose
from spectra_gx.runner.outcome_text import describe_outcome, in_one_line, rows_text, stage_name
from spectra_gx.validation.results import StageResult, Status, TableResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.run_result import RunResult


_CALLS = 3
_TABLES = 10
"""How many tables without anything wrong are shown; more are counted."""

_DOCTOR_CATEGORIES = {
    *("configuration", "authentication", "authorization", "external_service"),
    *("not_found", "warehouse"),
}


def check_screen(
    stage: StageResult,
    contract: StageContract,
    *,
    docs: str | None = None,
    runbook: str = RUNBOOK_PAGE,
    verbose: bool = False,
) -> list[Line]:
    """Return the result of a check.

    Args:
        stage: The result.
        contract: The contract, for the lines of its rules.
        docs: Where the data docs of the last run are, if there are any.
        runbook: Where their runbook is.
        verbose: Whether to show every table, rule and sample.
    """
    lines = [*_stage(stage, _places(contract), verbose=verbose)]
    if stage.verdict is not Status.PASSED:
        if docs is not None:
            lines.append(Line(f"data docs of the last run: {docs}"))
        errored = stage.verdict is Status.ERRORED
        category = EngineError.category if errored else ValidationError.category
        lines.append(_what_to_do([contract.runbook or f"{runbook}#{category}"], contract))
    return lines


def run_screen(
    run: RunResult,
    *,
    docs: str | None = None,
    runbook: str = RUNBOOK_PAGE,
    verbose: bool = False,
) -> list[Line]:
    """Return how a run ended: verdicts, what is published now, and where to look.

    Args:
        run: A run that has ended.
        docs: Where its data docs are, if not where the run says.
        runbook: Where their runbook is, if not in the warehouse.
        verbose: Whether to show every table, rule and sample.
    """
    day = run.parameters.batch_day
    lines = [] if day is None else [Line(f"{run.contract.name} of {day}")]
    if run.stage is not None:
        lines += _stage(run.stage, _places(run.contract), verbose=verbose)
    if run.error is not None:
        refused = isinstance(run.error, HandoffError)
        ended = "did not begin" if refused else "could not be run"
        text = f"{MARKS[run.verdict]} {run.contract.name} {ended}: {in_one_line(run.error.message)}"
        lines.append(Line(text, TONES[run.verdict], 1))
    lines += _failed_calls(run)
    lines += [Line(text) for text in _outcome_lines(run)]
    if run.docs is not None:
        lines.append(Line(f"data docs: {docs or run.docs}"))
    lines += _next(run, runbook)
    return [*lines, _headline(run)]


def rollback_screen(run: RunResult) -> list[Line]:
    """Return which batches were taken back, and what is published now."""
    lines = [Line(text) for text in _outcome_lines(run)]
    ids = ", ".join(f"`{batch_id}`" for batch_id in run.rolled_back)
    before = " before; nothing was changed" if run.already_rolled_back else ""
    text = f"{MARKS[run.verdict]} {run.contract.name}: batch {ids} taken back{before}"
    return [*lines, Line(text, TONES[run.verdict], 1)]


def stage_text(stage: StageResult) -> str:
    """Return a stage's verdict in plain text, table by table, with every rule that did not pass."""
    return plain_text(_stage(stage, {}, verbose=False))


# -- tables and rules ------------------------------------------------------------------------------


def _places(contract: StageContract) -> Mapping[str, str]:
    """Return rule → `file:line` where it is written."""
    return {
        rule.id: f"{rule.place.file}:{rule.place.line}" for rule in contract.rules() if rule.place
    }


def _stage(stage: StageResult, places: Mapping[str, str], *, verbose: bool) -> Iterator[Line]:
    tables = sorted(stage.tables, key=_rank)
    clean = [table for table in tables if _is_clean(table)]
    left_out = set() if verbose or len(clean) <= _TABLES else {table.table for table in clean}
    shown = [table for table in tables if table.table not in left_out]
    for table, row in zip(shown, _rows_of(shown), strict=True):
        tone = TONES[table.verdict]
        yield Line(row, tone, len(table.table) + 2)
        if table.quarantined:
            who = "it" if table.quarantined == 1 else "they"
            moved = f"{rows_text(table.quarantined)} quarantined: {who} broke critical rules"
            yield Line(moved, indent=4)
        if table.scope is not None:
            yield Line(table.scope, indent=4)
        yield from rule_lines(table.rules, places, verbose=verbose)
    if left_out:
        text = f"✓ {counted(len(left_out), 'table')} passed"
        yield Line(f"{text}; `--verbose` lists them", Tone.PASSED, len(text))
    yield from rule_lines(stage.rules, places, verbose=verbose)
    yield _verdict(stage)


def _verdict(stage: StageResult) -> Line:
    counts = ", ".join(f"{stage.count(status):,} {status}" for status in Status)
    text = f"{MARKS[stage.verdict]} {stage.contract} {stage.version} {stage.verdict}"
    return Line(
        f"{text}: {counted(stage.declared, 'rule')}, {counts}", TONES[stage.verdict], len(text)
    )


def _is_clean(table: TableResult) -> bool:
    return not table.quarantined and all(rule.status is Status.PASSED for rule in table.rules)


def _rank(table: TableResult) -> tuple[int, bool]:
    return (WORST_FIRST.index(table.verdict), _is_clean(table))


def _rows_of(tables: Sequence[TableResult]) -> list[str]:
    """Return a line for each table, in columns."""
    cells = [_cells(table) for table in tables]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _cells(table: TableResult) -> tuple[str, ...]:
    passed = sum(rule.status is Status.PASSED for rule in table.rules)
    if table.format != "delta":
        version = storage_text(table.format)
    elif table.delta_version is None:
        version = "not published"
    else:
        version = f"version {table.delta_version}"
    return (
        f"{MARKS[table.verdict]} {table.table}",
        str(table.verdict),
        f"{passed:,}/{len(table.rules):,} rules",
        "no rows read" if table.rows is None else rows_text(table.rows),
        version,
        f"{table.duration_seconds:.2f} s",
    )


# -- what a run did, and what is next --------------------------------------------------------------


def _failed_calls(run: RunResult) -> Iterator[Line]:
    """Yield the calls to the source that failed, unless one of them stopped the run."""
    if not run.failed_calls or run.error in [call.error for call in run.failed_calls]:
        return
    made = sum(call.purpose is not CallPurpose.PROBE for call in run.calls)
    counted_calls = f"{len(run.failed_calls):,} of {counted(made, 'call')}"
    yield Line(f"{counted_calls} to the source failed", Tone.WARNING)
    for call in run.failed_calls[:_CALLS]:
        yield Line(call.error.message if call.error else call.name, indent=4)


def _batches(run: RunResult) -> Iterator[str]:
    """Yield what became of the rows of each table that was not simply replaced."""
    for name, counts in run.counts.items():
        if counts.mode != "replace":
            more = {"deleting": counts.deleted, "older than published ones": counts.stale}
            beside = "".join(f", {number:,} {what}" for what, number in more.items() if number)
            yield f"{name}: {counts.mode} of {rows_text(counts.staged)}{beside}"


def _outcome_lines(run: RunResult) -> Iterator[str]:
    if run.already_published is not None:
        yield (
            f"batch `{run.identity.batch_id}` is published already, by run "
            f"`{run.identity.execution_id}`: nothing was built"
        )
    if run.published:
        listed = ", ".join(f"{name} v{version}" for name, version in run.published.items())
        yield f"published: {listed}"
        yield from _batches(run)
    elif run.built:
        preview = run.parameters.preview
        reason = (
            ", this was a preview" if preview else "; the tables published before stay as they are"
        )
        yield f"published: nothing{reason}"
    if run.held_back:
        yield f"held back, as published before: {', '.join(run.held_back)}"
    if run.initialised:
        yield f"initialised for the next stage: {', '.join(run.initialised)}"
    for completed in run.completed_runs:
        yield f"run `{completed}` died while it published; its batch was completed"
    for dead in run.dead_runs:
        yield f"run `{dead}` died before its end; its staging was removed"
    if run.notification is not None:
        yield f"notification: {run.notification}"
    yield from run.silences.lines
    if not run.recorded:
        yield "the run is not in the activity log"


def _next(run: RunResult, runbook: str) -> Iterator[Line]:
    """Yield the one line on what to do next, if there is anything."""
    stage, steps = run.contract.name, []
    if run.error is not None and run.error.category in _DOCTOR_CATEGORIES:
        steps.append(_typed(run, "doctor"))
    if run.quarantined and run.published:
        steps.append(_typed(run, f"quarantine list {stage}"))
    if not run.success or run.failed_calls or run.quarantined:
        yield _what_to_do([*steps, runbook_page(run, runbook)], run.contract)
    elif run.published and run.contract.handoff is not None:
        command = _typed(run, f"handoff {stage}")
        yield Line(f"next: {command} checks whether `{run.contract.handoff.to}` may start")


def _typed(run: RunResult, command: str) -> str:
    """Return a command about what a run did, in the environment of the run."""
    environment = run.identity.environment
    return f"`spectra-gx {command}{f' --environment {environment}' if environment else ''}`"


def _what_to_do(steps: Sequence[str], contract: StageContract) -> Line:
    ask = f", or ask {contract.contact}" if contract.contact else ""
    return Line(f"what to do: {', '.join(steps)}{ask}")


def _headline(run: RunResult) -> Line:
    """Return the last line, with the same words as alerts and data docs."""
    errored = run.verdict is Status.ERRORED
    category = None if run.error is None else run.error.category
    ended = describe_outcome(run.trouble, error_category=category, errored=errored)
    status = Status.PASSED if run.success else run.verdict
    name = stage_name(run.contract.name, run.identity.system)
    text = f"{MARKS[status]} {name} {ended}"
    where = f", environment {run.identity.environment}" if run.identity.environment else ""
    took = f"({run.duration_seconds:.1f} s, run {run.identity.execution_id}{where})"
    return Line(f"{text} {took}", TONES[status], len(text))
