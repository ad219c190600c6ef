"""Durations as contracts write them: `90s`, `15m`, `24h`, `1d`, `2w`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_FORM = re.compile(r"[1-9][0-9]{0,5}[smhdw]")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str) -> timedelta:
    """Return the length of time that a loaded contract wrote; `24h` and `1d` are equal."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def read_duration(text: str) -> timedelta:
    """Return the length of time that a person wrote.

    Raises:
        ValueError: It is none.
    """
    if not _FORM.fullmatch(text):
        raise ValueError("write a length of time such as `24h` or `7d`")
    return duration(text)


def earlier(instant: datetime, length: timedelta) -> datetime:
    """Return an instant as much earlier; the first that the calendar has where that has none."""
    try:
        return instant - length
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def canonical_duration(text: str) -> str:
    """Return the one spelling of a length of time: in the largest unit that it is whole in."""
    seconds = int(duration(text).total_seconds())
    sizes = {unit: int(duration(f"1{unit}").total_seconds()) for unit in _UNITS}
    unit = max((unit for unit in sizes if seconds % sizes[unit] == 0), key=sizes.__getitem__)
    return f"{seconds // sizes[unit]}{unit}"
