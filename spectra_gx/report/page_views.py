"""Variables of each page's template, from the data of runs and histories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.report.addresses import (
    OVERVIEW,
    contract_page,
    rule_anchor,
    run_page,
    runs_page,
    segment,
    table_page,
)
from spectra_gx.report.charts import line_chart, trend
from spectra_gx.report.history import KEPT_RUNS, History, worst_first
from spectra_gx.report.html_filters import format_count, format_duration
from spectra_gx.report.page_text import headline, outcome_text, since_text
from spectra_gx.report.rule_views import (
    RULES_A_PAGE,
    broken_view,
    detailed_views,
    rule_views,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spectra_gx.contract.model import Table
    from spectra_gx.report.page_data import RunData
    from spectra_gx.report.runbook import Runbook

_VERDICTS = ("errored", "failed", "passed")
_TABLES_OPEN = 12
_TABLES = 500
_BROKEN = 50
_CALLS = 50


def overview(histories: Sequence[History], runbook: Runbook) -> dict[str, Any]:
    """Return the variables of the overview: every stage, worst first."""
    stages = [_stage(history, runbook) for history in histories]
    stages.sort(key=lambda stage: (stage["rank"], stage["name"]))
    return {"headline": headline(histories), "stages": stages}


def _stage(history: History, runbook: Runbook) -> dict[str, Any]:
    stage, now = history["stage"], history["now"]
    view = {
        "name": stage,
        "anchor": f"stage-{segment(stage)}",
        "rank": len(_VERDICTS) if now is None else _VERDICTS.index(now["verdict"]),
        "contract": contract_page(stage),
        "contract_version": history["contract_version"],
        "runs_page": runs_page(stage),
        "silences": history.get("silences", []),
        "now": now,
    }
    if now is None:
        return view
    tables = sorted(
        (_table_row(stage, name, known) for name, known in history["tables"].items()),
        key=lambda table: (_VERDICTS.index(table["verdict"]), table["name"]),
    )
    published = [run for run in history["runs"] if not run["aside"]]
    return {
        **view,
        "outcome": outcome_text(now),
        "since": since_text(history["since"], "healthy" if now["success"] else "failing"),
        "runbook": runbook.address(now["runbook"]),
        "since_page": _page_of_run(history, history["since"]["id"]),
        "run_page": run_page(stage, now["id"]),
        "trend": trend(run["verdict"] for run in published),
        "rows": sum(table["rows"] or 0 for table in tables),
        "broken": [
            broken_view(stage, rule) | {"page": _page_of(rule["id"], tables)}
            for rule in now["broken_rules"]
        ],
        "tables": tables[:_TABLES],
        "tables_open": _TABLES_OPEN,
        "more_tables": max(len(tables) - _TABLES, 0),
    }


def _table_row(stage: str, name: str, known: Mapping[str, Any]) -> dict[str, Any]:
    newest = known["judged"][-1]
    return {
        **newest,
        "name": name,
        "page": table_page(stage, name),
        "trend": trend((one["verdict"] for one in known["judged"]), "check"),
        "since": since_text(known["since"], newest["verdict"]),
    }


def _page_of(rule: str, tables: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the address of a rule among the worst of its stage."""
    for table in tables:
        if rule.startswith(f"{table['name']}."):
            return f"{table['page']}#{rule_anchor(rule)}"
    return None


def _page_of_run(history: History, execution_id: str) -> str | None:
    """Return a run's page; None if the run is too old to have one."""
    has_page = any(run["id"] == execution_id for run in history["runs"])
    return run_page(history["stage"], execution_id) if has_page else None


def runs(history: History) -> dict[str, Any]:
    """Return the variables of the list of a stage's runs, newest first."""
    stage = history["stage"]
    return {
        "stage": stage,
        "contract": contract_page(stage),
        "kept": KEPT_RUNS,
        "silences": history.get("silences", []),
        "trend_chart": trend(run["verdict"] for run in history["runs"]),
        "runs": [{**run, "page": run_page(stage, run["id"])} for run in reversed(history["runs"])],
    }


