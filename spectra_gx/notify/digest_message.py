"""Compose and send the digest: how the stages did over some time, in one message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult, counted
from spectra_gx.notify.digest_trends import success_trend, trend_fields
from spectra_gx.notify.message_text import (
    Field,
    Line,
    MessageText,
    sanitize,
    text_line,
)
from spectra_gx.runner.alerts.notifications import NotificationPolicy, docs_address
from spectra_gx.runner.outcome_text import rows_text, stage_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from spectra_gx.notify.apprise_notifier import AppriseNotifier
    from spectra_gx.runner.stage_digest import Digest, StageDigest


@dataclass(frozen=True, repr=False)
class SentDigest(DisplayedResult):
    """A digest, and whether it was sent."""

    digest: Digest
    words: MessageText
    notification: str
    """sent, failed, timed out or not configured."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "since": self.digest.since.isoformat(),
            "stages": [_stage(stage) for stage in self.digest.stages],
            "docs": self.digest.docs,
            "notification": self.notification,
        }

    def _headline(self) -> str:
        return f"{self.notification}: {self.words.title}"


def _stage(stage: StageDigest) -> dict[str, Any]:
    return {
        "stage": stage.stage,
        "system": stage.system,
        "runs": stage.runs,
        "failed_runs": stage.failed_runs,
        "quarantined": stage.quarantined,
        "last": _iso(stage.last),
        "failing_since": _iso(stage.failing_since),
        "error": stage.error,
        "failing": list(stage.failing),
        "failed_calls": stage.failed_calls,
        "trends": stage.trends.to_dict(),
        **stage.silences.to_dict(),
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


_FAILING_SHOWN = 4
_RULES_SHOWN = 5


def deliver_digest(
    digest: Digest, notifier: AppriseNotifier, policy: NotificationPolicy
) -> SentDigest:
    """Send a digest to the webhook of severity info."""
    words = compose_digest(digest, docs_address(digest.docs, policy))
    return SentDigest(digest, words, notifier.send(lambda: words, "info"))


def compose_digest(digest: Digest, docs: str | None = None) -> MessageText:
    """Compose a digest: each stage that fails with its cause, the others in a line each."""
    failing = [one for one in digest.stages if one.failing_since is not None]
    absent = [one for one in digest.stages if one.failing_since is None and not one.runs]
    passing = [one for one in digest.stages if one.failing_since is None and one.runs]
    return MessageText(
        title=sanitize(f"Digest: {_title(failing, absent, digest)}"),
        summary=" · ".join(_summary(digest)),
        tone="critical" if failing else "warning" if absent else "info",
        fields=tuple(_fields(digest, failing, absent, passing, docs)),
    )


def _title(failing: Sequence[StageDigest], absent: Sequence[StageDigest], digest: Digest) -> str:
    count = len(digest.stages)
    of_all = f"of {counted(count, 'stage')}"
    parts = [f"{len(failing):,} {of_all} fail" + ("s" if len(failing) == 1 else "")] * bool(failing)
    parts += [f"{len(absent):,} {of_all} did not run"] * bool(absent)
    every = "the stage passes" if count == 1 else f"all {count:,} stages pass"
    return ", ".join(parts) or every


def _summary(digest: Digest) -> Iterator[str]:
    runs = sum(one.runs for one in digest.stages)
    failed = sum(one.failed_runs for one in digest.stages)
    yield f"since {_time(digest.since)}"
    yield f"{counted(runs, 'run')}, {failed:,} failed"


def _fields(
    digest: Digest,
    failing: Sequence[StageDigest],
    absent: Sequence[StageDigest],
    passing: Sequence[StageDigest],
    docs: str | None,
) -> Iterator[Field]:
    for one in failing[:_FAILING_SHOWN]:
        yield Field(sanitize(f"{_name(one)} fails", limit=100), tuple(_cause(one)), room=350)
    rest = failing[_FAILING_SHOWN:]
    if rest:
        yield Field("Others that fail", tuple(text_line(_name(one)) for one in rest), room=300)
    if absent:
        lines = tuple(text_line(f"{_name(one)}: {_last(one)}") for one in absent)
        yield Field("Did not run", lines, room=300)
    if passing:
        lines = tuple(text_line(f"{_name(one)}: {_runs(one)}") for one in passing)
        yield Field("Passing", lines, room=300)
    yield from trend_fields(digest)
    if docs:
        yield Field("Where to look", (text_line("Data docs", docs),), room=450)


def _cause(one: StageDigest) -> Iterator[Line]:
    if one.failing_since is not None:
        yield text_line(f"since {_time(one.failing_since)}; {_runs(one)}")
    if one.error is not None:
        yield text_line(one.error)
        return
    for rule_id in one.failing[:_RULES_SHOWN]:
        yield text_line(rule_id)
    rest = len(one.failing) - _RULES_SHOWN
    if rest > 0:
        yield text_line(f"and {counted(rest, 'more rule')}")


def _runs(one: StageDigest) -> str:
    parts = [counted(one.runs, "run")]
    if one.failed_runs:
        parts.append(f"{one.failed_runs:,} failed")
    if one.failed_calls:
        parts.append(counted(one.failed_calls, "failed call"))
    if one.quarantined:
        parts.append(f"{rows_text(one.quarantined)} quarantined")
    if one.failing_since is None and one.failing:
        parts.append(counted(len(one.failing), "warning"))
    if (trend := success_trend(one)) is not None:
        parts.append(trend)
    return ", ".join(parts)


def _last(one: StageDigest) -> str:
    return "never" if one.last is None else f"last {_time(one.last)}"


def _name(one: StageDigest) -> str:
    return stage_name(one.stage, one.system)


def _time(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
