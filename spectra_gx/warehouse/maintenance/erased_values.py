"""The values of rows that are erased, to find them again where they were shown."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pyarrow as pa

ERASED = "‹erased›"
_LEAST = 4
"""Letters of a value that is also looked for inside of longer texts."""


class ErasedValues:
    """Values of erased rows; never rendered, logged or stored."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        """Take values of cells."""
        self._texts: set[str] = set()
        self._numbers: set[float] = set()
        for value in values:
            self.add(value)

    def add(self, value: Any) -> None:
        """Add the value of a cell, and each one within it."""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list | tuple):
            for one in value:
                self.add(one)
        elif isinstance(value, bool) or value is None:
            return
        elif isinstance(value, int | float | Decimal):
            self._numbers.add(float(value))
        elif isinstance(value, date):
            self._texts |= {value.isoformat(), str(value)}
        elif isinstance(value, bytes):
            self._texts.add(value.decode("utf-8", "replace"))
        else:
            self._texts.add(str(value))

    def add_rows(self, rows: pa.Table, columns: Collection[str]) -> None:
        """Add the values of some columns of rows."""
        for name in columns:
            column = rows.column(name)
            try:
                values = column.to_pylist()
            except (ValueError, OverflowError):  # a day or an instant beyond Python's calendar
                values = column.cast("string").to_pylist()
            for value in values:
                self.add(value)

    def has(self, value: Any) -> bool:
        """Return whether a value of JSON is one of them, or has one of them within it."""
        if isinstance(value, dict):
            return any(map(self.has, value.values()))
        if isinstance(value, list):
            return any(map(self.has, value))
        if isinstance(value, bool) or value is None:
            return False
        if isinstance(value, int | float):
            return float(value) in self._numbers
        return value in self._texts

    def without(self, value: Any) -> Any:
        """Return a value of JSON in which each of them is replaced."""
        if isinstance(value, dict):
            return {key: self.without(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.without(one) for one in value]
        return ERASED if self.has(value) else value

    def without_inside(self, text: str) -> str:
        """Return a text in which each of them, unless it is very short, is replaced."""
        for one in sorted(self._texts, key=len, reverse=True):
            if len(one) >= _LEAST:
                text = text.replace(one, ERASED)
        return text


def erase_from_log_row(
    row: Mapping[str, Any], values: ErasedValues, rules: Collection[str]
) -> dict[str, Any]:
    """Return the columns of a log's row that show erased values, without these.

    Args:
        row: The row.
        values: The values.
        rules: The rules that read the table.
    """
    changed: dict[str, Any] = {}
    found = _read(row.get("rule_values"))
    if isinstance(found, dict):
        shown = [
            rule
            for rule, facts in found.items()
            if rule in rules and isinstance(facts, dict) and values.has(facts.get("observed"))
        ]
        if shown:
            kept = {
                rule: {key: one for key, one in facts.items() if key != "observed"}
                if rule in shown
                else facts
                for rule, facts in found.items()
            }
            changed["rule_values"] = _json(kept)
    beside = _read(row.get("metadata"))
    if beside is not None and values.without(beside) != beside:
        changed["metadata"] = _json(values.without(beside))
    message = row.get("error_message")
    if message and values.without_inside(message) != message:
        changed["error_message"] = values.without_inside(message)
    return changed


def _read(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return None


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
