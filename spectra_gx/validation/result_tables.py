"""Rules of results as a table for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

_TEXTS = ("table", "id", "status", "severity", "expectation", "message", "scope", "cause")
_COUNTS = ("evaluated", "unexpected")
_JSON = ("observed", "sample", "keys")


def rules_table(rules: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return one row per rule, from rules as JSON has them; lists and objects are JSON text."""
    # Results that nobody looks at as a table need no Arrow.
    import pyarrow as pa  # noqa: PLC0415

    rows = list(rules)
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in _TEXTS}
    for name in _COUNTS:
        columns[name] = pa.array([row[name] for row in rows], pa.int64())
    for name in _JSON:
        columns[name] = pa.array([_text(row[name]) for row in rows], pa.string())
    return pa.table(columns)


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
