"""Which message a run sends, given what is muted and acknowledged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spectra_gx.runner.alerts.messages import ACKNOWLEDGED, MUTED
from spectra_gx.runner.alerts.notification_state import choose_message_kind
from spectra_gx.runner.log_records import failing_rules, fingerprint
from spectra_gx.runner.trouble import RANKS
from spectra_gx.validation.results import (
    RuleResult,
    StageResult,
    Status,
    TableResult,
    roll_up_rules,
    roll_up_verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from spectra_gx.runner.alerts.messages import Kind
    from spectra_gx.runner.alerts.notification_state import NotificationState
    from spectra_gx.runner.alerts.silences import Acknowledgement, Mute, Silences
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.runner.trouble import Trouble


@dataclass(frozen=True)
class MessageChoice:
    """The message that a run sends, or why it sends none."""

    kind: Kind | None
    trouble: Trouble | None = None
    """What it is about, without what is muted."""

    silenced: str | None = None
    """muted or acknowledged, where there would have been something to say."""


def choose_message(
    run: RunResult,
    state: NotificationState,
    silences: Silences,
    trouble_of: Callable[[RunResult], Trouble | None],
    *,
    due: bool,
) -> MessageChoice:
    """Return which message a run sends.

    Args:
        run: The run.
        state: What people know.
        silences: What is muted and acknowledged.
        trouble_of: Returns what there is to report of a run.
        due: Whether it is time for a reminder.
    """
    trouble = trouble_of(run)
    if RANKS[trouble] < RANKS[state.trouble] or trouble is None:
        # Over, or better than what people know: they hear that also of what is muted.
        return MessageChoice(
            choose_message_kind(trouble, fingerprint(run), state, due=due), trouble
        )
    if any(mute.name is None for mute in silences.mutes):
        return MessageChoice(None, silenced=MUTED)
    heard = without_muted(run, silences.mutes)
    left = trouble_of(heard)
    kind = _kind(run, heard, left, state, silences, due=due)
    if kind is None:
        return MessageChoice(None, silenced=MUTED if left is None else None)
    if kind != "recovery" and is_acknowledged(heard, left, silences.acknowledgements):
        return MessageChoice(None, silenced=ACKNOWLEDGED)
    return MessageChoice("changed" if kind == "recovery" else kind, left)


def without_muted(run: RunResult, mutes: Sequence[Mute]) -> RunResult:
    """Return a run as if the tables and rules that are muted had passed."""
    names = {mute.name for mute in mutes if mute.name is not None}
    if run.stage is None or not names:
        return run
    tables = tuple(_heard_table(table, names) for table in run.stage.tables)
    rules = _heard_rules(run.stage.rules, names)
    verdict = roll_up_verdicts([roll_up_rules(rules), *(table.verdict for table in tables)])
    stage: StageResult = replace(run.stage, tables=tables, rules=rules, verdict=verdict)
    return replace(run, stage=stage)


def covers_failing(run: RunResult, mute: Mute) -> bool:
    """Return whether a mute is about something of a run that did not pass."""
    return without_muted(run, [mute]) != run


def is_acknowledged(
    run: RunResult, trouble: Trouble | None, acknowledgements: Sequence[Acknowledgement]
) -> bool:
    """Return whether somebody is on all that a run has to report."""
    whole = {(one.trouble, one.fingerprint) for one in acknowledgements}
    if (trouble, fingerprint(run)) in whole:
        return True
    if run.error is not None or trouble not in ("failure", "warnings"):
        return False
    known = frozenset[str]().union(*(one.rules for one in acknowledgements))
    worst = max((RANKS[one.trouble] for one in acknowledgements), default=0)
    return known.issuperset(failing_rules(run)) and RANKS[trouble] <= worst


def _kind(
    run: RunResult,
    heard: RunResult,
    trouble: Trouble | None,
    state: NotificationState,
    silences: Silences,
    *,
    due: bool,
) -> Kind | None:
    """Return the kind of message that a run needs, where it is heard without what is muted."""
    kind = choose_message_kind(trouble, fingerprint(heard), state, due=due)
    if silences.mutes and kind in ("changed", "recovery"):
        muted = _muted_rules(run, silences.mutes)
        if not _is_news(run, heard, trouble, state, muted):
            return None
    if kind is None and trouble is not None and _resumed(run, silences.lapsed):
        return "reminder"
    return kind


def _is_news(
    run: RunResult,
    heard: RunResult,
    trouble: Trouble | None,
    state: NotificationState,
    muted: Collection[str],
) -> bool:
    """Return whether something has changed beside what is muted."""
    if heard.error is not None:
        return True
    if trouble in ("calls", "quarantine") and trouble == state.trouble:
        return fingerprint(run) != state.recorded_fingerprint
    rules = run.stage.all_rules() if run.stage else ()
    resolved = {
        rule.id for rule in rules if rule.status is Status.PASSED and rule.id in state.failing
    }
    return bool({*failing_rules(heard)} - state.failing or resolved.difference(muted))


def _resumed(run: RunResult, lapsed: Sequence[Mute]) -> bool:
    """Return whether something fails that was muted until lately."""
    return any(mute.name is None or covers_failing(run, mute) for mute in lapsed)


def _muted_rules(run: RunResult, mutes: Sequence[Mute]) -> set[str]:
    names = {mute.name for mute in mutes}
    tables = run.stage.tables if run.stage else ()
    within = {rule.id for table in tables if table.table in names for rule in table.rules}
    return within | {name for name in names if name is not None}


def _heard_table(table: TableResult, names: Collection[str]) -> TableResult:
    if table.table in names:
        passed = tuple(replace(rule, status=Status.PASSED) for rule in table.rules)
        return replace(table, rules=passed, verdict=Status.PASSED, quarantined=0)
    rules = _heard_rules(table.rules, names)
    return replace(table, rules=rules, verdict=roll_up_rules(rules))


def _heard_rules(rules: Sequence[RuleResult], names: Collection[str]) -> tuple[RuleResult, ...]:
    return tuple(
        replace(rule, status=Status.PASSED) if rule.id in names else rule for rule in rules
    )
