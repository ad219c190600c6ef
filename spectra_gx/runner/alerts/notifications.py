"""Decide whether a run sends a notification, and compose it."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from spectra_gx.errors import AuthenticationError, EngineError, SpectraError, ValidationError
from spectra_gx.runner.alerts.messages import MUTED, Kind, Message
from spectra_gx.runner.alerts.notification_state import (
    NotificationState,
    read_notification_state,
)
from spectra_gx.runner.alerts.routing import EVERYBODY, send_parts, split_message
from spectra_gx.runner.alerts.silences import Silences, read_silences
from spectra_gx.runner.alerts.silencing import (
    MessageChoice,
    choose_message,
    covers_failing,
    without_muted,
)
from spectra_gx.runner.log_records import failing_rules, fingerprint
from spectra_gx.runner.outcome_text import in_one_line
from spectra_gx.runner.run_result import SEVERITIES, RunResult
from spectra_gx.validation.results import StageResult, Status
from spectra_gx.warehouse.log.run_history import published_runs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import timedelta

    from spectra_gx.runner.ports import ActivityLog, Notifier
    from spectra_gx.runner.trouble import Trouble

logger = logging.getLogger(__name__)

UNCHANGED, LEFT_TO_DIGEST = "unchanged", "left to the digest"
"""Why no notification was sent, beside what becomes of one."""

RUNBOOK = "docs/source/OPERATIONAL-RUNBOOK.md"
"""The shipped runbook, as stored results name it; the data docs show it as a page."""

_DOCS = "Files/docs/"
RUNBOOK_PAGE = f"{_DOCS}runbook.html"
"""That page, or that of the project's own runbook; every project has it."""


@dataclass(frozen=True)
class NotificationPolicy:
    """When people want to be notified, and where links lead."""

    runs: bool = True
    """Whether runs send notifications; otherwise the digest does."""

    reminder: timedelta | None = None
    """After how long trouble that lasts is reported again; None for never."""

    success: bool = False
    """Whether a run that passes is reported although there is nothing new to say."""

    extra_severities: Collection[str] = ()
    """Severities of failing rules that are reported of runs that pass, too."""

    owners: Collection[str] = ()
    """Owners of tables and stages who have a webhook of their own."""

    docs_url: str | None = None
    """Address of the folder of the data docs, where they are served."""

    runbook_url: str | None = None


def notify(
    run: RunResult,
    log: ActivityLog,
    notifier: Notifier,
    policy: NotificationPolicy,
    *,
    log_address: str,
    unrecorded: bool = False,
) -> RunResult:
    """Notify people about a run if there is something that they do not know.

    Args:
        run: The run, not yet recorded.
        log: What remembers earlier runs; if it cannot be read, people are notified.
        notifier: What sends the message.
        policy: When, and where links lead.
        log_address: Where the log is.
        unrecorded: Whether it has no row: then no digest can report the run.
    """
    if run.parameters.preview:
        return run
    state, silences = _read_history(log, run)
    run = replace(run, earlier_success=state.last_success, earlier_published=state.last_published)
    if unrecorded:
        silences = Silences()  # nothing else would remember it
    run = replace(run, silences=silences)
    trouble_of = partial(_trouble, policy=policy)
    due = _due(run, state, policy)
    choice = choose_message(run, state, silences, trouble_of, due=due)
    kind = choice.kind
    if kind is None and trouble_of(run):
        return replace(run, notification=choice.silenced or UNCHANGED)
    if kind is None and not (policy.success and run.success):
        return run
    if kind is None and any(mute.name is None for mute in silences.mutes):
        return replace(run, notification=MUTED)
    if not (policy.runs or unrecorded):
        return replace(run, notification=LEFT_TO_DIGEST)
    message = build_message(run, kind or "success", state, policy, log_address=log_address)
    facts = _facts(message, choice, without_muted(run, silences.mutes), run)
    parts = split_message(message, run, policy.owners, state.notified)
    again = not due if kind == "reminder" else kind == "recovery" and state.trouble is None
    outcome, routes = send_parts(parts, notifier, state.missed if again else ())
    if {*routes} != {EVERYBODY}:
        facts["routes"] = routes
    return replace(run, notification=outcome, message_kind=facts)


def build_message(
    run: RunResult,
    kind: Kind,
    state: NotificationState,
    policy: NotificationPolicy,
    *,
    log_address: str,
) -> Message:
    """Return a message about a run, given what people know already and what is muted."""
    over = kind == "recovery"
    heard = without_muted(run, run.silences.mutes)
    trouble = state.trouble or state.undelivered if over else run.trouble
    trouble = trouble if trouble or kind == "success" else "failure"
    failing = _failing(heard.stage)
    changed = kind == "changed" and run.error is None
    return Message(
        kind=kind,
        trouble=trouble,
        severity=_severity(kind, heard, state),
        stage=run.contract.name,
        system=run.identity.system,
        execution_id=run.identity.execution_id,
        environment=run.identity.environment,
        contract_version=run.contract.version,
        duration_seconds=run.duration_seconds,
        error=in_one_line(run.error.message) if run.error else None,
        error_category=run.error.category if run.error else None,
        tables=_tables(heard.stage),
        failing=failing,
        newly_failing=[rule[0] for rule in failing if changed and rule[0] not in state.failing],
        resolved=_resolved(run.stage, state) if changed else (),
        quarantined=heard.quarantined,
        muted=tuple(mute.line for mute in run.silences.mutes if covers_failing(run, mute)),
        counts=_counts(run.stage),
        endpoints_reached=run.endpoints_reached,
        latency_ms=_latency(run),
        failed_calls=_failed_calls(run),
        failed_runs=state.failed_runs + (not run.success),
        since=state.since or (None if run.success else run.identity.started),
        log=log_address,
        docs=docs_address(run.docs, policy),
        pages=_pages(run.stage, policy),
        runbook=runbook_page(run, policy.runbook_url or docs_address(RUNBOOK_PAGE, policy)),
        contact=run.contract.contact,
    )


