"""Write results as one line of JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def log_json(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return log rows, times as ISO text."""
    return [
        {
            column: value.isoformat() if isinstance(value, datetime) else value
            for column, value in row.items()
        }
        for row in rows
    ]


def dumps(value: Any) -> str:
    """Write a value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False)
