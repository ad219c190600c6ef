"""Compose the message about a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.display import counted
from spectra_gx.notify.message_text import (
    FIELD_LIMIT,
    Field,
    Line,
    MessageText,
    sanitize,
    text_line,
)
from spectra_gx.runner.outcome_text import (
    describe_outcome,
    describe_recovery,
    rows_text,
    stage_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.runner.alerts.messages import Message

_PREFIXES = {"changed": "Changed: ", "reminder": "Still: "}


def compose_run_message(message: Message) -> MessageText:
    """Compose a message; if all is well, it is its title, one line and the rows in quarantine."""
    over = message.kind in ("recovery", "success")
    return MessageText(
        title=sanitize(_title(message)),
        summary=" · ".join(sanitize(part) for part in _summary(message)),
        tone="recovery" if over else message.severity,
        fields=tuple(_quarantined(message) if over else _fields(message)),
    )


def _title(message: Message) -> str:
    stage = stage_name(message.stage, message.system)
    if message.kind == "recovery":
        return f"{stage} {describe_recovery(message.trouble or 'failure')}"
    category = None if message.error is None else message.error_category or "internal"
    errored = "errored" in (message.tables or {}).values()
    ended = describe_outcome(message.trouble, error_category=category, errored=errored)
    return f"{_PREFIXES.get(message.kind, '')}{stage} {ended}"


def _summary(message: Message) -> Iterator[str]:
    over = message.kind in ("recovery", "success")
    if not over:
        yield message.severity
    if message.failed_runs and message.since is not None:
        runs = counted(message.failed_runs, "failed run")
        yield f"{runs} since {message.since:%Y-%m-%d %H:%M} UTC"
    if message.environment is not None:
        yield f"environment {message.environment}"
    if message.owner:
        yield f"owner {message.owner}"
    yield f"contract {message.contract_version}"
    yield message.execution_id
    yield f"{message.duration_seconds:.1f} s"
    if over:
        yield from _metrics(message)


def _metrics(message: Message) -> Iterator[str]:
    """Yield what a message that all is well counts."""
    if message.counts:
        tallies = message.counts.values()
        passed = sum(tally.get("passed", 0) for tally in tallies)
        yield f"{passed:,} of {sum(sum(tally.values()) for tally in tallies):,} rules passed"
    yield from _endpoints(message)


def _endpoints(message: Message) -> Iterator[str]:
    reached, probed = message.endpoints_reached or (0, 0)
    if probed:
        yield f"{reached:,} of {probed:,} endpoints answered"
    if message.latency_ms is not None:
        yield f"9 of 10 calls within {message.latency_ms:,.0f} ms"


def _fields(message: Message) -> Iterator[Field]:
    if message.error:
        yield Field("Error", (Line(sanitize(message.error, limit=600)),))
    if message.failed_calls:
        calls = tuple(text_line(call) for call in message.failed_calls)
        yield Field("Failed calls", calls, room=FIELD_LIMIT)
    yield from _failing(message)
    if message.tables:
        pages = message.pages or {}
        tables = message.tables.items()
        yield Field(
            "Tables",
            tuple(text_line(f"{table}: {verdict}", pages.get(table)) for table, verdict in tables),
            room=FIELD_LIMIT,
        )
    yield from _quarantined(message)
    if message.elsewhere:
        text = f"{counted(message.elsewhere, 'rule')} of other owners' tables"
        yield Field("Does not pass either", (Line(text),))
    if message.muted:
        yield Field("Muted", tuple(text_line(mute) for mute in message.muted), room=400)
    if message.counts:
        yield Field("Rules by severity", tuple(_tallies(message.counts)))
    if calls := tuple(Line(text) for text in _endpoints(message)):
        yield Field("Calls to the source", calls)
    places = {
        "Log": message.log,
        "Data docs": message.docs,
        "Runbook": message.runbook,
        "Contact": message.contact,
    }
    found = tuple(text_line(name, place) for name, place in places.items() if place)
    if found:
        yield Field("Where to look", found, room=FIELD_LIMIT)


def _failing(message: Message) -> Iterator[Field]:
    """Yield what fails; if some of it is known already, what is new comes first."""
    new = [rule for rule in message.failing if rule[0] in message.newly_failing]
    if not new and not message.resolved:
        yield from _rules("Failing rules", message.failing, FIELD_LIMIT)
        return
    known = [rule for rule in message.failing if rule[0] not in message.newly_failing]
    yield from _rules("Newly failing", new, 800)
    yield from _rules("Still failing", known, 500)
    if message.resolved:
        yield Field("Resolved", tuple(text_line(rule_id) for rule_id in message.resolved), room=300)


def _rules(name: str, rules: Sequence[tuple[str, str, int | None]], room: int) -> Iterator[Field]:
    if rules:
        yield Field(name, tuple(text_line(_rule(*rule)) for rule in rules), room)


def _quarantined(message: Message) -> Iterator[Field]:
    if message.quarantined:
        yield Field(
            "Rows in quarantine",
            tuple(text_line(f"{table}: {count:,}") for table, count in message.quarantined.items()),
        )


def _rule(rule_id: str, severity: str, unexpected: int | None) -> str:
    if unexpected is None:
        return f"{rule_id}: {severity}"
    return f"{rule_id}: {severity}, {rows_text(unexpected)}"


def _tallies(counts: Mapping[str, Mapping[str, int]]) -> Iterator[Line]:
    """Yield how many rules of each severity ended how; zeros are left out."""
    for severity, tally in counts.items():
        numbers = ", ".join(f"{count:,} {status}" for status, count in tally.items() if count)
        yield text_line(f"{severity}: {numbers or 'none'}")