def _severity(kind: Kind, heard: RunResult, state: NotificationState) -> str:
    """Return the severity of a message; what is over goes where it was reported."""
    if kind == "success":
        return "info"
    return state.severity if kind == "recovery" or heard.trouble is None else heard.severity


def runbook_page(run: RunResult, address: str | None = None) -> str:
    """Return the stage's own runbook, or the section of another on how the run failed.

    Args:
        run: A run that has ended.
        address: Where that other one is; without it the shipped one, as results store it.
    """
    if run.contract.runbook is not None:
        return run.contract.runbook
    return f"{address or RUNBOOK}#{_section(run)}"


def _read_history(log: ActivityLog, run: RunResult) -> tuple[NotificationState, Silences]:
    """Return what people know, and what they have muted and acknowledged."""
    try:
        runs = published_runs(log.runs("run"), run.identity.system)
        silences = read_silences(log.runs("activity"), runs, run.ended)
        return read_notification_state(runs), silences
    except Exception as error:
        reason = error.message if isinstance(error, SpectraError) else type(error).__name__
        logger.warning("the log of earlier runs cannot be read: %s", reason)
        logger.debug("reading the log", exc_info=True)
        return NotificationState(), Silences()


def _facts(
    message: Message, choice: MessageChoice, heard: RunResult, run: RunResult
) -> dict[str, Any]:
    """Return what the log keeps of a message, and what of the run was muted."""
    # Where all that is left is muted, people know of nothing any longer, as after a recovery.
    over = message.kind == "changed" and choice.trouble is None
    trouble = message.trouble if over or message.kind == "recovery" else choice.trouble
    facts: dict[str, Any] = {
        "kind": "recovery" if over else message.kind,
        "trouble": trouble or "",
        "severity": message.severity,
    }
    if fingerprint(heard) != fingerprint(run):
        muted = {*failing_rules(run)} - {*failing_rules(heard)}
        facts |= {"muted": sorted(muted), "fingerprint": fingerprint(heard)}
    return facts


def _trouble(run: RunResult, policy: NotificationPolicy) -> Trouble | None:
    """Return the trouble of a run, but for warnings that nobody wants reported."""
    unasked = run.trouble == "warnings" and run.severity not in policy.extra_severities
    return None if unasked else run.trouble


def _due(run: RunResult, state: NotificationState, policy: NotificationPolicy) -> bool:
    return (
        policy.reminder is not None
        and state.notified_at is not None
        and run.ended - state.notified_at >= policy.reminder
    )


def _section(run: RunResult) -> str:
    if run.error is not None:
        return run.error.category
    if run.trouble == "calls":
        categories = [call.error.category for call in run.failed_calls if call.error]
        return min(categories, key=lambda one: one != AuthenticationError.category)
    if run.quarantined and run.success:
        return "quarantine"
    errored = run.stage is not None and run.stage.verdict is Status.ERRORED
    return EngineError.category if errored else ValidationError.category


def _failed_calls(run: RunResult) -> tuple[str, ...]:
    """Return what went wrong with calls, but for the one that stopped the run."""
    errors = [call.error for call in run.failed_calls if call.error is not run.error]
    return tuple(error.message for error in errors if error is not None)


def _latency(run: RunResult) -> float | None:
    latency = run.call_figures.latency_ms if run.call_figures else None
    return latency["p90"] if latency else None


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


def _resolved(stage: StageResult | None, state: NotificationState) -> tuple[str, ...]:
    """Return the rules known to fail that pass now; a rule that is gone is not resolved."""
    rules = stage.all_rules() if stage else ()
    return tuple(
        rule.id for rule in rules if rule.status is Status.PASSED and rule.id in state.failing
    )


def _counts(stage: StageResult | None) -> Mapping[str, Mapping[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(map(str, Status), 0))
    for rule in stage.all_rules() if stage else ():
        counts[rule.severity][str(rule.status)] += 1
    return {severity: counts[severity] for severity in SEVERITIES if severity in counts}


def _pages(stage: StageResult | None, policy: NotificationPolicy) -> Mapping[str, str]:
    pages = {
        table.table: docs_address(table.docs, policy) for table in (stage.tables if stage else ())
    }
    return {table: page for table, page in pages.items() if page is not None}


def docs_address(path: str | None, policy: NotificationPolicy) -> str | None:
    """Return where a page of the data docs is served, or its path where nothing serves it."""
    if path is None or policy.docs_url is None:
        return path
    return f"{policy.docs_url.rstrip('/')}/{quote(path.removeprefix(_DOCS))}"
