"""A replay as text, Markdown and JSON: version by version, would the changed rules have passed?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.render.markdown import details_block, escape_markdown
from spectra_gx.review.replay.replay_result import UNREADABLE
from spectra_gx.review.value_formatting import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.review.replay.replay_result import ReplayedTable, ReplayedVersion
    from spectra_gx.validation.results import RuleResult

_SAID = {
    "passed": "would have passed",
    "failed": "would have failed",
    "errored": "could not be evaluated",
    UNREADABLE: UNREADABLE,
}
_MARKS = {"passed": "✓", "failed": "✗", "errored": "!", UNREADABLE: "?"}
_MOST_TABLES = 10
_MOST_VERSIONS = 30
_MOST_RULES = 3
_LONGEST_KEY = 80


def replay_text(replayed: Sequence[ReplayedTable]) -> Iterator[str]:
    """Yield lines for a person: each version, and under it the rules that did not pass."""
    for table in replayed:
        yield f"replay of {_heading(table)}"
        for version in table.versions:
            yield f"  {_MARKS[version.outcome]} {_version(version)}"
            for rule in _broken(version):
                yield one_line(f"      {rule.id} ({rule.severity}): {_failure(rule)}")


def replay_markdown(replayed: Sequence[ReplayedTable]) -> Iterator[str]:
    """Yield lines for a comment: a sentence a table, and a folded table of its versions."""
    for table in replayed[:_MOST_TABLES]:
        yield from ("", f"**Would it have passed?** {escape_markdown(_heading(table))}")
        if not table.versions:
            continue
        rows = [
            "| | version | committed | the log then | what failed |",
            "| --- | --- | --- | --- | --- |",
            *map(_row, table.versions[:_MOST_VERSIONS]),
        ]
        left = len(table.versions) - _MOST_VERSIONS
        if left > 0:
            rows += ["", f"and {left} older ones, counted above"]
        yield from ("", *details_block(_versions(table), rows))
    if len(replayed) > _MOST_TABLES:
        yield from ("", f"{len(replayed) - _MOST_TABLES} more tables were replayed.")


def replay_json(replayed: Sequence[ReplayedTable]) -> list[dict[str, Any]]:
    """Return what was replayed; its keys are a promise."""
    return [
        {
            "contract": table.contract,
            "table": table.table,
            "rules": list(table.rules),
            "obstacle": table.obstacle,
            "versions": [_fact(version) for version in table.versions],
        }
        for table in replayed
    ]


def _heading(table: ReplayedTable) -> str:
    rules = f"{len(table.rules)} changed rule{'s'[: len(table.rules) != 1]}"
    if table.obstacle is not None:
        return f"{table.table}, {rules}: {table.obstacle}"
    counts = ", ".join(
        f"{table.outcomes[outcome]} {said}"
        for outcome, said in _SAID.items()
        if table.outcomes[outcome]
    )
    return f"{table.table}, {rules} on {_versions(table)}: {counts}"


def _versions(table: ReplayedTable) -> str:
    return f"{len(table.versions)} version{'s'[: len(table.versions) != 1]}"


def _version(version: ReplayedVersion) -> str:
    said = f"{version.outcome}: {version.gone}" if version.gone else version.outcome
    return f"version {version.version}{_when(version, ' of ')}: {said}; the log: {_logged(version)}"


def _when(version: ReplayedVersion, before: str = "") -> str:
    at = version.committed
    return "" if at is None else f"{before}{at:%Y-%m-%d %H:%M:%S}"


def _logged(version: ReplayedVersion) -> str:
    logged = version.logged
    if logged is None:
        return "not judged then"
    return f"{logged.verdict} by {logged.contract_version}"


def _broken(version: ReplayedVersion) -> list[RuleResult]:
    return [rule for rule in version.rules if rule.status != "passed"]


def _failure(rule: RuleResult) -> str:
    """Return a rule's sentence with the first row that breaks it."""
    if not rule.keys:
        return rule.message
    key = json.dumps(rule.keys[0], ensure_ascii=False)
    if len(key) > _LONGEST_KEY:
        key = f"{key[:_LONGEST_KEY]}…"
    return f"{rule.message}, first at {key}"


def _row(version: ReplayedVersion) -> str:
    broken = _broken(version)
    failures = [f"{rule.id}: {_failure(rule)}" for rule in broken[:_MOST_RULES]]
    if len(broken) > _MOST_RULES:
        failures.append(f"{len(broken) - _MOST_RULES} more")
    said = version.gone or "; ".join(failures)
    cells = (str(version.version), _when(version), _logged(version), said)
    return f"| {_MARKS[version.outcome]} | " + " | ".join(map(escape_markdown, cells)) + " |"


def _fact(version: ReplayedVersion) -> dict[str, Any]:
    logged = version.logged
    return {
        "version": version.version,
        "committed": None if version.committed is None else version.committed.isoformat(),
        "verdict": str(version.verdict),
        "gone": version.gone,
        "rows": version.rows,
        "rules": [
            {
                "id": rule.id,
                "status": str(rule.status),
                "severity": rule.severity,
                "evaluated": rule.evaluated,
                "unexpected": rule.unexpected,
                "observed": rule.observed,
                "keys": list(rule.keys),
                "message": rule.message,
            }
            for rule in version.rules
        ],
        "logged": None
        if logged is None
        else {
            "execution_id": logged.execution_id,
            "contract_version": logged.contract_version,
            "verdict": logged.verdict,
        },
    }