def run(facts: RunData, declared: Mapping[str, Any], runbook: Runbook) -> dict[str, Any]:
    """Return the variables of a run's page."""
    stage = facts["stage"]
    tables = sorted(
        facts["tables"], key=lambda one: (_VERDICTS.index(one["verdict"]), one["table"])
    )
    rules = [*facts["rules"], *(rule for table in tables for rule in table["rules"])]
    broken = sorted((rule for rule in rules if rule["status"] != "passed"), key=worst_first)
    calls = sorted(facts["calls"], key=lambda call: call["error"] is None)
    duration = facts["seconds"] or 1
    return {
        "run": facts,
        "runbook": runbook.address(facts["runbook"]),
        "stage": stage,
        "outcome": outcome_text(facts),
        "contract": contract_page(stage),
        "runs_page": runs_page(stage),
        "log_table": f"log.{stage}log",
        "counts": {status: sum(rule["status"] == status for rule in rules) for status in _VERDICTS},
        "declared": len(rules),
        "steps": [
            {"name": name, "seconds": took, "share": round(100 * min(took / duration, 1), 1)}
            for name, took in facts["steps"]
        ],
        "tables": [
            {
                **table,
                "page": table_page(stage, table["table"]) if table["table"] in declared else None,
                "passed": sum(rule["status"] == "passed" for rule in table["rules"]),
                "published": table["table"] in facts["published"],
            }
            for table in tables[:_TABLES]
        ],
        "more_tables": max(len(tables) - _TABLES, 0),
        "broken": [broken_view(stage, rule) for rule in broken[:_BROKEN]],
        "more_broken": max(len(broken) - _BROKEN, 0),
        "calls": calls[:_CALLS],
        "more_calls": max(len(calls) - _CALLS, 0),
        "calls_reached": sum(call["error"] is None for call in calls),
    }


def table_pages(
    facts: RunData, table: Table, checked: Mapping[str, Any], known: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield address and variables of each page of a table; many rules need several pages.

    `known` is its entry in the history of the stage.
    """
    stage = facts["stage"]
    instant = facts.get("as_of") or facts["started"]  # stored by an older version without it
    views = rule_views(stage, table, checked["rules"], known["rules"], instant)
    parts = max(-(-len(views) // RULES_A_PAGE), 1)
    shared = {
        "stage": stage,
        "stage_page": f"{OVERVIEW}#stage-{segment(stage)}",
        "current_version": facts["versions"].get(table.name),
        "table": table,
        "checked": checked,
        "run": facts,
        "run_page": run_page(stage, facts["execution_id"]),
        "contract": contract_page(stage),
        "passed": sum(view["status"] == "passed" for view in views),
        "rules": len(views),
        "broken_count": sum(view["status"] in ("failed", "errored") for view in views),
        "since": since_text(known["since"], checked["verdict"]),
        "trend_chart": trend((one["verdict"] for one in known["judged"]), "check"),
        "lines": [*_lines(known["judged"])],
        "parts": [
            {"number": number, "page": table_page(stage, table.name, number)}
            for number in range(1, parts + 1)
        ],
    }
    broken = detailed_views(views)
    for number in range(1, parts + 1):
        yield (
            table_page(stage, table.name, number),
            {
                **shared,
                "number": number,
                "broken": broken if number == 1 else [],
                "listed": views[(number - 1) * RULES_A_PAGE : number * RULES_A_PAGE],
            },
        )


def _lines(checks: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    for name, key, wording in (
        ("Rows", "rows", lambda value: format_count(round(value))),
        ("Rules that do not pass", "broken", lambda value: format_count(round(value))),
        ("Duration", "seconds", format_duration),
    ):
        found = line_chart(name, [one[key] for one in checks], wording)
        if found is not None:
            yield found
