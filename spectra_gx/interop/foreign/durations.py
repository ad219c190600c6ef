"""Durations of other tools as those of the contract language."""

from __future__ import annotations

import re

from spectra_gx.interop.foreign.sql import NotConvertibleError

_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
}
_LETTERS = ((604_800, "w"), (86_400, "d"), (3600, "h"), (60, "m"), (1, "s"))
_ISO = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_ISO_UNITS = (604_800, 86_400, 3600, 60, 1)
_PART = re.compile(r"(\d+)\s*([a-z]+)")


def read_duration(text: str) -> str:
    """Return a duration such as `25h`, `1d6h`, `2 hours` or `PT25H` with one number.

    Raises:
        NotConvertibleError: It is none of these.
    """
    given = text.strip()
    iso = _ISO.fullmatch(given)
    if iso:
        numbers = zip(iso.groups(), _ISO_UNITS, strict=True)
        seconds = sum(int(number or 0) * unit for number, unit in numbers)
    else:
        parts = _PART.findall(given.lower())
        whole = "".join(f"{number}{unit}" for number, unit in parts)
        if whole != "".join(given.lower().split()) or any(u not in _UNITS for _, u in parts):
            raise NotConvertibleError(f"`{given}` is not a duration")
        seconds = sum(int(number) * _UNITS[unit] for number, unit in parts)
    if seconds == 0:
        raise NotConvertibleError(f"`{given}` is not a duration")
    return duration_of(seconds)


def duration_of(seconds: int) -> str:
    """Return a number of seconds as a duration in the largest unit that divides it."""
    size, letter = next(pair for pair in _LETTERS if seconds % pair[0] == 0)
    return f"{seconds // size}{letter}"
