"""Mutes and acknowledgements: what people have said about messages, by the activity log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from spectra_gx.runner.trouble import Trouble

MUTE, UNMUTE, ACKNOWLEDGE = "mute", "unmute", "acknowledge"
"""Entities of the activities that record them; their execution ids begin in the same way."""


@dataclass(frozen=True, repr=False)
class Mute(DisplayedResult):
    """No messages about a stage, a table or a rule until a day is over."""

    stage: str
    name: str | None
    """The table or the rule; None for the whole stage."""

    until: date
    """The last day, UTC."""

    reason: str
    at: datetime
    """Since when."""

    by: str | None = None
    """Who said so, if they did."""

    def counts(self, at: datetime) -> bool:
        """Return whether it still counts at an instant, UTC."""
        return at.date() <= self.until

    @property
    def line(self) -> str:
        """The mute in one line of text."""
        by = f" ({self.by})" if self.by else ""
        return f"{self.name or self.stage} muted until {self.until}: {self.reason}{by}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "stage": self.stage,
            "name": self.name,
            "until": self.until.isoformat(),
            "reason": self.reason,
            "at": self.at.isoformat(),
            "by": self.by,
        }

    def _headline(self) -> str:
        return self.line


@dataclass(frozen=True, repr=False)
class Acknowledgement(DisplayedResult):
    """Somebody is on a failure: no further message about it until it is over or gets worse."""

    stage: str
    names: tuple[str, ...]
    """The tables and rules that were named; none for all that failed."""

    trouble: Trouble
    fingerprint: str | None
    """Of the whole failure; None where only some of it is acknowledged."""

    rules: frozenset[str]
    """Ids of the rules that still fail of those that failed then."""

    at: datetime
    """Since when."""

    by: str | None = None
    """Who said so, if they did."""

    @property
    def line(self) -> str:
        """The acknowledgement in one line of text."""
        by = f" by {self.by}" if self.by else ""
        what = ", ".join(self.names) or self.stage
        return f"{what} acknowledged{by} on {self.at:%Y-%m-%d %H:%M} UTC"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "stage": self.stage,
            "names": list(self.names),
            "rules": sorted(self.rules),
            "at": self.at.isoformat(),
            "by": self.by,
        }

    def _headline(self) -> str:
        return self.line


@dataclass(frozen=True)
class Silences:
    """The mutes and acknowledgements of a stage that count at an instant."""

    mutes: tuple[Mute, ...] = ()
    acknowledgements: tuple[Acknowledgement, ...] = ()
    lapsed: tuple[Mute, ...] = ()
    """Mutes that counted when the stage last ran, and no longer do."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "muted": [mute.to_dict() for mute in self.mutes],
            "acknowledged": [one.to_dict() for one in self.acknowledgements],
        }

    @property
    def lines(self) -> list[str]:
        """What counts, in a line each."""
        return [*(mute.line for mute in self.mutes), *(one.line for one in self.acknowledgements)]


def read_silences(
    activities: Iterable[Mapping[str, Any]], runs: Sequence[Mapping[str, Any]], now: datetime
) -> Silences:
    """Return what counts for a stage.

    Args:
        activities: The activities in its log, oldest first.
        runs: Its runs over the published tables, oldest first.
        now: The instant.
    """
    own = [row for row in activities if is_silence(row)]
    before = _mutes(own, runs[-1]["end_time"]) if runs else {}
    mutes = _mutes(own, now)
    return Silences(
        tuple(mutes.values()),
        tuple(_acknowledgements(own, runs)),
        tuple(mute for name, mute in before.items() if name not in mutes),
    )


def is_silence(row: Mapping[str, Any]) -> bool:
    """Return whether a row of the log is a mute, the end of one, or an acknowledgement.

    What somebody logs by hand under one of these names is of a run.
    """
    entity = row["entity_name"]
    prefix = f"{entity}_"
    return entity in (MUTE, UNMUTE, ACKNOWLEDGE) and bool(row["execution_id"].startswith(prefix))


def is_expired_silence(row: Mapping[str, Any], before: datetime) -> bool:
    """Return whether a row about a mute or an acknowledgement may go from the log.

    The end of a mute stays as long as the mute.
    """
    until = _facts(row).get("until")
    over = until is None or date.fromisoformat(until) < before.date()
    return over and bool(row["recorded_at"] < before)


def _mutes(rows: Iterable[Mapping[str, Any]], at: datetime) -> dict[str | None, Mute]:
    """Return table or rule → the mute that counts at an instant; None is the whole stage."""
    found: dict[str | None, Mute] = {}
    for row in rows:
        if row["start_time"] > at:
            continue
        facts = _facts(row)
        if row["entity_name"] == UNMUTE:
            found.pop(facts["name"], None)
        if row["entity_name"] == MUTE:
            found[facts["name"]] = Mute(
                row["stage"],
                facts["name"],
                date.fromisoformat(facts["until"]),
                facts["reason"],
                row["start_time"],
                facts["by"],
            )
    return {name: mute for name, mute in found.items() if mute.counts(at)}


def _acknowledgements(
    rows: Iterable[Mapping[str, Any]], runs: Sequence[Mapping[str, Any]]
) -> Iterator[Acknowledgement]:
    """Yield those whose failure is not over, each with the rules that still fail."""
    for row in rows:
        if row["entity_name"] != ACKNOWLEDGE:
            continue
        facts = _facts(row)
        later = [run for run in runs if run["start_time"] > row["start_time"]]
        same = all(run["fingerprint"] == facts["fingerprint"] for run in later)
        left = Acknowledgement(
            row["stage"],
            tuple(facts["names"]),
            facts["trouble"],
            facts["fingerprint"] if same else None,
            frozenset(facts["rules"]).intersection(*_failing(later)),
            row["start_time"],
            facts["by"],
        )
        if left.rules or left.fingerprint:
            yield left


def _failing(runs: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    """Yield the ids of the rules that did not pass in each run that checked any."""
    for run in runs:
        if run["rule_statuses"] is not None:
            yield json.loads(run["failing_rules"] or "[]")


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row["metadata"])
    return found
