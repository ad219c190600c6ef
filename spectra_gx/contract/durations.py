"""Durations as contracts write them: `90s`, `15m`, `24h`, `1d`, `2w`."""

from __future__ import annotations

from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str) -> timedelta:
    """Return the length of time that a loaded contract wrote; `24h` and `1d` are equal."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
