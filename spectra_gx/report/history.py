"""The history of a stage's runs, bounded, so that a page costs the same on any run.

It contains summaries of the newest runs and checks, and since when each status applies. It is
stored as JSON beside the results and can be rebuilt from the activity log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.report.page_data import FORMAT, RunData

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


History = dict[str, Any]

KEPT_RUNS = 50
"""Newest runs of a stage that have pages; the activity log contains every run."""

_OUTCOMES = 30
_SHORT = {"passed": "p", "failed": "f", "errored": "e"}
_LISTED = 5
_SAMPLES = 3


def no_runs(stage: str, contract_version: str | None = None) -> History:
    """Return the history of a stage without runs."""
    return {
        "format": FORMAT,
        "stage": stage,
        "contract_version": contract_version,
        "log_version": None,
        "runs": [],
        "now": None,
        "since": None,
        "tables": {},
        "rules": {},
        "silences": [],
    }


def add_run(history: History, facts: RunData) -> list[str]:
    """Add a run unless it is there already; return the runs that are now too old for a page."""
    runs = history["runs"]
    if any(run["id"] == facts["execution_id"] for run in runs):
        return []
    runs.append(_run(facts))
    history["contract_version"] = facts["contract_version"]
    gone = [run["id"] for run in runs[:-KEPT_RUNS]]
    del runs[:-KEPT_RUNS]
    if facts["aside"]:
        return gone
    history["now"] = _now(facts)
    history["silences"] = facts.get("silences", [])
    history["since"] = _since(history["since"], "healthy" if facts["success"] else "broken", facts)
    for table in facts["tables"]:
        _add_table(history["tables"], table, facts)
    if facts["tables"]:
        history["rules"] = _with_outcomes(history["rules"], facts["rules"], facts)
    if declared := facts["versions"]:
        history["tables"] = {
            name: known for name, known in history["tables"].items() if name in declared
        }
    return gone


def outcomes(known: Mapping[str, Any] | None) -> list[str]:
    """Return the statuses of a rule in recent checks, oldest first."""
    words = {short: word for word, short in _SHORT.items()}
    return [words[letter] for letter in known["outcomes"]] if known else []


def _run(facts: RunData) -> dict[str, Any]:
    statuses = [rule["status"] for rule in _rules(facts)]
    return {
        "id": facts["execution_id"],
        "at": facts["started"],
        "seconds": facts["seconds"],
        "verdict": facts["verdict"],
        "success": facts["success"],
        "operation": facts["operation"],
        "aside": facts["aside"],
        "category": facts["error"]["category"] if facts["error"] else None,
        "rules": len(statuses),
        "broken": sum(status != "passed" for status in statuses),
    }


def _now(facts: RunData) -> dict[str, Any]:
    """Return what the overview shows of a stage's newest run."""
    broken = [rule for rule in _rules(facts) if rule["status"] != "passed"]
    return {
        **_run(facts),
        "contract_version": facts["contract_version"],
        "system": facts["system"],
        "trouble": facts["trouble"],
        "error": facts["error"],
        "contact": facts["contact"],
        "runbook": facts["runbook"],
        "quarantined": sum(table["quarantined"] for table in facts["tables"]),
        "broken_rules": [
            {**rule, "sample": rule["sample"][:_SAMPLES], "keys": rule["keys"][:_SAMPLES]}
            for rule in sorted(broken, key=worst_first)[:_LISTED]
        ],
    }


def worst_first(rule: Mapping[str, Any]) -> tuple[int, int]:
    """Sort key of rules: errored, failed, passed; within each critical first."""
    return (
        ("errored", "failed", "passed").index(rule["status"]),
        ("critical", "warning", "info", None).index(rule["severity"]),
    )


def _rules(facts: RunData) -> list[dict[str, Any]]:
    return [*facts["rules"], *(rule for table in facts["tables"] for rule in table["rules"])]


def _add_table(tables: dict[str, Any], table: Mapping[str, Any], facts: RunData) -> None:
    known = tables.setdefault(table["table"], {"judged": [], "since": None, "rules": {}})
    known["since"] = _since(known["since"], table["verdict"], facts)
    known["judged"].append(
        {
            "id": facts["execution_id"],
            "at": facts["started"],
            "verdict": table["verdict"],
            "rows": table["rows"],
            "seconds": table["seconds"],
            "version": table["version"],
            "standing": facts["versions"].get(table["table"]),
            "quarantined": table["quarantined"],
            "rules": len(table["rules"]),
            "broken": sum(rule["status"] != "passed" for rule in table["rules"]),
        }
    )
    del known["judged"][:-KEPT_RUNS]
    known["rules"] = _with_outcomes(known["rules"], table["rules"], facts)


def _with_outcomes(
    known: Mapping[str, Any], checked: Iterable[Mapping[str, Any]], facts: RunData
) -> dict[str, Any]:
    """Return the checked rules with one more outcome each, without all other rules."""
    found = {}
    for rule in checked:
        before = known.get(rule["id"], {"outcomes": "", "since": None})
        found[rule["id"]] = {
            "outcomes": (before["outcomes"] + _SHORT[rule["status"]])[-_OUTCOMES:],
            "since": _since(before["since"], rule["status"], facts),
        }
    return found


def _since(known: Mapping[str, Any] | None, state: str, facts: RunData) -> dict[str, Any]:
    """Return since which run a state applies, and for how many runs."""
    if known is not None and known["state"] == state:
        return {**known, "runs": known["runs"] + 1}
    first = known is None
    return {
        "state": state,
        "id": facts["execution_id"],
        "at": facts["started"],
        "runs": 1,
        "first": first,
    }
