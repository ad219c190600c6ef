"""Rules of results as an Arrow table and as an HTML table for notebooks."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

    Rules = Iterable[tuple[str | None, Mapping[str, Any]]]
    """The name of a rule's table, if it is a table's, and the rule as JSON has it."""

_TEXTS = ("id", "status", "severity", "expectation", "message", "scope", "cause")
_COUNTS = ("evaluated", "unexpected")
_JSON = ("observed", "sample", "keys")
_SHOWN = ("status", "severity", "evaluated", "unexpected", "message", "cause")


def rules_table(rules: Rules) -> pa.Table:
    """Return one row per rule."""
    import pyarrow as pa  # noqa: PLC0415  # results that nobody looks at as a table need no Arrow

    rows = [{"table": table, **rule} for table, rule in rules]
    columns: dict[str, Any] = {}
    for name in ("table", *_TEXTS):
        columns[name] = pa.array([row[name] for row in rows], pa.string())
    for name in _COUNTS:
        columns[name] = pa.array([row[name] for row in rows], pa.int64())
    for name in _JSON:
        columns[name] = pa.array([_json(row[name]) for row in rows], pa.string())
    return pa.table(columns)


def rules_html(title: str, rules: Rules) -> str:
    """Return an HTML table with one row per rule; everything in it is escaped."""
    head = "".join(f"<th>{name}</th>" for name in ("rule", *_SHOWN))
    body = "".join(
        f"<tr><td><code>{_cell(rule['id'])}</code></td>"
        + "".join(f"<td>{_cell(rule[name])}</td>" for name in _SHOWN)
        + "</tr>"
        for _, rule in rules
    )
    return (
        f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return escape(f"{value:,}" if isinstance(value, int) else str(value))


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)
