"""Render the results of changed rules on stored versions, as text and Markdown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from spectra_gx.display import counted
from spectra_gx.render.markdown import details_block, escape_markdown, escape_message
from spectra_gx.review.replay.replay_result import (
    NOT_YET,
    UNREADABLE,
    ReplayedTable,
    ReplayedVersion,
)
from spectra_gx.review.value_formatting import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.validation.results import RuleResult

_OUTCOMES = {
    "passed": "would have passed",
    "failed": "would have failed",
    "errored": "could not be checked",
    NOT_YET: NOT_YET,
    UNREADABLE: UNREADABLE,
}
_MARKS = {"passed": "✓", "failed": "✗", "errored": "!", NOT_YET: "·", UNREADABLE: "?"}
_MOST_TABLES = 10
_MOST_VERSIONS = 30
_MOST_RULES = 3
_LONGEST_KEY = 80


def replay_text(replayed: Sequence[ReplayedTable]) -> Iterator[str]:
    """Yield lines for a person: each version, and under it what did not pass."""
    for table in replayed:
        yield f"replay of {_heading(table)}"
        for version in table.versions:
            yield f"  {_MARKS[version.outcome]} {_version(version)}"
            for rule in version.broken:
                yield one_line(f"      {rule.id} ({rule.severity}): {_failure(rule)}")
            if version.pending and version.broken:
                yield one_line(f"      {_absence(version)}")


def replay_markdown(replayed: Sequence[ReplayedTable]) -> Iterator[str]:
    """Yield lines for a comment: a sentence per table, and a folded table of its versions."""
    for table in replayed[:_MOST_TABLES]:
        yield from ("", f"**Replay on stored versions:** {escape_markdown(_heading(table))}")
        if not table.versions:
            continue
        rows = [
            "| | version | committed | recorded then | what did not pass |",
            "| --- | --- | --- | --- | --- |",
            *map(_row, table.versions[:_MOST_VERSIONS]),
        ]
        left = len(table.versions) - _MOST_VERSIONS
        if left > 0:
            rows += ["", f"and {left:,} older ones, counted above"]
        yield from ("", *details_block(_versions(table), rows))
    if len(replayed) > _MOST_TABLES:
        yield from ("", f"{len(replayed) - _MOST_TABLES:,} more tables were replayed.")


def _heading(table: ReplayedTable) -> str:
    rules = counted(len(table.rules), "changed rule")
    if table.obstacle is not None:
        return f"{table.table}, {rules}: {table.obstacle}"
    counts = ", ".join(
        f"{table.outcomes[outcome]:,} {text}"
        for outcome, text in _OUTCOMES.items()
        if table.outcomes[outcome]
    )
    return f"{table.table}, {rules} on {_versions(table)}: {counts}"


def _versions(table: ReplayedTable) -> str:
    return counted(len(table.versions), "version")


def _version(version: ReplayedVersion) -> str:
    ended = version.outcome if version.gone is None else f"{version.outcome}: {version.gone}"
    if ended == NOT_YET:
        ended = _absence(version)
    return f"version {version.version}{_when(version, ' of ')}: {ended} (then: {_logged(version)})"


def _when(version: ReplayedVersion, before: str = "") -> str:
    at = version.committed
    return "" if at is None else f"{before}{at:%Y-%m-%d %H:%M:%S}"


def _logged(version: ReplayedVersion) -> str:
    logged = version.logged
    if logged is None:
        return "not checked"
    return f"{logged.verdict} with contract {logged.contract_version}"


def _absence(version: ReplayedVersion) -> str:
    return f"{NOT_YET}: {', '.join(f'`{name}`' for name in version.absent)}"


def _failure(rule: RuleResult) -> str:
    """Return a rule's sentence with the first row that breaks it."""
    if not rule.keys:
        return rule.message
    key = json.dumps(rule.keys[0], ensure_ascii=False)
    if len(key) > _LONGEST_KEY:
        key = f"{key[:_LONGEST_KEY]}…"
    return f"{rule.message}, first at {key}"


def _row(version: ReplayedVersion) -> str:
    broken = version.broken
    failures = [f"{rule.id}: {_failure(rule)}" for rule in broken[:_MOST_RULES]]
    if len(broken) > _MOST_RULES:
        failures.append(f"{len(broken) - _MOST_RULES:,} more")
    if version.pending:
        failures.append(_absence(version))
    what = version.gone or "; ".join(failures)
    cells = (str(version.version), _when(version), _logged(version), what)
    return f"| {_MARKS[version.outcome]} | " + " | ".join(map(escape_message, cells)) + " |"
