"""Render summaries, readiness and logs as text for a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.runner.alerts.silences import is_silence
from spectra_gx.validation.results import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.runner.handoff.readiness import Readiness


_LONGEST = 60


def portfolio_summary(row: Mapping[str, Any]) -> str:
    """Return the one row of the portfolio as a summary."""
    categories = json.loads(row["endpoint_categories"])
    largest = sorted(categories.items(), key=lambda item: (-item[1], item[0]))[:5]
    lines = {
        "Source system": row["source_system"],
        "Contract": row["contract_version"],
        "Discovered": row["discovery_date"],
        "Endpoints": f"{row['total_endpoints']:,} ({row['hierarchical_endpoints']:,} hierarchical)",
        "Categories": f"{len(categories)}; largest: "
        + ", ".join(f"{name} {count:,}" for name, count in largest),
        "Authentication": f"{row['auth_status']} ({row['auth_method']})",
        "Hierarchy readable": "yes" if row["hierarchical_access_validated"] else "no",
        "Calls that succeeded": f"{row['endpoint_success_rate']:.0%}",
        "Last updated": row["last_updated"].isoformat(timespec="seconds"),
    }
    width = max(map(len, lines))
    return "\n".join(
        ["Portfolio summary", *(f"  {name:<{width}}  {value}" for name, value in lines.items())]
    )


def readiness_text(readiness: Readiness) -> str:
    """Return each readiness check and its reason, then the answer."""
    checks = [
        f"{'✓' if check.passed else '✗'} {check.name}: {check.reason}" for check in readiness.checks
    ]
    if readiness.ready:
        answer = f"ready: consume run {readiness.execution_id}"
    else:
        answer = "not ready: do not proceed"
    return "\n".join([*checks, answer])


def log_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return log rows as a table, oldest first."""
    if not rows:
        return "the log is empty"
    heading = ("recorded", "type", "what", "result", "rules", "seconds", "run")
    cells = [heading, *map(_log_cells, rows)]
    if any(row["environment"] for row in rows):
        named = ["environment", *(row["environment"] or "" for row in rows)]
        cells = [(*row, name) for row, name in zip(cells, named, strict=True)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _log_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    kind = row["record_type"]
    if kind == "checkpoint":
        what, result = row["table_name"], row["table_verdict"]
        statuses = [
            sum(row[f"{severity}_{status}"] or 0 for severity in ("critical", "warning", "info"))
            for status in Status
        ]
        rules = f"{statuses[0]}/{sum(statuses)}"
    elif kind == "run":
        what, result = row["stage"], row["status"]
        declared = row["rules_declared"]
        rules = "" if declared is None else f"{row['rules_passed']}/{declared}"
    else:
        what, result, rules = _activity(row), "", ""
    seconds = row["duration_seconds"]
    return (
        row["recorded_at"].strftime("%Y-%m-%d %H:%M:%S"),
        kind,
        what or "",
        result or "",
        rules,
        "" if seconds is None else f"{seconds:.1f}",
        row["execution_id"],
    )


def _activity(row: Mapping[str, Any]) -> str:
    """Return what an activity was about; of a mute and an acknowledgement, what they say."""
    if not is_silence(row):
        return str(row["entity_name"])
    facts = json.loads(row["metadata"])
    names = facts["names"] if "names" in facts else [facts["name"]]
    what = ", ".join(name or row["stage"] for name in names) or row["stage"]
    until = f" until {facts['until']}: {facts['reason']}" if "reason" in facts else ""
    by = f" ({facts['by']})" if facts["by"] else ""
    text = f"{row['entity_name']} {what}{until}{by}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
