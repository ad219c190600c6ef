"""What the JSON of `run` and `check` says, for the logs and results of orchestrators.

Values of sensitive columns are not in it: they are redacted where results are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.integrations.command import CommandResult

Run = dict[str, Any]
"""The object of one run or check."""

_SHOWN = 3
"""How many rules a message names."""

_COUNTS = ("declared", "passed", "failed", "errored")
_FACTS = ("contract", "version", "execution_id", "status", "verdict", *_COUNTS)
_SUMMARY = (*_FACTS, "batch_id", "published", "quarantined", "docs_url")


def runs_in(result: CommandResult) -> list[Run]:
    """Return the objects of its runs: several where it ran once a day, none without JSON."""
    output = result.output
    if not isinstance(output, dict):
        return []
    return [*output["runs"]] if "runs" in output else [output]


def broken_rules(run: Run) -> list[Run]:
    """Return the rules that did not pass, critical ones first."""
    found = [rule for rule in _rules(run) if rule["status"] != "passed"]
    return sorted(found, key=lambda rule: bool(rule["severity"] != "critical"))


def summarize(run: Run) -> Run:
    """Return the counts of a run, what it published and where its page is: no rows, no values."""
    return {key: run[key] for key in _SUMMARY if key in run}


def explain(stage: str, result: CommandResult) -> str:
    """Return why a command did not end well, in one line."""
    ended = [run for run in runs_in(result) if _ended_badly(run)]
    if not ended:
        reason = result.last_line.removeprefix("error: ")
        return f"`{stage}`: {reason or f'the command ended with exit code {result.exit_code}'}"
    run = ended[-1]
    error = run.get("error")
    found = [error["message"]] if error else _rule_lines(broken_rules(run))
    page = f"; see {run['docs_url']}" if run.get("docs_url") else ""
    return f"`{run['contract']}` {run['verdict']}: {'; '.join(found)}{page}"


def rule_line(rule: Run) -> str:
    """Return what became of a rule."""
    return f"{rule['id']} ({rule['severity']}) {rule['status']}: {rule['message']}"


def table_lines(run: Run) -> Iterator[str]:
    """Yield what became of each table."""
    for table in run["tables"]:
        rules = table["rules"]
        passed = sum(rule["status"] == "passed" for rule in rules)
        counts = f"{passed} of {len(rules)} rules passed"
        yield f"{table['table']} {table['verdict']}: {counts}{_published(run, table['table'])}"


def _ended_badly(run: Run) -> bool:
    return bool(run.get("status", "Success") != "Success" or run["verdict"] != "passed")


def _published(run: Run, table: str) -> str:
    published: Mapping[str, int] = run.get("published", {})
    return f", published as version {published[table]}" if table in published else ""


def _rules(run: Run) -> Iterator[Run]:
    yield from run["rules"]
    for table in run["tables"]:
        yield from table["rules"]


def _rule_lines(rules: Sequence[Run]) -> list[str]:
    lines = [rule_line(rule) for rule in rules[:_SHOWN]]
    return [*lines, f"and {len(rules) - _SHOWN} more"] if len(rules) > _SHOWN else lines
