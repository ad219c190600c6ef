"""What people are told about a run, and whether there is anything to tell."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from spectra_gx.errors import AuthenticationError, EngineError, ValidationError
from spectra_gx.runner.log_records import fingerprint
from spectra_gx.runner.messages import Message
from spectra_gx.runner.notification_state import (
    NotificationState,
    choose_message_kind,
    read_notification_state,
)
from spectra_gx.runner.run_result import SEVERITIES, Trouble
from spectra_gx.validation.results import StageResult, Status
from spectra_gx.warehouse.log.run_history import published_runs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import timedelta

    from spectra_gx.runner.messages import Kind
    from spectra_gx.runner.ports import ActivityLog, Notifier
    from spectra_gx.runner.run_result import RunResult

logger = logging.getLogger(__name__)

UNCHANGED, LEFT_TO_DIGEST = "unchanged", "left to the digest"
"""Why people were not told, beside the outcomes of telling them."""

RUNBOOK = "docs/source/OPERATIONAL-RUNBOOK.md"
_DOCS = "Files/docs/"


@dataclass(frozen=True)
class NotificationPolicy:
    """How people want to be told."""

    runs: bool = True
    """Whether runs tell them; the digest does otherwise."""

    reminder: timedelta | None = None
    """After how long they hear again of trouble that they know; None for never."""

    extra_severities: Collection[str] = ()
    """Severities of rules that fail in runs that pass, and that people want to hear of."""

    docs_url: str | None = None
    """Address of the folder of the data docs, where they are served."""

    runbook_url: str | None = None


def notify(
    run: RunResult,
    log: ActivityLog,
    notifier: Notifier,
    manners: NotificationPolicy,
    *,
    log_address: str,
    unrecorded: bool = False,
) -> RunResult:
    """Tell people about a run if there is something that they do not know.

    Args:
        run: The run, not yet recorded.
        log: What remembers earlier runs; one that cannot be read silences nobody.
        notifier: Who is told.
        manners: How.
        log_address: Where the run's row will stand.
        unrecorded: Whether no row will: then no digest can tell of the run.
    """
    if run.parameters.preview:
        return run
    known = _known(log, run.identity.system)
    trouble = _trouble(run, manners)
    kind = _kind(run, trouble, known, manners)
    if kind is None:
        return replace(run, notification=UNCHANGED) if trouble else run
    if not (manners.runs or unrecorded):
        return replace(run, notification=LEFT_TO_DIGEST)
    message = build_message(run, kind, known, manners, log_address=log_address)
    told = {"kind": kind, "trouble": message.trouble, "severity": message.severity}
    return replace(run, notification=notifier.notify(message), told=told)


def build_message(
    run: RunResult,
    kind: Kind,
    known: NotificationState,
    manners: NotificationPolicy,
    *,
    log_address: str,
) -> Message:
    """Return the message of a kind about a run, to people who know something already."""
    over = kind == "recovery"
    trouble = (known.trouble or known.unheard if over else run.trouble) or "failure"
    failing = _failing(run.stage)
    changed = kind == "changed" and run.error is None
    return Message(
        kind=kind,
        trouble=trouble,
        severity=known.severity if over else run.severity,
        stage=run.contract.name,
        system=run.identity.system,
        execution_id=run.identity.execution_id,
        contract_version=run.contract.version,
        duration_seconds=run.duration_seconds,
        error=run.error.message if run.error else None,
        error_category=run.error.category if run.error else None,
        tables=_tables(run.stage),
        failing=failing,
        newly_failing=[rule[0] for rule in failing if changed and rule[0] not in known.failing],
        resolved=_mended(run.stage, known) if changed else (),
        quarantined=run.quarantined,
        counts=_counts(run.stage),
        endpoints_reached=run.endpoints_reached,
        failed_calls=_failed_calls(run),
        failed_runs=known.failed_runs + (not run.success),
        since=known.since or (None if run.success else run.identity.started),
        log=log_address,
        docs=docs_address(run.docs, manners),
        pages=_pages(run.stage, manners),
        runbook=runbook_page(run, manners.runbook_url),
        contact=run.contract.contact,
    )


def runbook_page(run: RunResult, address: str | None = None) -> str:
    """Return the section of the runbook on how a run failed, relative to the project."""
    return f"{address or RUNBOOK}#{_section(run)}"


def _known(log: ActivityLog, system: str) -> NotificationState:
    try:
        return read_notification_state(published_runs(log.runs("run"), system))
    except Exception as error:
        logger.warning("the log of earlier runs cannot be read: %s", type(error).__name__)
        logger.debug("reading the log", exc_info=True)
        return NotificationState()


def _trouble(run: RunResult, manners: NotificationPolicy) -> Trouble | None:
    """Return the trouble of a run, but for warnings that nobody asked for."""
    unasked = run.trouble == "warnings" and run.severity not in manners.extra_severities
    return None if unasked else run.trouble


def _kind(
    run: RunResult, trouble: Trouble | None, known: NotificationState, manners: NotificationPolicy
) -> Kind | None:
    due = (
        manners.reminder is not None
        and known.told_at is not None
        and run.ended - known.told_at >= manners.reminder
    )
    return choose_message_kind(trouble, fingerprint(run), known, due=due)


def _section(run: RunResult) -> str:
    if run.error is not None:
        return run.error.category
    if run.trouble == "calls":
        categories = [call.error.category for call in run.failed_calls if call.error]
        return min(categories, key=lambda one: one != AuthenticationError.category)
    if run.quarantined:
        return "quarantine"
    errored = run.stage is not None and run.stage.verdict is Status.ERRORED
    return EngineError.category if errored else ValidationError.category


def _failed_calls(run: RunResult) -> tuple[str, ...]:
    """Return what went wrong with calls, but for the one that stopped the run."""
    errors = [call.error for call in run.failed_calls if call.error is not run.error]
    return tuple(error.message for error in errors if error is not None)


def _tables(stage: StageResult | None) -> Mapping[str, str]:
    tables = stage.tables if stage else ()
    return {
        table.table: str(table.verdict) for table in tables if table.verdict is not Status.PASSED
    }


def _failing(stage: StageResult | None) -> tuple[tuple[str, str, int | None], ...]:
    """Return what did not pass, errored before failed, critical before the rest."""
    rules = stage.all_rules() if stage else ()
    broken = [rule for rule in rules if rule.status is not Status.PASSED]
    broken.sort(
        key=lambda rule: (rule.status is not Status.ERRORED, SEVERITIES.index(rule.severity))
    )
    return tuple((rule.id, rule.severity, rule.unexpected) for rule in broken)


def _mended(stage: StageResult | None, known: NotificationState) -> tuple[str, ...]:
    """Return what people know to fail and that passes now; a rule that is gone is not mended."""
    rules = stage.all_rules() if stage else ()
    return tuple(
        rule.id for rule in rules if rule.status is Status.PASSED and rule.id in known.failing
    )


def _counts(stage: StageResult | None) -> Mapping[str, Mapping[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(map(str, Status), 0))
    for rule in stage.all_rules() if stage else ():
        counts[rule.severity][str(rule.status)] += 1
    return {severity: counts[severity] for severity in SEVERITIES if severity in counts}


def _pages(stage: StageResult | None, manners: NotificationPolicy) -> Mapping[str, str]:
    pages = {
        table.table: docs_address(table.docs, manners) for table in (stage.tables if stage else ())
    }
    return {table: page for table, page in pages.items() if page is not None}


def docs_address(path: str | None, manners: NotificationPolicy) -> str | None:
    """Return where a page of the data docs is served, or its path where nothing serves it."""
    if path is None or manners.docs_url is None:
        return path
    return f"{manners.docs_url.rstrip('/')}/{quote(path.removeprefix(_DOCS))}"
